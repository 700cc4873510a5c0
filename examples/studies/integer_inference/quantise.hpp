// From a trained network to one of integers.
#pragma once

#include "../small_network.hpp"
#include "integer_network.hpp"

namespace integer_inference {

using namespace small_network;

/// Integers that stand for scale · (integer - zero_point).
struct Grid {
  double scale;
  int zero_point, lowest, highest;

  std::int8_t quantise(double value) const;
  Bytes quantise(const Eigen::Ref<const Vector>& values) const;
};

/// Of so many bits, for numbers between the smallest and the largest of these, and 0.
Grid grid(const Images& values, int bits);

struct Quantised {
  std::vector<Grid> grids;  // of what enters each layer, and of the logits
  Network network;
};

/// Weights have so many bits, with a scale for each output, and so has what is behind a unit. Bytes are: pixels, logits,
/// and what enters the table of a unit that is not ReLU. Images give the ranges. Throws std::invalid_argument where a
/// layer cannot be represented.
Quantised quantise(const SmallNetwork& network, const Images& images, int bits);

/// The largest logit's, for each image.
Eigen::VectorXi classes(const Network& network, const Grid& input, const Images& images);

}  // namespace integer_inference
