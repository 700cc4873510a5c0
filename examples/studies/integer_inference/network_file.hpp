// A network of integers in a file of JSON, for whatever computes it elsewhere.
#pragma once

#include <string>
#include <utility>

#include "quantise.hpp"

namespace integer_inference {

/// Throws std::runtime_error if the file cannot be written.
void write_network(const std::string& file, const Network& network, const Grid& input);

/// Throws std::runtime_error for a file that cannot be read, or that does not hold a network for images of so many pixels.
std::pair<Network, Grid> read_network(const std::string& file, Index pixels);

}  // namespace integer_inference
