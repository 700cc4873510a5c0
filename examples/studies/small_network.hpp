// A small network: dense layers with a unit between two of them. Batch normalisation before the units, if there is any
// while it is trained, is folded into the layers afterwards.
#pragma once

#include <hardgate/activations.hpp>
#include <variant>
#include <vector>

#include "batch_normalisation.hpp"
#include "data.hpp"
#include "layers.hpp"

namespace small_network {

using namespace relu_ization;

using Unit = std::variant<hardgate::Relu<float>, hardgate::Gelu<float>, hardgate::LambdaGelu<float>>;

class SmallNetwork {
 public:
  /// `sizes` are those of an image, of what is behind each unit, and the number of classes.
  SmallNetwork(const std::vector<Index>& sizes, const Unit& unit, Random& random, bool normalised = false);

  const std::vector<Dense>& layers() const { return layers_; }

  /// Logits, classes × images.
  const Matrix& forward(const Images& images);

  /// The gradient with respect to the images of the last call of forward, from that with respect to the logits.
  const Matrix& backward(const Matrix& logits_gradient);

  /// One step of AdamW on the mean cross-entropy of a batch.
  void train(const LabelledImages& batch, float learning_rate);

  /// Folds batch normalisation, with the means and deviations of these images into the layers.
  void fold(const Images& images);

  /// Of those units that have one.
  void set_hardness(float hardness);

  // For ../corrections.hpp: units, and the linear layer behind each.
  Index units() const { return Index(units_.size()); }
  void substitute(Index unit) { units_[std::size_t(unit)] = hardgate::Relu<float>(); }
  void forward_behind(Index, const Images& images) { forward(images); }
  const Matrix& inputs_behind(Index unit) const { return after_[std::size_t(unit)]; }
  const Matrix& outputs_behind(Index unit) const {
    return unit + 1 < units() ? before_[std::size_t(unit) + 1] : logits_;
  }
  Matrix& weights_behind(Index unit) { return layers_[std::size_t(unit) + 1].weights(); }
  Vector& bias_behind(Index unit) { return layers_[std::size_t(unit) + 1].bias(); }

  const Unit& unit(Index unit) const { return units_[std::size_t(unit)]; }
  bool has_relu(Index unit) const { return std::holds_alternative<hardgate::Relu<float>>(units_[std::size_t(unit)]); }

 private:
  void backward_through_unit(std::size_t i);

  std::vector<Dense> layers_;
  std::vector<BatchNormalisation> norms_;  // behind all layers but the last, until they are folded
  std::vector<Unit> units_;
  std::vector<Matrix> before_, after_;  // the units
  Matrix logits_, gradient_, other_;
};

struct Training {
  std::vector<Index> hidden;  // numbers behind each unit
  int epochs;
  unsigned seed = 1;
  bool normalised = false;  // with batch normalisation, which is folded afterwards
};

SmallNetwork train(const Training& training, const Unit& unit, const Dataset& data);

/// With λ-GELU, whose hardness rises from 1 to a target while it is trained; then replaced by ReLU.
SmallNetwork train_hardened(const Training& training, const Dataset& data);

/// Replaced by ReLU, and the layer behind each unit fitted anew to unlabelled images.
SmallNetwork refitted(const SmallNetwork& network, const Images& images);

}  // namespace small_network
