#include "results.hpp"

#include <filesystem>
#include <functional>
#include <ostream>
#include <stdexcept>

#include "../../relu_ization/table.hpp"
#include "../kept_results.hpp"

namespace transformer_study {

using nlohmann::json;
using relu_ization::Cells;
using relu_ization::format;
using relu_ization::format_signed;
using relu_ization::print_head;
using relu_ization::print_line;

json read_results(const std::string& file, const Settings& settings) {
  const json wanted = to_json(settings);
  if (!std::filesystem::exists(file)) return {{"settings", wanted}, {"runs", json::array()}};
  const json results = kept_results::read(file, "results", {"settings", "runs"});
  for (const auto& [name, value] : wanted.items()) {
    const json kept = results["settings"].value(name, json());
    if (kept != value)
      throw std::runtime_error(name + " " + value.dump() + " does not suit " + file + ", whose runs have " +
                               kept.dump());
  }
  return results;
}

const json* find_run(const json& results, const std::string& network, uint64_t seed) {
  for (const json& run : results["runs"])
    if (run["network"] == network && run["seed"] == seed) return &run;
  return nullptr;
}

namespace {

using Runs = std::vector<const json*>;

Runs runs_of(const json& results, const std::string& network) {
  Runs runs;
  for (const json& run : results["runs"])
    if (run["network"] == network) runs.push_back(&run);
  return runs;
}

/// A number for each seed: "1.716 / 1.699".
std::string each(const Runs& runs, const std::function<std::string(const json&)>& number) {
  std::string cell;
  for (const json* run : runs) cell += (cell.empty() ? "" : " / ") + number(*run);
  return cell.empty() ? "—" : cell;
}

double get(const json& object, const char* name) { return object.at(name).get<double>(); }

std::string percent(double share) { return format(100 * share, 1); }

const json* row_of(const json& run, const std::string& method) {
  for (const json& row : run["rows"])
    if (row["method"] == method) return &row;
  return nullptr;
}

void print_trained(std::ostream& out, const json& results) {
  print_head(out, {"trained with", "bits per character", "after replacing by ReLU", "likeliest changed, %",
                   "exact zeros afterwards, %"});
  for (const Network& network : networks()) {
    const Runs runs = runs_of(results, network.name);
    if (runs.empty()) continue;
    const auto after = [&](const char* value, double of_relu, const auto& text) {
      return each(runs, [&](const json& run) {
        for (const char* method : {"plain", "replaced"})
          if (const json* row = row_of(run, method)) return text(get(*row, value));
        return text(of_relu < 0 ? get(run, value) : of_relu);
      });
    };
    const auto bits = [](double x) { return format(x, 4); };
    print_line(out, {network.name, each(runs, [&](const json& run) { return bits(get(run, "bits")); }),
                     after("bits", -1, bits), after("changed", 0, percent), after("zeros", -1, percent)});
  }
}

/// What becomes of smooth networks by the methods whose names do, or do not, begin with "tuned: ".
void print_methods(std::ostream& out, const json& results, bool tuned) {
  Cells head{tuned ? "replaced, then tuned" : "replaced"};
  std::vector<Runs> columns;
  std::vector<std::string> methods;
  for (const Network& network : networks()) {
    const Runs runs = runs_of(results, network.name);
    if (runs.empty() || network.hardened || (*runs[0])["layers"].empty()) continue;
    columns.push_back(runs);
    head.push_back(network.name);
    for (const json& row : (*runs[0])["rows"]) {
      const auto method = row["method"].get<std::string>();
      if ((method.rfind("tuned: ", 0) == 0) == tuned &&
          std::find(methods.begin(), methods.end(), method) == methods.end())
        methods.push_back(method);
    }
  }
  print_head(out, head);
  for (const std::string& method : methods) {
    Cells cells{tuned ? method.substr(7) : method};
    for (const Runs& runs : columns) {
      if (!row_of(*runs[0], method)) {
        cells.push_back("—");
        continue;
      }
      const auto number = [&](const char* value) {
        return [&, value](const json& run) {
          const json& row = *row_of(run, method);
          return value == std::string("bits") ? format_signed(get(row, "bits") - get(run, "bits"), 4)
                                              : percent(get(row, value));
        };
      };
      cells.push_back(each(runs, number("bits")) + "; " + each(runs, number("changed")) + " %; " +
                      each(runs, number("zeros")) + " %");
    }
    print_line(out, cells);
  }
}

void print_layers(std::ostream& out, const json& results) {
  print_head(out, {"network", "layer", "largest change", "mean change", "variance explained", "alone costs, bits"});
  for (const Network& network : networks()) {
    const Runs runs = runs_of(results, network.name);
    if (runs.empty()) continue;
    for (std::size_t i = 0; i < (*runs[0])["layers"].size(); ++i) {
      const auto number = [&](const char* value, auto... digits) {
        return each(runs, [&, value](const json& run) { return format(get(run["layers"][i], value), digits...); });
      };
      print_line(out,
                 {network.name, std::to_string(i + 1), number("sup", 3), number("mean", 3), number("explained", 3),
                  each(runs, [&](const json& run) { return format_signed(get(run["layers"][i], "cost_alone"), 4); })});
    }
  }
}

}  // namespace

void print_tables(std::ostream& out, const json& results) {
  if (results["runs"].empty()) {
    out << "No runs are kept.\n";
    return;
  }
  const json& settings = results["settings"];
  double minutes = 0;
  for (const json& run : results["runs"]) minutes += get(run, "minutes");
  out << settings["layers"] << " layers, width " << settings["width"] << ", " << settings["heads"] << " heads, "
      << settings["hidden"] << " hidden numbers (two thirds in gated products), context " << settings["context"] << "; "
      << settings["steps"] << " steps with batches of " << settings["batch"] << "; measured on " << settings["windows"]
      << " windows of the held-out text. Numbers are those of the seeds, one after the other. The runs took "
      << format(minutes, 0) << " minutes of one core.\n\n### From scratch\n\n";
  print_trained(out, results);
  out << "\n### Replaced, without training\n\nChange of bits per character; likeliest characters changed; exact zeros "
         "among the hidden numbers.\n\n";
  print_methods(out, results, false);
  out << "\n### Replaced, then tuned\n\nThe same after " << settings["tuning steps"] << " steps at a rate of "
      << settings["tuning rate"] << ".\n\n";
  print_methods(out, results, true);
  out << "\n### Layer by layer\n\nWhat ReLU changes at each layer of the original network, and what the network loses "
         "if that layer alone is replaced.\n\n";
  print_layers(out, results);
}

}  // namespace transformer_study
