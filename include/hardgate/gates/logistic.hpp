// The logistic function, straight and with its argument bent towards the normal distribution: SiLU and tanh-GELU.
#pragma once

#include "symmetric.hpp"

namespace hardgate::gates {

/// σ(u) = 1/(1 + e^(-u)). Its unit is SiLU, or Swish: f = x·σ(hx), f' = σ(1 + u(1 - σ)), ∂f/∂h = x²σ(1 - σ). C^∞.
struct Logistic : Gate<Logistic> {
  static constexpr bool vectorizes = true;
  template <class S>
  static constexpr S bound = std::is_same_v<S, float> ? 250 : 2000;

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
  HARDGATE_INLINE static Response<V> response(const V& x, const HardnessScale<S>& scale) {
    if constexpr (math::has_kernels<V>) {
      const auto [m, u, u_low] = fold(x, scale.hardness, bound<S>);
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
    return unfold(x, e.times(m * sigma), e.times(sigma * mul_add(-u_slope, sigma, one)),
                  e.times(m * sigma * (m_slope * sigma)));
  }
};

/// ½(1 + tanh(√(2/π)(u + 0.044715 u³))): the usual approximation of Φ. Its unit is tanh-GELU. C^∞.
struct TanhNormal : Gate<TanhNormal> {
  static constexpr bool vectorizes = true;
  template <class S>
  static constexpr S bound = std::is_same_v<S, float> ? 14 : 29;

  template <class T>
  static T value(const T& u) {  // ½(1 + tanh v) = σ(2v)
    using std::acos;
    using std::sqrt;
    const T root(sqrt(T(8) / T(acos(T(-1)))));
    return Logistic::value(T(root * u * (T(1) + T(44715) / T(1000000) * u * u)));
  }
  template <class T>
  static T complement(const T& u) {
    return value(T(-u));
  }

  template <class V, class S>
  HARDGATE_INLINE static Response<V> response(const V& x, const HardnessScale<S>& scale) {
    if constexpr (math::has_kernels<V>) {
      using namespace math;
      constexpr S linear = S(1.5957691216057307), cubic = S(0.07135481282670825);  // √(8/π), 0.044715 √(8/π)
      const auto [m, u, u_low] = fold(x, scale.hardness, bound<S>);
      const V square = u * u, chord = mul_add(V(cubic), square, V(linear)), w = u * chord;
      const V slope = mul_add(V(3 * cubic), square, V(linear));
      return Logistic::bent_response(x, m, w, mul_add(slope, u_low, product_error(u, chord, w)), u * slope, m * slope);
    } else {
      return Gate<TanhNormal>::response(x, scale);
    }
  }
};

}  // namespace hardgate::gates
