// The normal distribution by plain formulas, for any scalar with exp, sqrt, atan and erfc.
#pragma once

#include "../jet.hpp"

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

/// Φ and φ. Scalars without erfc specialise it (eigen/scalars.hpp). In floating point, what rounding -u/√2 and u²/2
/// dropped is made up for: in the tail it would reach the exponent.
template <class T>
struct NormalDistribution {
  static T cdf(const T& u) {
    using std::erfc;
    using std::exp;
    using std::sqrt;
    const T z = -u / T(sqrt(T(2))), cdf = erfc(z) / T(2);
    if constexpr (std::is_floating_point_v<T>) {
      if (T(1) < z && z < T(1000)) {  // erfc(z + d/2z) ≈ erfc(z) - d·e^(-z²)/(z·√π), z² + d = u²/2
        const T half = u / 2, square = u * half, d = std::fma(-z, z, square) + std::fma(u, half, -square);
        return cdf - d * exp(-z * z) / (2 * z * sqrt(pi<T>()));
      }
    }
    return cdf;
  }
  static T density(const T& u) {
    using std::exp;
    using std::sqrt;
    const T half = u / T(2), square = u * half, density = exp(T(-square)) / T(sqrt(T(2) * pi<T>()));
    if constexpr (std::is_floating_point_v<T>) {
      if (density > T(0)) return density - density * std::fma(u, half, -square);
    }
    return density;
  }
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
