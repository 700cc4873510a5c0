// The networks, and the images they are trained on.
#pragma once

#include <vector>

#include "small_network.hpp"

namespace proof {

/// Images of so many pixels a side, each the mean of a square, between 0 and 1. Throws std::runtime_error if the side of
/// the images is not a multiple of it.
Dataset shrink(const Dataset& data, Index side);

struct Training {
  std::vector<Index> hidden;  // numbers behind each unit
  int epochs;
};

SmallNetwork train(const Training& training, const Unit& unit, const Dataset& data);

/// With λ-GELU, whose hardness rises from 1 to a target while it is trained; then replaced by ReLU.
SmallNetwork train_hardened(const Training& training, const Dataset& data);

/// Replaced by ReLU, and the layer behind each unit fitted anew to unlabelled images.
SmallNetwork refitted(const SmallNetwork& network, const Images& images);

}  // namespace proof
