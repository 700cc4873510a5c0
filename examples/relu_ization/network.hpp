// The network: eight times a dense layer, LayerNorm and an activation, then a dense layer for the classes.
// Matrices are features × images. Buffers keep their size from batch to batch.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <hardgate/hardgate.hpp>
#include <type_traits>
#include <variant>
#include <vector>

#include "data.hpp"
#include "layers.hpp"

namespace relu_ization {

using Hardness = Eigen::ArrayXf;  // one per layer

using Activation =
    std::variant<hardgate::Relu<float>, hardgate::Gelu<float>, hardgate::LambdaGelu<float>, hardgate::SeGem<float, 1>>;

/// Brings the features of each image to mean 0 and deviation 1, then scales and shifts each, in place.
class LayerNorm {
 public:
  static constexpr float tiny = 1e-5f;

  explicit LayerNorm(Index features) : gain_(Vector::Ones(features), 0), shift_(Vector::Zero(features), 0) {}

  void forward(Matrix& features) {
    normalised_.resizeLike(features);
    inverse_deviation_.resize(features.cols());
    for (Index image = 0; image < features.cols(); ++image) {
      auto feature = features.col(image);
      auto normalised = normalised_.col(image);
      normalised.array() = feature.array() - feature.mean();
      inverse_deviation_[image] = 1 / std::sqrt(normalised.squaredNorm() / float(features.rows()) + tiny);
      normalised *= inverse_deviation_[image];
      feature = gain_.value.cwiseProduct(normalised) + shift_.value;
    }
  }

  void backward(Matrix& gradients) {
    gain_.gradient.setZero();
    shift_.gradient.setZero();
    for (Index image = 0; image < gradients.cols(); ++image) {
      auto gradient = gradients.col(image);
      const auto normalised = normalised_.col(image);
      gain_.gradient += gradient.cwiseProduct(normalised);
      shift_.gradient += gradient;
      gradient.array() *= gain_.value.array();
      const float mean = gradient.mean(), along = gradient.dot(normalised) / float(gradient.size());
      gradient.array() = (gradient.array() - mean - along * normalised.array()) * inverse_deviation_[image];
    }
  }

  void update(float learning_rate) {
    gain_.update(learning_rate);
    shift_.update(learning_rate);
  }

  void restart() {
    gain_.restart();
    shift_.restart();
  }

  const Vector& gain() const { return gain_.value; }
  const Vector& shift() const { return shift_.value; }

 private:
  Parameter<Vector> gain_, shift_;
  Matrix normalised_;
  Vector inverse_deviation_;
};

/// A dense layer, LayerNorm and an activation.
class HiddenLayer {
 public:
  HiddenLayer(Index inputs, Index outputs, const Activation& activation, Random& random)
      : dense_(inputs, outputs, random), norm_(outputs), activation_(activation) {}

  const Dense& dense() const { return dense_; }
  Dense& dense() { return dense_; }
  const LayerNorm& norm() const { return norm_; }
  const Activation& activation() const { return activation_; }
  const Matrix& output() const { return output_; }
  float hardness_gradient() const { return hardness_gradient_; }

  void forward(const Images& input) {
    dense_.forward(input, pre_activation_);
    norm_.forward(pre_activation_);
    output_.resizeLike(pre_activation_);
    std::visit([&](const auto& act) { hardgate::forward(act, pre_activation_, output_); }, activation_);
  }

  /// Turns the gradient with respect to the output into the gradient with respect to the output of the dense layer,
  /// and keeps those with respect to the parameters.
  void backward(const Images& input, Matrix& gradient) {
    std::visit(
        [&](const auto& act) {
          if constexpr (std::decay_t<decltype(act)>::has_parameter) {
            hardness_gradient_ = hardgate::backward_with_hardness(act, pre_activation_, gradient, gradient);
          } else {
            hardgate::backward(act, pre_activation_, gradient, gradient);
          }
        },
        activation_);
    norm_.backward(gradient);
    dense_.backward(input, gradient);
  }

  void backpropagate(const Matrix& gradient, Matrix& input_gradient) const {
    dense_.backpropagate(gradient, input_gradient);
  }

  void update(float learning_rate) {
    dense_.update(learning_rate);
    norm_.update(learning_rate);
  }

  void restart() {
    dense_.restart();
    norm_.restart();
  }

  float hardness() const {
    return std::visit([](const auto& act) { return float(act.hardness()); }, activation_);
  }

  void set_hardness(float hardness) {
    std::visit(
        [&](auto& act) {
          if constexpr (std::decay_t<decltype(act)>::has_parameter) act = act.with_hardness(hardness);
        },
        activation_);
  }

  /// |f - ReLU| on the input of the last call of forward.
  hardgate::Disruption disruption() const {
    return std::visit([&](const auto& act) { return hardgate::substitution_disruption(act, pre_activation_); },
                      activation_);
  }

  void substitute() {
    activation_ = std::visit([](const auto& act) { return Activation(hardgate::substitute(act)); }, activation_);
  }

 private:
  Dense dense_;
  LayerNorm norm_;
  Activation activation_;
  Matrix pre_activation_, output_;
  float hardness_gradient_ = 0;
};

class Network {
 public:
  static constexpr Index depth = 8, width = 128;

  Network(Index inputs, const Activation& activation, Random& random)
      : layers_(hidden_layers(inputs, activation, random)), classifier_(width, number_of_classes, random) {}

  const std::vector<HiddenLayer>& layers() const { return layers_; }
  const Dense& classifier() const { return classifier_; }

  /// The dense layer that a hidden layer's output goes to.
  Dense& dense_behind(std::size_t layer) {
    return layer + 1 < layers_.size() ? layers_[layer + 1].dense() : classifier_;
  }

  /// The output of one hidden layer, from that of the layer before it as forward or this function left it.
  const Matrix& forward_layer(std::size_t layer, const Images& images) {
    if (layer == 0) {
      layers_[layer].forward(images);
    } else {
      layers_[layer].forward(layers_[layer - 1].output());
    }
    return layers_[layer].output();
  }

  /// Logits, classes × images.
  const Matrix& forward(const Images& images) {
    for (std::size_t i = 0; i < layers_.size(); ++i) forward_layer(i, images);
    classifier_.forward(layers_.back().output(), logits_);
    return logits_;
  }

  /// One step of AdamW on the mean cross-entropy of a batch.
  void train(const LabelledImages& batch, float learning_rate) {
    forward(batch.images);
    turn_into_loss_gradient(logits_, batch.labels);
    classifier_.backward(layers_.back().output(), logits_);
    classifier_.backpropagate(logits_, gradient_);
    for (std::size_t i = layers_.size() - 1; i > 0; --i) {
      layers_[i].backward(layers_[i - 1].output(), gradient_);
      layers_[i].backpropagate(gradient_, input_gradient_);
      gradient_.swap(input_gradient_);
    }
    layers_.front().backward(batch.images, gradient_);

    for (HiddenLayer& layer : layers_) layer.update(learning_rate);
    classifier_.update(learning_rate);
  }

  /// Makes AdamW start anew.
  void restart() {
    for (HiddenLayer& layer : layers_) layer.restart();
    classifier_.restart();
  }

  Hardness hardness() const { return by_layer(&HiddenLayer::hardness); }
  Hardness hardness_gradient() const { return by_layer(&HiddenLayer::hardness_gradient); }

  void set_hardness(const Hardness& hardness) {
    for (std::size_t i = 0; i < layers_.size(); ++i) layers_[i].set_hardness(hardness[Index(i)]);
  }

  /// |f - ReLU| by layer, on the images of the last call of forward.
  std::vector<hardgate::Disruption> disruption() const {
    std::vector<hardgate::Disruption> layers;
    for (const HiddenLayer& layer : layers_) layers.push_back(layer.disruption());
    return layers;
  }

  /// Replaces the activation of one hidden layer by ReLU.
  void substitute(std::size_t layer) { layers_[layer].substitute(); }

  /// Replaces every activation by ReLU.
  void substitute() {
    for (HiddenLayer& layer : layers_) layer.substitute();
  }

 private:
  static std::vector<HiddenLayer> hidden_layers(Index inputs, const Activation& activation, Random& random) {
    std::vector<HiddenLayer> layers;
    for (Index i = 0; i < depth; ++i) layers.emplace_back(i == 0 ? inputs : width, width, activation, random);
    return layers;
  }

  Hardness by_layer(float (HiddenLayer::*value)() const) const {
    Hardness values(depth);
    for (Index i = 0; i < depth; ++i) values[i] = (layers_[std::size_t(i)].*value)();
    return values;
  }

  std::vector<HiddenLayer> layers_;
  Dense classifier_;
  Matrix logits_, gradient_, input_gradient_;
};

}  // namespace relu_ization
