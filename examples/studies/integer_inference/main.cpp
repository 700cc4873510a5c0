// Trains networks with batch normalisation, replaces their units by ReLU, and runs them with integers alone.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <functional>
#include <future>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "../corrections.hpp"
#include "../kept_results.hpp"
#include "network_file.hpp"
#include "progress.hpp"
#include "quantise.hpp"
#include "results.hpp"
#include "work.hpp"

namespace {

using namespace integer_inference;
using nlohmann::json;

struct Settings {
  Training training{std::vector<Index>(8, 128), 8, 1, true};
  unsigned seeds = 3;
  std::vector<int> bits{8, 6, 5, 4};
};

/// The share of hidden numbers that are 0.
double zeros(const Quantised& quantised, const Images& images) {
  std::size_t zeros = 0, all = 0;
  for (Index i = 0; i < std::min<Index>(images.cols(), 1000); ++i) {
    Bytes bytes = quantised.grids[0].quantise(images.col(i));
    for (std::size_t layer = 0; layer + 1 < quantised.network.size(); ++layer) {
      bytes = forward(quantised.network[layer], bytes);
      all += bytes.size();
      zeros += std::size_t(std::count(bytes.begin(), bytes.end(), quantised.grids[layer + 1].zero_point));
    }
  }
  return double(zeros) / double(all);
}

double accuracy(const Eigen::VectorXi& classes, const LabelledImages& set) {
  return (classes.array() == set.labels.array()).cast<double>().mean();
}

json run(SmallNetwork& network, const std::vector<int>& all_bits, const Dataset& data) {
  const Predictions original = predict(network, data.test);
  json result{{"float", {{"accuracy", original.accuracy}}}};
  for (const int bits : all_bits) {
    const Quantised quantised = quantise(network, data.held_out.images, bits);
    const Eigen::VectorXi predicted = classes(quantised.network, quantised.grids[0], data.test.images);
    result[std::to_string(bits)] = {{"accuracy", accuracy(predicted, data.test)},
                                    {"flips", hardgate::flips(original.classes, predicted)},
                                    {"zeros", zeros(quantised, data.test.images)}};
  }
  return result;
}

json describe(const std::string& name, const Work& work) {
  json counts = json::array();
  for (const auto& [what, count] : work) counts.push_back({{"what", what}, {"count", count}});
  return {{"name", name}, {"counts", counts}};
}

/// All networks of one seed, and what two of them take.
json study(const Training& training, const std::vector<int>& bits, const Dataset& data, const std::string& file,
           Progress& progress) {
  json result{{"networks", json::array()}};
  const auto add = [&](const std::string& name, SmallNetwork network) {
    result["networks"].push_back({{"name", name}, {"run", run(network, bits, data)}});
    progress.advance();
  };
  add("ReLU from scratch", train(training, hardgate::Relu<float>(), data));
  const SmallNetwork gelu = train(training, hardgate::Gelu<float>(), data);
  add("GELU, from a table", gelu);
  SmallNetwork replaced = gelu;
  corrections::substitute_all(replaced);
  add("GELU, replaced", replaced);
  add("GELU, replaced and refitted", refitted(gelu, data.held_out.images));
  const SmallNetwork hardened = train_hardened(training, data);
  add("λ-GELU, hardened and replaced", hardened);
  const Quantised with_table = quantise(gelu, data.held_out.images, 8),
                  with_relu = quantise(hardened, data.held_out.images, 8);
  result["work"] = {describe("ReLU", work(with_relu.network, false)),
                    describe("GELU, looked up at once", work(with_table.network, false)),
                    describe("GELU, in a pass of its own", work(with_table.network, true))};
  if (!file.empty()) write_network(file, with_relu.network, with_relu.grids[0]);
  return result;
}

json study(const Settings& settings, const Dataset& data, const std::string& file) {
  Progress progress(5 * settings.seeds);
  std::vector<std::future<json>> seeds;
  for (unsigned seed = 1; seed <= settings.seeds; ++seed) {
    Training training = settings.training;
    training.seed = seed;
    seeds.push_back(std::async(std::launch::async, [=, &settings, &data, &progress] {
      return study(training, settings.bits, data, seed == 1 ? file : "", progress);
    }));
  }
  json networks, work;
  for (std::future<json>& seed : seeds) {
    const json found = seed.get();
    for (std::size_t i = 0; i < found.at("networks").size(); ++i) {
      networks[i]["name"] = found.at("networks")[i].at("name");
      networks[i]["runs"].push_back(found.at("networks")[i].at("run"));
    }
    work = found.at("work");
  }
  return {{"networks", networks},
          {"work", work},
          {"settings",
           {{"hidden", settings.training.hidden},
            {"epochs", settings.training.epochs},
            {"seeds", settings.seeds},
            {"bits", settings.bits},
            {"calibration images", data.held_out.size()}}}};
}

}  // namespace

int main(int argc, char** argv) try {
  Settings settings;
  std::string folder = FASHION_MNIST_FOLDER, measure_to, tables_of, write_to, network_of;
  CLI::App app("Runs networks whose units were replaced by ReLU, and one with GELU from a table, with integers alone.");
  app.add_option("--data", folder, "Folder of the images, as relu_ization takes it")->check(kept_results::no_path);
  app.add_option("--hidden", settings.training.hidden,
                 "Numbers behind each unit, separated by commas (default: 8 times 128)")
      ->delimiter(',')
      ->check(CLI::Range(1, 10000));
  app.add_option("--epochs", settings.training.epochs, "Epochs of training")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  app.add_option("--seeds", settings.seeds, "Networks of each kind")->check(CLI::Range(1, 100))->capture_default_str();
  app.add_option("--bits", settings.bits, "Of weights and hidden numbers, separated by commas")
      ->delimiter(',')
      ->check(CLI::Range(2, 8))
      ->capture_default_str();
  CLI::Option* const to = app.add_option("--measure", measure_to, "File to write the results to");
  CLI::Option* const tables =
      app.add_option("--tables", tables_of, "File of results to print the tables of; nothing is trained");
  CLI::Option* const writing = app.add_option("--write", write_to, "File to write the hardened network of 8 bits to");
  CLI::Option* const reading =
      app.add_option("--network", network_of, "File of such a network, to predict the test images; nothing is trained");
  for (CLI::Option* const file : {to, tables, writing, reading}) file->check(kept_results::no_path);
  tables->excludes(to, writing, reading);
  reading->excludes(to, writing);
  CLI11_PARSE(app, argc, argv);

  if (!tables_of.empty()) {
    kept_results::print(tables_of, "results", {"settings", "networks", "work"}, print_tables);
    return 0;
  }
  for (const std::string& file : {measure_to, write_to})
    if (!file.empty()) kept_results::require_writable(file);
  if (!write_to.empty() && !measure_to.empty() &&
      kept_results::destination(write_to) == kept_results::destination(measure_to))
    throw std::runtime_error("--write " + write_to + " and --measure " + measure_to + " are the same file");
  const Dataset data = load_dataset(folder);
  if (!network_of.empty()) {
    const auto [network, input] = read_network(network_of, data.test.images.rows());
    std::cout << "accuracy, %: " << 100 * accuracy(classes(network, input, data.test.images), data.test) << '\n';
    kept_results::require_printed();
    return 0;
  }
  const json results = study(settings, data, write_to);
  if (!measure_to.empty()) kept_results::write(measure_to, results);
  print_tables(std::cout, results);
  kept_results::require_printed();
} catch (const std::bad_alloc&) {
  std::cerr << "integer_inference: not enough memory for networks of this size\n";
  return 1;
} catch (const std::exception& error) {
  std::cerr << "integer_inference: " << error.what() << '\n';
  return 1;
}
