// Replacing every activation of a trained network by ReLU, and giving back what that takes, without labels.
#pragma once

#include "network.hpp"

namespace relu_ization {

enum class Replacement {
  none,
  plain,
  bias,     // the bias behind each activation gives every channel the mean back that it had
  no_data,  // likewise, with the means that there are where LayerNorm gives normal numbers
  refit     // the dense layer behind each activation is fitted to what it gave
};

/// Layers in order, from the input on: what a layer gets comes from layers that have been replaced and corrected, what
/// it should give from the original network. The images are unlabelled.
void replace(Network& network, Replacement replacement, const Images& images);

}  // namespace relu_ization
