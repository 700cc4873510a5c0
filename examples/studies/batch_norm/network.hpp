// A convolutional network of libtorch with batch normalisation before each unit, and the same with that normalisation
// folded into the convolutions, which is what is deployed, and what ../corrections.hpp corrects.
#pragma once

#include <torch/torch.h>

#include <array>
#include <cmath>
#include <hardgate/hardgate.hpp>
#include <string>
#include <vector>

#include "../corrections.hpp"
#include "training.hpp"

namespace batch_norm {

using namespace relu_ization;
using torch::Tensor;
namespace nn = torch::nn;

/// A unit as libtorch computes it, and what Hardgate knows of it.
struct Unit {
  std::string name;
  Tensor (*value)(const Tensor&);
  double (*mean_shift)(double mean, double deviation);
  hardgate::Disruption (*disruption)(const Matrix& before);
};

template <class Activation>
Unit unit(const std::string& name, Tensor (*value)(const Tensor&)) {
  return {name, value,
          [](double mean, double deviation) { return hardgate::mean_shift(Activation(), mean, deviation); },
          [](const Matrix& before) { return hardgate::substitution_disruption(Activation(), before); }};
}

inline const std::vector<Unit>& all_units() {
  static const std::vector<Unit> units{
      unit<hardgate::Gelu<float>>("GELU", [](const Tensor& z) { return torch::gelu(z); }),
      unit<hardgate::Silu<float>>("SiLU", [](const Tensor& z) { return torch::silu(z); }),
      unit<hardgate::Mish<float>>("Mish", [](const Tensor& z) { return torch::mish(z); }),
      unit<hardgate::HardSwish<float>>("hard swish", [](const Tensor& z) { return torch::hardswish(z); })};
  return units;
}

/// The shape of the network: 3 × 3 convolutions, then a mean over all pixels and a dense layer.
struct Shape {
  int64_t width, stride;
};
constexpr std::array<Shape, 6> shapes{{{32, 2}, {32, 1}, {48, 2}, {48, 1}, {64, 1}, {64, 1}}};

/// Images as libtorch has them: images × 1 × side × side.
inline Tensor tensor(const Images& images) {
  const auto side = int64_t(std::lround(std::sqrt(double(images.rows()))));
  return torch::from_blob(const_cast<float*>(images.data()), {images.cols(), 1, side, side});
}

/// What is trained.
struct TrainedImpl : nn::Module {
  Tensor (*unit)(const Tensor&);
  std::vector<nn::Conv2d> convolutions;
  std::vector<nn::BatchNorm2d> norms;
  nn::Linear classifier{shapes.back().width, number_of_classes};

  TrainedImpl(const Unit& kind, unsigned seed) : unit(kind.value) {
    torch::manual_seed(seed);
    classifier->reset_parameters();
    int64_t channels = 1;
    for (const auto& [width, stride] : shapes) {
      const std::string number = std::to_string(norms.size() + 1);
      const auto options = nn::Conv2dOptions(channels, width, 3).stride(stride).padding(1).bias(false);
      convolutions.push_back(register_module("convolution" + number, nn::Conv2d(options)));
      norms.push_back(register_module("norm" + number, nn::BatchNorm2d(width)));
      channels = width;
    }
    register_module("classifier", classifier);
  }

  Tensor forward(Tensor x) {
    for (std::size_t i = 0; i < norms.size(); ++i) x = unit(norms[i](convolutions[i](x)));
    return classifier(x.mean({2, 3}));
  }
};
TORCH_MODULE(Trained);

/// Batch normalisation folded into the convolutions: linear layers with units between them.
class Network {
 public:
  using RowMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  explicit Network(TrainedImpl& trained) : substituted_(shapes.size(), false), unit_(trained.unit) {
    const torch::NoGradGuard no_grad;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      const nn::BatchNorm2dImpl& norm = *trained.norms[i];
      const Tensor scale = norm.weight / (norm.running_var + norm.options.eps()).sqrt();
      const Tensor weights = trained.convolutions[i]->weight * scale.view({-1, 1, 1, 1});
      const Tensor bias = norm.bias - norm.running_mean * scale;
      layers_.push_back(
          {matrix(weights), vector(bias), 3, shapes[i].stride, vector(norm.bias), vector(norm.weight.abs())});
    }
    layers_.push_back({matrix(trained.classifier->weight), vector(trained.classifier->bias), 1, 1, {}, {}});
  }

  static constexpr Index units() { return Index(shapes.size()); }
  void substitute(Index unit) { substituted_[std::size_t(unit)] = true; }

  /// The mean and deviation of what reaches a unit, by channel, as batch normalisation made it.
  const Vector& mean_before(Index unit) const { return layers_[std::size_t(unit)].mean; }
  const Vector& deviation_before(Index unit) const { return layers_[std::size_t(unit)].deviation; }

  /// Logits, classes × images.
  const Matrix& forward(const Images& images) {
    logits_.resize(number_of_classes, images.cols());
    Index begin = 0;
    corrections::for_each_part(images, [&](const Images& some) {
      forward_behind(units() - 1, some);
      logits_.middleCols(begin, some.cols()) = outputs_behind(units() - 1);
      begin += some.cols();
    });
    return logits_;
  }

  // The linear layer behind a unit, for ../corrections.hpp; that behind unit -1 is the first.
  void forward_behind(Index unit, const Images& images) {
    const torch::NoGradGuard no_grad;
    output_ = run(tensor(images), std::size_t(unit + 2), parameters());
  }
  Matrix inputs_behind(Index unit) const { return patches(unit, input_); }
  Matrix outputs_behind(Index) const { return pixels(output_); }
  RowMatrix& weights_behind(Index unit) { return layers_[std::size_t(unit + 1)].weights; }
  Vector& bias_behind(Index unit) { return layers_[std::size_t(unit + 1)].bias; }
  /// What the layer would be given if the unit gave the same in every pixel, for images like those of the last call.
  Matrix constant_inputs_behind(Index unit, Vector by_channel) const {
    const Tensor constant = torch::from_blob(by_channel.data(), {1, by_channel.size(), 1, 1});
    return patches(unit, constant.expand_as(input_));
  }

  /// The weights and biases, in place, for whoever goes on training.
  std::vector<Tensor> parameters() {
    std::vector<Tensor> all;
    for (Layer& layer : layers_) {
      const Index outputs = layer.weights.rows(), inputs = layer.weights.cols() / (layer.kernel * layer.kernel);
      all.push_back(torch::from_blob(layer.weights.data(), {outputs, inputs, layer.kernel, layer.kernel}));
      all.push_back(torch::from_blob(layer.bias.data(), {outputs}));
    }
    return all;
  }
  Tensor logits(const Tensor& images, const std::vector<Tensor>& parameters) {
    return run(images, layers_.size(), parameters).flatten(1);
  }

 private:
  struct Layer {
    RowMatrix weights;  // outputs × inputs of a patch
    Vector bias;
    int64_t kernel, stride;
    Vector mean, deviation;  // of what it gives, by channel
  };

  static RowMatrix matrix(const Tensor& tensor) {
    const Tensor flat = tensor.flatten(1).contiguous();
    return Eigen::Map<const RowMatrix>(flat.data_ptr<float>(), flat.size(0), flat.size(1));
  }
  static Vector vector(const Tensor& tensor) {
    return Vector::Map(tensor.contiguous().data_ptr<float>(), tensor.numel());
  }
  /// images × channels × height × width as channels × pixels of all images.
  static Matrix pixels(const Tensor& images) {
    const Tensor ordered = images.permute({0, 2, 3, 1}).contiguous();
    return Matrix::Map(ordered.data_ptr<float>(), images.size(1), images.numel() / images.size(1));
  }
  /// The patches that the layer behind a unit sees.
  Matrix patches(Index unit, const Tensor& images) const {
    const Layer& layer = layers_[std::size_t(unit + 1)];
    if (layer.kernel == 1) return pixels(images);
    const Tensor cut = nn::functional::unfold(
        images, nn::functional::UnfoldFuncOptions(layer.kernel).padding(layer.kernel / 2).stride(layer.stride));
    return pixels(cut.unsqueeze(2));
  }

  /// The output of the last of so many linear layers; keeps its input.
  Tensor run(Tensor x, std::size_t layers, const std::vector<Tensor>& parameters) {
    Tensor output;
    for (std::size_t i = 0; i < layers; ++i) {
      if (i > 0) x = substituted_[i - 1] ? torch::relu(output) : unit_(output);
      if (i + 1 == layers_.size()) x = x.mean({2, 3}, true);
      input_ = x;
      output = torch::conv2d(x, parameters[2 * i], parameters[2 * i + 1], layers_[i].stride, layers_[i].kernel / 2);
    }
    return output;
  }

  std::vector<Layer> layers_;  // the last is the classifier
  std::vector<bool> substituted_;
  Tensor (*unit_)(const Tensor&);
  Tensor input_, output_;  // of the last linear layer computed
  Matrix logits_;
};

/// Takes steps of AdamW on the mean cross-entropy that logits(images) has, with a multiple of for_each_batch's learning rate.
template <class Logits>
void train(const std::vector<Tensor>& parameters, const LabelledImages& set, int epochs, double rate, Random& random,
           const Logits& logits) {
  torch::optim::AdamW optimizer(parameters, torch::optim::AdamWOptions().weight_decay(0.01));
  for_each_batch(set, epochs, random, [&](const LabelledImages& batch, float learning_rate, Index) {
    optimizer.param_groups()[0].options().set_lr(rate * double(learning_rate));
    optimizer.zero_grad();
    const Tensor labels = torch::from_blob(const_cast<int*>(batch.labels.data()), {batch.size()}, torch::kInt);
    nn::functional::cross_entropy(logits(tensor(batch.images)), labels.to(torch::kLong)).backward();
    optimizer.step();
    return true;
  });
}

/// Trains with batch normalisation, and folds it afterwards.
inline Network trained(Trained network, unsigned seed, int epochs, const LabelledImages& set) {
  Random random(seed);
  train(network->parameters(), set, epochs, 3, random, [&](const Tensor& images) { return network(images); });
  network->eval();
  return Network(*network);
}

/// Goes on training for one pass over the set, at a tenth of the learning rate.
inline void tune(Network& network, const LabelledImages& set, unsigned seed) {
  Random random(seed);
  std::vector<Tensor> parameters = network.parameters();
  for (Tensor& parameter : parameters) parameter.set_requires_grad(true);
  train(parameters, set, 1, 0.1, random, [&](const Tensor& images) { return network.logits(images, parameters); });
}

/// Unit after unit: ReLU, and behind it the shift that normal numbers of batch normalisation's mean and deviation need.
inline void substitute_shifted_without_data(Network& network, const Unit& unit, Index pixels) {
  const Matrix any = Matrix::Zero(pixels, 1);  // only its size matters
  for (Index i = 0; i < network.units(); ++i) {
    network.substitute(i);
    const Vector shift = network.mean_before(i).binaryExpr(
        network.deviation_before(i),
        [&](float mean, float deviation) { return float(unit.mean_shift(mean, deviation)); });
    network.forward_behind(i, any);
    const Matrix shifts = network.constant_inputs_behind(i, shift);
    hardgate::BiasCorrection<float> correction(shifts.rows());
    correction.observe(shifts, Matrix::Zero(shifts.rows(), shifts.cols()));
    correction.fold_into(network.weights_behind(i), network.bias_behind(i));
  }
}

}  // namespace batch_norm
