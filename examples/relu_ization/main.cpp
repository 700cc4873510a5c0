// Trains networks with smooth activations, replaces these by ReLU, and shows what that costs: much after plain GELU,
// next to nothing after hardening, and little where the network is trained already but its layers are corrected.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <csignal>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "data.hpp"
#include "experiment.hpp"
#include "plot.hpp"
#include "report.hpp"
#include "study.hpp"

namespace {

namespace fs = std::filesystem;
using namespace relu_ization;

struct Options {
  Plan plan{{}, std::nullopt, 8, 3, std::max(1u, std::thread::hardware_concurrency())};
  std::string data, json, plot;
};

std::atomic<bool> interrupted{false};

/// The first Ctrl-C ends the training, a second one the program.
void interrupt(int signal) {
  interrupted = true;
  std::signal(signal, SIG_DFL);
}

void declare_options(CLI::App& app, Options& options) {
  Plan& plan = options.plan;
  std::string footer = "Rows:\n";
  for (const Row& row : all_rows(0.02)) {
    plan.rows.push_back(row.name);
    footer += "  " + row.name + std::string(28 - row.name.size(), ' ') + row.title + '\n';
  }
  app.footer(footer);
  app.add_option("--rows", plan.rows, "Rows of the table, separated by commas (default: all)")
      ->delimiter(',')
      ->check(CLI::IsMember(plan.rows));
  app.add_option("--epochs", plan.epochs, "Epochs of training")->check(CLI::Range(1, 10000))->capture_default_str();
  app.add_option("--seeds", plan.seeds, "Runs of each row")->check(CLI::Range(1, 1000))->capture_default_str();
  app.add_option("--threads", plan.threads, "Runs at the same time; the results do not depend on it")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  app.add_option("--tolerance", plan.tolerance,
                 "L1 distance of the gate to a step function at which hardening ends (default: chosen on "
                 "held-out images)")
      ->check(CLI::Range(0.0001, 0.5));
  app.add_option("--data", options.data,
                 "Folder of the images: the four idx files of Fashion-MNIST, or digits.csv; gzipped or not");
  app.add_option("--json", options.json, "File to write the numbers of every run to");
  app.add_option("--plot", options.plot, "Folder to draw pictures in, with gnuplot");
}

/// The images asked for; else Fashion-MNIST if it is installed; else the digits that come with this program.
Dataset load(const std::string& wanted, const fs::path& program) {
  fs::path folder = wanted.empty() ? FASHION_MNIST_FOLDER : wanted;
  if (wanted.empty() && !fs::exists(folder)) {
    std::cout << "Fashion-MNIST (Debian package dataset-fashion-mnist) is not in " << folder.string()
              << ";\nusing the UCI optical digits instead, a far smaller data set that comes with this program.\n";
    folder = fs::exists(DIGITS_FOLDER) ? fs::path(DIGITS_FOLDER) : program.parent_path() / "data";
  }
  Dataset data = load_dataset(folder);
  std::cout << "Images in " << folder.string() << ": " << data.train.size() << " to train on, " << data.held_out.size()
            << " held out, " << data.test.size() << " to test." << std::endl;
  return data;
}

int run(const Options& options, const fs::path& program) {
  std::ofstream json;
  if (!options.json.empty()) json.open(options.json);
  if (!json) throw std::runtime_error(options.json + ": cannot be written");
  if (!options.plot.empty()) prepare_plots(options.plot);
  const Dataset data = load(options.data, program);

  std::cout << "Networks are trained (epochs: " << options.plan.epochs << ", seeds: " << options.plan.seeds
            << "); then ReLU replaces every activation. Biases are corrected\nand layers refitted from the images held "
               "out, without labels. Only rows that are tuned train again (epochs: "
            << tuning_epochs << ",\nlearning rate: falling from " << tuning_rate
            << "). Flips are test predictions that are not those of the trained network." << std::endl;
  std::signal(SIGINT, interrupt);
  const Study study = carry_out(options.plan, data, interrupted);
  if (interrupted) std::cout << "Interrupted; this is what was finished.\n";
  print(std::cout, study, options.plan.seeds);

  if (!options.json.empty()) {
    write_json(json, study);
    if (!json.flush()) throw std::runtime_error(options.json + ": cannot be written");
  }
  if (!options.plot.empty()) plot(options.plot, study);
  return interrupted ? 128 + SIGINT : 0;
}

}  // namespace

int main(int argc, char** argv) try {
  Options options;
  CLI::App app(
      "Trains networks with smooth activations and replaces these by ReLU: as they are, after hardening,\n"
      "and with corrections that need no labels.");
  declare_options(app, options);
  CLI11_PARSE(app, argc, argv);
  return run(options, argv[0]);
} catch (const std::exception& error) {
  std::cerr << "relu_ization: " << error.what() << '\n';
  return 1;
}
