// A convolutional network that is already trained, with batch normalisation before each smooth unit, and what replacing
// its units by ReLU costs: plainly, shifted without data and with some, refitted, and tuned a little afterwards.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <functional>
#include <future>
#include <iostream>
#include <string>
#include <vector>

#include "../corrections.hpp"
#include "network.hpp"
#include "progress.hpp"
#include "table.hpp"

namespace {

using namespace batch_norm;
using corrections::Change;
using corrections::Mean;

struct Plan {
  int epochs = 3;
  Index images = 20000, tuning_steps = 50;
  unsigned seeds = 2;
};

struct Method {
  std::string name;
  std::function<void(Network&, const Unit&, const Images&)> substitute;
  bool tune = false;  // a copy, afterwards
};

auto shifted(Index most, Mean mean) {
  return [=](Network& network, const Unit&, const Images& images) {
    corrections::substitute_shifted(network, images.leftCols(std::min(most, images.cols())), mean);
  };
}

const std::vector<Method> methods{
    {"as trained", [](Network&, const Unit&, const Images&) {}, true},
    {"plain", [](Network& network, const Unit&, const Images&) { corrections::substitute_all(network); }, true},
    {"shifted, without data",
     [](Network& network, const Unit& unit, const Images& images) {
       substitute_shifted_without_data(network, unit, images.rows());
     },
     true},
    {"shifted, 128 images", shifted(128, Mean::own)},
    {"shifted, 5000 images", shifted(5000, Mean::own)},
    {"shifted to the original mean, 128", shifted(128, Mean::original)},
    {"refit, 5000 images",
     [](Network& network, const Unit&, const Images& images) { corrections::substitute_refit(network, images); },
     true}};

struct Run {
  double accuracy;                           // of the original network, in percent
  std::vector<Change> changes, tuned;        // by method
  std::vector<hardgate::Disruption> layers;  // on held-out images
};

/// What each unit is to ReLU, and what the loss rises by if it alone is replaced.
std::vector<hardgate::Disruption> layer_by_layer(Network original, const Unit& unit, const LabelledImages& set) {
  const double loss = predict(original, set).loss;
  const Images some = set.images.leftCols(std::min<Index>(128, set.size()));
  std::vector<hardgate::Disruption> layers;
  for (Index i = 0; i < original.units(); ++i) {
    original.forward_behind(i - 1, some);
    layers.push_back(unit.disruption(original.outputs_behind(i - 1)));
    Network network = original;
    network.substitute(i);
    layers.back().cost_alone = predict(network, set).loss - loss;
  }
  return layers;
}

Run run(const Unit& unit, const Trained& untrained, unsigned seed, const Plan& plan, const Dataset& data,
        Progress& progress) {
  torch::set_num_threads(1);  // runs are side by side
  Network original = trained(untrained, seed, plan.epochs, data.train);
  progress.advance();
  const Predictions predictions = predict(original, data.test);
  Run result{100 * predictions.accuracy, {}, {}, layer_by_layer(original, unit, data.held_out)};
  const Index tuning = std::min(plan.tuning_steps * batch_size(data.train), data.train.size());
  const LabelledImages some{data.train.images.leftCols(tuning), data.train.labels.head(tuning)};
  for (const Method& method : methods) {
    Network network = original;
    method.substitute(network, unit, data.held_out.images);
    result.changes.push_back(corrections::change(network, data.test, predictions));
    if (method.tune) {
      tune(network, some, seed);
      result.tuned.push_back(corrections::change(network, data.test, predictions));
    }
    progress.advance();
  }
  return result;
}

/// The mean over runs of a change.
template <class ChangeOf>
std::string cell(const std::vector<Run>& runs, const ChangeOf& change_of) {
  const auto mean = [&](double Change::*value) {
    return summarise(runs, [&](const Run& run) { return change_of(run).*value; });
  };
  return format(mean(&Change::points), 2, format_signed) + "; " + format(mean(&Change::flips).mean, 1) + " %";
}

void print(const std::vector<const Unit*>& units, const std::vector<std::vector<Run>>& runs) {
  std::vector<Cells> changes{{"change of accuracy, points; predictions changed"}, {"accuracy as trained, %"}};
  std::vector<Cells> tuned, layers{{"this layer alone: variance explained; loss"}};
  for (const Method& method : methods) {
    if (method.name != methods[0].name) changes.push_back({method.name});
    if (method.tune) tuned.push_back({method.name + ", then tuned"});
  }
  for (Index i = 1; i <= Network::units(); ++i) layers.push_back({std::to_string(i)});
  for (std::size_t u = 0; u < units.size(); ++u) {
    const std::vector<Run>& some = runs[u];
    changes[0].push_back(units[u]->name);
    layers[0].push_back(units[u]->name);
    changes[1].push_back(format(summarise(some, [](const Run& run) { return run.accuracy; }), 2));
    for (std::size_t i = 1; i < methods.size(); ++i)
      changes[i + 1].push_back(cell(some, [i](const Run& run) { return run.changes[i]; }));
    for (std::size_t i = 0; i < tuned.size(); ++i)
      tuned[i].push_back(cell(some, [i](const Run& run) { return run.tuned[i]; }));
    for (std::size_t i = 1; i < layers.size(); ++i)
      layers[i].push_back(
          format(summarise(some, [i](const Run& run) { return run.layers[i - 1].explained; }).mean, 3) + "; " +
          format_signed(summarise(some, [i](const Run& run) { return run.layers[i - 1].cost_alone; }).mean, 4));
  }
  changes.insert(changes.end(), tuned.begin(), tuned.end());
  print_aligned(std::cout, changes);
  std::cout << '\n';
  print_aligned(std::cout, layers);
}

}  // namespace

int main(int argc, char** argv) try {
  Plan plan;
  std::string folder = FASHION_MNIST_FOLDER;
  std::vector<std::string> names{"GELU", "SiLU", "hard swish"};
  CLI::App app("Replaces the units of trained convolutional networks with batch normalisation by ReLU.");
  app.add_option("--data", folder, "Folder of the images, as relu_ization takes it");
  app.add_option("--epochs", plan.epochs, "Epochs of training")->check(CLI::Range(1, 1000))->capture_default_str();
  app.add_option("--images", plan.images, "Images to train on, if there are as many")->capture_default_str();
  app.add_option("--tuning", plan.tuning_steps, "Steps of tuning")->check(CLI::Range(1, 100000))->capture_default_str();
  app.add_option("--seeds", plan.seeds, "Networks of each kind")->check(CLI::Range(1, 100))->capture_default_str();
  app.add_option("--units", names, "Units, separated by commas: GELU, SiLU, Mish, hard swish")
      ->delimiter(',')
      ->check(CLI::IsMember({"GELU", "SiLU", "Mish", "hard swish"}))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  Dataset data = load_dataset(folder);
  plan.images = std::min(plan.images, data.train.size());
  data.train = {data.train.images.leftCols(plan.images), data.train.labels.head(plan.images)};
  std::vector<const Unit*> units;
  for (const Unit& unit : all_units())
    if (std::count(names.begin(), names.end(), unit.name) > 0) units.push_back(&unit);

  Progress progress(long(units.size() * plan.seeds * (methods.size() + 1)));
  std::vector<std::vector<Run>> runs(units.size());
  for (std::size_t u = 0; u < units.size(); ++u) {
    std::vector<std::future<Run>> running;  // each from weights drawn here, since libtorch has one generator for all
    for (unsigned seed = 1; seed <= plan.seeds; ++seed)
      running.push_back(std::async(std::launch::async, run, *units[u], Trained(*units[u], seed), seed, plan,
                                   std::cref(data), std::ref(progress)));
    for (std::future<Run>& one : running) runs[u].push_back(one.get());
  }

  std::cout << shapes.size() << " convolutions, " << plan.epochs << " epochs on " << plan.images
            << " images, seeds: " << plan.seeds << "; corrected on up to " << data.held_out.size()
            << " others without labels, tuned for " << plan.tuning_steps << " steps.\n\n";
  print(units, runs);
} catch (const std::exception& error) {
  std::cerr << "batch_norm: " << error.what() << '\n';
  return 1;
}
