// One run: train a network, replace its activations by ReLU, and see what that changes.
#pragma once

#include <Eigen/Core>
#include <functional>
#include <hardgate/hardgate.hpp>
#include <optional>
#include <string>
#include <vector>

#include "data.hpp"
#include "network.hpp"

namespace relu_ization {

/// A way to train: a row of the table.
struct Row {
  std::string name, title;
  Activation activation;
  bool learns = false;               // the hardness is learned, until it is hardened
  bool hardens = false;              // the hardness is moved to the target
  double tolerance = 0, target = 0;  // δ and the hardness for it, where the row depends on them
};

/// Every row, in the order of the table.
std::vector<Row> all_rows(double tolerance);

/// The λ-GELU that is learned and hardened.
Row hardened_row(double tolerance);

struct Run {
  Row row;
  unsigned seed;
  Index steps_per_epoch;
  Eigen::ArrayXXf hardness;  // layers × steps, from before the first one to after the last
  hardgate::SubstitutionReport held_out,
      test;  // what replacing by ReLU changed there; the metric is accuracy

  /// By layer, when learning ended.
  Hardness learned_hardness() const;
  /// By layer, at the end of the training.
  Hardness final_hardness() const;
  /// Mean absolute change of a layer's hardness from epoch to epoch.
  double drift() const;
};

/// The finished runs of one row, at least one, each of another seed.
using RowRuns = std::vector<Run>;

Index steps_per_epoch(const Dataset& data);

/// Trains the network, moving its hardness as the row says, and returns that hardness over the steps. Asks before
/// every step whether to go on, and returns nothing if not.
std::optional<Eigen::ArrayXXf> train(Network& network, const Row& row, const LabelledImages& set, int epochs,
                                     Random& random, const std::function<bool()>& go_on);

/// Trains a network and replaces its activations by ReLU. Asks before every step of the training whether to go on, and
/// returns nothing if not.
std::optional<Run> train_and_substitute(const Row& row, unsigned seed, int epochs, const Dataset& data,
                                        const std::function<bool()>& go_on);

}  // namespace relu_ization
