// Batch normalisation behind a dense layer, which it is folded into once the network is trained.
#pragma once

#include <cmath>

#include "layers.hpp"

namespace relu_ization {

/// Brings each feature to mean 0 and deviation 1 over the images it is given, then scales and shifts it, in place.
class BatchNormalisation {
 public:
  explicit BatchNormalisation(Index features) : gain_(Vector::Ones(features), 0), shift_(Vector::Zero(features), 0) {}

  void forward(Matrix& features) {
    constexpr float tiny = 1e-5f;
    mean_ = features.rowwise().mean();
    normalised_ = features.colwise() - mean_;
    const Vector variance = normalised_.rowwise().squaredNorm() / float(features.cols());
    inverse_deviation_ = (variance.array() + tiny).rsqrt();
    normalised_ = inverse_deviation_.asDiagonal() * normalised_;
    features = (gain_.value.asDiagonal() * normalised_).colwise() + shift_.value;
  }

  void backward(Matrix& gradients) {
    const float images = float(gradients.cols());
    gain_.gradient = gradients.cwiseProduct(normalised_).rowwise().sum();
    shift_.gradient = gradients.rowwise().sum();
    gradients.colwise() -= shift_.gradient / images;
    gradients -= (gain_.gradient / images).asDiagonal() * normalised_;
    gradients = gain_.value.cwiseProduct(inverse_deviation_).asDiagonal() * gradients;
  }

  void update(float learning_rate) {
    gain_.update(learning_rate);
    shift_.update(learning_rate);
  }

  /// Makes the layer give what it and the normalisation give together, with the means and deviations of the last images.
  void fold_into(Dense& layer) const {
    const Vector scale = gain_.value.cwiseProduct(inverse_deviation_);
    layer.weights() = scale.asDiagonal() * layer.weights();
    layer.bias() = scale.cwiseProduct(layer.bias() - mean_) + shift_.value;
  }

 private:
  Parameter<Vector> gain_, shift_;
  Matrix normalised_;
  Vector mean_, inverse_deviation_;
};

}  // namespace relu_ization
