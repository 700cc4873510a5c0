// The gate of Mish.
#pragma once

#include "../detail/two_sided.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

/// tanh(log(1 + e^u)). Its activation is Mish (Misra 2019, arXiv 1908.08681). A rational function of e = e^(-|u|):
///
///     u < 0:  G = e(2 + e)/d, d = 2 + 2e + e²;     u ≥ 0:  1 - G = 2e²/d, d = 1 + 2e + 2e²
///     G' = 4e(1 + e)/d² and 4e²(1 + e)/d²;   f = x·G,  f' = G + u·G',  ∂f/∂h = x²·G',  f'' = h(2G' + u·G'');   C^∞
struct MishGate : detail::ExponentialGate<MishGate> {
  /// G(u)
  template <class T>
  static T value(const T& u) {
    using std::exp;
    const T e = exp(u < T(0) ? u : T(-u));
    if (u < T(0)) return e * (T(2) + e) / (T(2) + e * (T(2) + e));
    return T(1) - T(2) * e * e / (T(1) + T(2) * e * (T(1) + e));
  }
  /// 1 - G(u)
  template <class T>
  static T complement(const T& u) {
    using std::exp;
    const T e = exp(u < T(0) ? u : T(-u));
    if (u < T(0)) return T(2) / (T(2) + e * (T(2) + e));
    return T(2) * e * e / (T(1) + T(2) * e * (T(1) + e));
  }

  /// From e^(-|u|).
  template <class V, class S>
  HARDGATE_INLINE static SecondResponse<V> kernel(const V& x, const detail::FoldingScale<S, MishGate>& scale) {
    const detail::Folded<V> in(x, scale);
    const detail::ScaledExponential<V> e(in.u, in.u_low);
    const V least = least_exponent(x, scale);
    const Parts<V> of(x, in.u, e.times(V(1), V(std::numeric_limits<detail::scalar_t<V>>::min_exponent)));
    return unfold(x, e.times(in.m * of.gate, least), e.times(of.slope, least),
                  e.times(detail::at_most_half_of_max(in.m * of.density * in.m), V(scale.least_of_square)),
                  e.times(of.density * of.bend * V(scale.second), V(scale.least_of_second)), scale);
  }
  /// The same by tables.
  template <class V, class N>
  HARDGATE_INLINE static SecondResponse<V> kernel(const V& x, const detail::TableScale<MishGate, N>& scale) {
    using namespace detail;
    using E = TableExponential<V>;
    const Folded<V> in(x, scale);
    const E e(V(scale.start), V(scale.rate), in.m);
    const V exponential = e.exponential(neg_mul_add(V(scale.rate_low), in.m, e.entry(E::T::power_rest)), scale);
    const Parts<V> of(x, V(in.u * V(0.6931472f)), V(exponential * e.power()));
    return unfold(x, in.m, V(in.m * of.density), e, V(exponential * of.gate), V(exponential * of.slope), exponential,
                  V(of.density * of.bend), scale);
  }

 private:
  // G or 1 - G, what f' has beside 0 or 1, and G', all over e; and 2 + u·G''/G'.
  template <class V>
  struct Parts {
    V gate, slope, density, bend;

    HARDGATE_INLINE Parts(const V& x, const V& u, const V& e) {
      using namespace detail;
      const V zero(0), one(1), two(2), above = one + e, twice = two * e;
      const V inverse = one / if_less(zero, x, mul_add(twice, above, one), mul_add(e, two + e, two));
      gate = if_less(zero, x, twice, two + e) * inverse;
      density = (V(4) * above * if_less(zero, x, e, one)) * inverse * inverse;
      slope = neg_mul_add(u, density, gate);
      const V rising = if_less(zero, x, mul_add(V(3), e, two), one + twice);
      const V falling = if_less(zero, x, one + twice, above);
      bend = neg_mul_add(u, neg_mul_add(V(V(4) * e * inverse), falling, rising / above), two);
    }
  };
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
