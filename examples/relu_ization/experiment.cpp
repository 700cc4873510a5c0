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

Row hardened_row(double tolerance) {
  const double lambda = hardgate::hardness_for_gate_tolerance<LambdaGelu>(tolerance);
  return {"lambda-hardened", "λ-GELU, learned and hardened", LambdaGelu(1), true, true, tolerance, lambda};
}

std::vector<Row> all_rows(double tolerance) {
  const double lambda = hardgate::hardness_for_gate_tolerance<LambdaGelu>(tolerance);
  const double segem = hardgate::hardness_for_gate_tolerance<SeGem>(tolerance);
  const LambdaGelu hard(static_cast<float>(lambda));
  return {
      {"relu", "ReLU from scratch", hardgate::Relu<float>()},
      {"gelu", "GELU", hardgate::Gelu<float>()},
      {"lambda-learned", "λ-GELU, learned", LambdaGelu(1), true},
      hardened_row(tolerance),
      {"lambda-hard", "control: hard from the start", hard, false, false, tolerance, lambda},
      {"lambda-annealed", "control: hardened, not learned", LambdaGelu(1), false, true, tolerance, lambda},
      {"segem", "SE-GEM", SeGem(1)},
      {"segem-hardened", "SE-GEM, learned and hardened", SeGem(1), true, true, tolerance, segem},
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

std::optional<Run> train_and_substitute(const Row& row, unsigned seed, int epochs, const Dataset& data,
                                        const std::function<bool()>& go_on) {
  Random random(seed);
  Network network(data.train.images.rows(), row.activation, random);
  const auto hardness = train(network, row, data.train, epochs, random, go_on);
  if (!hardness) return std::nullopt;

  const Predictions held_out = predict(network, data.held_out), test = predict(network, data.test);
  const auto disruption = network.disruption();
  network.substitute();
  return Run{row,
             seed,
             steps_per_epoch(data),
             *hardness,
             compare(held_out, predict(network, data.held_out), disruption),
             compare(test, predict(network, data.test), disruption)};
}

}  // namespace relu_ization
