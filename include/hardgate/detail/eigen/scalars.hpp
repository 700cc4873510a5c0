// Eigen's own scalars: half and bfloat16 compute in float; AutoDiffScalar learns Φ, φ, π, atan, roots and the chain rule.
#pragma once

#include <Eigen/Core>

#include "../normal_distribution.hpp"

namespace Eigen {
template <class Derivatives>
class AutoDiffScalar;  // <unsupported/Eigen/AutoDiff>, included by whoever uses it
}

namespace hardgate {
inline namespace HARDGATE_TARGET {

template <class Value>
struct Response;

}  // namespace HARDGATE_TARGET
}  // namespace hardgate

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

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

/// Eigen 3.4 has no atan for it.
template <class Derivatives>
struct Arctangent<Eigen::AutoDiffScalar<Derivatives>> {
  using T = Eigen::AutoDiffScalar<Derivatives>;
  static T of(const T& x) {
    using Number = typename T::Scalar;
    return T(Arctangent<Number>::of(x.value()), Number(1) / (Number(1) + x.value() * x.value()) * x.derivatives());
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

/// Whether a scalar carries derivatives along.
template <class T>
inline constexpr bool has_derivatives = false;
template <class Derivatives>
inline constexpr bool has_derivatives<Eigen::AutoDiffScalar<Derivatives>> = true;

/// The response by the chain rule, from the activation over plain numbers: also where powers of x or of the parameter
/// p = h^e overflow, and where it is ReLU. ∂f'/∂p = x·f''/(e·p); ∂²f/∂p² = x²·f''/(e·p)² - (1 + e)·∂f/∂p/(e·p).
template <int e, class Activation, class T>
Response<T> chain_rule(const Activation& plain, const T& x, const T& p) {
  using Number = typename T::Scalar;
  const Response<Number> r = plain.response(x.value());
  const Number bend = plain.template derivatives<2>(x.value())[2], slope = Number(e) * p.value();
  Number mixed(0), twice(0);
  if (detail::is_finite(plain.hardness())) {
    const Number at = detail::clamp_to_finite(x.value());
    mixed = at * bend / slope;
    twice = mixed * at / slope - Number(1 + e) * r.parameter_gradient / slope;
  }
  const T dx(Number(0), x.derivatives()), dp(Number(0), p.derivatives());
  const auto with = [&](const Number& value, const Number& by_x, const Number& by_p) {
    T y = detail::clamp_to_finite(by_x) * dx;
    if constexpr (Activation::has_parameter) y += T(detail::clamp_to_finite(by_p) * dp);  // Eigen makes sizes agree
    y.value() = value;
    return y;
  };
  return {with(r.value, r.derivative, r.parameter_gradient), with(r.derivative, bend, mixed),
          with(r.parameter_gradient, mixed, twice)};
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
