// The algebra: a gate and a hardness make an activation, f(x; h) = x·G(hx).
//
//     f'(x)   = G(u) + u·G'(u)                            u = hx
//     ∂f/∂h   = x²·G'(u)
//     f⁽ᵏ⁾(x) = h^(k-1)·[u·G⁽ᵏ⁾(u) + k·G⁽ᵏ⁻¹⁾(u)]
//     f(x; h) = f(hx; 1)/h,   and f → ReLU as h → ∞      (all derived from the definition)
#pragma once

#include <array>
#include <type_traits>

#include "gates/gate.hpp"

/// What stands here is public; inner namespaces are how it works and may change, but for math::Jet and
/// math::pi.
namespace hardgate {

template <class Activation>
struct Derivative;
template <class Activation>
struct ParameterGradient;

/// An activation: a value type that is a function of a number or of an Eigen array expression.
///
/// Scalar:    float, double, long double, Eigen::half and Eigen::bfloat16 (computed in float), automatic
///            differentiation, multiprecision and, for rational gates, exact rational numbers.
/// Gate:      what distinguishes one activation from another; see gates/gate.hpp for how to write one.
/// Parameter: the gate's own (λ: Hardness, ε: Epsilon<N>), or Fixed for a gate of hardness 1.
///
/// Special values: NaN gives NaN; f(+∞) = +∞, f'(+∞) = 1; f and f' are 0 at -∞ for every gate whose tail
/// falls faster than 1/|u|. At infinite hardness (λ = ∞, ε = 0) the unit is ReLU exactly.
template <class Scalar, class Gate, class GateParameter = gates::parameter_of<Gate>>
class GatedUnit {
 public:
  using scalar = Scalar;  ///< what it computes with
  using gate = Gate;      ///< what distinguishes it
  /// Whether it has a λ or an ε.
  static constexpr bool has_parameter = !std::is_same_v<GateParameter, Fixed>;

  static_assert(
      !std::is_integral_v<Scalar>,
      "hardgate: an activation needs a scalar with fractions: float, double, ... instead of an integer.");

  /// The unit of hardness 1, where every parameter is 1.
  constexpr GatedUnit() : GatedUnit(Unchecked{}, Scalar(1)) {}

  /// The unit with the given λ or ε; throws std::domain_error outside the parameter's domain.
  template <class P = GateParameter, class = std::enable_if_t<!std::is_same_v<P, Fixed>>>
  constexpr explicit GatedUnit(const Scalar& parameter)
      : GatedUnit(Unchecked{}, (P::check(parameter), parameter)) {}

  /// λ of a unit whose parameter is its hardness.
  constexpr const Scalar& lambda() const {
    static_assert(std::is_same_v<GateParameter, Hardness>, "hardgate: this activation has no lambda.");
    return parameter_;
  }
  /// ε of a unit of the GEM family.
  constexpr const Scalar& epsilon() const {
    static_assert(has_parameter && !std::is_same_v<GateParameter, Hardness>,
                  "hardgate: this activation has no epsilon.");
    return parameter_;
  }
  /// The parameter, whatever its name.
  constexpr const Scalar& parameter() const { return parameter_; }

  /// h in x·G(hx): λ, or ε^(-1/2N); infinite for ReLU.
  Scalar hardness() const {
    if constexpr (std::is_same_v<GateParameter, Fixed>) {
      return is_step_ ? std::numeric_limits<Scalar>::infinity() : parameter_;
    } else {
      return Scalar(GateParameter::hardness(compute_t<Scalar>(parameter_)));
    }
  }
  /// dp/dh, which turns a gradient by the parameter into one by the hardness: ∂f/∂h = ∂f/∂p · dp/dh.
  Scalar parameter_slope() const { return Scalar(Gate::Parameter::slope(compute_t<Scalar>(parameter_))); }

  /// The same gate at another hardness in (0, ∞]; throws std::domain_error outside, and where the parameter
  /// would be infinite. An ε that underflows is 0: ReLU.
  GatedUnit<Scalar, Gate> with_hardness(const Scalar& hardness) const {
    Hardness::check(hardness, "hardness");
    const Scalar parameter(Gate::Parameter::from_hardness(compute_t<Scalar>(hardness)));
    math::require(hardness > Scalar(1) || math::bounded(parameter) == parameter, "hardness",
                  "large enough for its parameter to be finite", hardness);
    return GatedUnit<Scalar, Gate>(parameter);
  }

  /// f(x)
  HARDGATE_INLINE constexpr Scalar operator()(const Scalar& x) const {
    return Scalar(response(compute_t<Scalar>(x)).value);
  }
  /// f'(x)
  HARDGATE_INLINE constexpr Scalar derivative(const Scalar& x) const {
    return Scalar(response(compute_t<Scalar>(x)).derivative);
  }
  /// ∂f/∂λ or ∂f/∂ε at x.
  HARDGATE_INLINE constexpr Scalar parameter_gradient(const Scalar& x) const {
    static_assert(has_parameter, "hardgate: this activation has no parameter to take a gradient by.");
    return Scalar(response(compute_t<Scalar>(x)).parameter_gradient);
  }

  /// The same three of an expression with `unaryExpr` (Eigen arrays, matrices, tensors): lazy, vectorised,
  /// fused.
  template <class Expression>
  auto operator()(const Expression& x) const -> decltype(x.unaryExpr(*this)) {
    return checked(x).unaryExpr(*this);
  }
  /// f' of an expression
  template <class Expression, class Functor = Derivative<GatedUnit>>
  auto derivative(const Expression& x) const -> decltype(x.unaryExpr(std::declval<Functor>())) {
    return checked(x).unaryExpr(Functor{*this});
  }
  /// ∂f/∂λ or ∂f/∂ε of an expression
  template <class Expression, class Functor = ParameterGradient<GatedUnit>>
  auto parameter_gradient(const Expression& x) const -> decltype(x.unaryExpr(std::declval<Functor>())) {
    static_assert(has_parameter, "hardgate: this activation has no parameter to take a gradient by.");
    return checked(x).unaryExpr(Functor{*this});
  }

  /// f, f' and ∂f/∂p at once, for a number or a packet of them. What the caller does not use costs nothing.
  template <class Value>
  HARDGATE_INLINE constexpr Response<Value> response(const Value& x) const {
    if constexpr (has_parameter) {
      if (is_step_) return Gate::step_response(x);
      return Gate::response(x, scale_);
    } else {  // all known at compile time
      return Gate::response(x, Scale(compute_t<Scalar>(1)));
    }
  }

  /// f, f', f'', … up to order K, from the Taylor series of the gate. Where f is not smooth (GEM family at
  /// 0), the derivative from the left (GEM, E-GEM) or right (SE-GEM), where f is a straight line.
  template <int K>
  std::array<Scalar, K + 1> derivatives(const Scalar& x) const;

  /// For functors of Eigen: the packet kernel.
  template <class Packet>
  HARDGATE_INLINE Packet packetOp(const Packet& x) const;

 private:
  using Scale = typename Gate::template Scale<compute_t<Scalar>>;
  struct Unchecked {};

  template <class Expression>
  static const Expression& checked(const Expression& x) {
    static_assert(std::is_same_v<typename Expression::Scalar, Scalar>,
                  "hardgate: x must have the scalar of the activation; x.cast<...>() converts it.");
    return x;
  }

  constexpr GatedUnit(Unchecked, const Scalar& parameter)
      : parameter_(parameter),
        scale_(static_cast<compute_t<Scalar>>(parameter)),
        is_step_(scale_.is_step()) {}

  Scalar parameter_;
  Scale scale_;
  bool is_step_;
};

/// f' of an activation, as a functor of its own.
template <class Activation>
struct Derivative {
  using scalar = typename Activation::scalar;  ///< what it computes with
  Activation activation;                       ///< whose derivative it is

  /// f'(x)
  HARDGATE_INLINE constexpr scalar operator()(const scalar& x) const { return activation.derivative(x); }
  /// The packet kernel.
  template <class Packet>
  HARDGATE_INLINE Packet packetOp(const Packet& x) const;
};

/// ∂f/∂p of an activation, as a functor of its own.
template <class Activation>
struct ParameterGradient {
  using scalar = typename Activation::scalar;  ///< what it computes with
  Activation activation;                       ///< whose gradient it is

  /// ∂f/∂p at x.
  HARDGATE_INLINE constexpr scalar operator()(const scalar& x) const {
    return activation.parameter_gradient(x);
  }
  /// The packet kernel.
  template <class Packet>
  HARDGATE_INLINE Packet packetOp(const Packet& x) const;
};

template <class Scalar, class Gate, class P>
template <int K>
std::array<Scalar, K + 1> GatedUnit<Scalar, Gate, P>::derivatives(const Scalar& point) const {
  static_assert(K >= 0, "hardgate: the order of a derivative is at least 0.");
  using T = compute_t<Scalar>;
  const T x(point);
  const Response<T> first = response(x);
  std::array<Scalar, K + 1> result{};
  result[0] = Scalar(first.value);
  if constexpr (K >= 1) result[1] = Scalar(first.derivative);
  if constexpr (K >= 2) {
    if (is_step_ || math::bounded(x) < x || x < math::bounded(x)) {
      for (std::size_t k = 2; k <= K; ++k) result[k] = Scalar(math::zero_like(x));
      return result;
    }
    const std::array<T, K + 1> g = Gate::template taylor<K>(x, scale_);
    T factorial(1);
    for (std::size_t k = 2; k <= K; ++k) {  // f(x + δ) = (x + δ)·G(h(x + δ))
      factorial *= T(static_cast<int>(k));
      result[k] = Scalar(factorial * (x == T(0) ? g[k - 1] : math::mul_add(x, g[k], g[k - 1])));
    }
  }
  return result;
}

}  // namespace hardgate
