#include "measure.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>

namespace sparse_inference {
namespace {

using nlohmann::json;

double median(std::vector<double> values) {
  const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// The largest difference of any way from the first of its group, relative to the largest number of the result.
double largest_difference(const std::vector<Way>& ways, const std::vector<Case>& cases, Workspace& work, Index width) {
  double largest = 0;
  Vector result(width), first;
  for (const Case& one : cases) {
    for (std::size_t i = 0; i < ways.size(); ++i) {
      ways[i].call(one, work, result);
      if (i == 0 || ways[i].group != ways[i - 1].group) first = result;
      const double size = std::max(double(first.cwiseAbs().maxCoeff()), double(result.cwiseAbs().maxCoeff()));
      if (size > 0) largest = std::max(largest, double((result - first).cwiseAbs().maxCoeff()) / size);
      if (!(largest < 1e-4)) throw std::runtime_error(ways[i].group + ", " + ways[i].name + ": not the sparse result");
    }
  }
  return largest;
}

/// One way after the other, and all of them again, each time with other cases than the way before had.
void time_all(std::vector<Way>& ways, const std::vector<Case>& cases, Workspace& work, Index width, int repetitions) {
  using Clock = std::chrono::steady_clock;
  Vector result(width);
  std::size_t next = 0;
  for (int repetition = -1; repetition < repetitions; ++repetition) {  // the first one is not counted
    for (Way& way : ways) {
      const auto enough = std::size_t(way.times.empty() ? 1 : std::ceil(1000 / way.times.front()));
      const std::size_t calls = std::min(cases.size(), enough);
      const auto start = Clock::now();
      for (std::size_t i = 0; i < calls; ++i) way.call(cases[next++ % cases.size()], work, result);
      way.times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count() / double(calls));
    }
  }
  for (Way& way : ways) way.times.erase(way.times.begin());
}

json summarise(const std::vector<Way>& ways) {
  json summary;
  const Way* first = nullptr;
  for (const Way& way : ways) {
    if (!first || way.group != first->group) first = &way;
    std::vector<double> ratios(way.times.size());
    std::transform(first->times.begin(), first->times.end(), way.times.begin(), ratios.begin(), std::divides<>());
    summary[way.group][way.name] = {{"us", median(way.times)}, {"ratio", median(ratios)}};
  }
  return summary;
}

std::string processor() {
  std::ifstream in("/proc/cpuinfo");
  const auto value = [&](const std::string& name) -> std::string {
    for (std::string line; std::getline(in, line);)
      if (line.rfind(name, 0) == 0 && line.find(": ") != std::string::npos) return line.substr(line.find(": ") + 2);
    return "?";
  };
  const std::string family = value("cpu family"), model = value("model\t"), name = value("model name");
  return name + " (family " + family + ", model " + model + ")";
}

json machine() {
  const auto version = [](int a, int b, int c) {
    return std::to_string(a) + '.' + std::to_string(b) + '.' + std::to_string(c);
  };
  json description{{"processor", processor()},
                   {"instructions", Eigen::SimdInstructionSetsInUse()},
                   {"Eigen", version(EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION)},
                   {"oneDNN", onednn_version()}};
#if defined(__clang__)
  description["compiler"] = "clang++ " __clang_version__;
#else
  description["compiler"] = "g++ " __VERSION__;
#endif
  return description;
}

}  // namespace

json measure(const Settings& settings) {
  json measurements = json::array();
  for (const Size& size : settings.sizes) {
    const std::vector<Weights> blocks = make_blocks(size);
    Workspace work;
    for (const double zeros : settings.zeros) {
      std::cerr << size.width << " x " << size.hidden << ", " << zeros << " % zeros\n";
      const std::vector<Case> cases = make_cases(blocks, zeros);
      std::vector<Way> ways = all_ways();
      const double difference = largest_difference(ways, cases, work, size.width);
      const auto is_variant = [](const Way& way) { return way.group == "variants"; };
      if (zeros != zeros_of_variants) ways.erase(std::remove_if(ways.begin(), ways.end(), is_variant), ways.end());
      time_all(ways, cases, work, size.width, settings.repetitions);
      json measurement = summarise(ways);
      measurement.update(
          {{"width", size.width}, {"hidden", size.hidden}, {"zeros", zeros}, {"largest difference", difference}});
      measurements.push_back(measurement);
    }
  }
  return {{"machine", machine()}, {"repetitions", settings.repetitions}, {"measurements", measurements}};
}

}  // namespace sparse_inference
