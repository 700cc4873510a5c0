#include "small_network.hpp"

#include <functional>
#include <hardgate/hardgate.hpp>
#include <type_traits>

#include "corrections.hpp"

namespace small_network {
namespace {

using LambdaGelu = hardgate::LambdaGelu<float>;

/// before_step(network, share of the training that is done)
SmallNetwork train(const Training& training, const Unit& unit, const Dataset& data,
                   const std::function<void(SmallNetwork&, double progress)>& before_step) {
  Random random(training.seed);
  std::vector<Index> sizes{data.train.images.rows()};
  sizes.insert(sizes.end(), training.hidden.begin(), training.hidden.end());
  sizes.push_back(number_of_classes);
  SmallNetwork network(sizes, unit, random, training.normalised);
  const double steps = double(training.epochs * batches_per_epoch(data.train));
  for_each_batch(data.train, training.epochs, random, [&](const LabelledImages& batch, float rate, Index step) {
    before_step(network, double(step) / steps);
    network.train(batch, rate);
    return true;
  });
  if (training.normalised) network.fold(data.held_out.images);
  return network;
}

}  // namespace

SmallNetwork::SmallNetwork(const std::vector<Index>& sizes, const Unit& unit, Random& random, bool normalised)
    : units_(sizes.size() - 2, unit), before_(units_.size()), after_(units_.size()) {
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) layers_.emplace_back(sizes[i], sizes[i + 1], random);
  if (normalised)
    for (std::size_t i = 0; i < units_.size(); ++i) norms_.emplace_back(sizes[i + 1]);
}

const Matrix& SmallNetwork::forward(const Images& images) {
  layers_[0].forward(images, before_[0]);
  for (std::size_t i = 0; i < units_.size(); ++i) {
    if (!norms_.empty()) norms_[i].forward(before_[i]);
    after_[i].resizeLike(before_[i]);
    std::visit([&](const auto& act) { hardgate::forward(act, before_[i], after_[i]); }, units_[i]);
    layers_[i + 1].forward(after_[i], i + 1 < units_.size() ? before_[i + 1] : logits_);
  }
  return logits_;
}

const Matrix& SmallNetwork::backward(const Matrix& logits_gradient) {
  layers_.back().backpropagate(logits_gradient, gradient_);
  for (std::size_t i = units_.size(); i-- > 0;) {
    backward_through_unit(i);
    layers_[i].backpropagate(gradient_, other_);
    gradient_.swap(other_);
  }
  return gradient_;
}

void SmallNetwork::train(const LabelledImages& batch, float learning_rate) {
  forward(batch.images);
  turn_into_loss_gradient(logits_, batch.labels);
  layers_.back().backward(after_.back(), logits_);
  layers_.back().backpropagate(logits_, gradient_);
  for (std::size_t i = units_.size(); i-- > 0;) {
    backward_through_unit(i);
    if (i == 0) {
      layers_[i].backward(batch.images, gradient_);
    } else {
      layers_[i].backward(after_[i - 1], gradient_);
      layers_[i].backpropagate(gradient_, other_);
      gradient_.swap(other_);
    }
  }
  for (Dense& layer : layers_) layer.update(learning_rate);
  for (BatchNormalisation& norm : norms_) norm.update(learning_rate);
}

void SmallNetwork::fold(const Images& images) {
  forward(images);
  for (std::size_t i = 0; i < norms_.size(); ++i) norms_[i].fold_into(layers_[i]);
  norms_.clear();
}

void SmallNetwork::set_hardness(float hardness) {
  const auto set = [&](auto& act) {
    if constexpr (std::decay_t<decltype(act)>::has_parameter) act = act.with_hardness(hardness);
  };
  for (Unit& unit : units_) std::visit(set, unit);
}

void SmallNetwork::backward_through_unit(std::size_t i) {
  std::visit([&](const auto& act) { hardgate::backward(act, before_[i], gradient_, gradient_); }, units_[i]);
  if (!norms_.empty()) norms_[i].backward(gradient_);
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

}  // namespace small_network
