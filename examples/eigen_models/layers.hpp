// Layers in plain Eigen whose activations learn a hardness for each channel. Everywhere a row is a channel and a
// column a position: a point of an image, a token of a sequence. The positions of all samples stand side by side.
#pragma once

#include <cmath>
#include <hardgate/hardgate.hpp>
#include <random>

namespace eigen_models {

using Eigen::Index;
using Random = std::mt19937;
template <class Scalar>
using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

/// What all layers are told at a step of the training.
struct Step {
  double progress, learning_rate;
};

/// y = Wx + b, trained by gradient descent with momentum.
template <class Scalar>
class Linear {
 public:
  Matrix<Scalar> weights, weights_gradient;  // the last column is b

  Linear(Index inputs, Index outputs, Random& random) {
    std::normal_distribution<double> normal(0, std::sqrt(2 / double(inputs)));
    weights = Matrix<Scalar>::NullaryExpr(outputs, inputs + 1, [&] { return Scalar(normal(random)); });
    weights.rightCols(1).setZero();
    weights_gradient = velocity_ = Matrix<Scalar>::Zero(outputs, inputs + 1);
  }
  Matrix<Scalar> forward(const Matrix<Scalar>& x) {
    x_ = x;
    return (weights.leftCols(x.rows()) * x).colwise() + weights.col(x.rows());
  }
  /// From ∂loss/∂y: ∂loss/∂x. Keeps ∂loss/∂weights.
  Matrix<Scalar> backward(const Matrix<Scalar>& dy) {
    weights_gradient << dy * x_.transpose(), dy.rowwise().sum();
    return weights.leftCols(x_.rows()).transpose() * dy;
  }
  void update(const Step& step) {
    velocity_ = Scalar(0.9) * velocity_ - Scalar(step.learning_rate) * weights_gradient;
    weights += velocity_;
  }

 private:
  Matrix<Scalar> velocity_, x_;
};

/// λ-GELU with a λ for each channel: first learned, then hardened.
template <class Scalar>
class ChannelActivation {
 public:
  Eigen::Array<Scalar, Eigen::Dynamic, 1> hardness, hardness_gradient;

  explicit ChannelActivation(Index channels) : learner_(channels, options()) { hardness = learner_.hardness(); }

  Matrix<Scalar> forward(const Matrix<Scalar>& x) {
    x_ = x;
    Matrix<Scalar> y(x.rows(), x.cols());
    if (is_relu_) {
      hardgate::forward(hardgate::Relu<Scalar>(), x, y);
    } else {
      Units(hardness).forward(x, y);
    }
    return y;
  }
  Matrix<Scalar> backward(const Matrix<Scalar>& dy) {
    Matrix<Scalar> dx(dy.rows(), dy.cols());
    hardness_gradient = Units(hardness).backward(x_, dy, dx);
    return dx;
  }
  void update(const Step& step) {
    learner_.step(step.progress, hardness_gradient, step.learning_rate);
    hardness = learner_.hardness();
  }
  void substitute() { is_relu_ = true; }

 private:
  using Units = hardgate::ChannelUnits<hardgate::LambdaGelu<Scalar>>;
  static hardgate::LearnerOptions options() {
    hardgate::LearnerOptions options;
    options.optimizer = hardgate::Optimizer::sgd;
    options.multiplier = 1;
    options.target = hardgate::hardness_for_gate_tolerance<hardgate::LambdaGelu<Scalar>>(0.02);
    return options;
  }
  hardgate::HardnessLearner<Scalar> learner_;
  Matrix<Scalar> x_;
  bool is_relu_ = false;
};

/// A convolution of one-channel images with 3 × 3 kernels at stride 2, and its activation. The patches,
/// written side by side as columns (im2col), make it a matrix product whose rows are the channels.
template <class Scalar>
class Convolution {
 public:
  Linear<Scalar> kernels;
  ChannelActivation<Scalar> activation;

  Convolution(Index side, Index channels, Random& random)
      : kernels(9, channels, random), activation(channels), side_(side) {}
  Matrix<Scalar> forward(const Matrix<Scalar>& images) { return activation.forward(kernels.forward(patches(images))); }
  void backward(const Matrix<Scalar>& dy) { kernels.backward(activation.backward(dy)); }
  void update(const Step& step) {
    kernels.update(step);
    activation.update(step);
  }

 private:
  Matrix<Scalar> patches(const Matrix<Scalar>& images) const {
    const Index half = (side_ + 1) / 2;
    Matrix<Scalar> result(9, half * half * images.cols());
    for (Index position = 0; position < result.cols(); ++position) {
      const Index image = position / (half * half), left = position % half * 2 - 1,
                  top = position / half % half * 2 - 1;
      for (Index k = 0; k < 9; ++k) {
        const Index x = left + k % 3, y = top + k / 3;
        const bool inside = x >= 0 && x < side_ && y >= 0 && y < side_;
        result(k, position) = inside ? images(y * side_ + x, image) : Scalar(0);
      }
    }
    return result;
  }
  Index side_;
};

/// The feed-forward block of a transformer with its residual: x + W₂ f(W₁ x + b₁) + b₂, for each position.
template <class Scalar>
class FeedForward {
 public:
  Linear<Scalar> widen;
  ChannelActivation<Scalar> activation;
  Linear<Scalar> narrow;

  FeedForward(Index channels, Index width, Random& random)
      : widen(channels, width, random), activation(width), narrow(width, channels, random) {}
  Matrix<Scalar> forward(const Matrix<Scalar>& x) { return x + narrow.forward(activation.forward(widen.forward(x))); }
  Matrix<Scalar> backward(const Matrix<Scalar>& dy) {
    return dy + widen.backward(activation.backward(narrow.backward(dy)));
  }
  void update(const Step& step) {
    widen.update(step);
    activation.update(step);
    narrow.update(step);
  }
};

}  // namespace eigen_models
