// What is trained, replaced and measured, and the file that keeps it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "corpus.hpp"
#include "transformer.hpp"

namespace transformer_study {

/// How networks are trained and measured: for all of them the same.
struct Settings {
  Sizes sizes{};
  int64_t steps = 1500, batch = 8;
  int64_t tuning_steps = 200;
  double tuning_rate = 1e-4;
  int64_t windows = 512;  ///< of the held-out text
};
nlohmann::json to_json(const Settings& settings);

struct Network {
  std::string name;
  Activation activation;
  bool gated = false;
  bool hardened = false;  ///< from its first training on, then replaced
};
const std::vector<Network>& networks();

/// Trains one, and for a smooth one replaces its units in every way. The result has
///
///     network, seed, minutes, losses (some of the training's), bits, accuracy, zeros,
///     rows    method, bits, changed, zeros: one for each way
///     layers  sup, mean, explained, cost_alone: see hardgate::SubstitutionReport
nlohmann::json study(const Network& network, uint64_t seed, const Corpus& corpus, const Settings& settings);

}  // namespace transformer_study
