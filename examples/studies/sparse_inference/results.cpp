#include "results.hpp"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <ostream>
#include <stdexcept>
#include <vector>

#include "../../relu_ization/table.hpp"
#include "measure.hpp"

namespace sparse_inference {

using nlohmann::json;
using relu_ization::Cells;
using relu_ization::format;
using relu_ization::print_line;

namespace {

using Column = std::vector<const json*>;  // the measurements of one size, with more and more zeros

std::string size_of(const json& m) {
  return std::to_string(m.at("width").get<int>()) + " × " + std::to_string(m.at("hidden").get<int>());
}

std::vector<Column> columns(const json& results) {
  std::vector<Column> all;
  for (const json& m : results.at("measurements")) {
    if (all.empty() || size_of(*all.back().front()) != size_of(m)) all.emplace_back();
    all.back().push_back(&m);
  }
  const auto same_zeros = [](const json* a, const json* b) { return a->at("zeros") == b->at("zeros"); };
  for (Column& column : all) {
    std::sort(column.begin(), column.end(),
              [](const json* a, const json* b) { return a->at("zeros") < b->at("zeros"); });
    if (!std::equal(column.begin(), column.end(), all.front().begin(), all.front().end(), same_zeros))
      throw std::runtime_error("the zeros of " + size_of(*column.front()) + " are not those of " +
                               size_of(*all.front().front()));
  }
  return all;
}

/// Which layout of a library is faster at this size, over all shares of zeros.
std::string faster_layout(const Column& column, const std::string& group, const std::string& library) {
  std::string fastest;
  double least = 0;
  for (const auto& [name, unused] : column.front()->at(group).items()) {
    if (name.rfind(library, 0) != 0) continue;
    double time = 0;
    for (const json* m : column) time += m->at(group).at(name).at("us").get<double>();
    if (fastest.empty() || time < least) {
      fastest = name;
      least = time;
    }
  }
  return fastest;
}

double number(const json& m, const std::string& group, const std::string& way, const char* which) {
  return m.at(group).at(way).at(which).get<double>();
}

void print_head(std::ostream& out, const std::string& first, const std::vector<Column>& sizes) {
  Cells cells{first};
  for (const Column& size : sizes) cells.push_back(size_of(*size.front()));
  relu_ization::print_head(out, cells);
}

/// The share of zeros from which the sparse one is faster for good, between the measured ones by a straight line.
std::string pays_from(const Column& column, const std::string& group, const std::string& dense) {
  double from = -1;
  for (std::size_t i = 0; i < column.size(); ++i) {
    const double zeros = column[i]->at("zeros").get<double>(), ratio = number(*column[i], group, dense, "ratio");
    if (ratio >= 1) {
      from = -1;
    } else if (from < 0) {
      from = zeros;
      if (i > 0) {
        const double zeros_before = column[i - 1]->at("zeros").get<double>();
        const double ratio_before = number(*column[i - 1], group, dense, "ratio");
        from = zeros_before + (zeros - zeros_before) * (ratio_before - 1) / (ratio_before - ratio);
      }
    }
  }
  return from < 0 ? "never" : format(from, 0) + " %";
}

void print_group(std::ostream& out, const std::vector<Column>& sizes, const std::string& group,
                 const std::string& title, bool with_onednn) {
  // What a cell says of a size and of a way to multiply by all weights: Eigen's, and oneDNN's.
  using Cell = std::function<std::string(const Column&, const std::string&)>;
  const auto print_row = [&](const std::string& name, const Cell& cell) {
    Cells cells{name};
    for (const Column& size : sizes) {
      cells.push_back(cell(size, faster_layout(size, group, "Eigen")));
      if (with_onednn) cells.back() += " / " + cell(size, faster_layout(size, group, "oneDNN"));
    }
    print_line(out, cells);
  };
  out << "\n### " << title << "\n\n";
  print_head(out, "zeros", sizes);
  for (std::size_t i = 0; i < sizes.front().size(); ++i) {
    print_row(format(sizes.front()[i]->at("zeros").get<double>(), 0) + " %",
              [&](const Column& size, auto& dense) { return format(number(*size.at(i), group, dense, "ratio"), 2); });
  }
  print_row("faster from", [&](const Column& size, auto& dense) { return pays_from(size, group, dense); });
  print_row("dense, µs", [&](const Column& size, auto& dense) {
    std::vector<double> times;
    for (const json* m : size) times.push_back(number(*m, group, dense, "us"));
    std::sort(times.begin(), times.end());
    return format(times[times.size() / 2], 0);
  });
}

void print_variants(std::ostream& out, const std::vector<Column>& sizes) {
  std::vector<const json*> measured;
  for (const Column& size : sizes) {
    const auto found = std::find_if(size.begin(), size.end(), [](const json* m) { return m->contains("variants"); });
    if (found == size.end()) return;
    measured.push_back(*found);
  }
  out << "\n### Variants of the down-projection\n\nTimes in µs, with " << format(zeros_of_variants, 0)
      << " % zeros.\n\n";
  print_head(out, "at a time", sizes);
  for (const char* name : {"1 column", "2 columns", "4 columns", "8 columns", "Eigen's indexed product"}) {
    Cells cells{name};
    for (const json* m : measured) cells.push_back(format(number(*m, "variants", name, "us"), 0));
    print_line(out, cells);
  }
}

}  // namespace

void print_tables(std::ostream& out, const json& results) {
  const std::vector<Column> sizes = columns(results);
  if (sizes.empty()) throw std::runtime_error("no measurements");
  const json& machine = results.at("machine");
  const auto text = [&](const char* name) { return machine.at(name).get<std::string>(); };
  const bool with_onednn = !text("oneDNN").empty();
  double difference = 0;
  for (const json& m : results.at("measurements"))
    difference = std::max(difference, m.at("largest difference").get<double>());
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.1e", difference);
  out << "Time of the sparse one over that of the dense one: Eigen's product" << (with_onednn ? " / oneDNN's" : "")
      << ", in the faster of two layouts. Medians of " << results.at("repetitions")
      << " repetitions in turn, one thread, float. Results differ by at most " << digits << " of the largest number. "
      << text("processor") << ", " << text("instructions") << ", " << text("compiler") << ", Eigen " << text("Eigen")
      << (with_onednn ? ", oneDNN " + text("oneDNN") : ", without oneDNN") << ".\n";
  print_group(out, sizes, "down", "Down-projection", with_onednn);
  print_group(out, sizes, "ReLU", "Block with ReLU: up, ReLU, down", with_onednn);
  print_group(out, sizes, "ReGLU", "Block with ReGLU: gate, up, down", with_onednn);
  print_variants(out, sizes);
}

}  // namespace sparse_inference
