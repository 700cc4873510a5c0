// Learning the hardness beside the weights, and hardening it afterwards.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "reparameterization.hpp"
#include "schedule.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

/// The optimizer of the weights, which the step of the hardness has to match.
enum class Optimizer {
  adam,  ///< Adam
  sgd    ///< stochastic gradient descent with momentum
};

/// How the hardness is learned and hardened.
struct LearnerOptions {
  double temperature = 0.1;               ///< t of λ(s) = 1 + softplus(s/t), greater than 0
  double multiplier = 10;                 ///< c: s learns at c times the base learning rate; 0: it is not learned
  double start = 1.6931471805599454;      ///< the first hardness, at least 1; 1 + ln 2 is s = 0, 1 is GELU
  Optimizer optimizer = Optimizer::adam;  ///< of the weights
  double momentum = 0.9;                  ///< β₁ of Adam, μ of SGD, in [0, 1)
  double second_moment = 0.999;           ///< β₂, decay of the mean square of the gradient, in [0, 1)
  double stabilizer = 1e-8;               ///< added to the root mean square, as in Adam, greater than 0
  HardeningSchedule schedule{};           ///< when it is learned, moved to the target, and held
  std::optional<double> target{};         ///< the hardness to end at; without one it is learned to the end
};

/// The hardness of several activations, one per layer or one per channel, learned through s with λ(s) = 1 +
/// softplus(s/t) and then hardened: the method of the λ-GELU paper (arXiv 2603.21991), for every activation with a
/// hardness.
///
/// s is a parameter group of its own: learning rate c times the base rate, no weight decay. The step is
/// optimizer-aware: c means the same drift, dλ ≈ c·lr·sigmoid(s/t)/t per step, whatever the scale of the gradient.
/// Adam has that by itself. Plain SGD would move λ by (dλ/ds)² times the gradient, so its gradient is divided by its
/// running root mean square first; momentum then averages, with weights that sum to 1 as Adam's do.
template <class Scalar>
class HardnessLearner {
  static_assert(std::is_same_v<Scalar, float> || std::is_same_v<Scalar, double>,
                "hardgate: HardnessLearner learns in float or double.");

 public:
  using Array = Eigen::Array<Scalar, Eigen::Dynamic, 1>;  ///< a number for each layer or channel

  /// Throws std::domain_error for a count below 1 and for options outside their domains, as numbers of this scalar.
  explicit HardnessLearner(Eigen::Index count = 1, const LearnerOptions& options = {})
      : options_(options), reparameterization_(positive("temperature", options.temperature)) {
    detail::require(count >= 1, "count", "at least 1", count);
    detail::require(options.multiplier >= 0 && std::isfinite(options.multiplier), "multiplier", "at least 0 and finite",
                    options.multiplier);
    decay("momentum", options.momentum);
    decay("second_moment", options.second_moment);
    detail::require(positive("stabilizer", options.stabilizer) >= (std::numeric_limits<Scalar>::min)(), "stabilizer",
                    "a normal number", options.stabilizer);
    if (options.target) positive("target", *options.target);
    const auto start = static_cast<Scalar>(options.start);
    detail::require(start >= 1 && std::isfinite(start), "start", "at least 1 and finite, also when rounded",
                    options.start);
    // At λ = 1 itself s would be -∞ and could not be learned: it begins where λ(s) - 1 = 0.001.
    free_ = Array::Constant(count, reparameterization_.inverse(std::fmax(start, Scalar(1.001))));
    hardness_ = Array::Constant(count, start);
    mean_ = mean_square_ = Array::Zero(count);
  }

  /// λ, or h of an activation with another parameter: one number per layer or channel, the hardness profile.
  const Array& hardness() const { return hardness_; }
  /// As given when constructed.
  const LearnerOptions& options() const { return options_; }
  /// Whether annealing has begun, after which nothing is learned any more.
  bool frozen() const { return learned_.size() > 0; }

  /// After each step of the optimizer: progress is the share of the training that is done, in [0, 1]; gradient is
  /// ∂loss/∂hardness for each, as backward_with_hardness and ChannelUnits::backward return it; learning_rate is the
  /// base rate. While the schedule says so, or without a target, the hardness is learned. Then what was learned is
  /// frozen and moved to the target, never softened, and the gradient is not looked at.
  ///
  /// Throws std::invalid_argument for a wrong number of gradients and std::domain_error for one that is not finite, a
  /// negative rate, a progress outside [0, 1] or back from annealing to learning; then nothing changes.
  template <class Gradient>
  void step(double progress, const Eigen::DenseBase<Gradient>& gradient, double learning_rate) {
    const Phase phase = options_.schedule.phase(progress);
    detail::require_size("gradient", "elements, one per hardness", free_.size(), gradient.size());
    if (!options_.target || phase == Phase::learn) {
      detail::require(!frozen(), "progress", "at least learn_until once annealing has begun", progress);
      learn(typename Gradient::PlainObject(gradient.derived()), learning_rate);
    } else {
      if (!frozen()) learned_ = hardness_;
      for (Eigen::Index i = 0; i < learned_.size(); ++i) {
        const double next = options_.schedule.hardness(progress, static_cast<double>(learned_[i]), *options_.target);
        hardness_[i] = std::fmax(hardness_[i], static_cast<Scalar>(next));
      }
    }
  }

  /// The same for the one hardness of a learner that has one.
  void step(double progress, Scalar gradient, double learning_rate) {
    step(progress, Array::Constant(1, gradient), learning_rate);
  }

  /// All that steps change, as numbers to save: a learner with the same count and options that gets them back by
  /// `restore` goes on bit by bit.
  std::vector<double> state() const {
    std::vector<double> numbers{static_cast<double>(steps_), frozen() ? 1.0 : 0.0};
    for (const Array* array : {&free_, &hardness_, frozen() ? &learned_ : &hardness_, &mean_, &mean_square_})
      for (const Scalar number : *array) numbers.push_back(static_cast<double>(number));
    return numbers;
  }
  /// Throws std::invalid_argument unless the state is that of a learner of this count, std::domain_error where a
  /// number is not finite in its scalar, a hardness below 1 or a count of steps negative; then nothing changes.
  void restore(const std::vector<double>& state) {
    const Eigen::Index count = free_.size(), size = 2 + 5 * count;
    detail::require_size("state", "numbers", size, static_cast<Eigen::Index>(state.size()));
    const Eigen::Array<Scalar, Eigen::Dynamic, 5> arrays =
        Eigen::Map<const Eigen::Array<double, Eigen::Dynamic, 5>>(state.data() + 2, count, 5).template cast<Scalar>();
    for (const double number : state)
      detail::require(std::isfinite(static_cast<Scalar>(number)), "state", "finite", number);
    for (Eigen::Index i = count; i < 3 * count; ++i)
      detail::require(arrays.data()[i] >= 1, "state", "a hardness of at least 1",
                      state[static_cast<std::size_t>(2 + i)]);
    detail::require(state[0] >= 0 && state[0] < 0x1p53, "state", "a count of steps first", state[0]);
    steps_ = static_cast<long>(state[0]);
    free_ = arrays.col(0);
    hardness_ = arrays.col(1);
    learned_ = state[1] == 0 ? Array() : Array(arrays.col(2));
    mean_ = arrays.col(3);
    mean_square_ = arrays.col(4);
  }

 private:
  static Scalar positive(const char* name, double value) {
    const auto converted = static_cast<Scalar>(value);
    detail::require(converted > 0 && std::isfinite(converted), name, "greater than 0 and finite, also when rounded",
                    value);
    return converted;
  }

  static void decay(const char* name, double value) {
    detail::require(value >= 0 && static_cast<Scalar>(value) < 1, name, "in [0, 1), also when rounded", value);
  }

  template <class Gradient>
  void learn(const Gradient& gradient, double learning_rate) {
    const auto rate = static_cast<Scalar>(options_.multiplier * learning_rate);
    detail::require(learning_rate >= 0 && std::isfinite(rate), "learning_rate",
                    "at least 0 and finite, also times the multiplier", learning_rate);
    for (Eigen::Index i = 0; i < free_.size(); ++i)
      detail::require(std::isfinite(static_cast<Scalar>(gradient.data()[i])), "gradient", "finite", gradient.data()[i]);

    ++steps_;
    const auto beta1 = static_cast<Scalar>(options_.momentum), beta2 = static_cast<Scalar>(options_.second_moment),
               stabilizer = static_cast<Scalar>(options_.stabilizer),
               debias1 = static_cast<Scalar>(1 - std::pow(options_.momentum, steps_)),
               debias2 = static_cast<Scalar>(1 - std::pow(options_.second_moment, steps_));
    // The |s| where λ(s) = 1 + s/t is still finite.
    const Scalar furthest =
        (std::numeric_limits<Scalar>::max)() / 4 * std::fmin(reparameterization_.temperature(), Scalar(1));
    for (Eigen::Index i = 0; i < free_.size(); ++i) {
      const Scalar g =
          clamped(static_cast<Scalar>(gradient.data()[i]) * reparameterization_.derivative(free_[i]), largest_gradient);
      mean_square_[i] = beta2 * mean_square_[i] + (1 - beta2) * g * g;
      const Scalar scale = std::sqrt(mean_square_[i] / debias2) + stabilizer;
      const bool adam = options_.optimizer == Optimizer::adam;
      mean_[i] = beta1 * mean_[i] + (1 - beta1) * (adam ? g : g / scale);
      free_[i] = clamped(free_[i] - rate * (adam ? mean_[i] / (debias1 * scale) : mean_[i]), furthest);
      if (rate > 0) hardness_[i] = reparameterization_.hardness(free_[i]);
    }
  }

  static constexpr Scalar largest_gradient =
      std::is_same_v<Scalar, float> ? Scalar(0x1p63) : Scalar(0x1p511);  // its square is finite
  static Scalar clamped(Scalar x, Scalar bound) { return x < -bound ? -bound : x > bound ? bound : x; }

  LearnerOptions options_;
  Reparameterization<Scalar> reparameterization_;
  Array free_, hardness_, learned_, mean_, mean_square_;
  long steps_ = 0;
};

/// The mean absolute change of the hardness from one epoch to the next, as the λ-GELU paper has it; `history` is
/// layers × epochs. 0 for fewer than two epochs.
template <class History>
double hardness_drift(const Eigen::DenseBase<History>& history) {
  const Eigen::Index epochs = history.cols();
  if (epochs < 2 || history.rows() == 0) return 0;
  const Eigen::ArrayXXd values = history.derived().template cast<double>();
  return (values.rightCols(epochs - 1) - values.leftCols(epochs - 1)).abs().mean();
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
