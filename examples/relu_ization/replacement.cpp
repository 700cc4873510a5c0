#include "replacement.hpp"

#include <cmath>
#include <variant>

namespace relu_ization {
namespace {

/// Makes up for an activation whose output was `smooth` and is `relu`, in the dense layer that it goes to.
void correct_bias(Dense& next, const Matrix& smooth, const Matrix& relu) {
  hardgate::BiasCorrection<float> correction(relu.rows());
  correction.observe(smooth, relu);
  correction.fold_into(next.weights(), next.bias());
}

/// Takes what LayerNorm gives for normal, with its shift as the mean and its gain as the deviation of each channel.
void correct_bias_without_data(Dense& next, const HiddenLayer& layer) {
  Vector shift(layer.norm().shift().size());
  const auto set_shift = [&](const auto& act) {
    for (Index i = 0; i < shift.size(); ++i) {
      shift[i] = float(hardgate::mean_shift(act, layer.norm().shift()[i], std::abs(layer.norm().gain()[i])));
    }
  };
  std::visit(set_shift, layer.activation());
  next.bias() += next.weights() * shift;
}

void refit(Dense& next, const Matrix& wanted, const Matrix& relu) {
  hardgate::LayerRefit<float> fit(relu.rows(), wanted.rows());
  fit.observe(relu, wanted);
  fit.solve(next.weights(), next.bias(), 0.1);
}

}  // namespace

void replace(Network& network, Replacement replacement, const Images& images) {
  if (replacement == Replacement::none) return;
  Network original = network;
  original.forward(images);
  for (std::size_t i = 0; i < Network::depth; ++i) {
    const HiddenLayer& layer = original.layers()[i];
    const Matrix& smooth = layer.output();
    network.substitute(i);
    const Matrix& relu = network.forward_layer(i, images);
    if (replacement == Replacement::bias) correct_bias(network.dense_behind(i), smooth, relu);
    if (replacement == Replacement::no_data) correct_bias_without_data(network.dense_behind(i), layer);
    if (replacement == Replacement::refit) {
      Matrix wanted;
      original.dense_behind(i).forward(smooth, wanted);
      refit(network.dense_behind(i), wanted, relu);
    }
  }
}

}  // namespace relu_ization
