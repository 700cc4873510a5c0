// Runs: train a network, replace its activations by ReLU in one or more ways, and see what that changes.
#pragma once

#include <Eigen/Core>
#include <functional>
#include <hardgate/hardgate.hpp>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "data.hpp"
#include "network.hpp"
#include "replacement.hpp"

namespace relu_ization {

inline constexpr Index all_images = std::numeric_limits<Index>::max();

/// A way to train and to replace: a row of the table.
struct Row {
  std::string name, title;
  Activation activation;
  bool learns = false;               // the hardness is learned, until it is hardened
  bool hardens = false;              // the hardness is moved to the target
  double tolerance = 0, target = 0;  // δ and the hardness for it, where the row depends on them
  std::string network = name;        // the row that is trained alike: its networks are used
  Replacement replacement = Replacement::plain;
  Index images = all_images;  // how many of those held out corrections see
  bool tuned = false;         // trained for a while more, after replacing
};

/// Whether rows differ only in what is done to the trained network.
bool same_network(const Row& a, const Row& b);

/// Epochs for which a network is tuned, with a new optimizer, and the learning rate that falls from there.
inline constexpr int tuning_epochs = 1;
inline constexpr float tuning_rate = 1e-4f;

/// Every row, in the order of the table.
std::vector<Row> all_rows(double tolerance);

/// The λ-GELU that is learned and hardened.
Row hardened_row(double tolerance);

struct Run {
  Row row;
  unsigned seed;
  Index steps_per_epoch;
  Eigen::ArrayXXf hardness;  // layers × steps, from before the first one to after the last
  /// What replacing by ReLU changed there; the metric is accuracy. Corrections without labels see the held-out images.
  /// The layers are those of the plain replacement on test images, whatever the row's replacement.
  hardgate::SubstitutionReport held_out, test;

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

/// Trains one network for rows that use the same, and replaces its activations by ReLU as each of them says. Asks before
/// every step of the training whether to go on, and returns what is finished if not.
std::vector<Run> train_and_replace(const std::vector<Row>& rows, unsigned seed, int epochs, const Dataset& data,
                                   const std::function<bool()>& go_on);

}  // namespace relu_ization
