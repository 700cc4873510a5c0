// Errors of a gate against the step, and their integrals.
#pragma once

#include <cmath>
#include <limits>

#include "../gate.hpp"

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

/// |G(u) - H(u)|, H the Heaviside step, at u = -distance and at +distance.
template <class Gate>
double step_error_left(double distance) {
  static_assert(has_value<Gate, double>,
                "hardgate: a gate needs template <class T> static T value(const T& u), for any scalar T.");
  return Gate::value(-distance);
}
template <class Gate>
double step_error_right(double distance) {
  return Gate::complement(distance);
}

/// Whether Gate::complement is a function of a double, as Gate's is.
template <class Gate, class = void>
inline constexpr bool names_complement = false;
template <class Gate>
inline constexpr bool names_complement<Gate, std::void_t<decltype(&Gate::template complement<double>)>> =
    std::is_same_v<decltype(&Gate::template complement<double>), double (*)(const double&)>;
/// Whether a gate has a complement of its own. Without one, 1 - G(u) is known only up to rounding, and so is what a
/// formula such as ½ + atan(u)/π gives on the left.
template <class Gate>
bool has_complement() {
  if constexpr (names_complement<Gate>)
    return &Gate::template complement<double> != &hardgate::Gate<Gate>::template complement<double>;
  return true;  // of another signature than Gate's
}

/// Up to where the errors of a gate can be trusted: e^316, or as far as they stand out of rounding a million times,
/// less a margin in which one side may already be lost.
template <class Gate>
double trusted_reach() {
  const double everywhere = 0x1p456;
  if (has_complement<Gate>()) return everywhere;
  const double noise = 0x1p20 * std::numeric_limits<double>::epsilon();
  const auto stands_out = [&](double u) {
    return std::fmax(step_error_left<Gate>(u), step_error_right<Gate>(u)) > noise;
  };
  double reach = 0x1p-100;
  for (double u = reach; u < 0x1p400; u *= 2)
    if (stands_out(u)) reach = u;
  for (double step = reach / 2; step > reach * 1e-12; step /= 2)
    if (stands_out(reach + step)) reach += step;
  return reach * (1 - 1e-5);
}

/// max |f - ReLU| and the u where it is.
struct Farthest {
  double u, error;
};
template <class Gate>
Farthest farthest_from_relu() {
  const auto error = [](double logarithm) {
    const double u = std::exp(logarithm);
    return u * std::fmax(step_error_left<Gate>(u), step_error_right<Gate>(u));
  };
  const double last = std::log(trusted_reach<Gate>());
  double best = -100, step = 0.25;
  for (double at = best; at <= std::fmin(last, 100); at += step)
    if (error(at) > error(best)) best = at;
  for (; step > 1e-10; step /= 2) {  // the maximum is flat: half the digits of its place give all digits of its value
    while (error(best - step) > error(best)) best -= step;
    while (error(best + step) > error(best) && best + step < last) best += step;
  }
  return {std::exp(best), error(best)};
}

/// The trapezoidal rule: integral(Σ g(first + k·step), step) of `count` points, which are doubled until that changes
/// nothing any more, or the step is finer than `finest`.
template <class Function, class Integral>
double refined(const Function& g, double first, double step, int count, double finest, const Integral& integral) {
  double sum = 0, before = HUGE_VAL;
  const auto add = [&](double from) {
    for (int k = 0; k < count; ++k) sum += g(from + k * step);
  };
  for (add(first);; step /= 2, count *= 2) {
    const double now = integral(sum, step);
    if (std::fabs(now - before) <= 1e-14 * std::fabs(now) || step < finest) return now;
    before = now;
    add(first + step / 2);
  }
}

/// ∫₀^∞ g(u) du for a smooth g ≥ 0 that is known up to `reach`, by the trapezoidal rule in τ, u = exp(½π sinh τ): its
/// error falls exponentially in the number of points, for exponential and for algebraic decay alike. They are doubled
/// until that shows, or the points lie so dense that it would only show rounding. Infinite if g does not fall faster
/// than 1/u; `doubt` is how closely its exponent is known.
template <class Function>
double integral_to_infinity(const Function& g, double reach, double doubt) {
  constexpr double half_pi = 1.5707963267948966, start = -6.0;  // u from e^-316
  const double far_u = std::fmin(reach, 0x1p200), near_u = far_u / 2;
  const double nearer = g(near_u), farther = g(far_u);
  const double decay = farther > 0 ? std::log2(nearer / farther) / std::log2(far_u / near_u) : HUGE_VAL;
  if (decay <= 1 + doubt) return HUGE_VAL;
  const auto integrand = [&g](double tau) {
    const double u = std::exp(half_pi * std::sinh(tau));
    return g(u) * u * half_pi * std::cosh(tau);
  };
  // An algebraic tail is cut off at the last point: what lies beyond, and the end's term of Euler and Maclaurin.
  const double end_tau = std::asinh(std::log(reach) / half_pi), cosine = half_pi * std::cosh(end_tau);
  double end = 0, beyond = 0, slope = 0;
  if (farther > 0) {
    end = integrand(end_tau);
    beyond = end / cosine / (decay - 1);
    slope = end * (std::tanh(end_tau) - (decay - 1) * cosine);
  }
  return detail::refined(integrand, start, (end_tau - start) / 768, 768, 1.0 / 16384, [=](double sum, double step) {
    return step * (sum + end / 2) - step * step / 12 * slope + beyond;
  });
}

/// ∫ g(s) ds for s from 0 to length, g smooth between but as rough as it may be near 0: by the trapezoidal rule in τ,
/// s = length/(1 + exp(-π sinh τ)). The points are doubled until that changes nothing any more.
template <class Function>
double integral_between(const Function& g, double length) {
  constexpr double pi = 3.141592653589793, first = -6, last = 4;  // s from length·e^-316
  const auto integrand = [&](double tau) {
    const double share = 1 / (1 + std::exp(-pi * std::sinh(tau)));
    return g(length * share) * length * pi * std::cosh(tau) * share / (1 + std::exp(pi * std::sinh(tau)));
  };
  return detail::refined(integrand, first, 1.0 / 128, static_cast<int>(last - first) * 128, 1.0 / 8192,
                         [](double sum, double step) { return step * sum; });
}

inline double hardness_for(double distance, double tolerance, double exponent, const char* what) {
  require(tolerance > 0 && std::isfinite(tolerance), "tolerance", "greater than 0 and finite", tolerance);
  require(distance > 0, what, "greater than 0 for a hardness to follow from it", distance);
  require(std::isfinite(distance), what, "finite for a hardness to follow from it (try another distance)", distance);
  return std::pow(distance / tolerance, exponent);
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
