#include "replacement.hpp"

#include <hardgate/hardgate.hpp>
#include <utility>

namespace transformer_study {

namespace {

using Vector = Eigen::VectorXf;
using Shift = Correction::Shift;

/// windows × positions × channels as channels × samples.
Eigen::Map<const Eigen::MatrixXf> samples(const Tensor& x) {
  TORCH_CHECK(x.is_contiguous());
  return {x.data_ptr<float>(), x.size(-1), x.numel() / x.size(-1)};
}

/// Weights, outputs × inputs; a change is one of the layer.
auto matrix(const Tensor& weights) {
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<RowMajor>(weights.data_ptr<float>(), weights.size(0), weights.size(1));
}

Eigen::Map<Vector> vector(const Tensor& bias) { return {bias.data_ptr<float>(), bias.numel()}; }

Tensor tensor(const Vector& values) {
  return torch::from_blob(const_cast<float*>(values.data()), {values.size()}).clone();
}

double mean_shift(Activation f, double mean, double deviation) {
  return f.gate == Activation::Gate::normal
             ? hardgate::mean_shift(hardgate::LambdaGelu<double>(f.hardness), mean, deviation)
             : hardgate::mean_shift(hardgate::Swish<double>(f.hardness), mean, deviation);
}

/// Δ for each channel, of the numbers that f gets from a layer behind a normalisation to mean 0 and deviation 1.
Tensor shift_without_data(BlockImpl& block, Activation f, Shift how) {
  FeedForwardImpl& feed_forward = *block.feed_forward;
  if (how == Shift::standard_normal) return torch::full({feed_forward.channels()}, mean_shift(f, 0, 1));
  torch::nn::Linear layer = feed_forward.before();
  const Tensor mean = layer->forward(block.norm->bias),
               deviation = (layer->weight * block.norm->weight).square().sum(1).sqrt();
  Tensor shift = torch::empty({feed_forward.channels()});
  for (int64_t i = 0; i < shift.numel(); ++i)
    shift[i] = mean_shift(f, mean[i].item<double>(), deviation[i].item<double>());
  return shift;
}

/// On the gate where there is one, else into the bias behind.
void apply_shift(FeedForwardImpl& block, const Tensor& shift) {
  if (block.gated())
    block.shift = shift;
  else
    block.down->bias += torch::mv(block.down->weight, shift);
}

/// A layer's original and its replacement, and what reaches both, in batches.
struct Pair {
  BlockImpl &original, &relu;
  std::vector<Tensor>&x, &y;

  /// use(input of the original's feed-forward block, input of the replacement's, number of the batch)
  template <class Use>
  void for_each_batch(const Use& use) {
    for (std::size_t i = 0; i < x.size(); ++i) use(original.norm->forward(x[i]), relu.norm->forward(y[i]), i);
  }

  void attend() {
    for (Tensor& batch : x) batch = original.attend(batch);
    for (Tensor& batch : y) batch = relu.attend(batch);
  }

  void shift(Shift how) {
    FeedForwardImpl &smooth = *original.feed_forward, &hard = *relu.feed_forward;
    hardgate::BiasCorrection<float> correction(hard.channels());
    const auto unit = [&](FeedForwardImpl& block, const Tensor& input) {
      return how == Shift::of_product ? block.sparse_hidden(input) : block.activation(block.pre_activations(input));
    };
    for_each_batch([&](const Tensor& before, const Tensor& after, std::size_t) {
      correction.observe(samples(unit(smooth, before)), samples(unit(hard, after)));
    });
    if (hard.gated() && how == Shift::measured) {
      hard.shift = tensor(correction.shift());
    } else {
      correction.fold_into(matrix(hard.down->weight), vector(hard.down->bias));
    }
  }

  /// So that the residual stream behind the block is the original's.
  void refit(double ridge) {
    FeedForwardImpl& hard = *relu.feed_forward;
    hardgate::LayerRefit<float> fit(hard.channels(), hard.down->weight.size(0));
    for_each_batch([&](const Tensor&, const Tensor& after, std::size_t i) {
      fit.observe(samples(hard.hidden(after)), samples(original.forward(x[i]) - y[i]));
    });
    fit.solve(matrix(hard.down->weight), vector(hard.down->bias), ridge);
  }

  void feed_forward() {
    for (Tensor& batch : x) batch = original.forward(batch);
    for (Tensor& batch : y) batch = relu.forward(batch);
  }
};

}  // namespace

Transformer replaced(const Transformer& network, const Correction& correction, const Tensor& text) {
  const torch::NoGradGuard no_grad;
  Transformer relu(network->copy());
  relu->set_hardness(infinite_hardness);
  if (correction.shift == Shift::standard_normal || correction.shift == Shift::from_weights)
    for (Block& block : relu->blocks)
      apply_shift(*block->feed_forward, shift_without_data(*block, network->activation(), correction.shift));
  if (!text.defined()) return relu;

  Transformer original(network);
  std::vector<Tensor> x, y;
  for (const Tensor& batch : text.split(16)) {
    x.push_back(original->embed(batch));
    y.push_back(relu->embed(batch));
  }
  for (std::size_t i = 0; i < relu->blocks.size(); ++i) {
    Pair layer{*original->blocks[i], *relu->blocks[i], x, y};
    layer.attend();
    if (correction.shift == Shift::measured || correction.shift == Shift::of_product) layer.shift(correction.shift);
    if (correction.ridge > 0) layer.refit(correction.ridge);
    layer.feed_forward();
  }
  return relu;
}

}  // namespace transformer_study
