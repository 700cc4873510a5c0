// The logistic function, straight and with its argument bent towards the normal distribution: SiLU and
// tanh-GELU.
#pragma once

#include "symmetric.hpp"

namespace hardgate::gates {

/// σ(u) = 1/(1 + e^(-u)). Its unit is SiLU, or Swish: f = x·σ(hx), f' = σ(1 + u(1 - σ)), ∂f/∂h = x²σ(1 - σ).
/// C^∞.
struct Logistic : Gate<Logistic> {
  static constexpr bool vectorizes = true;
  template <class Scalar>
  using Scale = FoldingScale<Scalar, Logistic>;
  template <class S>
  static constexpr S bound = std::is_same_v<S, float> ? 174 : 1416;

  template <class T>
  static T value(const T& u) {
    using std::exp;
    const T e = exp(u < T(0) ? u : T(-u));
    return (u < T(0) ? e : T(1)) / (T(1) + e);
  }
  template <class T>
  static T complement(const T& u) {
    return value(T(-u));
  }

  template <class V, class S>
  HARDGATE_INLINE static Response<V> response(const V& x, const FoldingScale<S, Logistic>& scale) {
    if constexpr (math::has_kernels<V>) {
      const auto [m, u, u_low] = fold(x, scale);
      return bent_response(x, m, u, u_low, u, m);
    } else {
      return Gate<Logistic>::response(x, scale);
    }
  }

  /// The response for a gate σ(w(u)), w odd: w = high + low, u_slope = u·w'(u), m_slope = m·w'(u).
  template <class V>
  HARDGATE_INLINE static Response<V> bent_response(const V& x, const V& m, const V& high, const V& low,
                                                   const V& u_slope, const V& m_slope) {
    using namespace math;
    const auto e = exponential_of_minus(high, low);
    const V one(1), sigma = one / (one + e.times(one));  // σ(w); σ(-w) is e·σ(w)
    return unfold(x, e.times(m * sigma), e.times(sigma * sub_mul(one, u_slope, sigma)),
                  e.times(below_overflow(m * sigma * (m_slope * sigma))));
  }
};

/// ½(1 + tanh(√(2/π)(u + 0.044715 u³))): the usual approximation of Φ. Its unit is tanh-GELU. C^∞.
struct TanhNormal : Gate<TanhNormal> {
  static constexpr bool vectorizes = true;
  template <class Scalar>
  using Scale = FoldingScale<Scalar, TanhNormal>;
  template <class S>
  static constexpr S bound = std::is_same_v<S, float> ? S(12.8) : S(26.7);

  template <class T>
  static T value(const T& u) {  // ½(1 + tanh v) = σ(2v)
    using std::sqrt;
    const T far(1000000);  // long after the gate has reached 0 and 1, and before u³ overflows
    if (u < -far) return T(0);
    if (u > far) return T(1);
    const T root(sqrt(T(8) / math::pi<T>()));
    return Logistic::value(T(root * u * (T(1) + T(44715) / T(1000000) * u * u)));
  }
  template <class T>
  static T complement(const T& u) {
    return value(T(-u));
  }

  template <class V, class S>
  HARDGATE_INLINE static Response<V> response(const V& x, const FoldingScale<S, TanhNormal>& scale) {
    if constexpr (math::has_kernels<V>) {
      using namespace math;
      // w = u·chord, chord = a + b·u², a = √(8/π), b = 0.044715·a. All of w's rounding errors reach the
      // exponent: each is kept, and so are the second halves of a and b.
      constexpr S a = S(Constants::a), b = S(Constants::b);
      constexpr S a_low = S(Constants::a - a) + S(Constants::a_low),
                  b_low = S(Constants::b - b) + S(Constants::b_low);
      const auto [m, u, u_low] = fold(x, scale);
      const V square = u * u, bend = V(b) * square, straight(a), chord = bend + straight, w = u * chord;
      const V chord_low = (maximum(bend, straight) - chord) + minimum(bend, straight) +
                          (product_error(V(b), square, bend) +
                           mul_add(V(b_low), square, mul_add(V(b), product_error(u, u, square), V(a_low))));
      const V slope = mul_add(V(3 * b), square, straight);
      const V low = mul_add(slope, u_low, mul_add(u, chord_low, product_error(u, chord, w)));
      return Logistic::bent_response(x, m, w, low, u * slope, m * slope);
    } else {
      return Gate<TanhNormal>::response(x, scale);
    }
  }

 private:
  struct Constants {
    static constexpr double a = 1.5957691216057308, a_low = -9.96930880911092e-17;
    static constexpr double b = 0.07135481627260025, b_low = -6.175149918155315e-19;
  };
};

}  // namespace hardgate::gates
