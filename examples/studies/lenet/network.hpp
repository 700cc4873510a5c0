// LeNet: two convolutions, each followed by an activation and an average over 2 × 2 pixels, then three dense layers.
// Images are channels × (pixels · images), so that a convolution is a dense layer on patches of the image.
#pragma once

#include <array>
#include <hardgate/hardgate.hpp>
#include <variant>
#include <vector>

#include "data.hpp"
#include "layers.hpp"

namespace lenet {

using namespace relu_ization;
using ConstMap = Eigen::Map<const Matrix>;

/// GEM is E-GEM with ε = 1.
using LeNetActivation = std::variant<hardgate::Relu<float>, hardgate::Gelu<float>, hardgate::Silu<float>,
                                     hardgate::EGem<float, 1>, hardgate::EGem<float, 2>, hardgate::EGem<float, 3>,
                                     hardgate::SeGem<float, 1>, hardgate::SeGem<float, 2>, hardgate::SeGem<float, 3>>;

/// 5 × 5 kernels on images with a border of zeros, so that their size stays. It is a dense layer on the patches around
/// the pixels, image by image, so that the patches stay in the cache.
class Convolution {
 public:
  Convolution(Index side, Index channels, Index outputs, Random& random)
      : side_(side),
        channels_(channels),
        kernels_(he_initialised(25 * channels, outputs, random), 0.01f),
        bias_(Vector::Zero(outputs), 0),
        padded_(Matrix::Zero(channels, (side + 4) * (side + 4))),
        patches_(25 * channels, side * side) {}

  void forward(const float* input, Index images, Matrix& output) {
    const Index pixels = side_ * side_;
    output.resize(bias_.value.size(), pixels * images);
    for (Index image = 0; image < images; ++image) {
      cut_patches(input + image * channels_ * pixels);
      auto result = output.middleCols(image * pixels, pixels);
      result.noalias() = kernels_.value * patches_;
      result.colwise() += bias_.value;
    }
  }

  void backward(const float* input, const Matrix& output_gradient) {
    const Index pixels = side_ * side_;
    kernels_.gradient.setZero();
    for (Index image = 0; image < output_gradient.cols() / pixels; ++image) {
      cut_patches(input + image * channels_ * pixels);
      kernels_.gradient.noalias() += output_gradient.middleCols(image * pixels, pixels) * patches_.transpose();
    }
    bias_.gradient = output_gradient.rowwise().sum();
  }

  void backpropagate(const Matrix& output_gradient, Matrix& input_gradient) {
    const Index pixels = side_ * side_;
    input_gradient.resize(channels_, output_gradient.cols());
    for (Index image = 0; image < output_gradient.cols() / pixels; ++image) {
      patches_.noalias() = kernels_.value.transpose() * output_gradient.middleCols(image * pixels, pixels);
      padded_.setZero();
      for_each_row_of_patches([](float* pixel, const float* patch, Index size) {
        for (Index i = 0; i < size; ++i) pixel[i] += patch[i];
      });
      Matrix::Map(input_gradient.data() + image * channels_ * pixels, channels_ * side_, side_) = inside();
    }
    padded_.setZero();
  }

  void update(float learning_rate) {
    kernels_.update(learning_rate);
    bias_.update(learning_rate);
  }

  /// The patches of all images: the convolution is the dense layer kernels · patches + bias on them.
  Matrix patches(const Matrix& input) {
    const Index pixels = side_ * side_;
    Matrix all(patches_.rows(), input.cols());
    for (Index begin = 0; begin < input.cols(); begin += pixels) {
      cut_patches(input.data() + begin * channels_);
      all.middleCols(begin, pixels) = patches_;
    }
    return all;
  }
  Matrix& kernels() { return kernels_.value; }
  Vector& bias() { return bias_.value; }

 private:
  /// The image within its border.
  Eigen::Block<Eigen::Map<Matrix>> inside() {
    return Matrix::Map(padded_.data(), channels_ * (side_ + 4), side_ + 4)
        .block(2 * channels_, 2, channels_ * side_, side_);
  }
  void cut_patches(const float* image) {
    inside() = Matrix::Map(image, channels_ * side_, side_);
    for_each_row_of_patches([](const float* pixel, float* patch, Index size) { std::copy_n(pixel, size, patch); });
  }
  /// visit(pixels of the image with its border, where they are in the patch, how many numbers)
  template <class Visit>
  void for_each_row_of_patches(const Visit& visit) {
    const Index size = 5 * channels_;
    float* patch = patches_.data();
    for (Index y = 0; y < side_; ++y)
      for (Index x = 0; x < side_; ++x)
        for (Index row = 0; row < 5; ++row, patch += size)
          visit(padded_.data() + channels_ * ((y + row) * (side_ + 4) + x), patch, size);
  }

  Index side_, channels_;
  Parameter<Matrix> kernels_;
  Parameter<Vector> bias_;
  Matrix padded_, patches_;
};

/// The mean of 2 × 2 pixels: first of neighbours in a row, then of neighbouring rows.
inline void average(Index side, const Matrix& input, Matrix& output) {
  const Index channels = input.rows(), row = channels * side / 2;
  const ConstMap pairs(input.data(), 2 * channels, input.cols() / 2);
  const Matrix sums = pairs.topRows(channels) + pairs.bottomRows(channels);
  const ConstMap rows(sums.data(), 2 * row, sums.size() / (2 * row));
  output.resize(channels, input.cols() / 4);
  Matrix::Map(output.data(), row, rows.cols()) = 0.25f * (rows.topRows(row) + rows.bottomRows(row));
}

/// The gradient of average with respect to its input.
inline void spread(Index side, const Matrix& output_gradient, Matrix& input_gradient) {
  const Index channels = output_gradient.rows(), row = channels * side / 2;
  const ConstMap rows(output_gradient.data(), row, output_gradient.size() / row);
  Matrix sums(2 * row, rows.cols());
  sums << 0.25f * rows, 0.25f * rows;
  const ConstMap pairs(sums.data(), channels, sums.size() / channels);
  input_gradient.resize(channels, 4 * output_gradient.cols());
  Matrix::Map(input_gradient.data(), 2 * channels, pairs.cols()) << pairs, pairs;
}

class LeNet {
 public:
  static constexpr Index neurons = 6 + 16 + 120 + 84;  // a channel of a convolution counts as one

  LeNet(Index pixels, const LeNetActivation& activation, Random& random)
      : side_(Index(std::sqrt(float(pixels)))),
        activations_{activation, activation, activation, activation},
        convolution1_(side_, 1, 6, random),
        convolution2_(side_ / 2, 6, 16, random),
        dense1_(pixels, 120, random),
        dense2_(120, 84, random),
        dense3_(84, number_of_classes, random) {}

  /// Logits, classes × images.
  const Matrix& forward(const Images& images) {
    const Index count = images.cols();
    convolution1_.forward(images.data(), count, before_[0]);
    average(side_, activated(0), averaged_[0]);
    convolution2_.forward(averaged_[0].data(), count, before_[1]);
    average(side_ / 2, activated(1), averaged_[1]);
    dense1_.forward(features(), before_[2]);
    dense2_.forward(activated(2), before_[3]);
    dense3_.forward(activated(3), logits_);
    return logits_;
  }

  /// One step of AdamW on the mean cross-entropy of a batch.
  void train(const LabelledImages& batch, float learning_rate) {
    forward(batch.images);
    turn_into_loss_gradient(logits_, batch.labels);
    dense3_.backward(after_[3], logits_);
    dense3_.backpropagate(logits_, gradient_);
    deactivate(3);
    dense2_.backward(after_[2], gradient_);
    dense2_.backpropagate(gradient_, other_);
    gradient_.swap(other_);
    deactivate(2);
    dense1_.backward(features(), gradient_);
    dense1_.backpropagate(gradient_, other_);
    other_.resize(averaged_[1].rows(), averaged_[1].cols());
    spread(side_ / 2, other_, gradient_);
    deactivate(1);
    convolution2_.backward(averaged_[0].data(), gradient_);
    convolution2_.backpropagate(gradient_, other_);
    spread(side_, other_, gradient_);
    deactivate(0);
    convolution1_.backward(batch.images.data(), gradient_);

    convolution1_.update(learning_rate);
    convolution2_.update(learning_rate);
    for (Dense* dense : {&dense1_, &dense2_, &dense3_}) dense->update(learning_rate);
  }

  /// The largest |f'| of each neuron on the images of the last call of forward.
  Vector largest_slopes() const {
    Vector slopes = Vector::Zero(neurons);
    Index begin = 0;
    for (std::size_t i = 0; i < before_.size(); ++i) {
      const Matrix& before = before_[i];
      const Matrix sizes =
          std::visit([&](const auto& act) { return Matrix(act.derivative(before.array()).abs()); }, activations_[i]);
      auto largest = slopes.segment(begin, before.rows());
      for (Index j = 0; j < sizes.cols(); ++j) largest = largest.cwiseMax(sizes.col(j));
      begin += before.rows();
    }
    return slopes;
  }

  static constexpr Index units() { return 4; }
  /// Replaces the activation by ReLU: of one unit, or everywhere.
  void substitute(Index unit) { activations_[std::size_t(unit)] = hardgate::Relu<float>(); }
  void substitute() { activations_.fill(hardgate::Relu<float>()); }

  // The linear layer behind a unit, for ../corrections.hpp.
  void forward_behind(Index, const Images& images) { forward(images); }
  Matrix inputs_behind(Index unit) {
    if (unit == 0) return convolution2_.patches(averaged_[0]);
    return unit == 1 ? Matrix(features()) : after_[std::size_t(unit)];
  }
  const Matrix& outputs_behind(Index unit) const { return unit == 3 ? logits_ : before_[std::size_t(unit) + 1]; }
  Matrix& weights_behind(Index unit) { return unit == 0 ? convolution2_.kernels() : dense_behind(unit).weights(); }
  Vector& bias_behind(Index unit) { return unit == 0 ? convolution2_.bias() : dense_behind(unit).bias(); }

 private:
  Dense& dense_behind(Index unit) { return unit == 1 ? dense1_ : unit == 2 ? dense2_ : dense3_; }
  /// The output of the second average, flat.
  ConstMap features() const {
    const Index pixels = side_ * side_;
    return {averaged_[1].data(), pixels, averaged_[1].size() / pixels};
  }
  const Matrix& activated(std::size_t i) {
    after_[i].resizeLike(before_[i]);
    std::visit([&](const auto& act) { hardgate::forward(act, before_[i], after_[i]); }, activations_[i]);
    return after_[i];
  }
  void deactivate(std::size_t i) {
    std::visit([&](const auto& act) { hardgate::backward(act, before_[i], gradient_, gradient_); }, activations_[i]);
  }

  Index side_;
  std::array<LeNetActivation, 4> activations_;
  Convolution convolution1_, convolution2_;
  Dense dense1_, dense2_, dense3_;
  std::array<Matrix, 4> before_, after_;  // the activations
  std::array<Matrix, 2> averaged_;
  Matrix logits_, gradient_, other_;
};

}  // namespace lenet
