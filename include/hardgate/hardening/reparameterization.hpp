// The hardness as a function of a free parameter, so that every step of an optimizer keeps it in [1, ∞) [L].
#pragma once

#include <cmath>

#include "../detail/require.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

/// λ(s) = 1 + softplus(s/t) ≥ 1, dλ/ds = sigmoid(s/t)/t [L], stable for every s. Smaller temperatures t make
/// λ react more strongly to s. Throws std::domain_error unless t > 0 and finite.
template <class Scalar>
class Reparameterization {
 public:
  /// With temperature t.
  explicit Reparameterization(Scalar temperature = Scalar(0.1)) : temperature_(temperature) {
    detail::require(temperature > Scalar(0) && std::isfinite(temperature), "temperature", "greater than 0 and finite",
                    temperature);
  }
  /// t
  Scalar temperature() const { return temperature_; }

  /// λ(s); s = -∞ gives 1.
  Scalar hardness(Scalar s) const {
    const Scalar z = s / temperature_;
    return 1 + ((z > 0 ? z : Scalar(0)) + std::log1p(std::exp(-std::fabs(z))));
  }
  /// dλ/ds in (0, 1/t)
  Scalar derivative(Scalar s) const {
    const Scalar e = std::exp(-std::fabs(s / temperature_));
    return (s > 0 ? Scalar(1) : e) / ((1 + e) * temperature_);
  }
  /// s(λ) = t·log(e^(λ-1) - 1), for starting at a wanted λ; throws std::domain_error unless λ > 1 and finite.
  Scalar inverse(Scalar hardness) const {
    detail::require(hardness > 1 && std::isfinite(hardness), "hardness", "greater than 1 and finite", hardness);
    const Scalar z = hardness - 1;
    return temperature_ * (z > 1 ? z + std::log1p(-std::exp(-z)) : std::log(std::expm1(z)));
  }

 private:
  Scalar temperature_;
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
