// The usual approximation of the normal distribution function by a hyperbolic tangent: the gate of tanh-GELU.
#pragma once

#include "logistic.hpp"

namespace hardgate {

/// ½(1 + tanh(√(2/π)(u + 0.044715 u³))) = σ(a·u + b·u³), a = √(8/π), b = 0.044715·a. Its activation is tanh-GELU. C^∞.
struct TanhNormalGate : Gate<TanhNormalGate> {
  /// h and the |x| beyond which f is 0 or x.
  template <class Scalar>
  using Scale = detail::FoldingScale<Scalar, TanhNormalGate>;
  /// The |u| beyond which u·G(-|u|) is 0.
  template <class S>
  static constexpr S bound = detail::exponential_bound_of<S>([](double u) constexpr {
    return (1.5957691216057308 + 0.07135481627260025 * u * u) * u;
  });

  /// G(u)
  template <class T>
  static T value(const T& u) {
    using std::sqrt;
    const T far(1000000);  // long after the gate has reached 0 and 1, and before u³ overflows
    if (u < -far) return T(0);
    if (u > far) return T(1);
    const T root(sqrt(T(8) / pi<T>()));
    return LogisticGate::value(T(root * u * (T(1) + T(44715) / T(1000000) * u * u)));
  }
  /// G(-u)
  template <class T>
  static T complement(const T& u) {
    return value(T(-u));
  }

  /// w = u·chord, chord = a + b·u². All of w's rounding errors reach the exponent: each is kept, and so are the second
  /// halves of a and b.
  template <class V, class S>
  HARDGATE_INLINE static Response<V> kernel(const V& x, const detail::FoldingScale<S, TanhNormalGate>& scale) {
    using namespace detail;
    constexpr double a_high = 1.5957691216057308, a_rest = -9.96930880911092e-17;
    constexpr double b_high = 0.07135481627260025, b_rest = -6.175149918155315e-19;
    constexpr S a = S(a_high), a_low = S(a_high - double(a)) + S(a_rest);
    constexpr S b = S(b_high), b_low = S(b_high - double(b)) + S(b_rest);
    const auto [m, u, u_low] = fold(x, scale);
    const V square = u * u, bend = V(b) * square, straight(a), chord = bend + straight, w = u * chord;
    const V chord_low = (maximum(bend, straight) - chord) + minimum(bend, straight) +
                        (product_error(V(b), square, bend) +
                         mul_add(V(b_low), square, mul_add(V(b), product_error(u, u, square), V(a_low))));
    const V slope = mul_add(V(3 * b), square, straight);
    const V low = mul_add(slope, u_low, mul_add(u, chord_low, product_error(u, chord, w)));
    return logistic_response(x, m, w, low, u * slope, m * slope, scale);
  }
};

}  // namespace hardgate
