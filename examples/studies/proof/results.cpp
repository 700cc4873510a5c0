#include "results.hpp"

#include <algorithm>
#include <ostream>
#include <stdexcept>
#include <vector>

#include "table.hpp"

namespace proof {

using nlohmann::json;
using relu_ization::Cells;
using relu_ization::format;
using relu_ization::print_head;
using relu_ization::print_line;

namespace {

std::vector<double> numbers(const json& images, const char* name) {
  std::vector<double> all;
  for (const json& image : images) all.push_back(image.at(name).get<double>());
  return all;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / double(values.size());
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// A distance in steps of a pixel, which has 256 of them.
std::string steps(double distance, int digits = 2) { return format(255 * distance, digits); }

std::string whole(const json& proofs) {
  const auto is_whole = [](const json& proof) { return proof.at("whole").get<bool>(); };
  return std::to_string(std::count_if(proofs.begin(), proofs.end(), is_whole)) + " of " + std::to_string(proofs.size());
}

void print_networks(std::ostream& out, const json& networks) {
  print_head(
      out, {"network", "accuracy, %", "proved", "attacked", "sampled", "solved to the end", "median, s", "longest, s"});
  for (const json& network : networks) {
    Cells cells{network.at("name"), format(100 * network.at("accuracy").get<double>(), 2)};
    const bool refused = network.contains("refused");
    cells.push_back(refused ? "refused" : steps(mean(numbers(network.at("proofs"), "proved"))));
    for (const char* name : {"attacked", "sampled"}) cells.push_back(steps(mean(numbers(network.at("found"), name))));
    if (refused) {
      cells.insert(cells.end(), 3, "—");
    } else {
      const std::vector<double> seconds = numbers(network.at("proofs"), "seconds");
      cells.push_back(whole(network.at("proofs")));
      cells.push_back(format(median(seconds), 2));
      cells.push_back(format(*std::max_element(seconds.begin(), seconds.end()), 1));
    }
    print_line(out, cells);
  }
}

void print_images(std::ostream& out, const json& networks) {
  Cells head{"test image", "class"};
  std::vector<const json*> proved;
  for (const json& network : networks) {
    if (network.contains("refused")) continue;
    proved.push_back(&network);
    head.push_back(network.at("name").get<std::string>());
  }
  print_head(out, head);
  for (std::size_t i = 0; !proved.empty() && i < proved.front()->at("found").size(); ++i) {
    const json& first = proved.front()->at("found").at(i);
    Cells cells{first.at("image").dump(), first.at("class").dump()};
    for (const json* network : proved) {
      const json &found = network->at("found").at(i), &proof = network->at("proofs").at(i);
      cells.push_back(steps(proof.at("proved").get<double>()) + " / " + steps(found.at("attacked").get<double>()) +
                      " / " + steps(found.at("sampled").get<double>()) + "; " +
                      format(proof.at("seconds").get<double>(), 1) + " s" + (proof.at("whole").get<bool>() ? "" : "*"));
    }
    print_line(out, cells);
  }
}

void print_solvers(std::ostream& out, const json& solvers) {
  print_head(out, {"solver", "solved to the end", "mean proved", "median, s", "together, s"});
  for (const json& solver : solvers) {
    const json& proofs = solver.at("proofs");
    const std::vector<double> seconds = numbers(proofs, "seconds");
    print_line(out, {solver.at("name"), whole(proofs), steps(mean(numbers(proofs, "proved"))),
                     format(median(seconds), 2), format(mean(seconds) * double(seconds.size()), 0)});
  }
}

/// Throws std::runtime_error unless all networks were asked about the same images, and all solvers about as many.
void check_images(const json& results) {
  const json &networks = results.at("networks"), &solvers = results.at("solvers");
  const auto require = [](bool holds, const json& of, const std::string& what) {
    if (!holds) throw std::runtime_error(of.at("name").get<std::string>() + ": " + what);
  };
  for (const json& network : networks) {
    const json &found = network.at("found"), &first = networks.front().at("found");
    require(found.size() == results.at("settings").at("images"), network, "not all images were searched around");
    require(numbers(found, "image") == numbers(first, "image"), network, "not the images of the first network");
    require(network.contains("refused") || network.at("proofs").size() == found.size(), network,
            "not a proof for each image");
  }
  for (const json& solver : solvers)
    require(solver.at("proofs").size() == solvers.front().at("proofs").size(), solver,
            "not as many proofs as of the first solver");
}

}  // namespace

void print_tables(std::ostream& out, const json& results) {
  check_images(results);
  const json& settings = results.at("settings");
  const auto text = [&](const char* name) { return settings.at(name).dump(); };
  std::string hidden;
  for (const json& numbers : settings.at("hidden")) hidden += (hidden.empty() ? "" : " and ") + numbers.dump();
  out << "Images of " << text("side") << " × " << text("side") << " pixels, " << hidden << " hidden numbers; the first "
      << text("images") << " test images that all of the networks get right; at most " << text("seconds")
      << " s for each, by " << settings.at("solver").get<std::string>()
      << ". Distances are means, in steps of 1/255.\n\n";
  print_networks(out, results.at("networks"));
  for (const json& network : results.at("networks"))
    if (network.contains("refused"))
      out << "\nAsked about " << network.at("name").get<std::string>() << ": \""
          << network.at("refused").get<std::string>() << "\".\n";
  out << "\n### Image by image\n\nProved / attacked / sampled; time. \\* marks what was not solved to the end: the "
         "largest distance is then between the first two.\n\n";
  print_images(out, results.at("networks"));
  if (!results.at("solvers").empty()) {
    out << "\n### Which solver\n\nThe first " << results.at("solvers").front().at("proofs").size()
        << " images and the first of the networks with ReLU, at most " << text("seconds to compare")
        << " s for each.\n\n";
    print_solvers(out, results.at("solvers"));
  }
}

}  // namespace proof
