// The logistic function: the gate of SiLU and Swish.
#pragma once

#include "../detail/two_sided.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

/// σ(u) = 1/(1 + e^(-u)). Its activation is Swish, SiLU at β = 1: f = x·σ(u), f' = σ(1 + u(1 - σ)), ∂f/∂β = x²σ(1 - σ),
/// f'' = β·σ(1 - σ)(2 + u(1 - 2σ)). C^∞.
struct LogisticGate : detail::ExponentialGate<LogisticGate> {
  using Parameter = Beta;  ///< β

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
  HARDGATE_INLINE static SecondResponse<V> kernel(const V& x, const detail::FoldingScale<S, LogisticGate>& scale) {
    const detail::Folded<V> in(x, scale);
    return detail::logistic_response(x, in.m, in.u, in.u, in.u_low, V(1), V(2), scale);
  }
  /// The same by tables.
  template <class V, class N>
  HARDGATE_INLINE static SecondResponse<V> kernel(const V& x, const detail::TableScale<LogisticGate, N>& scale) {
    using namespace detail;
    using E = TableExponential<V>;
    const Folded<V> in(x, scale);
    const E e(V(scale.start), V(scale.rate), in.m);
    const V exponential = e.exponential(neg_mul_add(V(scale.rate_low), in.m, e.entry(E::T::power_rest)), scale);
    return logistic_response(x, in.m, e, exponential, V(in.u * V(0.6931472f)), V(1), V(2), scale);
  }
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
