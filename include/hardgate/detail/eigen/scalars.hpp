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
  const Activation& plain_;
  const T dx_, dp_;
  const Number at_, slope_, gradient_;
  const bool is_relu_;

 public:
  ChainRule(const Activation& plain, const T& x, const T& p, const Number& gradient)
      : plain_(plain),
        dx_(Number(0), x.derivatives()),
        dp_(Number(0), p.derivatives()),
        at_(detail::clamp_to_finite(x.value())),
        slope_(Number(e) * p.value()),
        gradient_(gradient),
        is_relu_(!detail::is_finite(plain.hardness())) {}

  /// ∂f⁽ᵏ⁾/∂p for k > 0, given f⁽ᵏ⁾, which is h^(k-1) times a function of hx, and f⁽ᵏ⁺¹⁾. For ReLU it is the derivative
  /// of order k of ∂f/∂p, which is a multiple of |x|^(1+e).
  Number by_parameter(int k, const Number& value, const Number& by_x) const {
    if (!is_relu_) return Number(k - 1) * value / slope_ + at_ * by_x / slope_;
    Number derivative = gradient_;
    for (int i = 0; i < k && !(derivative == Number(0)); ++i) derivative *= Number(1 + e - i) / at_;
    return derivative;
  }
  /// ∂²f/∂p², given ∂²f/∂x∂p. ∂f/∂p is h^(-1-e) times a function of hx, which gives the last line. It cancels where that
  /// is nearly a power of hx; the gate's own formula and, for p = h, x³·G'' do not.
  Number second_by_parameter(const Number& mixed) const {
    if constexpr (Activation::has_parameter && !has_derivatives<Number>) {
      using Gate = typename Activation::gate;
      using Scale = typename Gate::template Scale<Number>;
      const Scale scale(plain_.parameter());
      if constexpr (has_second_by_parameter<Scale>) {
        return scale.second_by_parameter(at_, gradient_);
      } else if constexpr (e == 1) {
        if (is_relu_) return Number(0);
        const auto g = Gate::template taylor<2>(at_, scale);
        return at_ * (g.at * (g.at * (g.c[2] + g.c[2]))) / slope_ / slope_;
      }
    }
    return is_relu_ ? Number(0) : Number(-1 - e) * gradient_ / slope_ + at_ * mixed / slope_;
  }
  T operator()(const Number& value, const Number& by_x, const Number& by_p) const {
    T y = detail::clamp_to_finite(by_x) * dx_;
    if constexpr (Activation::has_parameter) y += T(detail::clamp_to_finite(by_p) * dp_);  // Eigen makes sizes agree
    y.value() = value;
    return y;
  }
};

/// The response.
template <int e, class Activation, class T>
Response<T> chain_rule(const Activation& plain, const T& x, const T& p) {
  const auto r = plain.response(x.value());
  const ChainRule<e, Activation, T> with(plain, x, p, r.parameter_gradient);
  const auto bend = plain.template derivatives<2>(x.value())[2];
  const auto mixed = with.by_parameter(1, r.derivative, bend);
  return {with(r.value, r.derivative, r.parameter_gradient), with(r.derivative, bend, mixed),
          with(r.parameter_gradient, mixed, with.second_by_parameter(mixed))};
}

/// f, f', …
template <int e, int K, class Activation, class T>
std::array<T, std::size_t(K) + 1> chain_rule_of_derivatives(const Activation& plain, const T& x, const T& p) {
  const auto orders = plain.template derivatives<K + 1>(x.value());
  const auto gradient = plain.response(x.value()).parameter_gradient;
  const ChainRule<e, Activation, T> with(plain, x, p, gradient);
  std::array<T, std::size_t(K) + 1> result;
  for (std::size_t k = 0; k <= K; ++k)
    result[k] = with(orders[k], orders[k + 1],
                     k == 0 ? gradient : with.by_parameter(static_cast<int>(k), orders[k], orders[k + 1]));
  return result;
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
