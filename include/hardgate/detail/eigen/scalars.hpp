// Eigen's own scalars: half and bfloat16 compute in float; AutoDiffScalar learns Φ, φ, π, roots and the chain rule.
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

/// Numbers with the derivatives that x and the parameter p = h^e give them: also where powers of x or of p overflow, and
/// where the activation, over plain numbers, is ReLU.
template <int e, class Activation, class T>
class ChainRule {
  using Number = typename T::Scalar;
  const T dx_, dp_;
  const Number at_, slope_;
  const bool is_relu_;

 public:
  ChainRule(const Activation& plain, const T& x, const T& p)
      : dx_(Number(0), x.derivatives()),
        dp_(Number(0), p.derivatives()),
        at_(detail::clamp_to_finite(x.value())),
        slope_(Number(e) * p.value()),
        is_relu_(!detail::is_finite(plain.hardness())) {}

  /// ∂/∂p of a function of x with this value and derivative that is h^n times a function of hx.
  Number by_parameter(int n, const Number& value, const Number& by_x) const {
    return is_relu_ ? Number(0) : Number(n) * value / slope_ + at_ * by_x / slope_;
  }
  T operator()(const Number& value, const Number& by_x, const Number& by_p) const {
    T y = detail::clamp_to_finite(by_x) * dx_;
    if constexpr (Activation::has_parameter) y += T(detail::clamp_to_finite(by_p) * dp_);  // Eigen makes sizes agree
    y.value() = value;
    return y;
  }
};

/// The response; ∂f/∂p is h^(-1-e) times a function of hx.
template <int e, class Activation, class T>
Response<T> chain_rule(const Activation& plain, const T& x, const T& p) {
  const ChainRule<e, Activation, T> with(plain, x, p);
  const auto r = plain.response(x.value());
  const auto bend = plain.template derivatives<2>(x.value())[2];
  const auto mixed = with.by_parameter(0, r.derivative, bend);
  return {with(r.value, r.derivative, r.parameter_gradient), with(r.derivative, bend, mixed),
          with(r.parameter_gradient, mixed, with.by_parameter(-1 - e, r.parameter_gradient, mixed))};
}

/// f, f', …, of which the derivative of order k is h^(k-1) times a function of hx.
template <int e, int K, class Activation, class T>
std::array<T, std::size_t(K) + 1> chain_rule_of_derivatives(const Activation& plain, const T& x, const T& p) {
  const ChainRule<e, Activation, T> with(plain, x, p);
  const auto orders = plain.template derivatives<K + 1>(x.value());
  const auto gradient = plain.response(x.value()).parameter_gradient;
  std::array<T, std::size_t(K) + 1> result;
  for (std::size_t k = 0; k <= K; ++k)
    result[k] = with(orders[k], orders[k + 1],
                     k == 0 ? gradient : with.by_parameter(static_cast<int>(k) - 1, orders[k], orders[k + 1]));
  return result;
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
