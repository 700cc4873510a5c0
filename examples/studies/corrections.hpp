// Replacing the units of a trained network by ReLU with a correction, whatever its layers. Nothing here sees a label.
//
// A network has units 0, 1, ..., each with a linear layer behind it:
//   units()                              how many
//   forward_behind(unit, images)         computes as far as the linear layer behind that unit
//   inputs_behind(unit)                  what that layer was given, inputs × samples; patches where it is a convolution
//   outputs_behind(unit)                 what it gave, outputs × samples
//   weights_behind(unit), bias_behind(unit)
//   substitute(unit)                     replaces that unit by ReLU
//   forward(images)                      logits, classes × images
#pragma once

#include <algorithm>
#include <hardgate/hardgate.hpp>

#include "data.hpp"
#include "training.hpp"

namespace corrections {

using relu_ization::Images;
using relu_ization::Index;

/// visit(some of the images), a hundred at a time, so that what a network keeps of them stays small.
template <class Visit>
void for_each_part(const Images& images, const Visit& visit) {
  constexpr Index part = 100;
  for (Index begin = 0; begin < images.cols(); begin += part)
    visit(images.middleCols(begin, std::min(part, images.cols() - begin)));
}

template <class Network>
void substitute_all(Network& network) {
  for (Index unit = 0; unit < network.units(); ++unit) network.substitute(unit);
}

/// Whose f(z) gives the mean that ReLU is shifted to: that of the network corrected so far, or of the original one.
enum class Mean { own, original };

/// Unit after unit, from the input on: ReLU, and Δ folded into the bias of the linear layer behind it.
template <class Network>
void substitute_shifted(Network& network, const Images& images, Mean mean) {
  Network smooth = network;
  for (Index unit = 0; unit < network.units(); ++unit) {
    if (mean == Mean::own) smooth = network;
    network.substitute(unit);
    hardgate::BiasCorrection<float> correction(network.weights_behind(unit).cols());
    for_each_part(images, [&](const Images& some) {
      smooth.forward_behind(unit, some);
      network.forward_behind(unit, some);
      correction.observe(smooth.inputs_behind(unit), network.inputs_behind(unit));
    });
    correction.fold_into(network.weights_behind(unit), network.bias_behind(unit));
  }
}

/// Unit after unit, from the input on: ReLU, and the linear layer behind it fitted to what it gave in the original network.
template <class Network>
void substitute_refit(Network& network, const Images& images) {
  Network original = network;
  for (Index unit = 0; unit < network.units(); ++unit) {
    network.substitute(unit);
    auto&& weights = network.weights_behind(unit);
    auto&& bias = network.bias_behind(unit);
    hardgate::LayerRefit<float> refit(weights.cols(), weights.rows());
    for_each_part(images, [&](const Images& some) {
      original.forward_behind(unit, some);
      network.forward_behind(unit, some);
      refit.observe(network.inputs_behind(unit), original.outputs_behind(unit));
    });
    refit.solve(weights, bias);
  }
}

/// What a replacement changes on labelled images: accuracy in points, and predictions in percent.
struct Change {
  double points, flips;
};

/// Changes against the predictions of the original network on the same images.
template <class Network>
Change change(Network& network, const relu_ization::LabelledImages& set, const relu_ization::Predictions& original) {
  const relu_ization::Predictions now = relu_ization::predict(network, set);
  return {100 * (now.accuracy - original.accuracy), 100 * hardgate::flips(original.classes, now.classes)};
}

}  // namespace corrections
