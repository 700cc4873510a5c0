// A network that is computed with integers alone, as gemmlowp, TensorFlow Lite and CMSIS-NN define it: bytes times bytes
// are summed in 32 bits, and a sum becomes the next byte by a multiplication and a shift.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace integer_inference {

using Bytes = std::vector<std::int8_t>;

/// A fully connected layer and the unit behind it. ReLU is the smallest result, `lowest`. Another unit is a table.
struct Layer {
  Bytes weights;                          // those of the first output, those of the second ...
  std::vector<std::int32_t> biases;       // by output, as what follows
  std::vector<std::int32_t> multipliers;  // a factor is multiplier · 2^(shift - 31)
  std::vector<std::int8_t> shifts;
  std::int8_t zero_point, lowest, highest;  // what stands for 0, and the limits of a result
  Bytes table;                              // its result for -128, -127 ... 127; or empty

  std::size_t outputs() const { return biases.size(); }
  std::size_t inputs() const { return weights.size() / outputs(); }
};

using Network = std::vector<Layer>;

/// Throws std::invalid_argument unless sizes fit, for so many inputs, and no sum can be more than 32 bits hold.
void check(const Network& network, std::size_t inputs);

/// sum · multiplier · 2^(shift - 31), rounded.
std::int32_t requantise(std::int32_t sum, std::int32_t multiplier, int shift);

Bytes forward(const Layer& layer, const Bytes& input);
Bytes forward(const Network& network, Bytes input);

}  // namespace integer_inference
