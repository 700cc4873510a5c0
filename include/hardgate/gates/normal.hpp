// The normal distribution function: the gate of GELU and λ-GELU [L].
#pragma once

#include "../detail/normal_distribution.hpp"
#include "../detail/normal_tail.hpp"
#include "../detail/two_sided.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

/// Φ(u), the standard normal distribution function. Its activation [L], with the density φ:
///
///     f = x·Φ(u),  f' = Φ(u) + u·φ(u),  ∂f/∂λ = x²·φ(u),  f'' = λ·φ(u)·(2 - u²),  Φ⁽ᵏ⁾(u) = (-1)^(k-1)·He_(k-1)(u)·φ(u);   C^∞
///
/// Never ½(1 + erf): for u < 0 that cancels. Φ(-|u|) is computed directly and reflected for u > 0.
struct NormalGate : Gate<NormalGate> {
  using Parameter = Lambda;  ///< λ
  /// λ and the |x| beyond which f is 0 or x.
  template <class Scalar>
  using Scale = detail::TwoSidedScale<Scalar, NormalGate>;
  /// w in Φ(-u) = e^(-w)·R(u)
  static constexpr double exponent(double u) { return u * u / 2; }
  /// κ = √(log2(e)/2), so that e^(-u²/2) = 2^(-(κu)²)
  static constexpr double table_rate = 0.8493218002880191;
  static constexpr bool interleaves = true;  ///< by tables, two packets at a time

  /// Φ(u)
  template <class T>
  static T value(const T& u) {
    return detail::NormalDistribution<T>::cdf(u);
  }
  /// Φ(-u)
  template <class T>
  static T complement(const T& u) {
    return value(T(-u));
  }

  /// From Φ(-|u|) and φ(u) with e^(-u²/2) in common; Φ(-|u|) = e^(-u²/2)·R(|u|), R = P/Q.
  template <class V, class S>
  HARDGATE_INLINE static SecondResponse<V> kernel(const V& x, const detail::FoldingScale<S, NormalGate>& scale) {
    using namespace detail;
    const Folded<V> in(x, scale);
    const NormalTail<V> tail(in.u, in.u_low);
    const V c(inverse_sqrt_2_pi<scalar_t<V>>), density = in.m * c, least = least_exponent(x, scale);
    return unfold(x, tail.times_cdf(in.m, least), tail.cdf_minus_u_density(least),
                  tail.times(at_most_half_of_max(in.m * density), V(scale.least_of_square)),
                  tail.times((c * neg_mul_add(in.u, in.u, V(2))) * V(scale.second), V(scale.least_of_second)), scale);
  }

  /// The same by tables: 2^(-w²)·R, w = κ|u|, R in segments; with φ(0)/κ in the table of 2^(-w²), so that u·φ(u) is
  /// w times what comes from there.
  template <class V, class N>
  HARDGATE_INLINE static SecondResponse<V> kernel(const V& x, const detail::TableScale<NormalGate, N>& scale) {
    using namespace detail;
    using E = TableExponential<V>;
    const Folded<V> in(x, scale);
    const V w = in.u, start(scale.start), one(1);
    const E e(start, w, w);
    const V fraction = e.fraction(neg_mul_add(w + w, in.u_low, e.entry(E::T::density_rest)));
    const TableTail<V> r(w, in.u_low);
    const V factor = e.entry(E::T::density, scale.factor), product = factor * r.tail;  // exact
    const V cdf = mul_add(product, mul_add(r.t, mul_add(r.p, fraction, r.p), fraction), product);
    const V exponential = mul_add(factor, fraction, factor);
    return unfold(x, in.m, in.m, e, cdf, neg_mul_add(w, exponential, cdf), V(V(float(table_rate)) * exponential),
                  V(neg_mul_add(w * V(0.6931472f), w, one) * V(2)), scale);
  }

  /// b_j = φ⁽ʲ⁾/j! by the recurrence of the Hermite polynomials, (j + 1)·b_(j+1) = -u·b_j - b_(j-1); G_k = b_(k-1)/k.
  template <int K, class T>
  static GateSeries<T, K> taylor(const T& x, const HardnessScale<T>& scale) {
    const T u = detail::clamp_to_finite(T(scale.hardness * x));
    std::array<T, std::size_t(K) + 1> g{};
    g[0] = value(u);
    T before(0), b = detail::NormalDistribution<T>::density(u);
    if constexpr (std::is_floating_point_v<T>) {
      if (T(0) < b) {  // what rounding u dropped: in the tail it would reach the exponent
        const T change = std::fma(scale.hardness, x, -u) * b;
        g[0] += change;
        b = detail::neg_mul_add(u, change, b);
      }
    }
    for (std::size_t k = 1; k <= K; ++k) {
      g[k] = b / T(static_cast<int>(k));
      const T next = -detail::mul_add(u, b, before) / T(static_cast<int>(k));
      before = b;
      b = next;
    }
    return {g, u, scale.hardness};
  }
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
