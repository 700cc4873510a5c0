// The normal distribution function: the gate of GELU and λ-GELU [L].
#pragma once

#include "../detail/normal_distribution.hpp"
#include "../detail/normal_tail.hpp"
#include "../detail/two_sided.hpp"

namespace hardgate {

/// How much care is taken with the last bits.
enum class Accuracy {
  accurate,  ///< the default: rounding errors are compensated
  fast       ///< they are not
};

/// Φ(u), the standard normal distribution function. Its activation [L], with the density φ:
///
///     f = x·Φ(u),  f' = Φ(u) + u·φ(u),  ∂f/∂λ = x²·φ(u),  Φ⁽ᵏ⁾(u) = (-1)^(k-1)·He_(k-1)(u)·φ(u);   C^∞
///
/// Never ½(1 + erf): for u < 0 that cancels. Φ(-|u|) is computed directly and reflected for u > 0.
template <Accuracy accuracy = Accuracy::accurate>
struct NormalGate : Gate<NormalGate<accuracy>> {
  using Parameter = Lambda;  ///< λ
  /// λ and the |x| beyond which f is 0 or x.
  template <class Scalar>
  using Scale = detail::FoldingScale<Scalar, NormalGate>;
  /// The |u| beyond which u·Φ(-|u|) is 0.
  template <class S>
  static constexpr S bound = detail::normal_tail_bound<S>;

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

  /// From Φ(-|u|) and φ(u) with e^(-u²/2) in common.
  template <class V, class S>
  HARDGATE_INLINE static Response<V> kernel(const V& x, const detail::FoldingScale<S, NormalGate>& scale) {
    using namespace detail;
    const auto [m, u, u_low] = fold(x, scale);
    const auto tail = normal_tail<accuracy == Accuracy::accurate>(u, u_low);
    const V density = m * V(inverse_sqrt_2_pi<S>), least = least_exponent(x, scale);
    return unfold(x, tail.times_cdf(m, least), tail.cdf_minus_u_density(least),
                  tail.times(at_most_half_of_max(m * density), V(scale.least_of_square)));
  }

  /// b_j = φ⁽ʲ⁾/j! by the recurrence of the Hermite polynomials, (j + 1)·b_(j+1) = -u·b_j - b_(j-1); G_k = b_(k-1)/k.
  template <int K, class T>
  static GateSeries<T, K> taylor(const T& x, const HardnessScale<T>& scale) {
    const T u = detail::clamp_to_finite(T(scale.hardness * x));
    std::array<T, K + 1> g{};
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

}  // namespace hardgate
