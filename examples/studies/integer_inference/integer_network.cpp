#include "integer_network.hpp"

#include <gemmlowp/fixedpoint/fixedpoint.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>

namespace integer_inference {
namespace {

void require(bool holds, std::size_t layer, const std::string& what) {
  if (!holds) throw std::invalid_argument("layer " + std::to_string(layer + 1) + ": " + what);
}

std::string describe(std::size_t count, const char* what) { return std::to_string(count) + ' ' + what; }

std::int64_t largest_sum(const Layer& layer, std::size_t output) {
  std::int64_t sum = std::abs(std::int64_t(layer.biases[output]));
  const std::int8_t* const weights = layer.weights.data() + output * layer.inputs();
  for (std::size_t i = 0; i < layer.inputs(); ++i) sum += 128 * std::abs(weights[i]);
  return sum;
}

}  // namespace

void check(const Network& network, std::size_t inputs) {
  if (network.empty()) throw std::invalid_argument("a network without layers");
  for (std::size_t l = 0; l < network.size(); ++l) {
    const Layer& layer = network[l];
    const std::size_t outputs = layer.outputs();
    require(outputs > 0 && layer.weights.size() == inputs * outputs, l,
            describe(layer.weights.size(), "weights") + " for " + describe(inputs, "inputs and ") +
                describe(outputs, "outputs"));
    require(layer.multipliers.size() == outputs && layer.shifts.size() == outputs, l,
            describe(layer.multipliers.size(), "multipliers and ") + describe(layer.shifts.size(), "shifts") + " for " +
                describe(outputs, "outputs"));
    require(layer.table.empty() || layer.table.size() == 256, l,
            "a table of " + describe(layer.table.size(), "entries"));
    require(layer.lowest <= layer.highest, l, "its smallest result is above its largest");
    for (std::size_t output = 0; output < outputs; ++output) {
      const std::string which = "output " + std::to_string(output + 1) + ": ";
      require(layer.multipliers[output] >= 0, l,
              which + "a multiplier of " + std::to_string(layer.multipliers[output]) + " is negative");
      const int shift = layer.shifts[output];
      require(-31 <= shift && shift <= 30, l,
              which + "a shift of " + std::to_string(shift) + " is not between -31 and 30");
      require(largest_sum(layer, output) <= (std::numeric_limits<std::int32_t>::max() >> std::max(shift, 0)) - 128, l,
              which + "a sum may be more than 32 bits hold");
    }
    inputs = outputs;
  }
}

std::int32_t requantise(std::int32_t sum, std::int32_t multiplier, int shift) {
  const int left = std::max(shift, 0), right = std::max(-shift, 0);
  return gemmlowp::RoundingDivideByPOT(gemmlowp::SaturatingRoundingDoublingHighMul(sum * (1 << left), multiplier),
                                       right);
}

Bytes forward(const Layer& layer, const Bytes& input) {
  Bytes result(layer.outputs());
  const std::int8_t* weight = layer.weights.data();
  for (std::size_t output = 0; output < result.size(); ++output) {
    std::int32_t sum = layer.biases[output];
    for (const std::int8_t number : input) sum += *weight++ * number;
    const std::int32_t rounded = requantise(sum, layer.multipliers[output], layer.shifts[output]) + layer.zero_point;
    const auto byte = std::int8_t(std::clamp<std::int32_t>(rounded, layer.lowest, layer.highest));
    result[output] = layer.table.empty() ? byte : layer.table[std::size_t(byte + 128)];
  }
  return result;
}

Bytes forward(const Network& network, Bytes input) {
  for (const Layer& layer : network) input = forward(layer, input);
  return input;
}

}  // namespace integer_inference
