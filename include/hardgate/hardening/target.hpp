// How far an activation is from ReLU, and how hard it must be to be as near as one wants: for any gate, by quadrature.
#pragma once

#include <cmath>
#include <limits>

#include "../gate.hpp"

namespace hardgate {
namespace detail {

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

/// Whether a gate has a complement of its own. Without one, 1 - G(u) is known only up to rounding, and so is what a formula
/// such as ½ + atan(u)/π gives on the left.
template <class Gate>
bool has_complement() {
  return &Gate::template complement<double> != &hardgate::Gate<Gate>::template complement<double>;
}

/// Up to where the errors of a gate can be trusted: e^316, or as far as they stand out of rounding a million times, less a
/// margin in which one side may already be lost.
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

/// ∫₀^∞ g(u) du for a smooth g ≥ 0 that is known up to `reach`, by the trapezoidal rule in τ, u = exp(½π sinh τ): its error
/// falls exponentially in the number of points, for exponential and for algebraic decay alike. They are doubled until that
/// shows, or the points lie so dense that it would only show rounding. Infinite if g does not fall faster than 1/u;
/// `doubt` is how closely its exponent is known.
template <class Function>
double integral_to_infinity(const Function& g, double reach, double doubt) {
  constexpr double half_pi = 1.5707963267948966, start = -6.0;  // u from e^-316
  const double far_u = std::fmin(reach, 0x1p200), near_u = far_u / 2;
  const double near = g(near_u), far = g(far_u);
  const double decay = far > 0 ? std::log2(near / far) / std::log2(far_u / near_u) : HUGE_VAL;
  if (decay <= 1 + doubt) return HUGE_VAL;
  const auto integrand = [&g](double tau) {
    const double u = std::exp(half_pi * std::sinh(tau));
    return g(u) * u * half_pi * std::cosh(tau);
  };
  // An algebraic tail is cut off at the last point: what lies beyond, and the end's term of Euler and Maclaurin.
  const double end_tau = std::asinh(std::log(reach) / half_pi), cosine = half_pi * std::cosh(end_tau);
  double end = 0, beyond = 0, slope = 0;
  if (far > 0) {
    end = integrand(end_tau);
    beyond = end / cosine / (decay - 1);
    slope = end * (std::tanh(end_tau) - (decay - 1) * cosine);
  }
  double sum = 0, before = -1;
  const auto add = [&](double first, double step, int count) {
    for (int k = 0; k < count; ++k) sum += integrand(first + k * step);
  };
  int count = 768;
  double step = (end_tau - start) / count;
  for (add(start, step, count);; step /= 2, count *= 2) {
    const double integral = step * (sum + end / 2) - step * step / 12 * slope + beyond;
    if (std::fabs(integral - before) <= 1e-14 * integral || step < 1.0 / 16384) return integral;
    before = integral;
    add(start + step / 2, step, count);
  }
}

}  // namespace detail

/// ∫ |G(u) - H(u)| du, H the Heaviside step: the gate's L¹ distance at hardness 1; at hardness h it is that over h.
/// √(2/π) for the normal gate, (π/2N)/sin(π/2N) for the log-logistic gates; infinite for heavy tails.
template <class Activation>
double gate_distance() {
  using Gate = typename Activation::gate;
  const double reach = detail::trusted_reach<Gate>();
  return detail::integral_to_infinity(
      [](double u) { return detail::step_error_left<Gate>(u) + detail::step_error_right<Gate>(u); }, reach,
      detail::has_complement<Gate>() ? 1e-9 : 1e-4);
}

/// max |f - ReLU| at hardness 1; at hardness h it is that over h.
template <class Activation>
double relu_distance_sup() {
  using Gate = typename Activation::gate;
  const auto error = [](double logarithm) {
    const double u = std::exp(logarithm);
    return u * std::fmax(detail::step_error_left<Gate>(u), detail::step_error_right<Gate>(u));
  };
  const double last = std::log(detail::trusted_reach<Gate>());
  double best = -100, step = 0.25;
  for (double at = best; at <= std::fmin(last, 100); at += step)
    if (error(at) > error(best)) best = at;
  for (; step > 1e-10; step /= 2) {  // the maximum is flat: half the digits of its place give all digits of its value
    while (error(best - step) > error(best)) best -= step;
    while (error(best + step) > error(best) && best + step < last) best += step;
  }
  return error(best);
}

/// (∫ |f - ReLU|^p dx)^(1/p) at hardness 1; at hardness h it is that times h^-(1+1/p). Infinite where it diverges:
/// for the log-logistic gates, unless p(2N - 1) > 1. Throws std::domain_error unless 1 ≤ p ≤ 10⁶.
template <class Activation>
double relu_distance(double p) {
  using Gate = typename Activation::gate;
  detail::require(p >= 1 && p <= 1e6, "p", "in [1, 1e6] (relu_distance_sup is the limit)", p);
  const double sup = relu_distance_sup<Activation>();  // taken out, so that no power underflows
  if (!(sup > 0)) return sup;
  const auto powers = [p, sup](double u) {
    return std::pow(u * detail::step_error_left<Gate>(u) / sup, p) +
           std::pow(u * detail::step_error_right<Gate>(u) / sup, p);
  };
  const double doubt = detail::has_complement<Gate>() ? 1e-9 : 1e-4 * p;
  return sup * std::pow(detail::integral_to_infinity(powers, detail::trusted_reach<Gate>(), doubt), 1 / p);
}

namespace detail {

inline double hardness_for(double distance, double tolerance, double exponent, const char* what) {
  require(tolerance > 0 && std::isfinite(tolerance), "tolerance", "greater than 0 and finite", tolerance);
  require(std::isfinite(distance), what, "finite for a hardness to follow from it (try another distance)", distance);
  return std::pow(distance / tolerance, exponent);
}

}  // namespace detail

/// h* = C/δ: the hardness at which the gate is within L¹ distance δ of the step. This is the rule of the λ-GELU paper
/// (arXiv 2603.21991), and serves every gate whose distance C is finite. Throws std::domain_error for δ ≤ 0 and for
/// heavy-tailed gates.
template <class Activation>
double hardness_for_gate_tolerance(double tolerance) {
  return detail::hardness_for(gate_distance<Activation>(), tolerance, 1, "the L1 distance of the gate to the step");
}

/// The hardness at which |f - ReLU| ≤ tolerance everywhere.
template <class Activation>
double hardness_for_sup_tolerance(double tolerance) {
  return detail::hardness_for(relu_distance_sup<Activation>(), tolerance, 1, "the largest distance to ReLU");
}

/// The hardness at which f is within `tolerance` of ReLU in L^p; refused with std::domain_error where that diverges.
template <class Activation>
double hardness_for_lp_tolerance(double p, double tolerance) {
  return detail::hardness_for(relu_distance<Activation>(p), tolerance, p / (p + 1), "the L^p distance to ReLU");
}

}  // namespace hardgate
