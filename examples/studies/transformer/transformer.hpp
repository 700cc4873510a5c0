// A small transformer that predicts the next character.
#pragma once

#include <torch/torch.h>

#include <functional>
#include <limits>
#include <vector>

namespace transformer_study {

using torch::Tensor;

/// f(x) = x·G(hx): GELU or SiLU at hardness 1, ReLU at hardness ∞.
struct Activation {
  enum class Gate { normal, logistic };
  Gate gate = Gate::normal;
  double hardness = 1;

  Tensor operator()(const Tensor& x) const;
};

constexpr double infinite_hardness = std::numeric_limits<double>::infinity();

struct Sizes {
  int64_t characters = 0, context = 128, width = 128, heads = 4, layers = 4;
  int64_t hidden = 512;  ///< in a gated product two thirds of that, so that there are as many weights
};

/// W_down·f(W_up·x) or, gated, W_down·((f(W_gate·x) + shift)∘(W_up·x)); with biases.
class FeedForwardImpl : public torch::nn::Module {
 public:
  torch::nn::Linear up, gate{nullptr}, down;
  Activation activation;
  Tensor shift;  ///< a number for each channel of the gate; undefined for none

  FeedForwardImpl(int64_t width, int64_t hidden, Activation f, bool gated);

  bool gated() const { return !gate.is_empty(); }
  int64_t channels() const { return up->weight.size(0); }
  /// The layer before f.
  torch::nn::Linear before() const { return gated() ? gate : up; }
  /// What f is applied to.
  Tensor pre_activations(const Tensor& x) { return before()->forward(x); }
  /// What W_down is applied to, without the shift: where f is ReLU, the numbers that are 0 can be skipped.
  Tensor sparse_hidden(const Tensor& x);
  Tensor hidden(const Tensor& x);  ///< with it
  Tensor forward(const Tensor& x) { return down->forward(hidden(x)); }
};
TORCH_MODULE(FeedForward);

/// x + attention(x), and what comes of that plus the feed-forward block of it; each behind a normalisation.
class BlockImpl : public torch::nn::Module {
 public:
  torch::nn::LayerNorm norm_attention, norm;
  torch::nn::Linear queries_keys_values, project;
  FeedForward feed_forward;

  BlockImpl(const Sizes& sizes, Activation f, bool gated);
  Tensor attend(const Tensor& x);                                                          ///< x + attention
  Tensor forward(const Tensor& x) { return x + feed_forward->forward(norm->forward(x)); }  ///< the rest

 private:
  int64_t heads_;
  Tensor mask_;
};
TORCH_MODULE(Block);

class TransformerImpl : public torch::nn::Module {
 public:
  /// Is shown each feed-forward block with its input.
  using Watch = std::function<void(FeedForwardImpl&, const Tensor&)>;

  const Sizes sizes;
  std::vector<Block> blocks;

  TransformerImpl(const Sizes& wanted, Activation f, bool gated, uint64_t seed);

  Tensor embed(const Tensor& text);  ///< windows × positions → windows × positions × width
  /// For each position, the logits of the next character.
  Tensor forward(const Tensor& text, const Watch& watch = {});
  /// The same weights and units.
  std::shared_ptr<TransformerImpl> copy() const;

  bool gated() const { return blocks[0]->feed_forward->gated(); }
  Activation activation() const { return blocks[0]->feed_forward->activation; }
  void set_hardness(double hardness);

 private:
  torch::nn::Embedding tokens_, positions_;
  torch::nn::LayerNorm norm_;
  torch::nn::Linear head_;
};
TORCH_MODULE(Transformer);

}  // namespace transformer_study
