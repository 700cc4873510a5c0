#include "training.hpp"

#include <algorithm>
#include <cmath>

namespace transformer_study {

namespace {

Tensor loss(const Tensor& logits, const Tensor& text) {
  return torch::nn::functional::cross_entropy(logits.flatten(0, 1), text.slice(1, 1).flatten());
}

/// All but the last character, whose successor is not in the window.
Tensor inputs(const Tensor& text) { return text.slice(1, 0, -1); }

double rate_at(const Recipe& recipe, int64_t step) {
  const double progress = double(step) / double(recipe.steps);
  return recipe.rate * std::min(1., double(step + 1) / double(recipe.rising)) * (1 + std::cos(M_PI * progress)) / 2;
}

torch::optim::AdamW optimizer(const Transformer& network) {
  using torch::optim::AdamWOptions;
  std::vector<Tensor> matrices, vectors;
  for (const Tensor& parameter : network->parameters())
    (parameter.dim() == 2 ? matrices : vectors).push_back(parameter);
  const AdamWOptions options = AdamWOptions().betas({0.9, 0.98});
  const auto group = [&](const std::vector<Tensor>& parameters, double weight_decay) {
    return torch::optim::OptimizerParamGroup(
        parameters, std::make_unique<AdamWOptions>(AdamWOptions(options).weight_decay(weight_decay)));
  };
  return torch::optim::AdamW({group(matrices, 0.1), group(vectors, 0)}, options);
}

}  // namespace

double target_hardness(Activation f) {
  return f.gate == Activation::Gate::normal ? hardgate::hardness_for_gate_tolerance<hardgate::LambdaGelu<float>>(0.01)
                                            : hardgate::hardness_for_gate_tolerance<hardgate::Swish<float>>(0.01);
}

std::vector<double> train(Transformer& network, const Corpus& corpus, const Recipe& recipe, uint64_t seed) {
  auto adam = optimizer(network);
  auto random = generator(seed);
  const double target = target_hardness(network->activation());
  std::vector<double> losses;
  for (int64_t step = 0; step < recipe.steps; ++step) {
    for (auto& group : adam.param_groups())
      static_cast<torch::optim::AdamWOptions&>(group.options()).lr(rate_at(recipe, step));
    if (recipe.hardening)
      network->set_hardness(recipe.hardening->hardness(double(step + 1) / double(recipe.steps), 1, target));
    const Tensor text = random_windows(corpus.training, recipe.batch, network->sizes.context + 1, random);
    adam.zero_grad();
    const Tensor now = loss(network->forward(inputs(text)), text);
    now.backward();
    torch::nn::utils::clip_grad_norm_(network->parameters(), 1);
    adam.step();
    losses.push_back(now.item<double>() / M_LN2);
  }
  return losses;
}

Evaluation evaluate(Transformer& network, const Corpus& corpus, int64_t windows) {
  const torch::NoGradGuard no_grad;
  Evaluation result;
  std::vector<Tensor> likeliest;
  int64_t zeros = 0, numbers = 0;
  const auto count = [&](FeedForwardImpl& block, const Tensor& x) {
    const Tensor hidden = block.sparse_hidden(x);
    zeros += (hidden == 0).sum().item<int64_t>();
    numbers += hidden.numel();
  };
  constexpr int64_t at_once = 16;
  for (const Tensor& text : even_windows(corpus.held_out, windows, network->sizes.context + 1).split(at_once)) {
    const bool sample = likeliest.size() % 8 == 0;  // of the hidden numbers, of which there are many
    const Tensor logits = network->forward(inputs(text), sample ? count : TransformerImpl::Watch());
    result.bits += loss(logits, text).item<double>() / M_LN2 * double(text.size(0)) / double(windows);
    likeliest.push_back(logits.argmax(-1));
    result.accuracy += (likeliest.back() == text.slice(1, 1)).to(torch::kDouble).mean().item<double>() *
                       double(text.size(0)) / double(windows);
  }
  result.likeliest = torch::cat(likeliest);
  result.zeros = double(zeros) / double(numbers);
  return result;
}

double changed(const Evaluation& before, const Evaluation& after) {
  using Positions = Eigen::Map<const Eigen::Matrix<int64_t, Eigen::Dynamic, 1>>;
  const auto positions = [](const Evaluation& e) {
    return Positions(e.likeliest.data_ptr<int64_t>(), e.likeliest.numel());
  };
  return hardgate::flips(positions(before), positions(after));
}

hardgate::SubstitutionReport substitution_report(Transformer& network, const Evaluation& before, const Corpus& corpus,
                                                 int64_t windows) {
  Transformer relu(network->copy());
  relu->set_hardness(infinite_hardness);
  const Evaluation after = evaluate(relu, corpus, windows);
  hardgate::SubstitutionReport report{before.accuracy, after.accuracy, before.bits, after.bits, changed(before, after)};
  const torch::NoGradGuard no_grad;
  const auto watch = [&](FeedForwardImpl& block, const Tensor& x) {
    const Tensor z = block.pre_activations(x).contiguous();
    const Eigen::Map<const Eigen::ArrayXf> samples(z.data_ptr<float>(), z.numel());
    report.layers.push_back(block.activation.gate == Activation::Gate::normal
                                ? hardgate::substitution_disruption(hardgate::Gelu<float>(), samples)
                                : hardgate::substitution_disruption(hardgate::Silu<float>(), samples));
  };
  network->forward(even_windows(corpus.held_out, std::min<int64_t>(8, windows), network->sizes.context), watch);
  for (std::size_t i = 0; i < network->blocks.size(); ++i) {
    Transformer one(network->copy());
    one->blocks[i]->feed_forward->activation.hardness = infinite_hardness;
    report.layers[i].cost_alone = evaluate(one, corpus, windows).bits - before.bits;
  }
  return report;
}

}  // namespace transformer_study
