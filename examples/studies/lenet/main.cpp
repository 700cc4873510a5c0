// Smoothness and hardness: LeNet on Fashion-MNIST with the GEM family over N and ε, beside ReLU, GELU and SiLU.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "network.hpp"
#include "progress.hpp"
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
  std::vector<Row> rows{
      {"ReLU", hardgate::Relu<float>()}, {"GELU", hardgate::Gelu<float>()}, {"SiLU", hardgate::Silu<float>()}};
  add_family<1>(rows);
  add_family<2>(rows);
  add_family<3>(rows);
  return rows;
}

/// How networks are trained: for every row the same.
struct Training {
  int epochs = 5;
  Index images = 10000;
  std::string data;  // the name of its folder
};

struct Run {
  std::string row;
  unsigned seed;
  Training training;
  double accuracy, loss;  // on the test images; accuracy in percent
  double with_relu;       // accuracy after replacing every activation by ReLU
  double dead, faint;     // percent of neurons with |f'| = 0, and at most 0.01, on every test image
};

/// A network that remembers the largest |f'| of each neuron on all images it was shown.
struct Watched {
  LeNet& network;
  Vector slopes = Vector::Zero(LeNet::neurons);

  const Matrix& forward(const Images& images) {
    const Matrix& logits = network.forward(images);
    slopes = slopes.cwiseMax(network.largest_slopes());
    return logits;
  }
};

Run train_and_test(const Row& row, unsigned seed, const Training& training, const Dataset& data, Progress& progress) {
  Random random(seed);
  LeNet network(data.train.images.rows(), row.activation, random);
  const auto take_step = [&](const LabelledImages& batch, float learning_rate, Index) {
    network.train(batch, learning_rate);
    progress.advance();
    return true;
  };
  for_each_batch(data.train, training.epochs, random, take_step);
  Watched watched{network};
  const Predictions predictions = predict(watched, data.test);
  const auto percent_up_to = [&](float slope) { return 100 * (watched.slopes.array() <= slope).cast<double>().mean(); };
  Run run{row.name,
          seed,
          training,
          100 * predictions.accuracy,
          predictions.loss,
          0,  // until the substitution
          percent_up_to(0),
          percent_up_to(0.01f)};
  network.substitute();
  run.with_relu = 100 * predict(network, data.test).accuracy;
  return run;
}

using Runs = std::vector<Run>;

/// The runs that a file keeps, one a line; none if there is no file.
Runs read_runs(const std::string& file) {
  Runs runs;
  std::ifstream in(file);
  Run run;
  char comma;
  while (std::getline(in, run.row, ',')) {
    auto& [epochs, images, data] = run.training;
    in >> run.seed >> comma >> epochs >> comma >> images >> comma >> run.accuracy >> comma >> run.loss >> comma >>
        run.with_relu >> comma >> run.dead >> comma >> run.faint >> comma;
    if (!std::getline(in, data))
      throw std::runtime_error(file + ": the line after run " + std::to_string(runs.size()) + " is no run");
    runs.push_back(run);
  }
  return runs;
}

void write_run(std::ostream& out, const Run& run) {
  out << run.row << ',' << run.seed << ',' << run.training.epochs << ',' << run.training.images << ',' << run.accuracy
      << ',' << run.loss << ',' << run.with_relu << ',' << run.dead << ',' << run.faint << ',' << run.training.data
      << std::endl;
}

/// Refuses runs that were trained otherwise than asked for.
void check(const Runs& runs, const Training& asked, const std::string& file) {
  const auto require = [&](const char* option, const auto& kept, const auto& wanted) {
    if (kept == wanted) return;
    std::ostringstream message;
    message << option << ' ' << wanted << " does not suit " << file << ", which holds runs with " << option << ' '
            << kept;
    throw std::runtime_error(message.str());
  };
  for (const Run& run : runs) {
    require("--epochs", run.training.epochs, asked.epochs);
    require("--images", run.training.images, asked.images);
    require("--data", run.training.data, asked.data);
  }
}

/// The name of a folder, however its path is written.
std::string name_of(const std::filesystem::path& folder) {
  const auto path = std::filesystem::absolute(folder).lexically_normal();
  return (path.has_filename() ? path : path.parent_path()).filename().string();
}

Runs runs_of(const std::string& row, const Runs& runs) {
  Runs same;
  for (const Run& run : runs)
    if (run.row == row) same.push_back(run);
  return same;
}

void print_table(const Runs& runs) {
  std::vector<Cells> lines{{"family N ε", "accuracy, %", "loss", "with ReLU, %", "dead, %", "faint, %"}};
  for (const Row& row : all_rows()) {
    const Runs same = runs_of(row.name, runs);
    if (same.empty()) continue;
    lines.push_back({row.name, format(summarise(same, [](const Run& run) { return run.accuracy; }), 2),
                     format(summarise(same, [](const Run& run) { return run.loss; }), 3),
                     format(summarise(same, [](const Run& run) { return run.with_relu; }), 2),
                     format(summarise(same, [](const Run& run) { return run.dead; }), 1),
                     format(summarise(same, [](const Run& run) { return run.faint; }), 1)});
  }
  print_aligned(std::cout, lines);
}

/// Differences of accuracy to the first row, in points, seed by seed: equal seeds start from equal weights and see
/// the same batches, so the difference varies less than either accuracy.
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
  std::cout << "\nDifferences of accuracy to the first row of each line, in points; * beyond 3 standard errors.\n";
  for (const std::string family : {"E-GEM", "SE-GEM"})
    for (const std::string& epsilon : epsilons)
      print_comparison({family + " 1 " + epsilon, family + " 2 " + epsilon, family + " 3 " + epsilon}, runs);
  for (const std::string family : {"E-GEM", "SE-GEM"})
    for (const std::string order : {" 1 ", " 2 ", " 3 "})
      print_comparison(
          {family + order + "1", family + order + "1e-2", family + order + "1e-4", family + order + "1e-6"}, runs);
  print_comparison({"GELU", "ReLU", "SiLU", "E-GEM 1 1", "E-GEM 2 1", "SE-GEM 1 1", "SE-GEM 2 1", "SE-GEM 3 1"}, runs);
}

/// Trains what is missing, and adds each run to the file, if one is given.
void train_missing(const std::vector<std::pair<Row, unsigned>>& missing, const Training& training,
                   const std::string& folder, const std::string& file, Runs& runs) {
  std::ofstream keep;
  const auto require_success = [&] {
    if (!keep) throw std::runtime_error(file + ": cannot be written");
  };
  if (!file.empty()) keep.open(file, std::ios::app);
  require_success();
  Dataset data = load_dataset(folder);
  if (data.train.size() < training.images)
    throw std::runtime_error("--images " + std::to_string(training.images) + ", but " + folder + " has " +
                             std::to_string(data.train.size()) + " to train on");
  data.train = {data.train.images.leftCols(training.images), data.train.labels.head(training.images)};
  Progress progress(long(missing.size()) * training.epochs * batches_per_epoch(data.train));
  for (const auto& [row, seed] : missing) {
    runs.push_back(train_and_test(row, seed, training, data, progress));
    if (keep.is_open()) write_run(keep, runs.back());
    require_success();
  }
}

}  // namespace

int main(int argc, char** argv) try {
  Training training;
  unsigned seeds = 4;
  std::string folder = FASHION_MNIST_FOLDER, file;
  std::vector<std::string> names;
  for (const Row& row : all_rows()) names.push_back(row.name);
  CLI::App app("Trains LeNet with the GEM family over N and epsilon, beside ReLU, GELU and SiLU.");
  app.add_option("--epochs", training.epochs, "Epochs of training")->check(CLI::Range(1, 1000))->capture_default_str();
  app.add_option("--seeds", seeds, "Runs of each row")->check(CLI::Range(1, 1000))->capture_default_str();
  app.add_option("--images", training.images, "Images to train on")
      ->check(CLI::Range(128, 60000))
      ->capture_default_str();
  app.add_option("--data", folder, "Folder of the images, as relu_ization takes it");
  app.add_option("--rows", names, "Rows of the table, separated by commas (default: all)")
      ->delimiter(',')
      ->check(CLI::IsMember(names));
  app.add_option("--results", file, "File that keeps the runs: what is in it is not run again");
  CLI11_PARSE(app, argc, argv);

  training.data = name_of(folder);
  const Runs kept = read_runs(file);
  check(kept, training, file);
  Runs runs;  // of the table
  std::vector<std::pair<Row, unsigned>> missing;
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    for (const Row& row : all_rows()) {
      if (std::count(names.begin(), names.end(), row.name) == 0) continue;
      const auto same = [&](const Run& run) { return run.row == row.name && run.seed == seed; };
      const auto run = std::find_if(kept.begin(), kept.end(), same);
      if (run != kept.end())
        runs.push_back(*run);
      else
        missing.emplace_back(row, seed);
    }
  }
  if (!missing.empty()) train_missing(missing, training, folder, file, runs);

  std::cout << "LeNet, " << training.epochs << " epochs on " << training.images << " images of " << training.data
            << ", seeds: " << seeds << "; ± is the standard deviation over them.\nA neuron is "
            << "dead if |f'| is 0 on every test image, and faint if it is at most 0.01 on every one.\n\n";
  print_table(runs);
  print_findings(runs);
} catch (const std::exception& error) {
  std::cerr << "lenet: " << error.what() << '\n';
  return 1;
}
