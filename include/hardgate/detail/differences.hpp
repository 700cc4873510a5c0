// Derivatives from values: by jets from both sides, and by differences.
#pragma once

#include <cmath>
#include <string>

#include "../gated_unit.hpp"

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

/// f, f', …, f⁽ᴷ⁾ at a point from the right (direction 1) or the left (-1), from the values of f on jets.
template <int K, class Scalar, class Gate, class P>
std::array<Scalar, std::size_t(K) + 1> one_sided_derivatives(const GatedUnit<Scalar, Gate, P>& activation,
                                                             const Scalar& point, int direction) {
  using J = Jet<Scalar, (K > 0 ? K : 1)>;  // of order 0, both sides would be the point itself
  const J series = activation.template cast<J>()(J::variable(point, Scalar(direction)));
  std::array<Scalar, std::size_t(K) + 1> derivatives;
  Scalar factor(1);
  for (std::size_t k = 0; k <= K; ++k) {
    if (k > 0) factor *= Scalar(direction * static_cast<int>(k));
    derivatives[k] = series.c[k] * factor;
  }
  return derivatives;
}

/// What judges a scalar: long double, unless the scalar is more precise.
template <class Scalar>
using judge_t = std::conditional_t<(std::numeric_limits<Scalar>::digits > std::numeric_limits<long double>::digits),
                                   Scalar, long double>;

/// g'(x) by central differences, extrapolated to step 0 (Ridders 1982), and an estimate of its error: how far the
/// extrapolations disagree, and what rounding g contributes.
template <class Real>
struct Extrapolated {
  Real value, error;
};
template <class Real, class Function>
Extrapolated<Real> differentiate(const Function& g, const Real& x, Real step) {
  constexpr int rows = 16;
  Real table[rows][rows];
  Extrapolated<Real> best{Real(0), (std::numeric_limits<Real>::max)()};
  for (int i = 0; i < rows; ++i, step /= 2) {
    const Real right = g(Real(x + step)), left = g(Real(x - step));
    const Real noise = 4 * std::numeric_limits<Real>::epsilon() * (absolute(right) + absolute(left)) / step;
    table[i][0] = (right - left) / (2 * step);
    Real factor(1);
    for (int j = 1; j <= i; ++j) {
      factor *= 4;
      table[i][j] = table[i][j - 1] + (table[i][j - 1] - table[i - 1][j - 1]) / (factor - 1);
      const Real error = noise + maximum(absolute(Real(table[i][j] - table[i][j - 1])),
                                         absolute(Real(table[i][j] - table[i - 1][j - 1])));
      if (error < best.error) best = {table[i][j], error};
    }
  }
  return best;
}

/// Collects what differs by more than it may.
template <class Scalar, class Report>
struct Judge {
  using Real = judge_t<Scalar>;
  const Real epsilon, smallest = static_cast<Real>((std::numeric_limits<Scalar>::min)()),
                      largest = static_cast<Real>((std::numeric_limits<Scalar>::max)());
  Report report{};

  /// `size` and the expected value are what the tolerance is relative to. Of what is beyond the largest number only the
  /// sign is compared.
  void compare(const std::string& what, const Real& x, const Real& actual, const Real& expected, const Real& size,
               const Real& error = Real(0)) {
    ++report.checks;
    const Real allowed = epsilon * (absolute(expected) + absolute(size)) + 8 * error + smallest;
    const bool overflows = absolute(expected) > largest && (expected > 0 ? actual > 0 : actual < 0);
    if (!(absolute(Real(actual - expected)) <= allowed) && !overflows && !(actual == expected))
      report.failures.push_back({what, static_cast<double>(x), static_cast<double>(expected),
                                 static_cast<double>(actual), static_cast<double>(allowed)});
  }
  void compare(const std::string& what, const Real& x, const Real& actual, const Extrapolated<Real>& expected,
               const Real& size) {
    const bool settled = 8 * expected.error <= (absolute(expected.value) + absolute(size)) / 8 + smallest;
    compare(settled || what != "derivative" ? what : what + ": differences do not settle", x, actual, expected.value,
            size, settled || what != "derivative" ? expected.error : Real(0));
  }
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
