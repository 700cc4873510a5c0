// Is an activation as smooth as it claims? Evaluates its own value function on Taylor jets from both sides of a point.
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "../detail/differences.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

/// An order at which the derivatives from the left and from the right differ.
template <class Scalar>
struct SmoothnessFailure {
  int order;          ///< of the derivative
  Scalar from_left;   ///< its limit from below
  Scalar from_right;  ///< its limit from above
};

/// What check_smoothness found.
template <class Scalar>
struct SmoothnessReport {
  Scalar point;                                     ///< where it looked
  std::vector<SmoothnessFailure<Scalar>> failures;  ///< in ascending order

  /// Whether nothing failed.
  bool passed() const { return failures.empty(); }
};

/// Compares the derivatives of orders 0 … K from both sides of a point. On exact scalars any difference is a failure;
/// on floating-point ones a difference beyond `tolerance`, relative to f⁽ᵏ⁾ and k·h·f⁽ᵏ⁻¹⁾. K derivatives that agree
/// prove C^K at the point. It sees nothing of other points, nor whether the gate is the same function on jets as on
/// numbers: check_gradient does.
template <int K, class Scalar, class Gate, class P>
SmoothnessReport<Scalar> check_smoothness(const GatedUnit<Scalar, Gate, P>& activation,
                                          const typename GatedUnit<Scalar, Gate, P>::scalar& point = Scalar(0),
                                          const typename GatedUnit<Scalar, Gate, P>::scalar& tolerance =
                                              Scalar(Scalar(1024) * std::numeric_limits<Scalar>::epsilon())) {
  static_assert(K >= 0, "hardgate: the order of a derivative is at least 0.");
  static_assert(std::is_same_v<detail::compute_t<Scalar>, Scalar>,
                "hardgate: check_smoothness needs a scalar of full precision; act.cast<float>() converts.");
  const auto left = detail::one_sided_derivatives<K>(activation, point, -1);
  const auto right = detail::one_sided_derivatives<K>(activation, point, 1);
  SmoothnessReport<Scalar> report{point, {}};
  Scalar hardness(0), size(0);
  if constexpr (!std::numeric_limits<Scalar>::is_exact) {
    if (detail::is_finite(activation.hardness())) hardness = activation.hardness();
  }
  for (std::size_t k = 0; k <= K; ++k) {
    // A derivative that is 0 has no size of its own; rounding errors then have that of the orders below.
    size *= Scalar(static_cast<int>(k)) * hardness;
    size = detail::maximum(detail::maximum(size, detail::absolute(left[k])), detail::absolute(right[k]));
    if (!(detail::absolute(Scalar(left[k] - right[k])) <= tolerance * size))
      report.failures.push_back({static_cast<int>(k), left[k], right[k]});
  }
  return report;
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
