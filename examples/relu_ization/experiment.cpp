#include "experiment.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace relu_ization {
namespace {

constexpr Index batch_size = 128;
constexpr float pi = 3.14159265f;
constexpr double learn_until = 0.25, anneal_until = 0.9;

struct Predictions {
  Eigen::VectorXi classes;
  double accuracy, loss;
};

/// Works in chunks, to keep the network's buffers small.
Predictions predict(Network& network, const LabelledImages& set) {
  constexpr Index chunk = 1000;
  Predictions predictions{Eigen::VectorXi(set.size()), 0, 0};
  for (Index begin = 0; begin < set.size(); begin += chunk) {
    const Matrix& logits = network.forward(set.images.middleCols(begin, std::min(chunk, set.size() - begin)));
    for (Index i = 0; i < logits.cols(); ++i) {
      const auto column = logits.col(i).array();
      const float largest = column.maxCoeff(&predictions.classes[begin + i]);
      predictions.loss +=
          double(std::log((column - largest).exp().sum()) + largest - column[set.labels[begin + i]]);
    }
  }
  predictions.accuracy = (predictions.classes.array() == set.labels.array()).cast<double>().mean();
  predictions.loss /= double(set.size());
  return predictions;
}

hardgate::SubstitutionReport compare(const Predictions& before, const Predictions& after,
                                     const std::vector<hardgate::Disruption>& layers) {
  return {before.accuracy,
          after.accuracy,
          before.loss,
          after.loss,
          hardgate::flips(before.classes, after.classes),
          layers};
}

/// Fills the batch with images of the set.
void gather(const LabelledImages& set, const Index* positions, LabelledImages& batch) {
  for (Index i = 0; i < batch.size(); ++i) {
    batch.images.col(i) = set.images.col(positions[i]);
    batch.labels[i] = set.labels[positions[i]];
  }
}

/// Trains the network, moving its hardness as the row says, and returns that hardness over the steps.
std::optional<Eigen::ArrayXXf> train(Network& network, const Row& row, const LabelledImages& set, int epochs,
                                     Random& random, const std::function<bool()>& go_on) {
  const Index size = std::min(batch_size, set.size()), batches = set.size() / size, steps = epochs * batches;
  LabelledImages batch{Matrix(set.images.rows(), size), Eigen::VectorXi(size)};
  std::vector<Index> order(std::size_t(set.size()));
  std::iota(order.begin(), order.end(), Index(0));

  const hardgate::HardeningSchedule schedule(learn_until, anneal_until, hardgate::Shape::geometric);
  hardgate::HardnessLearner<float> learner(Network::depth);
  if (row.learns || row.hardens) network.set_hardness(learner.hardness());
  Eigen::ArrayXXf history(Network::depth, steps + 1);
  history.col(0) = network.hardness();

  for (Index step = 0; step < steps; ++step) {
    if (!go_on()) return std::nullopt;
    if (step % batches == 0) std::shuffle(order.begin(), order.end(), random);
    gather(set, order.data() + step % batches * size, batch);
    const double progress = double(step + 1) / double(steps);
    const float learning_rate = 0.5e-3f * (1 + std::cos(pi * float(step) / float(steps)));
    network.train(batch, learning_rate);

    if (row.hardens && schedule.phase(progress) != hardgate::Phase::learn) {
      learner.anneal(schedule, progress, row.target);
    } else if (row.learns) {
      learner.learn(network.hardness_gradient(), learning_rate);
    }
    if (row.learns || row.hardens) network.set_hardness(learner.hardness());
    history.col(step + 1) = network.hardness();
  }
  return history;
}

}  // namespace

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

Index steps_per_epoch(const Dataset& data) {
  return data.train.size() / std::min(batch_size, data.train.size());
}

std::optional<Run> train_and_swap(const Row& row, unsigned seed, int epochs, const Dataset& data,
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
