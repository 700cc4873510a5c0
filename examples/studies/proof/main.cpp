// How far the class of an image stays: proved for networks whose only unit is ReLU, refused for one with GELU.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "../kept_results.hpp"
#include "radius.hpp"
#include "results.hpp"
#include "shrink.hpp"
#include "training.hpp"

namespace {

using namespace proof;
using nlohmann::json;

struct Settings {
  Training training{{32, 24}, 10};
  Index side = 14, images = 25, samples = 10000, images_to_compare = 5;
  double seconds = 30, seconds_to_compare = 10;
  std::string solver = solvers().front().name;
};

struct Candidate {
  std::string name;
  SmallNetwork network;
};

/// The first images that all networks get right.
std::vector<Index> choose_images(std::vector<Candidate>& networks, const LabelledImages& set, Index count) {
  std::vector<bool> right(std::size_t(set.size()), true);
  for (Candidate& candidate : networks) {
    const Eigen::VectorXi classes = predict(candidate.network, set).classes;
    for (Index i = 0; i < set.size(); ++i) right[std::size_t(i)] = right[std::size_t(i)] && classes[i] == set.labels[i];
  }
  std::vector<Index> chosen;
  for (Index i = 0; i < set.size() && Index(chosen.size()) < count; ++i)
    if (right[std::size_t(i)]) chosen.push_back(i);
  if (Index(chosen.size()) < count)
    throw std::runtime_error("--images: there are only " + std::to_string(chosen.size()) +
                             " that all networks get right");
  return chosen;
}

json study_images(const SmallNetwork& network, const LabelledImages& set, const std::vector<Index>& chosen,
                  const std::vector<Upper>& found, const Solver& solver, double seconds) {
  const PiecewiseLinear exact = piecewise_linear(network);
  json images = json::array();
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const Index image = chosen[i];
    const Radius radius = prove(exact, network, set.images.col(image), set.labels[image], solver, seconds, found[i]);
    std::cerr << solver.name << ", image " << image << ": " << radius.proved << (radius.whole ? "" : ", not to the end")
              << ", " << radius.seconds << " s\n";
    images.push_back({{"proved", radius.proved}, {"whole", radius.whole}, {"seconds", radius.seconds}});
  }
  return images;
}

json study(const Settings& settings, const Dataset& data) {
  const LabelledImages& set = data.test;
  const SmallNetwork gelu = train(settings.training, hardgate::Gelu<float>(), data);
  std::vector<Candidate> networks{{"GELU", gelu},
                                  {"GELU, replaced and refitted", refitted(gelu, data.held_out.images)},
                                  {"λ-GELU, hardened and replaced", train_hardened(settings.training, data)},
                                  {"ReLU from scratch", train(settings.training, hardgate::Relu<float>(), data)}};
  const std::vector<Index> chosen = choose_images(networks, set, settings.images);
  const auto named = [&](const Solver& solver) { return solver.name == settings.solver; };
  const Solver& solver = *std::find_if(solvers().begin(), solvers().end(), named);

  constexpr std::size_t compared = 1;  // the network that solvers are compared with
  json results{{"networks", json::array()}, {"solvers", json::array()}};
  for (std::size_t i = 0; i < networks.size(); ++i) {
    auto& [name, network] = networks[i];
    std::cerr << name << '\n';
    json entry{{"name", name}, {"accuracy", predict(network, set).accuracy}, {"found", json::array()}};
    std::vector<Upper> found;
    for (const Index image : chosen) {
      found.push_back(search(network, set.images.col(image), set.labels[image], settings.samples));
      entry["found"].push_back({{"image", image},
                                {"class", set.labels[image]},
                                {"attacked", found.back().attacked},
                                {"sampled", found.back().sampled}});
    }
    try {
      entry["proofs"] = study_images(network, set, chosen, found, solver, settings.seconds);
    } catch (const std::invalid_argument& refusal) {
      entry["refused"] = refusal.what();
    }
    results["networks"].push_back(entry);
    if (i != compared) continue;
    const std::vector<Index> some(chosen.begin(),
                                  chosen.begin() + std::min(settings.images_to_compare, settings.images));
    for (const Solver& other : solvers())
      if (!some.empty())
        results["solvers"].push_back(
            {{"name", other.name},
             {"proofs", study_images(network, set, some, found, other, settings.seconds_to_compare)}});
  }
  results["settings"] = {{"side", settings.side},
                         {"hidden", settings.training.hidden},
                         {"epochs", settings.training.epochs},
                         {"images", settings.images},
                         {"samples", settings.samples},
                         {"seconds", settings.seconds},
                         {"seconds to compare", settings.seconds_to_compare},
                         {"solver", settings.solver}};
  return results;
}

}  // namespace

int main(int argc, char** argv) try {
  Settings settings;
  std::string folder = FASHION_MNIST_FOLDER, measure_to, tables_of;
  std::vector<std::string> names;
  for (const Solver& solver : solvers()) names.push_back(solver.name);
  CLI::App app("Proves how far the class of an image stays, for small networks whose units were replaced by ReLU.");
  app.add_option("--data", folder, "Folder of the images, as relu_ization takes it")->check(kept_results::no_path);
  app.add_option("--side", settings.side, "Pixels a side that images shrink to")
      ->check(CLI::Range(1, 28))
      ->capture_default_str();
  app.add_option("--hidden", settings.training.hidden, "Numbers behind each unit, separated by commas (default: 32,24)")
      ->delimiter(',')
      ->check(CLI::Range(1, 1000));
  app.add_option("--epochs", settings.training.epochs, "Epochs of training")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  app.add_option("--images", settings.images, "Images to prove something of")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  app.add_option("--samples", settings.samples, "Images drawn from each box")
      ->check(CLI::Range(2, 10000000))
      ->capture_default_str();
  app.add_option("--seconds", settings.seconds, "At most for each image")  // which has 0.1 for each other class
      ->check(CLI::Range(1., 1e6))
      ->check(kept_results::no_number)
      ->capture_default_str();
  app.add_option("--solver", settings.solver, "Which one proves")->check(CLI::IsMember(names))->capture_default_str();
  app.add_option("--images-to-compare", settings.images_to_compare, "Images to compare solvers with; 0: not compared")
      ->check(CLI::Range(0, 10000))
      ->capture_default_str();
  app.add_option("--seconds-to-compare", settings.seconds_to_compare, "At most for each of them")
      ->check(CLI::Range(1., 1e6))
      ->check(kept_results::no_number)
      ->capture_default_str();
  CLI::Option* const to = app.add_option("--measure", measure_to, "File to write the results to");
  to->check(kept_results::no_path);
  app.add_option("--tables", tables_of, "File of results to print the tables of; nothing is proved")
      ->check(kept_results::no_path)
      ->excludes(to);
  CLI11_PARSE(app, argc, argv);

  if (!tables_of.empty()) {
    kept_results::print(tables_of, "results", {"settings", "networks"}, print_tables);
    return 0;
  }
  if (!measure_to.empty()) kept_results::require_writable(measure_to);
  const json results = study(settings, shrink(load_dataset(folder), settings.side));
  if (!measure_to.empty()) kept_results::write(measure_to, results);
  print_tables(std::cout, results);
  kept_results::require_printed();
} catch (const std::bad_alloc&) {
  std::cerr << "proof: not enough memory for networks and samples of this size\n";
  return 1;
} catch (const std::exception& error) {
  std::cerr << "proof: " << error.what() << '\n';
  return 1;
}
