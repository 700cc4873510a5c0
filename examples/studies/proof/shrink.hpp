// The images that the networks are trained on.
#pragma once

#include "../small_network.hpp"

namespace proof {

using namespace small_network;

/// Images of so many pixels a side, each the mean of a square, between 0 and 1. Throws std::runtime_error if the side of
/// the images is not a multiple of it.
Dataset shrink(const Dataset& data, Index side);

}  // namespace proof
