// How far an activation is from ReLU, and how hard it must be to be as near as one wants: for any gate, by quadrature.
#pragma once

#include <cmath>

#include "../detail/distances.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {
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
  return detail::farthest_from_relu<typename Activation::gate>().error;
}

/// (∫ |f - ReLU|^p dx)^(1/p) at hardness 1; at hardness h it is that times h^-(1+1/p). Infinite where it diverges:
/// for the log-logistic gates, unless p(2N - 1) > 1. Throws std::domain_error unless 1 ≤ p ≤ 10⁶.
template <class Activation>
double relu_distance(double p) {
  using Gate = typename Activation::gate;
  detail::require(p >= 1 && p <= 1e6, "p", "in [1, 1e6] (relu_distance_sup is the limit)", p);
  const auto [peak, sup] = detail::farthest_from_relu<Gate>();
  if (!(sup > 0)) return sup;
  const auto powers = [p, largest = sup](double u) {  // at most 2: no power underflows
    return std::pow(u * detail::step_error_left<Gate>(u) / largest, p) +
           std::pow(u * detail::step_error_right<Gate>(u) / largest, p);
  };
  // The powers rise to a peak of a width of 1/p: on both sides the points crowd towards it.
  const auto below = [&powers, top = peak](double s) { return powers(top / (1 + s)) * top / (1 + s) / (1 + s); };
  const auto above = [&powers, top = peak](double s) { return powers(top + s); };
  const double doubt = detail::has_complement<Gate>() ? 1e-9 : 1e-4 * p;
  const double integral = detail::integral_to_infinity(below, 0x1p456, 1e-9) +
                          detail::integral_to_infinity(above, detail::trusted_reach<Gate>() - peak, doubt);
  return sup * std::pow(integral, 1 / p);
}

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

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
