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
  /// w comes from u itself.
  static constexpr double table_rate = 1;
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
    const detail::Folded<V> in(x, scale);
    const Exponent<V, 2> w(in.u, in.u_low);
    const V ln2(0.6931472f);
    return detail::logistic_response(x, in.m, in.u, w.high, w.low, V(w.slope * ln2), V(w.bend * ln2), scale);
  }

 private:
  // w = u·chord, chord = a + b·u², in base e or 2, its derivative, and 2w' + u·w''. All of w's rounding errors reach the
  // exponent: each is kept, and so are the second halves of a and b.
  template <class V, int base = 0>
  struct Exponent {
    using S = detail::scalar_t<V>;
    static constexpr double a_high = base == 2 ? 2.3022081981443248 : 1.5957691216057308;
    static constexpr double a_rest = base == 2 ? 1.3132826040769712e-16 : -9.96930880911092e-17;
    static constexpr double b_high = base == 2 ? 0.1029432395800235 : 0.07135481627260025;
    static constexpr double b_rest = base == 2 ? -5.978177400718744e-18 : -6.175149918155315e-19;
    static constexpr S a = S(a_high), a_low = S(a_high - double(a)) + S(a_rest);
    static constexpr S b = S(b_high), b_low = S(b_high - double(b)) + S(b_rest);

    V high, low, slope, bend;

    HARDGATE_INLINE Exponent(const V& u, const V& u_low) {
      using namespace detail;
      const V square = u * u, cubic = V(b) * square, straight(a), chord = opaque(cubic + straight);
      const V chord_low = sum_error(maximum(cubic, straight), minimum(cubic, straight), chord) +
                          (product_error(V(b), square, cubic) +
                           mul_add(V(b_low), square, mul_add(V(b), product_error(u, u, square), V(a_low))));
      high = u * chord;
      slope = mul_add(V(3 * b), square, straight);
      bend = mul_add(V(12 * b), square, V(2 * a));
      low = mul_add(slope, u_low, mul_add(u, chord_low, product_error(u, chord, high)));
    }
  };
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
