// The algebra: a gate and a hardness make an activation, f(x; h) = x·G(hx).
//
//     f'(x)   = G(u) + u·G'(u)                            u = hx
//     ∂f/∂h   = x²·G'(u)
//     f⁽ᵏ⁾(x) = h^(k-1)·[u·G⁽ᵏ⁾(u) + k·G⁽ᵏ⁻¹⁾(u)]
//     f(x; h) = f(hx; 1)/h,   and f → ReLU as h → ∞      (all derived from the definition)
#pragma once

#include <array>
#include <type_traits>
#include <utility>

#include "detail/eigen/functors.hpp"
#include "gate.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

/// An activation: a value type that is a function of a number or of an Eigen array expression.
///
/// Scalar:    float, double, long double, Eigen::half and Eigen::bfloat16 (computed in float), automatic
///            differentiation, multiprecision and, for rational gates, exact rational numbers.
/// Gate:      what distinguishes one activation from another; see gate.hpp for how to write one.
/// Parameter: the gate's own (λ or β: the hardness h; ε = h^(-2N)), or Fixed for a gate of hardness 1.
///
/// Special values: NaN gives NaN; f(+∞) = +∞, f'(+∞) = 1; f and f' are 0 at -∞ for every gate whose tail falls faster
/// than 1/|u|, but for a hardness below 1e-28 (double: 1e-287), with which the largest number is still near 0. At
/// infinite hardness (λ = ∞, ε = 0) the activation is ReLU exactly.
template <class Scalar, class Gate, class GateParameter = typename detail::ParameterOf<Gate>::type>
class GatedUnit {
 public:
  using scalar = Scalar;  ///< what it computes with
  /// What its parameter, and sums of gradients with respect to it, are: float for 16-bit scalars, else the scalar.
  using parameter_type = detail::compute_t<Scalar>;
  using gate = Gate;  ///< what distinguishes it
  /// Whether it has a λ, a β or an ε.
  static constexpr bool has_parameter = !std::is_same_v<GateParameter, Fixed>;

  static_assert(!std::is_integral_v<Scalar>,
                "hardgate: an activation needs a scalar with fractions: float, double, ... instead of an integer.");

  /// The activation of hardness 1, where every parameter is 1.
  constexpr GatedUnit() : GatedUnit(Unchecked{}, parameter_type(1)) {}

  /// The activation with the given λ, β or ε; throws std::domain_error outside the parameter's domain.
  template <class P = GateParameter, class = std::enable_if_t<!std::is_same_v<P, Fixed>>>
  constexpr explicit GatedUnit(const parameter_type& parameter)
      : GatedUnit(Unchecked{}, (detail::require(P::contains(parameter), P::name, P::domain, parameter), parameter)) {}

  /// λ of an activation whose parameter is its hardness.
  constexpr const parameter_type& lambda() const {
    static_assert(has_parameter && Parameter::exponent == 1 && !std::is_same_v<Parameter, Beta>,
                  "hardgate: this activation has no lambda.");
    return parameter_;
  }
  /// β of Swish.
  constexpr const parameter_type& beta() const {
    static_assert(has_parameter && std::is_same_v<Parameter, Beta>, "hardgate: this activation has no beta.");
    return parameter_;
  }
  /// ε of an activation of the GEM family.
  constexpr const parameter_type& epsilon() const {
    static_assert(has_parameter && Parameter::exponent < 0, "hardgate: this activation has no epsilon.");
    return parameter_;
  }
  /// The parameter, whatever its name.
  constexpr const parameter_type& parameter() const { return parameter_; }

  /// h in x·G(hx): λ, β or ε^(-1/2N); infinite for ReLU.
  parameter_type hardness() const {
    if constexpr (has_parameter) {
      return Parameter::hardness(parameter_);
    } else {
      return is_relu() ? std::numeric_limits<parameter_type>::infinity() : parameter_type(1);
    }
  }
  /// dp/dh = e·p/h for p = h^e, which turns a gradient with respect to the parameter into one with respect to the
  /// hardness: ∂f/∂h = ∂f/∂p · dp/dh.
  parameter_type parameter_derivative() const {
    const parameter_type &p = parameter_, zero(0);
    if constexpr (Parameter::exponent == 1) return parameter_type(1);
    return p == zero ? zero : parameter_type(parameter_type(Parameter::exponent) * p / Parameter::hardness(p));
  }

  /// The same gate at another hardness in (0, ∞]; throws std::domain_error outside, and where the parameter would be
  /// infinite. An ε that underflows is 0: ReLU.
  template <class Number>
  GatedUnit<Scalar, Gate> with_hardness(const Number& number) const {
    const auto hardness = static_cast<parameter_type>(number);
    detail::require(Hardness::contains(hardness), Hardness::name, Hardness::domain, hardness);
    const parameter_type parameter(Parameter::from_hardness(hardness));
    detail::require(hardness > parameter_type(1) || detail::is_finite(parameter), Hardness::name,
                    "large enough for its parameter to be finite", hardness);
    return GatedUnit<Scalar, Gate>(parameter);
  }

  /// The same activation over another scalar.
  template <class To>
  GatedUnit<To, Gate, GateParameter> cast() const {
    if constexpr (has_parameter) {
      return GatedUnit<To, Gate, GateParameter>(static_cast<detail::compute_t<To>>(parameter_));
    } else {
      return {};
    }
  }

  /// f(x)
  HARDGATE_INLINE Scalar operator()(const Scalar& x) const { return Scalar(response(Compute(x)).value); }
  /// f'(x)
  HARDGATE_INLINE Scalar derivative(const Scalar& x) const { return Scalar(response(Compute(x)).derivative); }
  /// f''(x)
  HARDGATE_INLINE Scalar second_derivative(const Scalar& x) const {
    return Scalar(second_response(Compute(x)).second_derivative);
  }
  /// ∂f/∂λ, ∂f/∂β or ∂f/∂ε at x.
  HARDGATE_INLINE Scalar parameter_gradient(const Scalar& x) const {
    static_assert(has_parameter, "hardgate: this activation has no parameter to differentiate with respect to.");
    return Scalar(response(Compute(x)).parameter_gradient);
  }

  /// The same four of an expression with `unaryExpr` (Eigen arrays, matrices, tensors): lazy, vectorised, fused.
  template <class Expression>
  auto operator()(const Expression& x) const -> decltype(x.unaryExpr(*this)) {
    return checked(x).unaryExpr(*this);
  }
  /// f' of an expression
  template <class Expression, class Functor = detail::ResponseFunctor<GatedUnit, detail::DerivativeMember>>
  auto derivative(const Expression& x) const -> decltype(x.unaryExpr(std::declval<Functor>())) {
    return checked(x).unaryExpr(Functor{*this});
  }
  /// f'' of an expression
  template <class Expression, class Functor = detail::ResponseFunctor<GatedUnit, detail::SecondDerivativeMember>>
  auto second_derivative(const Expression& x) const -> decltype(x.unaryExpr(std::declval<Functor>())) {
    return checked(x).unaryExpr(Functor{*this});
  }
  /// ∂f/∂λ, ∂f/∂β or ∂f/∂ε of an expression
  template <class Expression, class Functor = detail::ResponseFunctor<GatedUnit, detail::GradientMember>>
  auto parameter_gradient(const Expression& x) const -> decltype(x.unaryExpr(std::declval<Functor>())) {
    static_assert(has_parameter, "hardgate: this activation has no parameter to differentiate with respect to.");
    return checked(x).unaryExpr(Functor{*this});
  }

  /// f, f' and ∂f/∂p at once, for a number or a packet: by the gate's kernel where there is one, else by the algebra
  /// from G(u) and h·G'(u). What the caller of a kernel does not use costs nothing.
  template <class Value>
  HARDGATE_INLINE Response<Value> response(const Value& x) const {
    if constexpr (detail::has_derivatives<Value>) {
      return detail::chain_rule<Parameter::exponent>(plain<typename Value::Scalar>(), x, parameter_);
    } else {
      if constexpr (!detail::is_kernel_value<Value> || !detail::kernel_covers_relu<Gate>) {
        if (is_relu()) return Gate::relu_limit(x);
      }
      if constexpr (detail::is_kernel_value<Value> && detail::has_kernel<Gate>) {
        return Gate::kernel(x, scale());
      } else {
        return by_series(x);
      }
    }
  }

  /// The same and f'', where a kernel does not give it from the Taylor series of the gate.
  template <class Value>
  HARDGATE_INLINE SecondResponse<Value> second_response(const Value& x) const {
    if constexpr (detail::has_second_kernel<Gate, Value>) {
      if constexpr (!detail::kernel_covers_relu<Gate>) {
        if (is_relu()) return {response(x), detail::zero_like(x)};
      }
      return Gate::kernel(x, scale());
    } else {
      const auto second = [this](const auto& number) { return cast<Compute>().template derivatives<2>(number)[2]; };
      return {response(x), detail::one_by_one(x, second)};
    }
  }

  /// f, f', f'', … up to order K, from the Taylor series of the gate. Where f is not smooth (GEM family at 0), the
  /// derivative from the left (GEM, E-GEM) or right (SE-GEM), where f is a straight line.
  template <int K>
  std::array<Scalar, std::size_t(K) + 1> derivatives(const Scalar& point) const {
    static_assert(K >= 0, "hardgate: the order of a derivative is at least 0.");
    const Compute x(point);
    if constexpr (detail::has_derivatives<Compute>) {
      return detail::chain_rule_of_derivatives<Parameter::exponent, K>(plain<typename Compute::Scalar>(), x,
                                                                       parameter_);
    } else {
      const Response<Compute> first = response(x);
      std::array<Scalar, std::size_t(K) + 1> result{};
      result[0] = Scalar(first.value);
      if constexpr (K >= 1) result[1] = Scalar(first.derivative);
      if constexpr (K >= 2 && std::is_same_v<Compute, float>) {  // in double nothing overflows or underflows on the way
        const auto wide = cast<double>().template derivatives<K>(static_cast<double>(x));
        for (std::size_t k = 2; k <= K; ++k) result[k] = Scalar(static_cast<float>(wide[k]));
      } else if constexpr (K >= 2) {
        if (is_relu() || detail::clamp_to_finite(x) < x || x < detail::clamp_to_finite(x)) {
          for (std::size_t k = 2; k <= K; ++k) result[k] = Scalar(detail::zero_like(x));
          return result;
        }
        const GateSeries<Compute, K> g = Gate::template taylor<K>(x, scale());
        Compute factorial(1);
        for (std::size_t k = 2; k <= K; ++k) {  // f(x + δ) = (at + w)·(c₀ + c₁w + …)/stretch, w = stretch·δ
          factorial *= Compute(static_cast<int>(k));
          Compute f = factorial * (x == Compute(0) ? g.c[k - 1] : detail::mul_add(g.at, g.c[k], g.c[k - 1]));
          for (std::size_t j = 1; j < k; ++j) f *= g.stretch;  // one factor at a time, so that a zero stays zero
          result[k] = Scalar(f);
        }
      }
      return result;
    }
  }

  /// The same activation, but what it gives as ∂f/∂p is ∂f/∂h times the second number: 1, or dp/dh.
  std::pair<GatedUnit, parameter_type> by_hardness() const {
    if constexpr (detail::has_scale_by_hardness<Scale, Compute>) {
      if (!is_relu()) {
        GatedUnit unit = *this;
        unit.scale_ = scale_.by_hardness(hardness());
        return {unit, parameter_type(1)};
      }
    }
    return {*this, parameter_derivative()};
  }

  /// A packet of Eigen's through the same function.
  template <class Packet>
  HARDGATE_INLINE Packet packetOp(const Packet& packet) const {
    return detail::narrow<Packet>(response(detail::widen(packet)).value);
  }

 private:
  using Compute = parameter_type;
  using Parameter = typename Gate::Parameter;
  using Scale = typename Gate::template Scale<Compute>;
  struct Unchecked {};
  template <class>
  friend class detail::ChannelScales;

  constexpr GatedUnit(Unchecked, const parameter_type& parameter)
      : parameter_(parameter), scale_(parameter), is_relu_(scale_.is_relu()) {}

  // Without a parameter both are known at compile time.
  HARDGATE_INLINE Scale scale() const {
    if constexpr (has_parameter) {
      return scale_;
    } else if constexpr (detail::is_kernel_value<Compute>) {
      constexpr Scale at_1(Compute(1));
      return at_1;
    } else {
      return Scale(Compute(1));
    }
  }
  HARDGATE_INLINE bool is_relu() const {
    if constexpr (has_parameter) return is_relu_;
    return Scale(Compute(1)).is_relu();
  }

  // The response by the algebra. Never inlined: a compiler may fuse a gate's products and sums in one place and not in
  // another, and every caller shall get the same bits.
  template <class Value>
  HARDGATE_DEVICE HARDGATE_NOINLINE Response<Value> by_series(const Value& x) const {
    const Value finite = detail::clamp_to_finite(x);
    const GateSeries<Value, 1> g = Gate::template taylor<1>(finite, scale());
    // Where hx is beyond the largest number, x·G(hx) by a gate that falls like 1/|u| is that at the largest number.
    const bool beyond = x < Value(0) && !detail::is_finite(Value(g.stretch * finite));
    const Value point = beyond ? Value(g.at / g.stretch) : finite;
    // u·G'(u), which is 0 at 0, also where G rises vertically there.
    const Value bend = g.at == Value(0) ? Value(detail::zero_like(x)) : Value(g.at * g.c[1]);
    const Value slope = Value(Parameter::exponent) * Value(parameter_);  // h·dp/dh
    return {finite < x ? x : Value(point * g.c[0]), Value(g.c[0] + bend), Value(finite * bend / slope)};
  }

  // The activation without the derivatives that its scalar carries along.
  template <class Number>
  GatedUnit<Number, Gate, GateParameter> plain() const {
    if constexpr (has_parameter) {
      return GatedUnit<Number, Gate, GateParameter>(parameter_.value());
    } else {
      return {};
    }
  }

  template <class Expression>
  static const Expression& checked(const Expression& x) {
    static_assert(std::is_same_v<typename Expression::Scalar, Scalar>,
                  "hardgate: x must have the scalar of the activation; x.cast<...>() converts it.");
    return x;
  }

  parameter_type parameter_;
  Scale scale_;
  bool is_relu_;
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
