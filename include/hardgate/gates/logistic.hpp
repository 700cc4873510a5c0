// The logistic function: the gate of SiLU and Swish.
#pragma once

#include "../detail/two_sided.hpp"

namespace hardgate {

/// σ(u) = 1/(1 + e^(-u)). Its activation is Swish, SiLU at β = 1: f = x·σ(u), f' = σ(1 + u(1 - σ)), ∂f/∂β = x²σ(1 - σ).
/// C^∞.
struct LogisticGate : Gate<LogisticGate> {
  using Parameter = Beta;  ///< β
  /// β and the |x| beyond which f is 0 or x.
  template <class Scalar>
  using Scale = detail::FoldingScale<Scalar, LogisticGate>;
  /// The |u| beyond which u·σ(-|u|) is 0.
  template <class S>
  static constexpr S bound = detail::exponential_bound<S>;

  /// σ(u)
  template <class T>
  static T value(const T& u) {
    using std::exp;
    const T e = exp(u < T(0) ? u : T(-u));
    return (u < T(0) ? e : T(1)) / (T(1) + e);
  }
  /// σ(-u)
  template <class T>
  static T complement(const T& u) {
    return value(T(-u));
  }

  /// From e^(-|u|).
  template <class V, class S>
  HARDGATE_INLINE static Response<V> kernel(const V& x, const detail::FoldingScale<S, LogisticGate>& scale) {
    const auto [m, u, u_low] = detail::fold(x, scale);
    return detail::logistic_response(x, m, u, u_low, u, m, scale);
  }
};

}  // namespace hardgate
