// Hardening by a deterministic schedule: learn, anneal, hold [L].
#pragma once

#include <cmath>

#include "../detail/require.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

/// How the hardness h travels from its learned value to the target while annealing.
enum class Shape {
  linear,         ///< linearly in h
  cosine,         ///< along half a cosine in h
  geometric,      ///< linearly in log h
  inverse_linear  ///< linearly in 1/h
};

/// What happens to the hardness at some time of the training.
enum class Phase {
  learn,   ///< it is learned beside the weights
  anneal,  ///< it is moved to the target
  hold     ///< it stays at the target
};

/// progress < learn_until: the hardness is learned; up to and including anneal_until it is moved to the
/// target by `shape`; then held. Throws std::domain_error unless 0 ≤ learn_until ≤ anneal_until ≤ 1.
class HardeningSchedule {
 public:
  /// Both ends as shares of the training.
  explicit HardeningSchedule(double learn_until = 0.25, double anneal_until = 0.9, Shape shape = Shape::geometric)
      : learn_until_(learn_until), anneal_until_(anneal_until), shape_(shape) {
    detail::require(learn_until >= 0 && learn_until <= 1, "learn_until", "in [0, 1]", learn_until);
    detail::require(anneal_until >= learn_until && anneal_until <= 1, "anneal_until", "in [learn_until, 1]",
                    anneal_until);
  }
  double learn_until() const { return learn_until_; }    ///< where annealing begins
  double anneal_until() const { return anneal_until_; }  ///< where it ends
  Shape shape() const { return shape_; }                 ///< how it proceeds

  /// progress is the share of the training that is done, in [0, 1].
  Phase phase(double progress) const {
    detail::require(progress >= 0 && progress <= 1 + 1e-6, "progress", "in [0, 1]", progress);  // sums are rounded
    return progress < learn_until_ ? Phase::learn : progress <= anneal_until_ ? Phase::anneal : Phase::hold;
  }

  /// The hardness at `progress`. Never softer than `learned`: a target below it is raised to it.
  double hardness(double progress, double learned, double target) const {
    detail::require(learned > 0 && std::isfinite(learned), "learned", "greater than 0 and finite", learned);
    detail::require(target > 0 && std::isfinite(target), "target", "greater than 0 and finite", target);
    const Phase now = phase(progress);
    const double end = target > learned ? target : learned;
    if (now == Phase::learn || end == learned) return learned;
    if (progress >= anneal_until_) return end;
    const double part = (progress - learn_until_) / (anneal_until_ - learn_until_);
    double now_at = end;
    switch (shape_) {
      case Shape::linear:
        now_at = learned + part * (end - learned);
        break;
      case Shape::cosine:
        now_at = learned + (1 - std::cos(part * 3.141592653589793)) / 2 * (end - learned);
        break;
      case Shape::geometric:
        now_at = learned * std::pow(end / learned, part);
        break;
      case Shape::inverse_linear:
        now_at = 1 / ((1 - part) / learned + part / end);
        break;
    }
    return now_at < learned ? learned : now_at > end ? end : now_at;
  }

 private:
  double learn_until_, anneal_until_;
  Shape shape_;
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
