#include "networks.hpp"

#include <cmath>
#include <functional>
#include <stdexcept>

#include "../corrections.hpp"

namespace proof {
namespace {

using LambdaGelu = hardgate::LambdaGelu<float>;

/// before_step(network, share of the training that is done)
SmallNetwork train(const Training& training, const Unit& unit, const Dataset& data,
                   const std::function<void(SmallNetwork&, double progress)>& before_step) {
  Random random(1);
  std::vector<Index> sizes{data.train.images.rows()};
  sizes.insert(sizes.end(), training.hidden.begin(), training.hidden.end());
  sizes.push_back(number_of_classes);
  SmallNetwork network(sizes, unit, random);
  const double steps = double(training.epochs * batches_per_epoch(data.train));
  for_each_batch(data.train, training.epochs, random, [&](const LabelledImages& batch, float rate, Index step) {
    before_step(network, double(step) / steps);
    network.train(batch, rate);
    return true;
  });
  return network;
}

}  // namespace

Dataset shrink(const Dataset& data, Index side) {
  const Index pixels = data.train.images.rows(), given = std::lround(std::sqrt(double(pixels)));
  if (given * given != pixels || given % side != 0)
    throw std::runtime_error("images of " + std::to_string(pixels) + " pixels do not shrink to " +
                             std::to_string(side) + " x " + std::to_string(side));
  const Index factor = given / side;
  Matrix means = Matrix::Zero(side * side, pixels);
  for (Index i = 0; i < pixels; ++i)
    means(i / given / factor * side + i % given / factor, i) = 1 / float(factor * factor);
  // Pixels were standardised; the darkest and the brightest give the scale back.
  const float lowest = data.train.images.minCoeff(), highest = data.train.images.maxCoeff();
  Dataset small = data;
  for (LabelledImages* part : {&small.train, &small.held_out, &small.test}) {
    const Matrix unit = ((part->images.array() - lowest) / (highest - lowest)).matrix();
    part->images = (means * unit).cwiseMax(0).cwiseMin(1);
  }
  return small;
}

SmallNetwork train(const Training& training, const Unit& unit, const Dataset& data) {
  return train(training, unit, data, [](SmallNetwork&, double) {});
}

SmallNetwork train_hardened(const Training& training, const Dataset& data) {
  const hardgate::HardeningSchedule schedule;
  const double target = hardgate::hardness_for_gate_tolerance<LambdaGelu>(0.02);
  SmallNetwork network = train(training, LambdaGelu(1), data, [&](SmallNetwork& trained, double progress) {
    trained.set_hardness(float(schedule.hardness(progress, 1, target)));
  });
  corrections::substitute_all(network);
  return network;
}

SmallNetwork refitted(const SmallNetwork& network, const Images& images) {
  SmallNetwork replaced = network;
  corrections::substitute_refit(replaced, images);
  return replaced;
}

}  // namespace proof
