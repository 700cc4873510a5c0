// LeNets that are already trained with a smooth activation, replaced by ReLU: plainly, shifted, and with the layer behind
// each unit refitted. Training is that of main.cpp; the corrections see held-out images without their labels.

#include <CLI/CLI.hpp>
#include <exception>
#include <future>
#include <iostream>
#include <string>
#include <vector>

#include "../corrections.hpp"
#include "network.hpp"
#include "progress.hpp"
#include "table.hpp"

namespace {

using namespace lenet;
using corrections::Change;
using corrections::Mean;

struct Row {
  std::string name;
  LeNetActivation activation;
};

struct Method {
  std::string name;
  void (*substitute)(LeNet&, const Images&);
};

const std::vector<Method> methods{
    {"plain", [](LeNet& network, const Images&) { network.substitute(); }},
    {"shifted, own mean",
     [](LeNet& network, const Images& images) { corrections::substitute_shifted(network, images, Mean::own); }},
    {"shifted, original mean",
     [](LeNet& network, const Images& images) { corrections::substitute_shifted(network, images, Mean::original); }},
    {"refit", [](LeNet& network, const Images& images) { corrections::substitute_refit(network, images); }}};

struct Run {
  double accuracy;              // of the original network, in percent
  std::vector<Change> changes;  // by method
};

LeNet trained(const Row& row, unsigned seed, int epochs, const LabelledImages& images) {
  Random random(seed);
  LeNet network(images.images.rows(), row.activation, random);
  for_each_batch(images, epochs, random, [&](const LabelledImages& batch, float learning_rate, Index) {
    network.train(batch, learning_rate);
    return true;
  });
  return network;
}

Run run(LeNet original, const Dataset& data) {
  const Predictions predictions = predict(original, data.test);
  Run result{100 * predictions.accuracy, {}};
  for (const Method& method : methods) {
    LeNet network = original;
    method.substitute(network, data.held_out.images);
    result.changes.push_back(corrections::change(network, data.test, predictions));
  }
  return result;
}

}  // namespace

int main(int argc, char** argv) try {
  std::string folder = FASHION_MNIST_FOLDER;
  int epochs = 5;
  unsigned seeds = 4;
  Index images = 10000;
  CLI::App app("Trains LeNet with smooth activations, and replaces them by ReLU with and without corrections.");
  app.add_option("--data", folder, "Folder of the images, as relu_ization takes it");
  app.add_option("--epochs", epochs, "Epochs of training")->check(CLI::Range(1, 1000))->capture_default_str();
  app.add_option("--seeds", seeds, "Networks of each kind")->check(CLI::Range(1, 1000))->capture_default_str();
  app.add_option("--images", images, "Images to train on, if there are as many")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  Dataset data = load_dataset(folder);
  images = std::min(images, data.train.size());
  data.train = {data.train.images.leftCols(images), data.train.labels.head(images)};
  const std::vector<Row> rows{{"GELU", hardgate::Gelu<float>()},
                              {"SiLU", hardgate::Silu<float>()},
                              {"E-GEM 1 1", hardgate::EGem<float, 1>(1)},
                              {"SE-GEM 1 1", hardgate::SeGem<float, 1>(1)},
                              {"SE-GEM 2 1", hardgate::SeGem<float, 2>(1)}};
  std::cout << "LeNet, " << epochs << " epochs on " << images << " images, seeds: " << seeds << "; corrected on "
            << data.held_out.size()
            << " others, without labels.\nChange of accuracy in points; predictions changed.\n\n";
  std::vector<Cells> lines{{"family N ε", "accuracy, %"}};
  for (const Method& method : methods) lines[0].push_back(method.name);
  Progress progress(long(rows.size()) * seeds);
  for (const Row& row : rows) {
    std::vector<std::future<Run>> running;
    for (unsigned seed = 1; seed <= seeds; ++seed)
      running.push_back(std::async(std::launch::async, [&, seed] {
        Run result = run(trained(row, seed, epochs, data.train), data);
        progress.advance();
        return result;
      }));
    std::vector<Run> runs;
    for (std::future<Run>& one : running) runs.push_back(one.get());
    lines.push_back({row.name, format(summarise(runs, [](const Run& r) { return r.accuracy; }), 2)});
    for (std::size_t i = 0; i < methods.size(); ++i) {
      const auto mean = [&](double Change::*value) {
        return summarise(runs, [&](const Run& r) { return r.changes[i].*value; });
      };
      lines.back().push_back(format(mean(&Change::points), 2, format_signed) + "; " +
                             format(mean(&Change::flips).mean, 1) + " %");
    }
  }
  print_aligned(std::cout, lines);
} catch (const std::exception& error) {
  std::cerr << "lenet_replacing: " << error.what() << '\n';
  return 1;
}
