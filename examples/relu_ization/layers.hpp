// The parts of networks: parameters trained by AdamW, dense layers, the loss. Matrices are features × images.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <random>
#include <utility>

namespace relu_ization {

using Eigen::Index;
using Matrix = Eigen::MatrixXf;
using Vector = Eigen::VectorXf;
using Images = Eigen::Ref<const Matrix>;
using Random = std::mt19937_64;

/// A parameter trained by AdamW.
template <class Value>
class Parameter {
 public:
  Value value, gradient;

  Parameter(Value initial, float weight_decay)
      : value(std::move(initial)),
        gradient(Value::Zero(value.rows(), value.cols())),
        first_moment_(gradient),
        second_moment_(gradient),
        weight_decay_(weight_decay) {}

  void update(float learning_rate) {
    constexpr float beta1 = 0.9f, beta2 = 0.999f, tiny = 1e-8f;
    ++updates_;
    const float scale1 = 1 / (1 - std::pow(beta1, updates_)), scale2 = 1 / (1 - std::pow(beta2, updates_));
    auto first = first_moment_.array(), second = second_moment_.array();
    first = beta1 * first + (1 - beta1) * gradient.array();
    second = beta2 * second + (1 - beta2) * gradient.array().square();
    value.array() = (1 - learning_rate * weight_decay_) * value.array() -
                    learning_rate * scale1 * first / ((scale2 * second).sqrt() + tiny);
  }

 private:
  Value first_moment_, second_moment_;
  float weight_decay_;
  float updates_ = 0;
};

inline Matrix he_initialised(Index inputs, Index outputs, Random& random) {
  std::normal_distribution<float> normal(0, std::sqrt(2 / float(inputs)));
  return Matrix::NullaryExpr(outputs, inputs, [&] { return normal(random); });
}

class Dense {
 public:
  Dense(Index inputs, Index outputs, Random& random)
      : weights_(he_initialised(inputs, outputs, random), 0.01f), bias_(Vector::Zero(outputs), 0) {}

  void forward(const Images& input, Matrix& output) const {
    output.noalias() = weights_.value * input;
    output.colwise() += bias_.value;
  }

  void backward(const Images& input, const Matrix& output_gradient) {
    weights_.gradient.noalias() = output_gradient * input.transpose();
    bias_.gradient = output_gradient.rowwise().sum();
  }

  void backpropagate(const Matrix& output_gradient, Matrix& input_gradient) const {
    input_gradient.noalias() = weights_.value.transpose() * output_gradient;
  }

  void update(float learning_rate) {
    weights_.update(learning_rate);
    bias_.update(learning_rate);
  }

  const Matrix& weights() const { return weights_.value; }
  const Vector& bias() const { return bias_.value; }
  Matrix& weights() { return weights_.value; }
  Vector& bias() { return bias_.value; }

 private:
  Parameter<Matrix> weights_;
  Parameter<Vector> bias_;
};

/// Turns logits into the gradient of the mean cross-entropy with respect to them.
inline void turn_into_loss_gradient(Matrix& logits, const Eigen::VectorXi& labels) {
  for (Index image = 0; image < logits.cols(); ++image) {
    auto column = logits.col(image);
    column = (column.array() - column.maxCoeff()).exp();
    column /= column.sum();
    column[labels[image]] -= 1;
  }
  logits /= float(logits.cols());
}

}  // namespace relu_ization
