// The linear layer behind a replaced activation, fitted anew to what it gave before.
#pragma once

#include <Eigen/Cholesky>

#include "../detail/eigen/dense.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

/// Weights W' and a bias b' for a linear layer whose inputs are r = max(z', 0) where they were f(z): they minimise
/// E|W'r + b' - y|² + ρ|W' - W|² for the wanted outputs y, such as W·f(z) + b of the original network:
///
///     W' = W + K·(C + ρI)⁻¹,  b' = E[y] - W'·E[r],  C = cov(r), K = cov(y - W·r, r), ρ = ridge·trace(C)/inputs
///
/// (ridge regression, as in the layer-wise reconstruction of quantised networks). No labels: some thousand samples, with a
/// ridge of 0.1; from fifty thousand on 0.01. With residual connections y may be what the original residual stream holds
/// behind the block, minus what the stream of the replaced network holds before it. A convolution is a linear layer of its
/// patches. Sums are in double, so memory does not grow with the data: inputs·(inputs + outputs) numbers.
template <class Scalar>
class LayerRefit {
 public:
  /// For a layer of so many inputs and outputs; throws std::domain_error unless there is one of each at least.
  LayerRefit(Eigen::Index inputs, Eigen::Index outputs) {
    detail::require(inputs >= 1, "inputs", "at least 1", inputs);
    detail::require(outputs >= 1, "outputs", "at least 1", outputs);
    mean_.setZero(inputs + outputs);
    products_.setZero(inputs + outputs, inputs + outputs);
    inputs_ = inputs;
  }

  /// A batch: r, inputs × samples, and y, outputs × samples. Throws std::invalid_argument for sizes that do not fit and
  /// std::domain_error for what is not finite; nothing of the batch has been counted then.
  template <class Relu, class Wanted>
  void observe(const Eigen::DenseBase<Relu>& relu, const Eigen::DenseBase<Wanted>& wanted) {
    detail::require_size("relu", "rows, one per input", inputs(), relu.rows());
    detail::require_size("wanted", "rows, one per output", outputs(), wanted.rows());
    detail::require_size("wanted", "columns, one per sample", relu.cols(), wanted.cols());
    if (relu.cols() == 0) return;
    Eigen::MatrixXd both(inputs() + outputs(), relu.cols());
    both.topRows(inputs()) = relu.derived().template cast<double>().matrix();
    both.bottomRows(outputs()) = wanted.derived().template cast<double>().matrix();
    detail::require(both.topRows(inputs()).allFinite(), "relu", "finite", both.topRows(inputs()).sum());
    detail::require(both.allFinite(), "wanted", "finite", both.bottomRows(outputs()).sum());
    // Chan, Golub and LeVeque (1979): the products of two parts, each about its own mean.
    const Eigen::VectorXd mean = both.rowwise().mean(), moved = mean - mean_;
    both.colwise() -= mean;
    const double before = static_cast<double>(samples_), added = static_cast<double>(relu.cols());
    auto products = products_.template selfadjointView<Eigen::Lower>();
    products.rankUpdate(both);
    products.rankUpdate(moved, before * added / (before + added));
    mean_ += moved * (added / (before + added));
    samples_ += relu.cols();
  }

  /// How many inputs, outputs and samples there are.
  Eigen::Index inputs() const { return inputs_; }
  Eigen::Index outputs() const { return mean_.size() - inputs_; }  ///< likewise
  Eigen::Index samples() const { return samples_; }                ///< likewise

  /// Replaces the weights, outputs × inputs, and the bias; returns the mean square of what is left, W'r + b' - y, over
  /// the observed samples and the outputs. Throws std::invalid_argument for sizes that do not fit and std::domain_error
  /// where nothing was observed, for a negative ridge, and where the system is singular to rounding: nothing
  /// has been changed then.
  template <class Weights, class Bias>
  double solve(Weights&& weights, Bias&& bias, double ridge = 0.1) const {
    static_assert(detail::is_dense<detail::Out<Weights>, Scalar> && detail::is_dense<detail::Out<Bias>, Scalar>,
                  "hardgate: LayerRefit::solve takes (weights, bias, ridge): dense Eigen objects of the scalar of the "
                  "refit, writable and not temporaries.");
    detail::require_size("weights", "columns, one per input", inputs(), weights.cols());
    detail::require_size("weights", "rows, one per output", outputs(), weights.rows());
    detail::require_vector("bias", "numbers, one per output", outputs(), bias.derived());
    detail::require(samples_ > 0, "samples", "at least 1 before there is a fit", samples_);
    detail::require(ridge >= 0 && std::isfinite(ridge), "ridge", "at least 0 and finite", ridge);
    const Eigen::MatrixXd old = weights.derived().matrix().template cast<double>();
    detail::require(old.allFinite(), "weights", "finite", old.sum());

    Eigen::MatrixXd covariance = products_.template selfadjointView<Eigen::Lower>();
    covariance /= static_cast<double>(samples_);
    const auto c = covariance.topLeftCorner(inputs(), inputs());
    const auto y_by_r = covariance.bottomLeftCorner(outputs(), inputs());

    detail::require(c.trace() > 0, "the variance of relu", "greater than 0", c.trace());
    const double strength = ridge * c.trace() / static_cast<double>(inputs());
    const Eigen::LLT<Eigen::MatrixXd> system(c + strength * Eigen::MatrixXd::Identity(inputs(), inputs()));
    detail::require(system.info() == Eigen::Success && system.rcond() > 1e-13, "ridge",
                    "larger, or more samples observed: the inputs are linearly dependent", ridge);
    const Eigen::MatrixXd next = old + system.solve((y_by_r - old * c).transpose()).transpose();
    const Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic> fitted = next.template cast<Scalar>();
    const Eigen::Matrix<Scalar, Eigen::Dynamic, 1> offset =
        (mean_.tail(outputs()) - next * mean_.head(inputs())).template cast<Scalar>();
    detail::require(fitted.allFinite() && offset.allFinite(), "what is observed", "of a size that gives finite weights",
                    next.sum());
    weights.derived().matrix() = fitted;
    detail::assign_vector(bias.derived(), offset);
    const double left =
        covariance.bottomRightCorner(outputs(), outputs()).trace() + (next * c - 2 * y_by_r).cwiseProduct(next).sum();
    return (left > 0 ? left : 0) / static_cast<double>(outputs());
  }

 private:
  Eigen::VectorXd mean_;      // of r and y together
  Eigen::MatrixXd products_;  // of their differences from it, the lower triangle
  Eigen::Index inputs_ = 0, samples_ = 0;
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
