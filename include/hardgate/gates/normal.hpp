// The normal distribution function: the gate of GELU and λ-GELU [L].
#pragma once

#include "../math/normal_distribution.hpp"
#include "symmetric.hpp"

namespace hardgate::gates {

/// Φ(u), the standard normal distribution function. Its unit [L], with the density φ:
///
///     f = x·Φ(u),  f' = Φ(u) + u·φ(u),  ∂f/∂λ = x²·φ(u),  Φ⁽ᵏ⁾(u) = (-1)^(k-1)·He_(k-1)(u)·φ(u);   C^∞
///
/// Never ½(1 + erf): for u < 0 that cancels. Φ(-|u|) is computed directly and reflected for u > 0.
template <Accuracy accuracy = Accuracy::accurate>
struct Normal : Gate<Normal<accuracy>> {
  static constexpr bool vectorizes = true;
  template <class S>
  static constexpr S bound = math::NormalCoefficients<S>::bound;
  template <class Scalar>
  using Scale = FoldingScale<Scalar, Normal>;

  template <class T>
  static T value(const T& u) {
    return math::NormalDistribution<T>::cdf(u);
  }
  template <class T>
  static T complement(const T& u) {
    return value(T(-u));
  }

  template <class V, class S>
  HARDGATE_INLINE static Response<V> response(const V& x, const FoldingScale<S, Normal>& scale) {
    using namespace math;
    if constexpr (has_kernels<V>) {
      const auto [m, u, u_low] = fold(x, scale);
      const auto tail = normal_tail<accuracy>(u, u_low);
      const V density = m * V(NormalCoefficients<S>::inverse_sqrt_2_pi);
      return unfold(x, tail.times_cdf(m), tail.cdf_minus_u_density(),
                    tail.times(below_overflow(m * density)));
    } else {
      const V finite = bounded(x), u = bounded(V(scale.hardness * finite));
      const V cdf = value(u), density = NormalDistribution<V>::density(u);
      return {finite < x ? x : V(finite * cdf), V(cdf + u * density), V(finite * (finite * density))};
    }
  }

  /// b_j = φ⁽ʲ⁾/j! by the recurrence of the Hermite polynomials, (j + 1)·b_(j+1) = -u·b_j - b_(j-1); G_k =
  /// b_(k-1)/k.
  template <int K, class T>
  static std::array<T, K + 1> taylor(const T& x, const HardnessScale<T>& scale) {
    const T u = math::bounded(T(scale.hardness * x));
    std::array<T, K + 1> g{};
    g[0] = value(u);
    T before(0), b = math::NormalDistribution<T>::density(u);
    for (std::size_t k = 1; k <= K; ++k) {
      g[k] = b / T(static_cast<int>(k));
      const T next = -math::mul_add(u, b, before) / T(static_cast<int>(k));
      before = b;
      b = next;
    }
    return math::stretched(g, scale.hardness);
  }
};

}  // namespace hardgate::gates
