// Are the derivatives of an activation those of its values? For the library's activations and for users' own gates.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "check_smoothness.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

/// Something that an activation says and that does not agree with what it is compared with.
struct GradientFailure {
  /// "value", "derivative", "complement", "parameter_gradient" or "derivatives<4>[3]", with a reason where it is another than that
  /// the two differ: "value: jumps before here", "derivative: differences do not settle".
  std::string what;
  double x;          ///< where
  double expected;   ///< what it is compared with
  double actual;     ///< what the activation says
  double tolerance;  ///< how far apart they may be
};

/// What check_gradient found.
struct GradientReport {
  std::size_t checks = 0;                 ///< how many comparisons were made
  std::vector<GradientFailure> failures;  ///< those that failed

  /// Whether nothing failed.
  bool passed() const { return failures.empty(); }
};

/// Checks an activation against its gate, evaluated in plain numbers of a wider type (long double, or the scalar
/// itself where that is more precise): values, f', derivatives up to f⁗ and the parameter gradient at u = hx of both
/// signs from 2^-8 to 2^6, each against differences of the order below; jumps anywhere between; 1 - G by `complement`; values and f' out to
/// the largest numbers, and their limits at infinity.
///
/// `tolerance` is in units of the scalar's epsilon, relative to the two terms of f⁽ᵏ⁾ = x·G⁽ᵏ⁾ + k·G⁽ᵏ⁻¹⁾, which may
/// cancel; of what is beyond the largest number only the sign is compared. Returns what failed and where; nothing is
/// printed or thrown. It does not see jumps of G below 0.01 or nearer to 0 than |u| = 2^-8, kinks in f'
/// that lie between its points, how fast G falls beyond them, or errors that the gate makes in the wider type too. Where
/// there is no wider type, as for long double, the gate's own rounding counts too, and what is right may fail. Throws
/// std::domain_error unless the tolerance is greater than 0 and finite.
template <class Scalar, class Gate, class P>
GradientReport check_gradient(const GatedUnit<Scalar, Gate, P>& activation, double tolerance = 64) {
  using Activation = GatedUnit<Scalar, Gate, P>;
  using Real = detail::judge_t<Scalar>;
  constexpr int orders = 4;
  detail::require(tolerance > 0 && std::isfinite(tolerance), "tolerance", "greater than 0 and finite", tolerance);
  const auto rounding = static_cast<Real>(std::numeric_limits<Scalar>::epsilon());
  detail::Judge<Scalar, GradientReport> judge{rounding * static_cast<Real>(tolerance)};
  const auto exact = activation.template cast<Real>();
  const Real hardness = exact.hardness(), parameter = exact.parameter();
  const bool is_relu = !detail::is_finite(hardness);
  const Real width = is_relu ? Real(1) : Real(1 / hardness);
  const auto plain = [&](const Real& x) {
    return is_relu ? detail::maximum(x, Real(0)) : Real(x * Gate::value(detail::clamp_to_finite(Real(hardness * x))));
  };

  for (int exponent = -32; exponent <= 24; ++exponent) {
    for (const int sign : {-1, 1}) {
      const auto point = static_cast<Scalar>(sign * width * static_cast<Real>(std::exp2(exponent / 4.0)));
      const auto x = static_cast<Real>(point);
      const Real step = detail::absolute(x) / 8;
      GateSeries<Real, orders> gate{{}, x, Real(1)};
      if (!is_relu) gate = Gate::template taylor<orders>(x, typename Gate::template Scale<Real>(parameter));
      judge.compare("value", x, static_cast<Real>(activation(point)), plain(x), Real(0));
      judge.compare("derivative", x, static_cast<Real>(activation.derivative(point)),
                    detail::differentiate(plain, x, step), gate.c[0]);
      const Real u = detail::clamp_to_finite(Real(hardness * x));
      if (!is_relu) judge.compare("complement", x, Gate::complement(u), Real(1 - Gate::value(u)), Real(1));
      const auto derivatives = activation.template derivatives<orders>(point);
      const auto steeper = exact.template derivatives<orders + 1>(x);
      Real factorial(1);
      for (std::size_t k = 1; k <= orders; ++k) {
        const auto below = [&](const Real& y) { return exact.template derivatives<orders>(y)[k - 1]; };
        factorial *= static_cast<Real>(static_cast<int>(k));
        Real size = factorial * (detail::absolute(gate.c[k - 1]) +
                                 detail::absolute(gate.c[k]) * (detail::absolute(gate.at) + width * gate.stretch));
        for (std::size_t j = 1; j < k; ++j) size *= gate.stretch;
        auto expected = detail::differentiate(below, x, step);
        Real underflow = judge.smallest * factorial;  // of the gate's derivatives
        for (std::size_t j = 1; j < k; ++j) underflow *= gate.stretch;
        expected.error += underflow;
        if (k > 1) expected.error += rounding * detail::absolute(Real(x * steeper[k + 1])) / 4;  // of u = hx
        judge.compare("derivatives<4>[" + std::to_string(k) + "]", x, static_cast<Real>(derivatives[k]), expected,
                      size);
      }
      if constexpr (Activation::has_parameter) {
        if (is_relu || !(parameter > 0)) continue;
        judge.compare("parameter_gradient", x, static_cast<Real>(activation.parameter_gradient(point)),
                      detail::differentiate([&](const Real& p) { return GatedUnit<Real, Gate, P>(p)(x); }, parameter,
                                            Real(parameter / 8)),
                      Real(0));
      }
    }
  }

  // Between the points: what f changes by is the integral of f', here by Simpson's rule.
  const auto ratio = static_cast<Real>(std::exp2(1 / 128.0));
  for (const int sign : {-1, 1}) {
    Real left = sign * width / 256;
    for (int k = 0; k < 14 * 128; ++k) {
      const Real right = left * ratio, middle = (left + right) / 2, distance = detail::absolute(Real(right - left));
      const Real at_left = exact.derivative(left), at_right = exact.derivative(right);
      const Real expected = plain(left) + (right - left) / 6 * (at_left + 4 * exact.derivative(middle) + at_right);
      const Real largest = detail::maximum(detail::absolute(at_left), detail::absolute(at_right));
      judge.compare("value: jumps before here", right, plain(right), expected, Real(0),
                    Real(distance / 16 * (largest + 1)));
      left = right;
    }
  }

  // Far out, where a formula may overflow.
  using Limits = std::numeric_limits<Scalar>;
  using std::sqrt;
  if constexpr (Limits::has_infinity) {
    const Real farthest = static_cast<Real>((Limits::max)()) / 2 * detail::minimum(width, Real(1));  // hx is finite
    for (const int sign : {-1, 1}) {
      for (Real distance = farthest; distance > Real(16); distance = sqrt(distance)) {
        const auto point = static_cast<Scalar>(Real(sign * distance));
        const auto x = static_cast<Real>(point);
        judge.compare("value", x, static_cast<Real>(activation(point)), plain(x), Real(0));
        judge.compare("derivative", x, static_cast<Real>(activation.derivative(point)), Real(exact.derivative(x)),
                      Real(1));
      }
      const Scalar end = sign < 0 ? Scalar(-Limits::infinity()) : Limits::infinity();
      const Scalar limit = activation(end);
      judge.compare("derivative", static_cast<Real>(end), static_cast<Real>(activation.derivative(end)),
                    Real(sign < 0 ? 0 : 1), Real(1));
      if (sign < 0 ? !(limit == limit) : !(limit == end))
        judge.report.failures.push_back(
            {"value: no limit", static_cast<double>(end), sign < 0 ? 0 : HUGE_VAL, static_cast<double>(limit), 0});
    }
  }
  return judge.report;
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
