#include "experiment.hpp"

#include "training.hpp"

namespace relu_ization {
namespace {

constexpr double learn_until = 0.25, anneal_until = 0.9;

hardgate::SubstitutionReport compare(const Predictions& before, const Predictions& after,
                                     const std::vector<hardgate::Disruption>& layers) {
  return {before.accuracy, after.accuracy, before.loss, after.loss, hardgate::flips(before.classes, after.classes),
          layers};
}

/// What replacing changes in each layer, on the last images that the network predicted, and what the loss on the set
/// rises by where that layer alone is replaced.
std::vector<hardgate::Disruption> layer_report(const Network& network, const LabelledImages& set, double loss) {
  std::vector<hardgate::Disruption> layers = network.disruption();
  for (std::size_t i = 0; i < layers.size(); ++i) {
    Network changed = network;
    changed.substitute(i);
    layers[i].cost_alone = predict(changed, set).loss - loss;
  }
  return layers;
}

bool tune(Network& network, const LabelledImages& set, Random random, const std::function<bool()>& go_on) {
  const auto take_step = [&](const LabelledImages& batch, float learning_rate, Index) {
    if (!go_on()) return false;
    network.train(batch, learning_rate);
    return true;
  };
  network.restart();
  return for_each_batch(set, tuning_epochs, random, take_step, tuning_rate);
}

/// The same network, replaced in another way.
Row variant(Row row, const std::string& name, const std::string& title, Replacement replacement,
            Index images = all_images, bool tuned = false) {
  row.name += '-' + name;
  row.title = title;
  row.replacement = replacement;
  row.images = images;
  row.tuned = tuned;
  return row;
}

}  // namespace

std::optional<Eigen::ArrayXXf> train(Network& network, const Row& row, const LabelledImages& set, int epochs,
                                     Random& random, const std::function<bool()>& go_on) {
  const Index steps = epochs * batches_per_epoch(set);
  hardgate::LearnerOptions options;
  options.schedule = hardgate::HardeningSchedule(learn_until, anneal_until, hardgate::Shape::geometric);
  if (row.hardens) options.target = row.target;
  if (!row.learns) options.multiplier = 0;
  hardgate::HardnessLearner<float> learner(Network::depth, options);
  const bool moves = row.learns || row.hardens;
  if (moves) network.set_hardness(learner.hardness());
  Eigen::ArrayXXf history(Network::depth, steps + 1);
  history.col(0) = network.hardness();

  const auto take_step = [&](const LabelledImages& batch, float learning_rate, Index step) {
    if (!go_on()) return false;
    const double progress = double(step + 1) / double(steps);
    network.train(batch, learning_rate);

    if (moves) {
      learner.step(progress, network.hardness_gradient(), learning_rate);
      network.set_hardness(learner.hardness());
    }
    history.col(step + 1) = network.hardness();
    return true;
  };
  if (!for_each_batch(set, epochs, random, take_step)) return std::nullopt;
  return history;
}

using LambdaGelu = hardgate::LambdaGelu<float>;
using SeGem = hardgate::SeGem<float, 1>;

bool same_network(const Row& a, const Row& b) { return a.network == b.network && a.tolerance == b.tolerance; }

Row hardened_row(double tolerance) {
  const double lambda = hardgate::hardness_for_gate_tolerance<LambdaGelu>(tolerance);
  return {"lambda-hardened", "λ-GELU, learned and hardened", LambdaGelu(1), true, true, tolerance, lambda};
}

std::vector<Row> all_rows(double tolerance) {
  const double lambda = hardgate::hardness_for_gate_tolerance<LambdaGelu>(tolerance);
  const double rational = hardgate::hardness_for_gate_tolerance<SeGem>(tolerance);
  const LambdaGelu hard(static_cast<float>(lambda));
  const Row gelu{"gelu", "GELU", hardgate::Gelu<float>()}, segem{"segem", "SE-GEM", SeGem(1)};
  return {
      {"relu", "ReLU from scratch", hardgate::Relu<float>()},
      gelu,
      variant(gelu, "no-data", "GELU, biases without data", Replacement::no_data),
      variant(gelu, "bias-128", "GELU, biases, 128 images", Replacement::bias, 128),
      variant(gelu, "bias", "GELU, biases corrected", Replacement::bias),
      variant(gelu, "refit-128", "GELU, layers, 128 images", Replacement::refit, 128),
      variant(gelu, "refit", "GELU, layers refitted", Replacement::refit),
      variant(gelu, "plain-tuned", "GELU, replaced, then tuned", Replacement::plain, all_images, true),
      variant(gelu, "refit-tuned", "GELU, refitted, then tuned", Replacement::refit, all_images, true),
      variant(gelu, "tuned", "control: GELU kept and tuned", Replacement::none, all_images, true),
      {"lambda-learned", "λ-GELU, learned", LambdaGelu(1), true},
      hardened_row(tolerance),
      {"lambda-hard", "control: hard from the start", hard, false, false, tolerance, lambda},
      {"lambda-annealed", "control: hardened, not learned", LambdaGelu(1), false, true, tolerance, lambda},
      segem,
      variant(segem, "bias", "SE-GEM, biases corrected", Replacement::bias),
      variant(segem, "refit", "SE-GEM, layers refitted", Replacement::refit),
      {"segem-hardened", "SE-GEM, learned and hardened", SeGem(1), true, true, tolerance, rational},
  };
}

Hardness Run::learned_hardness() const {
  const double share = row.hardens ? learn_until : 1;
  return hardness.col(Index(share * double(hardness.cols() - 1)));
}

Hardness Run::final_hardness() const { return hardness.rightCols<1>(); }

double Run::drift() const {
  using Columns = Eigen::Map<const Eigen::ArrayXXf, Eigen::Unaligned, Eigen::OuterStride<>>;
  const Index layers = hardness.rows(), epochs = (hardness.cols() - 1) / steps_per_epoch;
  return double(hardgate::hardness_drift(
      Columns(hardness.data(), layers, epochs + 1, Eigen::OuterStride<>(layers * steps_per_epoch))));
}

Index steps_per_epoch(const Dataset& data) { return batches_per_epoch(data.train); }

std::vector<Run> train_and_replace(const std::vector<Row>& rows, unsigned seed, int epochs, const Dataset& data,
                                   const std::function<bool()>& go_on) {
  Random random(seed);
  Network trained(data.train.images.rows(), rows.front().activation, random);
  const auto hardness = train(trained, rows.front(), data.train, epochs, random, go_on);
  if (!hardness) return {};

  const Predictions held_out = predict(trained, data.held_out), test = predict(trained, data.test);
  const auto layers = layer_report(trained, data.test, test.loss);
  std::vector<Run> runs;
  for (const Row& row : rows) {
    Network network = trained;
    replace(network, row.replacement, data.held_out.images.leftCols(std::min(row.images, data.held_out.size())));
    if (row.tuned && !tune(network, data.train, random, go_on)) break;
    runs.push_back({row, seed, steps_per_epoch(data), *hardness,
                    compare(held_out, predict(network, data.held_out), layers),
                    compare(test, predict(network, data.test), layers)});
  }
  return runs;
}

}  // namespace relu_ization
