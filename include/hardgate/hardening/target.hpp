// How far an activation is from ReLU, and how hard it must be to be as near as one wants: for any gate, by quadrature.
#pragma once

#include <cmath>
#include <limits>

#include "../gate.hpp"

namespace hardgate {
namespace detail {

/// ∫₀^∞ g(u) du for a smooth g ≥ 0, by the trapezoidal rule in τ, u = exp(½π sinh τ): its error falls exponentially
/// in the number of points, for exponential and for algebraic decay alike. They are doubled until that shows, or the
/// points lie so dense that it would only show rounding. Infinite if g does not fall faster than 1/u.
template <class Function>
double integral_to_infinity(const Function& g) {
  const double near = g(0x1p20), far = g(0x1p40);
  const double decay = far > 0 ? std::log2(near / far) / 20 : std::numeric_limits<double>::infinity();
  if (decay <= 1 + 1e-9) return std::numeric_limits<double>::infinity();
  constexpr double half_pi = 1.5707963267948966, limit = 6.0;  // u up to e^316
  const auto integrand = [&g](double tau) {
    const double u = std::exp(half_pi * std::sinh(tau));
    return g(u) * u * half_pi * std::cosh(tau);
  };
  // An algebraic tail is cut off at the last point: what lies beyond, and the end's term of Euler and Maclaurin.
  double end = 0, beyond = 0, slope = 0;
  if (far > 0) {
    const double cosine = half_pi * std::cosh(limit);
    end = integrand(limit);
    beyond = end / cosine / (decay - 1);
    slope = end * (std::tanh(limit) - (decay - 1) * cosine);
  }
  double step = 1.0 / 64, sum = 0, before = -1, integral = 0;
  for (double tau = -limit; tau < limit; tau += step) sum += integrand(tau);
  for (;; step /= 2) {
    integral = step * (sum + end / 2) - step * step / 12 * slope + beyond;
    if (std::fabs(integral - before) <= 1e-14 * integral || step < 1.0 / 16384) return integral;
    before = integral;
    for (double tau = -limit + step / 2; tau < limit; tau += step) sum += integrand(tau);
  }
}

/// |G(u) - H(u)| at u = -distance and at +distance.
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

}  // namespace detail

/// ∫ |G(u) - H(u)| du, H the Heaviside step: the gate's L¹ distance at hardness 1; at hardness h it is that over h.
/// √(2/π) for the normal gate, (π/2N)/sin(π/2N) for the log-logistic gates; infinite for heavy tails.
template <class Activation>
double gate_distance() {
  using Gate = typename Activation::gate;
  return detail::integral_to_infinity(
      [](double u) { return detail::step_error_left<Gate>(u) + detail::step_error_right<Gate>(u); });
}

/// max |f - ReLU| at hardness 1; at hardness h it is that over h.
template <class Activation>
double relu_distance_sup() {
  using Gate = typename Activation::gate;
  const auto error = [](double logarithm) {
    const double u = std::exp(logarithm);
    return u * std::fmax(detail::step_error_left<Gate>(u), detail::step_error_right<Gate>(u));
  };
  double best = 0, step = 0.25;
  for (double at = -40; at <= 40; at += step)
    if (error(at) > error(best)) best = at;
  for (; step > 1e-10; step /= 2) {  // the maximum is flat: half the digits in place give all digits in value
    while (error(best - step) > error(best)) best -= step;
    while (error(best + step) > error(best) && best < 40) best += step;
  }
  return error(best);
}

/// (∫ |f - ReLU|^p dx)^(1/p) at hardness 1; at hardness h it is that times h^-(1+1/p). Infinite where it diverges:
/// for the log-logistic gates, unless p(2N - 1) > 1. Throws std::domain_error unless p ≥ 1 and finite.
template <class Activation>
double relu_distance(double p) {
  using Gate = typename Activation::gate;
  detail::require(p >= 1 && std::isfinite(p), "p", "at least 1 and finite (relu_distance_sup is for infinity)", p);
  const double sup = relu_distance_sup<Activation>();  // taken out, so that no power underflows
  if (!(sup > 0)) return sup;
  return sup * std::pow(detail::integral_to_infinity([p, sup](double u) {
                          return std::pow(u * detail::step_error_left<Gate>(u) / sup, p) +
                                 std::pow(u * detail::step_error_right<Gate>(u) / sup, p);
                        }),
                        1 / p);
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
