// Are the derivatives of an activation those of its values? For the library's activations and for users' own gates.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "check_smoothness.hpp"

namespace hardgate {

/// A derivative that does not agree with the differences of what it is the derivative of.
struct GradientFailure {
  std::string what;  ///< "derivative", "parameter_gradient", "derivatives<4>[3]", or "value" against long double
  double x;          ///< where
  double expected;   ///< from differences, or in long double
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

namespace detail {

/// g'(x) by central differences, extrapolated to step 0 (Ridders 1982), and an estimate of its error: how far
/// the extrapolations disagree, and what rounding g contributes.
struct Extrapolated {
  long double value, error;
};
template <class Function>
Extrapolated differentiate(const Function& g, long double x, long double step) {
  constexpr int rows = 10;
  long double table[rows][rows];
  Extrapolated best{0, std::numeric_limits<long double>::infinity()};
  for (int i = 0; i < rows; ++i, step /= 2) {
    const long double right = g(x + step), left = g(x - step);
    const long double noise =
        4 * std::numeric_limits<long double>::epsilon() * (std::fabs(right) + std::fabs(left)) / step;
    table[i][0] = (right - left) / (2 * step);
    long double factor = 1;
    for (int j = 1; j <= i; ++j) {
      factor *= 4;
      table[i][j] = table[i][j - 1] + (table[i][j - 1] - table[i - 1][j - 1]) / (factor - 1);
      const long double error =
          noise + std::fmax(std::fabs(table[i][j] - table[i][j - 1]), std::fabs(table[i][j] - table[i - 1][j - 1]));
      if (error < best.error) best = {table[i][j], error};
    }
  }
  return best;
}

}  // namespace detail

/// Checks an activation at u = hx of both signs from 2^-8 to 2^6: its values against the same activation in long
/// double; f' and the derivatives up to f⁗ against differences of the order below; the parameter gradient against
/// differences in the parameter. All differences are taken in long double, so that they are better than what they
/// judge.
///
/// `tolerance` is in units of the scalar's epsilon, relative to the two terms of f⁽ᵏ⁾ = x·G⁽ᵏ⁾ + k·G⁽ᵏ⁻¹⁾, which may
/// cancel. Returns what failed and where; nothing is printed or thrown.
template <class Scalar, class Gate, class P>
GradientReport check_gradient(const GatedUnit<Scalar, Gate, P>& activation, double tolerance = 64) {
  using Activation = GatedUnit<Scalar, Gate, P>;
  using Real = long double;
  using detail::Extrapolated;
  constexpr int orders = 4;
  const Real epsilon = static_cast<Real>(std::numeric_limits<Scalar>::epsilon()) * static_cast<Real>(tolerance);
  const Real smallest = static_cast<Real>((std::numeric_limits<Scalar>::min)());
  const auto exact = activation.template cast<Real>();
  const Real width = std::isfinite(exact.hardness()) ? 1 / exact.hardness() : Real(1);

  GradientReport report;
  const auto compare = [&](const std::string& what, Real x, Scalar actual, const Extrapolated& expected, Real size) {
    ++report.checks;
    const Real allowed = epsilon * (std::fabs(expected.value) + std::fabs(size)) + 8 * expected.error + smallest;
    // Differences that do not settle show a jump in f.
    const bool resolved =
        what != "derivative" || 8 * expected.error <= std::fabs(expected.value) / 8 + std::fabs(size) / 8 + smallest;
    if (!resolved || !(std::fabs(static_cast<Real>(actual) - expected.value) <= allowed))
      report.failures.push_back({what, static_cast<double>(x), static_cast<double>(expected.value),
                                 static_cast<double>(actual), static_cast<double>(allowed)});
  };

  for (int exponent = -32; exponent <= 24; ++exponent) {
    for (const int sign : {-1, 1}) {
      const auto point = static_cast<Scalar>(sign * width * std::exp2(static_cast<Real>(exponent) / 4));
      const Real x = static_cast<Real>(point), step = std::fabs(x) / 8;
      compare("value", x, activation(point), {exact(x), 0}, 0);
      const typename Gate::template Scale<Real> scale(exact.parameter());
      std::array<Real, orders + 1> gate{};
      if (!scale.is_relu()) gate = Gate::template taylor<orders>(x, scale);
      compare("derivative", x, activation.derivative(point), detail::differentiate(exact, x, step), gate[0]);
      const auto derivatives = activation.template derivatives<orders>(point);
      Real factorial = 1;
      for (std::size_t k = 1; k <= orders; ++k) {
        const auto below = [&](Real y) { return exact.template derivatives<orders>(y)[k - 1]; };
        compare("derivatives<4>[" + std::to_string(k) + "]", x, derivatives[k], detail::differentiate(below, x, step),
                (factorial *= static_cast<Real>(k)) *
                    (std::fabs(gate[k - 1]) + std::fabs(gate[k]) * (std::fabs(x) + width)));
      }
      if constexpr (Activation::has_parameter) {
        const Real parameter = exact.parameter();
        if (!(parameter > 0) || !std::isfinite(parameter)) continue;  // ReLU
        compare("parameter_gradient", x, activation.parameter_gradient(point),
                detail::differentiate([&](Real p) { return GatedUnit<Real, Gate, P>(p)(x); }, parameter, parameter / 8),
                0);
      }
    }
  }
  return report;
}

}  // namespace hardgate
