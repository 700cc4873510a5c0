// Shifted ReLU for networks that are already trained: what a plain replacement takes from the mean of each channel is
// given back.
#pragma once

#include <Eigen/Core>

#include "../activations.hpp"
#include "../detail/distances.hpp"
#include "../detail/eigen/dense.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

/// Δ = E[f(z)] - E[max(z', 0)] for each channel, so that max(z', 0) + Δ has the mean of f(z) (the bias correction of
/// quantisation, Nagel et al. 2019, applied to activations). z is what reaches the unit; z' what reaches it once the
/// layers before have been replaced and corrected. Layers are taken in order, from the input on. A hundred inputs are
/// enough, without labels.
///
/// Before a linear layer Δ folds into its bias. In a gated product it belongs on the gate: f(a)·b ≈ (max(a, 0) + Δ)·b;
/// `bypass` is the part Δ·b as a matrix beside the block. Sums are in double.
template <class Scalar>
class BiasCorrection {
 public:
  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;               ///< a number for each channel
  using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;  ///< weights

  /// For so many channels; throws std::domain_error unless there is one at least.
  explicit BiasCorrection(Eigen::Index channels) {
    detail::require(channels >= 1, "channels", "at least 1", channels);
    difference_.setZero(channels);
  }

  /// A batch: f(z) and max(z', 0), both channels × samples. Throws std::invalid_argument for sizes that do not fit and
  /// std::domain_error for what is not finite; nothing of the batch has been counted then.
  template <class Smooth, class Relu>
  void observe(const Eigen::DenseBase<Smooth>& smooth, const Eigen::DenseBase<Relu>& relu) {
    detail::require_size("smooth", "rows, one per channel", channels(), smooth.rows());
    detail::require_same_size("relu", smooth, relu, "smooth");
    const auto sum_of = [](const char* name, const auto& x) {
      Eigen::VectorXd sum = x.derived().template cast<double>().rowwise().sum().matrix();
      detail::require(sum.allFinite(), name, "finite", sum.sum());
      return sum;
    };
    const Eigen::VectorXd sum = sum_of("smooth", smooth) - sum_of("relu", relu);
    difference_ += sum;
    samples_ += smooth.cols();
  }

  /// How many channels there are.
  Eigen::Index channels() const { return difference_.size(); }
  /// How many samples have been observed.
  Eigen::Index samples() const { return samples_; }
  /// Δ. Throws std::domain_error before anything was observed.
  Vector shift() const { return rounded("shift", mean_difference()); }

  /// bias += weights·Δ, for the linear layer behind the unit: outputs × channels. The bias may be a vector, an array, a
  /// column, a row or a segment. Throws std::invalid_argument for sizes that do not fit; nothing has been changed then.
  template <class Weights, class Bias>
  void fold_into(const Eigen::MatrixBase<Weights>& weights, Bias&& bias) const {
    static_assert(
        detail::is_dense<detail::Out<Bias>, Scalar>,
        "hardgate: BiasCorrection::fold_into takes (weights, bias): the bias a dense Eigen vector of the scalar "
        "of the correction, writable and not a temporary.");
    auto& vector = bias.derived();
    detail::require_size("weights", "columns, one per channel", channels(), weights.cols());
    detail::require_vector("bias", "numbers, one per output", weights.rows(), vector);
    const Eigen::VectorXd sum = weights.template cast<double>() * mean_difference();
    detail::require(sum.allFinite(), "weights", "finite", sum.sum());
    const Vector next = (vector.template cast<double>().reshaped().matrix() + sum).template cast<Scalar>();
    detail::require(next.allFinite(), "bias", "finite, and stay so", next.sum());
    detail::assign_vector(vector, next);
  }

  /// For a gated product, f(W_gate·x)·(W_up·x) and then W_down: W_down·diag(Δ)·W_up, which is added to the block's
  /// output as a matrix of its own applied to x.
  template <class Down, class Up>
  Matrix bypass(const Eigen::MatrixBase<Down>& down, const Eigen::MatrixBase<Up>& up) const {
    detail::require_size("down", "columns, one per channel", channels(), down.cols());
    detail::require_size("up", "rows, one per channel", channels(), up.rows());
    return rounded("bypass",
                   down.template cast<double>() * mean_difference().asDiagonal() * up.template cast<double>());
  }
  /// The bias beside it where W_up has a bias: W_down·(Δ∘b_up).
  template <class Down, class Bias>
  Vector bypass_bias(const Eigen::MatrixBase<Down>& down, const Eigen::MatrixBase<Bias>& up_bias) const {
    detail::require_size("down", "columns, one per channel", channels(), down.cols());
    detail::require_size("up_bias", "numbers, one per channel", channels(), up_bias.size());
    return rounded("bypass_bias",
                   down.template cast<double>() * mean_difference().cwiseProduct(up_bias.template cast<double>()));
  }

 private:
  template <class Numbers>
  static Matrix rounded(const char* name, const Eigen::MatrixBase<Numbers>& numbers) {
    const Matrix result = numbers.template cast<Scalar>();
    detail::require(result.allFinite(), name, "finite: are the weights, and what was observed?", result.sum());
    return result;
  }
  Eigen::VectorXd mean_difference() const {
    detail::require(samples_ > 0, "samples", "at least 1 before there is a shift", samples_);
    return difference_ / static_cast<double>(samples_);
  }

  Eigen::VectorXd difference_;  // Σ f(z) - max(z', 0)
  Eigen::Index samples_ = 0;
};

/// Δ without data: E[f(z) - max(z, 0)] for normal z of a mean and a deviation: -0.117 for GELU, -0.192 for SiLU, at mean 0
/// and deviation 1. To ten digits of the largest |f - ReLU|; to seven where f has corners, as hard swish. Throws
/// std::domain_error for a deviation that is not positive, and for numbers beyond 1e300.
template <class Activation>
double mean_shift(const Activation& activation, double mean = 0, double deviation = 1) {
  detail::require(std::fabs(mean) <= 1e300, "mean", "at most 1e300 in size", mean);
  detail::require(deviation > 0 && deviation <= 1e300, "deviation", "greater than 0 and at most 1e300", deviation);
  const auto act = activation.template cast<double>();
  constexpr double reach = 40;              // deviations, beyond which the density underflows
  const double corner = -mean / deviation;  // where z = 0, in deviations from the mean
  const auto side = [&](double sign) {      // from there, or from the far end, in the direction of the sign
    const bool at_corner = sign * corner > -reach;
    const double start = at_corner ? corner : -sign * reach, length = reach - sign * start;
    if (length <= 0) return 0.0;
    return detail::integral_between(
        [&](double distance) {
          const double t = start + sign * distance;
          const double z = at_corner ? sign * deviation * distance : mean + deviation * t;
          return (act(z) - (z > 0 ? z : 0)) * std::exp(-t * t / 2);
        },
        length);
  };
  return (side(-1) + side(1)) / std::sqrt(2 * pi<double>());
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
