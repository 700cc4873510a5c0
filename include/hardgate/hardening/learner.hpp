// Learning the hardness beside the weights, and hardening it afterwards.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "reparameterization.hpp"
#include "schedule.hpp"

namespace hardgate {

/// The optimizer of the weights, which the step of the hardness has to match.
enum class Optimizer {
  adam,  ///< Adam
  sgd    ///< stochastic gradient descent with momentum
};

/// How the hardness is learned.
struct LearnerOptions {
  double temperature = 0.1;               ///< t of λ(s) = 1 + softplus(s/t)
  double multiplier = 10;                 ///< c: s learns at c times the base learning rate
  double start = 1.6931471805599454;      ///< the first hardness, 1 + ln 2: s = 0
  Optimizer optimizer = Optimizer::adam;  ///< of the weights
  double momentum = 0.9;                  ///< β₁ of Adam, μ of SGD
  double second_moment = 0.999;           ///< β₂: decay of the mean square of the gradient
  double stabilizer = 1e-8;               ///< added to the root mean square, as in Adam
};

/// The hardness of several units, one per layer or one per channel, learned through s with λ(s) = 1 +
/// softplus(s/t) [L].
///
/// s is a parameter group of its own: learning rate c times the base rate, no weight decay. The step is
/// optimizer-aware: c means the same drift, dλ ≈ c·lr·sigmoid(s/t)/t per step, whatever the scale of the
/// gradient. Adam has that by itself. Plain SGD would move λ by (dλ/ds)² times the gradient, so its gradient
/// is divided by its running root mean square first; momentum then averages, with weights that sum to 1 as
/// Adam's do.
template <class Scalar>
class HardnessLearner {
 public:
  using Array = Eigen::Array<Scalar, Eigen::Dynamic, 1>;  ///< a number for each layer or channel

  /// Throws std::domain_error for options outside their domains, as numbers of this scalar: t > 0, c ≥ 0,
  /// start > 1, both decays in [0, 1), stabilizer > 0.
  explicit HardnessLearner(Eigen::Index count = 1, const LearnerOptions& options = {})
      : options_(options), reparameterization_(positive("temperature", options.temperature)) {
    math::require(count >= 1, "count", "at least 1", count);
    math::require(options.multiplier >= 0 && std::isfinite(options.multiplier), "multiplier",
                  "at least 0 and finite", options.multiplier);
    math::require(options.momentum >= 0 && options.momentum < 1, "momentum", "in [0, 1)", options.momentum);
    math::require(options.second_moment >= 0 && options.second_moment < 1, "second_moment", "in [0, 1)",
                  options.second_moment);
    positive("stabilizer", options.stabilizer);
    const auto start = static_cast<Scalar>(options.start);
    math::require(start > 1 && std::isfinite(start), "start", "greater than 1 and finite", options.start);
    free_ = Array::Constant(count, reparameterization_.inverse(start));
    mean_ = mean_square_ = Array::Zero(count);
    update();
  }

  /// λ, or h for a gate with another parameter: one number per layer or channel, the hardness profile.
  const Array& hardness() const { return hardness_; }
  /// As given when constructed.
  const LearnerOptions& options() const { return options_; }
  /// Whether annealing has begun, after which nothing is learned any more.
  bool frozen() const { return learned_.size() > 0; }

  /// One optimizer step, given ∂loss/∂hardness for each. Throws std::invalid_argument for a wrong number of
  /// gradients, std::domain_error for one that is not finite or a negative rate, std::logic_error once
  /// frozen; then nothing changes.
  template <class Gradient>
  void learn(const Eigen::DenseBase<Gradient>& gradient, double learning_rate) {
    if (frozen())
      HARDGATE_THROW(std::logic_error("hardgate: the hardness is being annealed and no longer learned"));
    if (gradient.size() != free_.size())
      HARDGATE_THROW(std::invalid_argument("hardgate: gradient must have " + std::to_string(free_.size()) +
                                           " elements, one per hardness, got " +
                                           std::to_string(gradient.size())));
    const auto rate = static_cast<Scalar>(options_.multiplier * learning_rate);
    math::require(learning_rate >= 0 && std::isfinite(rate), "learning_rate",
                  "at least 0 and finite, also times the multiplier", learning_rate);
    Array by_hardness(free_.size());
    for (Eigen::Index i = 0; i < free_.size(); ++i) {
      by_hardness[i] = static_cast<Scalar>(gradient.derived().coeff(i));
      math::require(std::isfinite(by_hardness[i]), "gradient", "finite", by_hardness[i]);
    }

    const Scalar beta1 = static_cast<Scalar>(options_.momentum),
                 beta2 = static_cast<Scalar>(options_.second_moment);
    const Scalar largest = std::sqrt((std::numeric_limits<Scalar>::max)()) / 2;  // its square is finite
    const Array g =
        (by_hardness * free_.unaryExpr([this](Scalar s) { return reparameterization_.derivative(s); }))
            .max(-largest)
            .min(largest);
    ++steps_;
    mean_square_ = beta2 * mean_square_ + (1 - beta2) * g.square();
    const Array scale =
        (mean_square_ / static_cast<Scalar>(1 - std::pow(options_.second_moment, steps_))).sqrt() +
        static_cast<Scalar>(options_.stabilizer);
    if (options_.optimizer == Optimizer::adam) {
      mean_ = beta1 * mean_ + (1 - beta1) * g;
      free_ -= rate * (mean_ / (static_cast<Scalar>(1 - std::pow(options_.momentum, steps_)) * scale));
    } else {
      mean_ = beta1 * mean_ + (1 - beta1) * g / scale;
      free_ -= rate * mean_;
    }
    free_ = free_.max(std::numeric_limits<Scalar>::lowest()).min((std::numeric_limits<Scalar>::max)());
    update();
  }

  /// Freezes what was learned and moves it along the schedule towards the target hardness; never softens.
  /// Does nothing while the schedule says to learn.
  void anneal(const HardeningSchedule& schedule, double progress, double target) {
    const Array& from = frozen() ? learned_ : hardness_;
    const Array next = from.unaryExpr([&](Scalar learned) {
      return static_cast<Scalar>(schedule.hardness(progress, static_cast<double>(learned), target));
    });
    if (schedule.phase(progress) == Phase::learn) return;
    if (!frozen()) learned_ = hardness_;
    hardness_ = hardness_.max(next);
  }

 private:
  static Scalar positive(const char* name, double value) {
    const auto converted = static_cast<Scalar>(value);
    math::require(converted > 0 && std::isfinite(converted), name, "greater than 0 and finite", value);
    return converted;
  }
  void update() {
    hardness_ = free_.unaryExpr([this](Scalar s) { return reparameterization_.hardness(s); });
  }

  LearnerOptions options_;
  Reparameterization<Scalar> reparameterization_;
  Array free_, hardness_, learned_, mean_, mean_square_;
  int steps_ = 0;
};

/// The mean absolute change of the hardness from one epoch to the next [L]; `history` is layers × epochs. 0
/// for fewer than two epochs.
template <class History>
double hardness_drift(const Eigen::DenseBase<History>& history) {
  const Eigen::Index epochs = history.cols();
  if (epochs < 2 || history.rows() == 0) return 0;
  return static_cast<double>(
      (history.derived().rightCols(epochs - 1) - history.derived().leftCols(epochs - 1)).cwiseAbs().mean());
}

}  // namespace hardgate
