#include "small_network.hpp"

#include <hardgate/arrays.hpp>
#include <type_traits>

namespace proof {

SmallNetwork::SmallNetwork(const std::vector<Index>& sizes, const Unit& unit, Random& random)
    : units_(sizes.size() - 2, unit), before_(units_.size()), after_(units_.size()) {
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) layers_.emplace_back(sizes[i], sizes[i + 1], random);
}

const Matrix& SmallNetwork::forward(const Images& images) {
  layers_[0].forward(images, before_[0]);
  for (std::size_t i = 0; i < units_.size(); ++i) {
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
}

void SmallNetwork::set_hardness(float hardness) {
  const auto set = [&](auto& act) {
    if constexpr (std::decay_t<decltype(act)>::has_parameter) act = act.with_hardness(hardness);
  };
  for (Unit& unit : units_) std::visit(set, unit);
}

void SmallNetwork::backward_through_unit(std::size_t i) {
  std::visit([&](const auto& act) { hardgate::backward(act, before_[i], gradient_, gradient_); }, units_[i]);
}

}  // namespace proof
