// That the parts of the study do what they are meant to, on a tiny network and generated text: in seconds.
#include <ATen/Parallel.h>

#include <cmath>
#include <cstdio>
#include <hardgate/hardgate.hpp>
#include <iostream>
#include <random>
#include <sstream>
#include <string>

#include "../kept_results.hpp"
#include "corpus.hpp"
#include "replacement.hpp"
#include "results.hpp"
#include "study.hpp"
#include "training.hpp"
#include "transformer.hpp"

namespace {

using namespace transformer_study;
using Shift = Correction::Shift;

int failures = 0;

void check(const std::string& what, bool holds, double a, double b) {
  std::printf("%s: %s (%.6g, %.6g)\n", holds ? "passed" : "FAILED", what.c_str(), a, b);
  failures += !holds;
}
void check_less(const std::string& what, double a, double b) { check(what, a < b, a, b); }

/// Sentences of a small grammar, the same on every machine.
std::string sentences(int count) {
  const char* const subjects[] = {"the king",        "a shepherd", "her brother",
                                  "the old prophet", "my servant", "no stranger"};
  const char* const verbs[] = {"went into", "remembered", "built", "looked upon", "left", "spoke of"};
  const char* const objects[] = {"the city", "a high mountain", "the house of bread", "his vineyard",
                                 "the deep waters"};
  const char* const ends[] = {".", ", and wept.", " in the morning.", "; but it was late."};
  std::mt19937 random(1);
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += subjects[random() % 6];
    text += std::string(" ") + verbs[random() % 6] + " " + objects[random() % 5] + ends[random() % 4] + "\n";
  }
  return text;
}

Settings tiny() {
  Settings settings;
  settings.sizes.context = 32;
  settings.sizes.width = 32;
  settings.sizes.heads = 2;
  settings.sizes.layers = 2;
  settings.sizes.hidden = 96;
  settings.steps = 700;
  settings.batch = 4;
  settings.tuning_steps = 20;
  settings.windows = 64;
  return settings;
}

Recipe quick(const Settings& settings) {
  Recipe recipe;
  recipe.steps = settings.steps;
  recipe.batch = settings.batch;
  recipe.rate = 4e-3;
  recipe.rising = 50;
  return recipe;
}

double largest_difference(const Tensor& a, const Tensor& b) { return (a - b).abs().max().item<double>(); }

/// At a position, nothing may depend on what comes after it.
void check_causality(Transformer& network, const Corpus& corpus) {
  const torch::NoGradGuard no_grad;
  const Tensor text = even_windows(corpus.held_out, 1, network->sizes.context), other = text.clone();
  other.slice(1, 20) = (other.slice(1, 20) + 1).remainder(corpus.characters);
  const Tensor a = network->forward(text), b = network->forward(other);
  check("predictions do not look ahead", torch::equal(a.slice(1, 0, 20), b.slice(1, 0, 20)), 0, 0);
  check_less("but look at what was", 1e-3, largest_difference(a.slice(1, 20), b.slice(1, 20)));
}

/// The shift of a gate is the same as BiasCorrection's linear map beside a block of exact zeros.
void check_bypass(const Transformer& network) {
  const torch::NoGradGuard no_grad;
  FeedForward block = network->blocks[0]->feed_forward;
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto matrix = [](const Tensor& t) {
    return Eigen::Map<const RowMajor>(t.data_ptr<float>(), t.size(0), t.numel() / t.size(0));
  };
  hardgate::BiasCorrection<float> correction(block->channels());
  correction.observe(matrix(block->shift), Eigen::VectorXf::Zero(block->channels()));
  const RowMajor map = correction.bypass(matrix(block->down->weight), matrix(block->up->weight));
  const Eigen::VectorXf bias = correction.bypass_bias(matrix(block->down->weight), matrix(block->up->bias).col(0));
  const auto tensor = [](const auto& m) {
    return torch::from_blob(const_cast<float*>(m.data()), {m.rows(), m.cols()}).clone();
  };
  const Tensor x = torch::randn({50, block->up->weight.size(1)});
  const Tensor beside = torch::mm(x, tensor(map).t()) + tensor(bias).squeeze(1);
  const Tensor y = block->forward(x), with_zeros = block->down->forward(block->sparse_hidden(x));
  check_less("the gate's shift is a map beside the block", largest_difference(with_zeros + beside, y), 1e-5);
  check_less("and does something", 1e-3, largest_difference(with_zeros, y));
}

void check_replacing(const Network& kind, const Corpus& corpus, const Settings& settings) {
  Sizes sizes = settings.sizes;
  sizes.characters = corpus.characters;
  Transformer network(sizes, kind.activation, kind.gated, 1);
  const auto losses = train(network, corpus, quick(settings), 1);
  check_less(kind.name + ": the loss falls", losses.back(), losses.front() / 2);
  check_causality(network, corpus);

  const Evaluation before = evaluate(network, corpus, settings.windows);
  check_less("the text held out is predicted too", before.bits, losses.front() / 2);
  const auto cost = [&](Transformer other) { return evaluate(other, corpus, settings.windows).bits - before.bits; };
  check("a copy is the same", cost(network->copy()) == 0, 0, 0);
  auto random = generator(1);
  const Tensor text = random_windows(corpus.training, 300, sizes.context, random);
  Transformer plain = replaced(network), shifted = replaced(network, {Shift::measured}, text);
  const double plain_cost = cost(plain);
  check_less("replacing costs something", 0, plain_cost);
  check_less("with a shift less", cost(shifted), plain_cost);
  check_less("likewise without data", cost(replaced(network, {Shift::from_weights})), plain_cost);
  const double fit = cost(replaced(network, {Shift::none, 0.1}, text));
  check_less("and with a refit", fit, plain_cost);
  check_less("or both", cost(replaced(network, {Shift::measured, 0.1}, text)), plain_cost);
  check("the network itself stays", cost(network) == 0, 0, 0);
  const double zeros = evaluate(plain, corpus, settings.windows).zeros;
  check_less("hidden numbers are 0", 0.1, zeros);
  check_less("but none of the smooth network", before.zeros, 0.001);
  if (kind.gated) check_bypass(shifted);

  const auto report = substitution_report(network, before, corpus, settings.windows);
  check("the report's loss is that of replacing", report.loss_change() == plain_cost, report.loss_change(), plain_cost);
  check("the report has every layer", report.layers.size() == network->blocks.size(), 0, 0);
  for (const auto& layer : report.layers) {
    check("a layer's disruption is that of its unit", layer.sup > 0.1 && layer.sup < 0.3, layer.sup, layer.mean);
    check("its cost has been measured", std::isfinite(layer.cost_alone), layer.cost_alone, plain_cost);
  }

  network->set_hardness(1e6);
  check_less("as λ grows replacing costs nothing", std::fabs(cost(network) - plain_cost), 1e-4);
}

void check_hardening(const Corpus& corpus, const Settings& settings) {
  Sizes sizes = settings.sizes;
  sizes.characters = corpus.characters;
  Transformer network(sizes, Activation(), false, 1);
  Recipe recipe = quick(settings);
  recipe.hardening = hardgate::HardeningSchedule();
  const auto losses = train(network, corpus, recipe, 1);
  check_less("hardened: the loss falls", losses.back(), losses.front() / 2);
  const double hardness = network->activation().hardness, target = target_hardness(network->activation());
  check("the hardness reaches its target", hardness == target, hardness, target);
  const Evaluation before = evaluate(network, corpus, settings.windows);
  Transformer relu = replaced(network);
  const Evaluation after = evaluate(relu, corpus, settings.windows);
  check_less("replacing costs next to nothing", std::fabs(after.bits - before.bits), 2e-3);
  check_less("and changes few predictions", changed(before, after), 0.01);
}

/// The whole study, and that its results survive being written and read.
void check_study(const Corpus& corpus, Settings settings) {
  settings.steps = 30;
  settings.tuning_steps = 2;
  settings.windows = 16;
  const std::string file = "transformer-test.json";
  std::remove(file.c_str());
  nlohmann::json results = read_results(file, settings);
  const Network &swiglu = networks()[2], &hardened = networks()[4], &relu = networks()[5];
  for (const Network* network : {&swiglu, &hardened, &relu})
    results["runs"].push_back(study(*network, 1, corpus, settings));
  kept_results::write(file, results);
  check("results are read as they were written", read_results(file, settings) == results, 0, 0);
  check("a run is found", find_run(results, "SwiGLU", 1) && !find_run(results, "SwiGLU", 2), 0, 0);
  check("a seed repeats", study(hardened, 1, corpus, settings)["rows"] == results["runs"][1]["rows"], 0, 0);
  std::ostringstream tables;
  print_tables(tables, results);
  for (const Network* network : {&swiglu, &hardened, &relu}) {
    const bool found = tables.str().find("\n| " + network->name + " |") != std::string::npos;
    check("the tables have " + network->name, found, 0, 0);
  }
  settings.steps = 31;
  bool refused = false;
  try {
    read_results(file, settings);
  } catch (const std::runtime_error&) {
    refused = true;
  }
  check("results of other settings are refused", refused, 0, 0);
}

}  // namespace

int main() {
  at::set_num_threads(1);
  const std::string text = sentences(2000);
  const Corpus corpus = make_corpus(text);
  const int64_t parts = corpus.training.numel() + corpus.held_out.numel();
  check("every character is in one part", parts == int64_t(text.size()), double(parts), double(text.size()));
  check_less("a tenth is held out", std::fabs(double(corpus.held_out.numel()) / double(parts) - 0.1), 0.011);
  const Settings settings = tiny();
  check_replacing(networks()[0], corpus, settings);
  check_replacing(networks()[2], corpus, settings);
  check_hardening(corpus, settings);
  check_study(corpus, settings);
  return failures;
}
