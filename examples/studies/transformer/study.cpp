#include "study.hpp"

#include <chrono>
#include <cstdio>
#include <utility>

#include "replacement.hpp"
#include "training.hpp"

namespace transformer_study {

namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;
using Shift = Correction::Shift;

// A row's seed is that of its network; what it is used for tells these apart.
enum Use : uint64_t { for_training = 1000, for_calibration = 2000, for_tuning = 3000 };

class Study {
 public:
  Study(const Network& network, uint64_t seed, const Corpus& corpus, const Settings& settings)
      : network_(network), seed_(seed), corpus_(corpus), settings_(settings) {}

  json run() {
    Sizes sizes = settings_.sizes;
    sizes.characters = corpus_.characters;
    Transformer trained(sizes, network_.activation, network_.gated, seed_);
    Recipe recipe;
    recipe.steps = settings_.steps;
    recipe.batch = settings_.batch;
    if (network_.hardened) recipe.hardening = hardgate::HardeningSchedule();
    const std::vector<double> losses = train(trained, corpus_, recipe, for_training + seed_);
    before_ = evaluate(trained, corpus_, settings_.windows);
    result_ = {{"network", network_.name},     {"seed", seed_},          {"bits", before_.bits},
               {"accuracy", before_.accuracy}, {"zeros", before_.zeros}, {"rows", json::array()},
               {"layers", json::array()},      {"losses", json::array()}};
    const std::size_t every = std::max<std::size_t>(1, losses.size() / 10);
    for (std::size_t i = 0; i < losses.size(); i += every) result_["losses"].push_back(losses[i]);
    say("trained", before_.bits);

    if (network_.hardened) {
      measure("replaced", replaced(trained));
    } else if (network_.activation.hardness < infinite_hardness) {
      correct(trained);
      tune(trained);
      report_layers(trained);
    }
    result_["minutes"] = minutes();
    return std::move(result_);
  }

 private:
  void correct(const Transformer& trained) {
    const auto with = [&](Shift shift, double ridge, int64_t characters) {
      return corrected(trained, {shift, ridge}, characters);
    };
    measure("plain", replaced(trained));
    measure("shift, no data", replaced(trained, {Shift::standard_normal}));
    measure("shift, no data, from the weights", replaced(trained, {Shift::from_weights}));
    measure("shift, 128 characters", with(Shift::measured, 0, 128));
    measure("shift, 10k", with(Shift::measured, 0, 10240));
    if (network_.gated) measure("shift of the product, 10k", with(Shift::of_product, 0, 10240));
    measure("refit, 2k", with(Shift::none, 0.1, 2048));
    measure("refit, 10k", with(Shift::none, 0.1, 10240));
    measure("refit, 50k", with(Shift::none, 0.01, 51200));
    measure("shift and refit, 10k", with(Shift::measured, 0.1, 10240));
    measure("shift and refit, 50k", with(Shift::measured, 0.01, 51200));
  }

  void tune(const Transformer& trained) {
    measure("tuned: not replaced", tuned(trained->copy()));
    measure("tuned: plain", tuned(replaced(trained)));
    Transformer hardened = tuned(trained->copy(), /*harden=*/true);
    measure("tuned: hardened meanwhile", replaced(hardened));
    measure("tuned: shift, 10k", tuned(corrected(trained, {Shift::measured, 0}, 10240)));
    measure("tuned: refit, 50k", tuned(corrected(trained, {Shift::none, 0.01}, 51200)));
    measure("tuned: shift and refit, 50k", tuned(corrected(trained, {Shift::measured, 0.01}, 51200)));
  }

  void report_layers(Transformer& trained) {
    const auto report = substitution_report(trained, before_, corpus_, settings_.windows);
    for (const auto& layer : report.layers)
      result_["layers"].push_back(
          {{"sup", layer.sup}, {"mean", layer.mean}, {"explained", layer.explained}, {"cost_alone", layer.cost_alone}});
  }

  Transformer corrected(const Transformer& trained, const Correction& correction, int64_t characters) const {
    auto random = generator(for_calibration + seed_);
    const int64_t length = settings_.sizes.context, windows = std::max<int64_t>(1, characters / length);
    return replaced(trained, correction, random_windows(corpus_.training, windows, length, random));
  }

  Transformer tuned(Transformer network, bool harden = false) const {
    Recipe recipe;
    recipe.steps = settings_.tuning_steps;
    recipe.batch = settings_.batch;
    recipe.rate = settings_.tuning_rate;
    recipe.rising = std::max<int64_t>(1, recipe.steps / 10);
    if (harden) recipe.hardening = hardgate::HardeningSchedule(0, 1);
    train(network, corpus_, recipe, for_tuning + seed_);
    return network;
  }

  void measure(const std::string& method, Transformer network) {
    const Evaluation after = evaluate(network, corpus_, settings_.windows);
    result_["rows"].push_back(
        {{"method", method}, {"bits", after.bits}, {"changed", changed(before_, after)}, {"zeros", after.zeros}});
    say(method, after.bits);
  }

  double minutes() const { return std::chrono::duration<double>(Clock::now() - start_).count() / 60; }

  void say(const std::string& what, double bits) const {
    std::fprintf(stderr, "%5.1f min  %s, seed %d: %s, %.4f bits\n", minutes(), network_.name.c_str(), int(seed_),
                 what.c_str(), bits);
  }

  const Network& network_;
  const uint64_t seed_;
  const Corpus& corpus_;
  const Settings& settings_;
  const Clock::time_point start_ = Clock::now();
  Evaluation before_;
  json result_;
};

}  // namespace

json to_json(const Settings& settings) {
  const Sizes& sizes = settings.sizes;
  return {{"layers", sizes.layers},      {"width", sizes.width},
          {"heads", sizes.heads},        {"hidden", sizes.hidden},
          {"context", sizes.context},    {"steps", settings.steps},
          {"batch", settings.batch},     {"tuning steps", settings.tuning_steps},
          {"windows", settings.windows}, {"tuning rate", settings.tuning_rate}};
}

const std::vector<Network>& networks() {
  constexpr auto normal = Activation::Gate::normal, logistic = Activation::Gate::logistic;
  static const std::vector<Network> all{{"GELU", {normal}, false, false},
                                        {"GEGLU", {normal}, true, false},
                                        {"SwiGLU", {logistic}, true, false},
                                        {"λ-GELU, hardened", {normal}, false, true},
                                        {"SwiGLU, hardened", {logistic}, true, true},
                                        {"ReLU", {normal, infinite_hardness}, false, false},
                                        {"ReGLU", {normal, infinite_hardness}, true, false}};
  return all;
}

json study(const Network& network, uint64_t seed, const Corpus& corpus, const Settings& settings) {
  return Study(network, seed, corpus, settings).run();
}

}  // namespace transformer_study
