#include "network_file.hpp"

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

std::pair<Network, Grid> read_network(const std::string& file, Index pixels) {
  const json found = kept_results::read(file, "an integer network", {"input", "layers"});
  try {
    std::pair<Network, Grid> result{found.at("layers").get<Network>(), found.at("input").get<Grid>()};
    if (json(result.first) != found.at("layers") || json(result.second) != found.at("input"))
      throw std::invalid_argument("numbers that do not fit their types");
    check(result.first, std::size_t(pixels));
    return result;
  } catch (const std::exception& error) {
    throw std::runtime_error(file + ": not an integer network: " + error.what());
  }
}

}  // namespace integer_inference
