// The usual approximation of the normal distribution function by a hyperbolic tangent: the gate of tanh-GELU.
#pragma once

#include "logistic.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

/// ½(1 + tanh(√(2/π)(u + 0.044715 u³))) = σ(a·u + b·u³), a = √(8/π), b = 0.044715·a. Its activation is tanh-GELU. C^∞.
struct TanhNormalGate : Gate<TanhNormalGate> {
  /// h and the |x| beyond which f is 0 or x.
  template <class Scalar>
  using Scale = detail::TwoSidedScale<Scalar, TanhNormalGate>;
  /// w in G(-u) = e^(-w)/(1 + e^(-w))
  static constexpr double exponent(double u) { return (1.5957691216057308 + 0.07135481627260025 * u * u) * u; }
  /// ρ = ∛(b·log2(e)), so that e^(-w) = 2^(-v(v² + A)), v = ρu
  static constexpr double table_rate = 0.46866869305320628;
  static constexpr bool interleaves = LogisticGate::interleaves;  ///< likewise

  /// G(u)
  template <class T>
  static T value(const T& u) {
    using std::sqrt;
    const T end(1000000);  // long after the gate has reached 0 and 1, and before u³ overflows
    if (u < -end) return T(0);
    if (u > end) return T(1);
    const T root(sqrt(T(8) / pi<T>()));
    return LogisticGate::value(T(root * u * (T(1) + T(44715) / T(1000000) * u * u)));
  }
  /// G(-u)
  template <class T>
  static T complement(const T& u) {
    return value(T(-u));
  }

  /// From e^(-w), w of |u|.
  template <class V, class S>
  HARDGATE_INLINE static SecondResponse<V> kernel(const V& x, const detail::FoldingScale<S, TanhNormalGate>& scale) {
    const detail::Folded<V> in(x, scale);
    const Exponent<V> w(in.u, in.u_low);
    return detail::logistic_response(x, in.m, in.u, w.high, w.low, w.slope, w.bend, scale);
  }
  /// The same by tables.
  template <class V, class N>
  HARDGATE_INLINE static SecondResponse<V> kernel(const V& x, const detail::TableScale<TanhNormalGate, N>& scale) {
    using namespace detail;
    using E = TableExponential<V>;
    const Folded<V> in(x, scale);
    const V v = in.u, a(straight), square = v * v;
    // v² + A and what rounding it dropped, exactly: A is so short that A - chord is exact.
    const V chord = opaque(mul_add(v, v, a)), chord_low = mul_add(v, v, a - chord);
    const V steep = mul_sub(V(3), chord, V(2 * straight));  // 3v² + A, for what rounding v dropped
    const E e(V(scale.start), v, chord);
    const V rest = neg_mul_add(steep, in.u_low, neg_mul_add(v, chord_low, e.entry(E::T::power_rest)));
    const V cubic = mul_add(V(3), square, a);
    return logistic_response(x, in.m, e, e.exponential(rest, scale), V((v * V(ln2)) * cubic), V(V(per_u) * cubic),
                             mul_add(V(12 * per_u), square, V(2 * straight * per_u)), scale);
  }

 private:
  // A = a·log2(e)/ρ, which happens to lie within 1.4e-9 of a multiple of 2^-19; ln 2; and ρ·ln 2 = dw/du / (3v² + A).
  static constexpr float straight = 4.9122295f;
  static constexpr float ln2 = 0.6931472f, per_u = 0.32485638f;

  // w = u·chord, chord = a + b·u², its derivative, and 2w' + u·w''. All of w's rounding errors reach the exponent: each is
  // kept, and so are the second halves of a and b.
  template <class V>
  struct Exponent {
    using S = detail::scalar_t<V>;
    static constexpr double a_high = 1.5957691216057308, a_rest = -9.96930880911092e-17;
    static constexpr double b_high = 0.07135481627260025, b_rest = -6.175149918155315e-19;
    static constexpr S a = S(a_high), a_low = S(a_high - double(a)) + S(a_rest);
    static constexpr S b = S(b_high), b_low = S(b_high - double(b)) + S(b_rest);

    V high, low, slope, bend;

    HARDGATE_INLINE Exponent(const V& u, const V& u_low) {
      using namespace detail;
      const V square = u * u, cubic = V(b) * square, linear(a), chord = opaque(cubic + linear);
      const V chord_low = sum_error(maximum(cubic, linear), minimum(cubic, linear), chord) +
                          (product_error(V(b), square, cubic) +
                           mul_add(V(b_low), square, mul_add(V(b), product_error(u, u, square), V(a_low))));
      high = u * chord;
      slope = mul_add(V(3 * b), square, linear);
      bend = mul_add(V(12 * b), square, V(2 * a));
      low = mul_add(slope, u_low, mul_add(u, chord_low, product_error(u, chord, high)));
    }
  };
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
