#include "transformer.hpp"

#include <cmath>
#include <string>

#include "../../libtorch/learned_hardness.hpp"
#include "corpus.hpp"

namespace transformer_study {

namespace nn = torch::nn;

Tensor Activation::operator()(const Tensor& x) const {
  if (hardness == infinite_hardness) return torch::relu(x);
  const Tensor h = torch::full({1}, hardness, x.options());
  return gate == Gate::normal ? hardgate_torch::ActivationFunction<hardgate::LambdaGelu<float>>::apply(x, h)
                              : hardgate_torch::ActivationFunction<hardgate::Swish<float>>::apply(x, h);
}

FeedForwardImpl::FeedForwardImpl(int64_t width, int64_t hidden, Activation f, bool gated)
    : up(register_module("up", nn::Linear(width, hidden))),
      down(register_module("down", nn::Linear(hidden, width))),
      activation(f) {
  if (gated) gate = register_module("gate", nn::Linear(width, hidden));
}

Tensor FeedForwardImpl::sparse_hidden(const Tensor& x) {
  const Tensor y = activation(pre_activations(x));
  return gated() ? y * up->forward(x) : y;
}

Tensor FeedForwardImpl::hidden(const Tensor& x) {
  return shift.defined() ? (activation(pre_activations(x)) + shift) * up->forward(x) : sparse_hidden(x);
}

BlockImpl::BlockImpl(const Sizes& sizes, Activation f, bool gated)
    : norm_attention(register_module("norm_attention", nn::LayerNorm(nn::LayerNormOptions({sizes.width})))),
      norm(register_module("norm", nn::LayerNorm(nn::LayerNormOptions({sizes.width})))),
      queries_keys_values(register_module("queries_keys_values", nn::Linear(sizes.width, 3 * sizes.width))),
      project(register_module("project", nn::Linear(sizes.width, sizes.width))),
      feed_forward(register_module(
          "feed_forward", FeedForward(sizes.width, gated ? 2 * sizes.hidden / 3 / 8 * 8 : sizes.hidden, f, gated))),
      heads_(sizes.heads),
      mask_(torch::full({sizes.context, sizes.context}, -1e9f).triu(1)) {}  // no look at later characters

Tensor BlockImpl::attend(const Tensor& x) {
  const int64_t windows = x.size(0), length = x.size(1), width = x.size(2), part = width / heads_;
  const auto all = queries_keys_values->forward(norm_attention->forward(x))
                       .view({windows, length, 3, heads_, part})
                       .permute({2, 0, 3, 1, 4})
                       .reshape({3, windows * heads_, length, part})
                       .unbind();
  const Tensor mask = mask_.slice(0, 0, length).slice(1, 0, length).unsqueeze(0);
  const Tensor weights =
      torch::softmax(torch::baddbmm(mask, all[0], all[1].transpose(1, 2), 1, 1 / std::sqrt(double(part))), -1);
  const Tensor mixed = torch::bmm(weights, all[2]).view({windows, heads_, length, part}).transpose(1, 2);
  return x + project->forward(mixed.reshape({windows, length, width}));
}

TransformerImpl::TransformerImpl(const Sizes& wanted, Activation f, bool gated, uint64_t seed)
    : sizes(wanted),
      tokens_(register_module("tokens", nn::Embedding(sizes.characters, sizes.width))),
      positions_(register_module("positions", nn::Embedding(sizes.context, sizes.width))),
      norm_(register_module("norm", nn::LayerNorm(nn::LayerNormOptions({sizes.width})))),
      head_(register_module("head", nn::Linear(nn::LinearOptions(sizes.width, sizes.characters).bias(false)))) {
  for (int64_t i = 0; i < sizes.layers; ++i)
    blocks.push_back(register_module("block" + std::to_string(i), Block(sizes, f, gated)));

  const torch::NoGradGuard no_grad;
  auto random = generator(seed);
  const double deviation = 0.02, into_the_stream = deviation / std::sqrt(2 * double(sizes.layers));
  for (const auto& item : named_parameters()) {
    const std::string& name = item.key();
    const auto ends_with = [&](const std::string& end) {
      return name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
    };
    if (item.value().dim() == 2) {
      const bool adds = ends_with("down.weight") || ends_with("project.weight");
      item.value().normal_(0, adds ? into_the_stream : deviation, random);
    } else if (ends_with("bias")) {
      item.value().zero_();
    }
  }
}

Tensor TransformerImpl::embed(const Tensor& text) {
  return tokens_->forward(text) + positions_->weight.slice(0, 0, text.size(1));
}

Tensor TransformerImpl::forward(const Tensor& text, const Watch& watch) {
  Tensor x = embed(text);
  for (Block& block : blocks) {
    x = block->attend(x);
    if (watch) watch(*block->feed_forward, block->norm->forward(x));
    x = block->forward(x);
  }
  return head_->forward(norm_->forward(x));
}

std::shared_ptr<TransformerImpl> TransformerImpl::copy() const {
  auto other = std::make_shared<TransformerImpl>(sizes, activation(), gated(), 0);
  const torch::NoGradGuard no_grad;
  const auto weights = named_parameters();
  for (const auto& item : other->named_parameters()) item.value().copy_(weights[item.key()]);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const FeedForward from = blocks[i]->feed_forward;
    FeedForward to = other->blocks[i]->feed_forward;
    to->activation = from->activation;
    if (from->shift.defined()) to->shift = from->shift.clone();
  }
  return other;
}

void TransformerImpl::set_hardness(double hardness) {
  for (Block& block : blocks) block->feed_forward->activation.hardness = hardness;
}

}  // namespace transformer_study
