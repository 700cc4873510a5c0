// Eigen's own scalars: half and bfloat16 compute in float; AutoDiffScalar learns Φ, φ, π, roots and the chain rule.
#pragma once

#include <Eigen/Core>
#include <array>
#include <type_traits>

#include "../gate_traits.hpp"
#include "../normal_distribution.hpp"

namespace Eigen {
template <class Derivatives>
class AutoDiffScalar;  // <unsupported/Eigen/AutoDiff>, included by whoever uses it
}

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

/// Derivatives with respect to the parameter p = h^e at x, of an activation over plain numbers.
template <int e, class Activation>
class ByParameter {
  using Number = typename Activation::scalar;
  using Gate = typename Activation::gate;
  using Scale = typename Gate::template Scale<Number>;
  const Scale scale_;
  const Number x_, slope_, gradient_;
  const bool is_relu_;

 public:
  ByParameter(const Activation& activation, const Number& x)
      : scale_(activation.parameter()),
        x_(detail::clamp_to_finite(x)),
        slope_(Number(e) * activation.parameter()),
        gradient_(activation.response(x).parameter_gradient),
        is_relu_(!detail::is_finite(activation.hardness())) {}

  /// ∂f⁽ᵏ⁾/∂p, given f⁽ᵏ⁾, which is h^(k-1) times a function of hx, and f⁽ᵏ⁺¹⁾. For ReLU it is the derivative
  /// of order k of ∂f/∂p, which is a multiple of |x|^(1+e).
  Number of_derivative(int k, const Number& value, const Number& by_x) const {
    if (k == 0) return gradient_;
    if constexpr (has_derivatives_of_gradient<Scale>) {
      if (k == 1) return scale_.derivatives_of_gradient(x_, gradient_).first;
    }
    if (!is_relu_) return Number(k - 1) * value / slope_ + x_ * detail::clamp_to_finite(by_x) / slope_;
    Number derivative = gradient_;
    for (int i = 0; i < k && !(derivative == Number(0)); ++i) derivative *= Number(1 + e - i) / x_;
    return derivative;
  }
  /// ∂²f/∂p², given ∂²f/∂x∂p. ∂f/∂p is h^(-1-e) times a function of hx, which gives the last line. Near 0, where that
  /// cancels, x³·G'' does not.
  Number of_gradient(const Number& mixed) const {
    if constexpr (has_derivatives_of_gradient<Scale>) {
      return scale_.derivatives_of_gradient(x_, gradient_).second;
    } else if (is_relu_) {
      return Number(0);
    } else if constexpr (e == 1 && !has_derivatives<Number>) {
      const auto g = Gate::template taylor<2>(x_, scale_);
      if (detail::absolute(g.at) < Number(1)) {
        const Number x = g.at / slope_;
        return x_ * (x * (x * (g.c[2] + g.c[2])));
      }
    }
    return Number(-1 - e) * gradient_ / slope_ + x_ * mixed / slope_;
  }
};

/// The same activation, in double instead of float: so neither overflows nor underflows what is between.
template <class Activation>
auto widened(const Activation& activation) {
  if constexpr (std::is_same_v<typename Activation::scalar, float>) {
    return activation.template cast<double>();
  } else {
    return activation;
  }
}

/// A number with the derivatives that x and, where there is one, the parameter p give it.
template <bool has_parameter, class T, class Number = typename T::Scalar>
T carried(const T& x, const T& p, const Number& value, const Number& by_x, const Number& by_p) {
  T y = detail::clamp_to_finite(by_x) * T(Number(0), x.derivatives());
  if constexpr (has_parameter)  // Eigen makes sizes agree
    y += T(detail::clamp_to_finite(by_p) * T(Number(0), p.derivatives()));
  y.value() = value;
  return y;
}

/// The response, by the chain rule from the activation over plain numbers: also where powers of x or of p overflow, and
/// where it is ReLU.
template <int e, class Activation, class T>
Response<T> chain_rule(const Activation& plain, const T& x, const T& p) {
  using Number = typename T::Scalar;
  const auto wide = detail::widened(plain);
  const ByParameter<e, std::decay_t<decltype(wide)>> by_parameter(wide, x.value());
  const auto r = plain.response(x.value());
  const auto orders = wide.template derivatives<2>(x.value());
  const auto mixed = by_parameter.of_derivative(1, orders[1], orders[2]);
  const auto carry = [&](const Number& value, const Number& by_x, const Number& by_p) {
    return detail::carried<Activation::has_parameter>(x, p, value, by_x, by_p);
  };
  return {carry(r.value, r.derivative, r.parameter_gradient), carry(r.derivative, Number(orders[2]), Number(mixed)),
          carry(r.parameter_gradient, Number(mixed), Number(by_parameter.of_gradient(mixed)))};
}

/// f, f', …, likewise.
template <int e, int K, class Activation, class T>
std::array<T, std::size_t(K) + 1> chain_rule_of_derivatives(const Activation& plain, const T& x, const T& p) {
  using Number = typename T::Scalar;
  const auto wide = detail::widened(plain);
  const ByParameter<e, std::decay_t<decltype(wide)>> by_parameter(wide, x.value());
  const auto orders = wide.template derivatives<K + 1>(x.value());
  std::array<T, std::size_t(K) + 1> result;
  for (std::size_t k = 0; k <= K; ++k) {
    const auto by_p = by_parameter.of_derivative(static_cast<int>(k), orders[k], orders[k + 1]);
    result[k] =
        detail::carried<Activation::has_parameter>(x, p, Number(orders[k]), Number(orders[k + 1]), Number(by_p));
  }
  return result;
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
