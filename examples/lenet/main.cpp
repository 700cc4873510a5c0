// Smoothness against hardness: LeNet on Fashion-MNIST with the GEM family over N and ε, beside ReLU, GELU and
// SiLU.

#include <CLI/CLI.hpp>
#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "network.hpp"
#include "table.hpp"
#include "training.hpp"

namespace {

using namespace lenet;

struct Row {
  std::string name;
  LeNetActivation activation;
};

const std::vector<std::string> epsilons{"1", "1e-2", "1e-4", "1e-6"};

template <int N>
void add_family(std::vector<Row>& rows) {
  const std::string order = " " + std::to_string(N) + " ";
  for (const std::string& epsilon : epsilons)
    rows.push_back({"E-GEM" + order + epsilon, hardgate::EGem<float, N>(std::stof(epsilon))});
  for (const std::string& epsilon : epsilons)
    rows.push_back({"SE-GEM" + order + epsilon, hardgate::SeGem<float, N>(std::stof(epsilon))});
}

std::vector<Row> all_rows() {
  std::vector<Row> rows{{"ReLU", hardgate::Relu<float>()},
                        {"GELU", hardgate::Gelu<float>()},
                        {"SiLU", hardgate::Silu<float>()}};
  add_family<1>(rows);
  add_family<2>(rows);
  add_family<3>(rows);
  return rows;
}

struct Run {
  std::string row;
  unsigned seed;
  double accuracy, loss;  // on the test images; accuracy in percent
  double swapped;         // accuracy with ReLU in the place of every activation
  double dead, faint;     // percent of units with no slope, at most 0.01, on any test image
};

/// A network that remembers the largest slope that each unit had on all it was shown.
struct Watched {
  LeNet& network;
  Vector slopes = Vector::Zero(LeNet::units);

  const Matrix& forward(const Images& images) {
    const Matrix& logits = network.forward(images);
    slopes = slopes.cwiseMax(network.largest_slopes());
    return logits;
  }
};

Run train_and_test(const Row& row, unsigned seed, int epochs, const Dataset& data) {
  Random random(seed);
  LeNet network(data.train.images.rows(), row.activation, random);
  for_each_batch(data.train, epochs, random, [&](const LabelledImages& batch, float learning_rate, Index) {
    network.train(batch, learning_rate);
    return true;
  });
  Watched watched{network};
  const Predictions predictions = predict(watched, data.test);
  const auto percent_up_to = [&](float slope) {
    return 100 * (watched.slopes.array() <= slope).cast<double>().mean();
  };
  Run run{row.name,
          seed,
          100 * predictions.accuracy,
          predictions.loss,
          0,
          percent_up_to(0),
          percent_up_to(0.01f)};
  network.substitute();
  run.swapped = 100 * predict(network, data.test).accuracy;
  return run;
}

using Runs = std::vector<Run>;

/// The runs that a file keeps, one a line.
Runs read_runs(const std::string& file) {
  Runs runs;
  std::ifstream in(file);
  Run run;
  char comma;
  while (std::getline(in, run.row, ',')) {
    if (!(in >> run.seed >> comma >> run.accuracy >> comma >> run.loss >> comma >> run.swapped >> comma >>
          run.dead >> comma >> run.faint >> std::ws))
      throw std::runtime_error(file + ": the line after run " + std::to_string(runs.size()) + " is no run");
    runs.push_back(run);
  }
  return runs;
}

void write_run(std::ostream& out, const Run& run) {
  out << run.row << ',' << run.seed << ',' << run.accuracy << ',' << run.loss << ',' << run.swapped << ','
      << run.dead << ',' << run.faint << std::endl;
}

Runs runs_of(const std::string& row, const Runs& runs) {
  Runs same;
  for (const Run& run : runs)
    if (run.row == row) same.push_back(run);
  return same;
}

void print_table(const Runs& runs) {
  std::vector<Cells> lines{{"family N ε", "accuracy, %", "loss", "after swap, %", "dead, %", "faint, %"}};
  for (const Row& row : all_rows()) {
    const Runs same = runs_of(row.name, runs);
    if (same.empty()) continue;
    lines.push_back({row.name, format(summarise(same, [](const Run& run) { return run.accuracy; }), 2),
                     format(summarise(same, [](const Run& run) { return run.loss; }), 3),
                     format(summarise(same, [](const Run& run) { return run.swapped; }), 2),
                     format(summarise(same, [](const Run& run) { return run.dead; }), 1),
                     format(summarise(same, [](const Run& run) { return run.faint; }), 1)});
  }
  print_aligned(std::cout, lines);
}

/// What rows have over the first in points of accuracy, seed by seed: equal seeds start from equal weights
/// and see the same batches, so their difference varies less than either.
void print_comparison(const std::vector<std::string>& rows, const Runs& runs) {
  std::string line;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    std::vector<double> differences;
    for (const Run& run : runs_of(rows[i], runs))
      for (const Run& first : runs_of(rows[0], runs))
        if (first.seed == run.seed) differences.push_back(run.accuracy - first.accuracy);
    if (differences.empty()) continue;
    const Summary summary = summarise(differences, [](double difference) { return difference; });
    line += (line.empty() ? "" : ", ") + rows[i] + ' ' + format_signed(summary.mean, 2);
    const std::string verdict = compare(summary, {0, 0, summary.seeds});
    if (verdict == "higher" || verdict == "lower") line += '*';
  }
  if (!line.empty()) std::cout << rows[0] << ": " << line << '\n';
}

void print_findings(const Runs& runs) {
  std::cout << "\nPoints of accuracy over the first row of a line; * beyond 3 standard errors.\n";
  for (const std::string family : {"E-GEM", "SE-GEM"})
    for (const std::string& epsilon : epsilons)
      print_comparison({family + " 1 " + epsilon, family + " 2 " + epsilon, family + " 3 " + epsilon}, runs);
  for (const std::string family : {"E-GEM", "SE-GEM"})
    for (const std::string order : {" 1 ", " 2 ", " 3 "})
      print_comparison(
          {family + order + "1", family + order + "1e-2", family + order + "1e-4", family + order + "1e-6"},
          runs);
  print_comparison(
      {"GELU", "ReLU", "SiLU", "E-GEM 1 1", "E-GEM 2 1", "SE-GEM 1 1", "SE-GEM 2 1", "SE-GEM 3 1"}, runs);
}

}  // namespace

int main(int argc, char** argv) try {
  int epochs = 5;
  unsigned seeds = 4;
  Index images = 10000;
  std::string folder = FASHION_MNIST_FOLDER, results;
  std::vector<std::string> names;
  CLI::App app("Trains LeNet with the GEM family over N and epsilon, beside ReLU, GELU and SiLU.");
  app.add_option("--epochs", epochs, "Epochs of training")->check(CLI::Range(1, 1000))->capture_default_str();
  app.add_option("--seeds", seeds, "Runs of each row")->check(CLI::Range(1, 1000))->capture_default_str();
  app.add_option("--images", images, "Images to train on")
      ->check(CLI::Range(128, 60000))
      ->capture_default_str();
  app.add_option("--data", folder, "Folder of the images, as relu_ization takes it");
  app.add_option("--rows", names, "Rows of the table, separated by commas (default: all)")->delimiter(',');
  app.add_option("--results", results, "File that keeps the runs: what is in it is not run again");
  CLI11_PARSE(app, argc, argv);

  Runs runs = read_runs(results);
  Dataset data = load_dataset(folder);
  images = std::min(images, data.train.size());
  data.train = {data.train.images.leftCols(images), data.train.labels.head(images)};
  std::ofstream keep(results, std::ios::app);
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    for (const Row& row : all_rows()) {
      const bool wanted = names.empty() || std::count(names.begin(), names.end(), row.name) > 0;
      const auto done = [&](const Run& run) { return run.row == row.name && run.seed == seed; };
      if (!wanted || std::any_of(runs.begin(), runs.end(), done)) continue;
      runs.push_back(train_and_test(row, seed, epochs, data));
      write_run(keep, runs.back());
    }
  }
  std::cout << "LeNet, " << epochs << " epochs on " << images << " images of " << folder
            << ", seeds: " << seeds
            << ". Units are dead or faint if their slope\nis 0, at most 0.01, on every test image.\n\n";
  print_table(runs);
  print_findings(runs);
} catch (const std::exception& error) {
  std::cerr << "lenet: " << error.what() << '\n';
  return 1;
}
