// Eigen's own scalars: half and bfloat16 compute in float; AutoDiffScalar learns Φ, φ, π and roots.
#pragma once

#include <Eigen/Core>

#include "../normal_distribution.hpp"

namespace Eigen {
template <class Derivatives>
class AutoDiffScalar;  // <unsupported/Eigen/AutoDiff>, included by whoever uses it
}

namespace hardgate::detail {

template <>
struct ComputeType<Eigen::half> {
  using type = float;
};
template <>
struct ComputeType<Eigen::bfloat16> {
  using type = float;
};

template <class Derivatives>
struct Pi<Eigen::AutoDiffScalar<Derivatives>> {
  using T = Eigen::AutoDiffScalar<Derivatives>;
  static T value() { return T(pi<typename T::Scalar>()); }
};

template <class Derivatives>
struct InverseRoot<Eigen::AutoDiffScalar<Derivatives>> {
  using T = Eigen::AutoDiffScalar<Derivatives>;
  static T of(const T& x, int n) {
    const auto root = InverseRoot<typename T::Scalar>::of(x.value(), n);
    return T(root, -root / (n * x.value()) * x.derivatives());
  }
};

template <class Derivatives>
struct NormalDistribution<Eigen::AutoDiffScalar<Derivatives>> {
  using T = Eigen::AutoDiffScalar<Derivatives>;
  using Plain = NormalDistribution<typename T::Scalar>;

  static T cdf(const T& u) { return T(Plain::cdf(u.value()), Plain::density(u.value()) * u.derivatives()); }
  static T density(const T& u) {
    const auto density = Plain::density(u.value());
    return T(density, -u.value() * density * u.derivatives());
  }
};

}  // namespace hardgate::detail
