#include "network_file.hpp"

#include <cmath>
#include <exception>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "../kept_results.hpp"

namespace integer_inference {

using nlohmann::json;

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Layer, weights, biases, multipliers, shifts, zero_point, lowest, highest, table)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Grid, scale, zero_point, lowest, highest)

void write_network(const std::string& file, const Network& network, const Grid& input) {
  kept_results::write(file, {{"input", input}, {"layers", network}});
}

namespace {

void require(bool holds, const std::string& what) {
  if (!holds) throw std::invalid_argument(what);
}

void check(const Grid& input) {
  require(std::isnormal(input.scale) && input.scale > 0,
          "input: a scale of " + json(input.scale).dump() + " is not a positive normal number");
  require(-128 <= input.lowest && input.lowest <= input.zero_point && input.zero_point <= input.highest &&
              input.highest <= 127,
          "input: -128, the lowest " + std::to_string(input.lowest) + ", the zero point " +
              std::to_string(input.zero_point) + ", the highest " + std::to_string(input.highest) +
              " and 127 are not in this order");
}

}  // namespace

std::pair<Network, Grid> read_network(const std::string& file, Index pixels) {
  const json found = kept_results::read(file, "an integer network", {"input", "layers"});
  try {
    std::pair<Network, Grid> result{found.at("layers").get<Network>(), found.at("input").get<Grid>()};
    const json differences = json::diff({{"layers", result.first}, {"input", result.second}}, found);
    if (!differences.empty()) {
      const json& first = differences.front();
      throw std::invalid_argument(
          first.at("path").get<std::string>() +
          (first.at("op") == "add" ? " is not known" : ": " + first.at("value").dump() + " does not fit its type"));
    }
    check(result.first, std::size_t(pixels));
    check(result.second);
    const std::size_t outputs = result.first.back().outputs();
    require(outputs == std::size_t(number_of_classes), "the last layer has " + std::to_string(outputs) +
                                                           " outputs for " + std::to_string(number_of_classes) +
                                                           " classes");
    return result;
  } catch (const std::exception& error) {
    throw std::runtime_error(file + ": not an integer network: " + error.what());
  }
}

}  // namespace integer_inference
