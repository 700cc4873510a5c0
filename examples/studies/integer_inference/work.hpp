// What an integer network takes for one image.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "integer_network.hpp"

namespace integer_inference {

using Work = std::vector<std::pair<std::string, std::size_t>>;

/// `apart`: tables are looked up in a pass of their own, over bytes that are in memory.
inline Work work(const Network& network, bool apart) {
  std::size_t weights = 0, outputs = 0, looked_up = 0, tables = 0, activations = 0;
  for (const Layer& layer : network) {
    weights += layer.weights.size();
    outputs += layer.outputs();
    activations += layer.inputs() + layer.outputs();
    tables += layer.table.size();
    if (!layer.table.empty()) looked_up += layer.outputs();
  }
  return {{"multiply-accumulates of bytes", weights},
          {"requantisations: a multiplication of 32 bits, a shift", outputs},
          {"comparisons with the smallest and the largest result", 2 * outputs},
          {"table look-ups", looked_up},
          {"bytes of weights", weights},
          {"bytes of biases, multipliers and shifts", outputs * (4 + 4 + 1)},
          {"bytes of tables", tables},
          {"bytes of activations, read and written", activations + (apart ? 2 * looked_up : 0)}};
}

}  // namespace integer_inference
