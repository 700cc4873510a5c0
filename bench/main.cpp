// Times every kernel with Google Benchmark, prints ns per element and the ratio to Eigen's ReLU, and with --report DIR
// writes the report.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <random>

#include "report.hpp"

namespace {

using bench::Index;

const std::vector<Index> all_sizes = {1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26};
const std::vector<Index> few_sizes = {1 << 12, 1 << 16, 1 << 20, 1 << 24};
const std::vector<Index> short_sizes = {1, 7, 16, 31, 64, 256};

const std::vector<Index>& sizes_of(const std::string& group) {
  return group == "forward float" ? all_sizes : group.rfind("short", 0) == 0 ? short_sizes : few_sizes;
}

/// Standard normal numbers: 64Ki of them, repeated. The arrays are longer than needed, or they would lie 2^27 + 2^12
/// bytes apart, and AMD's first-level cache takes such addresses for one another (it guesses the way from bit 27 ⊕ bit
/// 12, 26 ⊕ 13, …): two outputs in double then cost 2.6 times as much.
template <class Scalar>
void fill(Index n) {
  n += 8192;
  std::mt19937 generator(1);
  std::normal_distribution<Scalar> normal;
  auto& a = bench::arrays<Scalar>();
  for (auto* array : {&a.x, &a.dy}) {
    array->resize(n);
    for (Index i = 0; i < n; ++i) (*array)[i] = i < 65536 ? normal(generator) : (*array)[i - 65536];
  }
  a.y.setZero(n);
  a.d.setZero(n);
  a.d2 = a.dy;
}

/// The console output of Google Benchmark; keeps each repetition's time.
class Collector : public benchmark::ConsoleReporter {
 public:
  using ConsoleReporter::ConsoleReporter;
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type == Run::RT_Iteration && !run.error_occurred)
        repetitions_[run.run_name.function_name].push_back(run.real_accumulated_time / double(run.iterations) * 1e9);
    }
  }
  /// The median time of a whole iteration in ns, or 0 if the benchmark did not run.
  double median(const std::string& name) const {
    const auto found = repetitions_.find(name);
    if (found == repetitions_.end()) return 0;
    std::vector<double> sorted = found->second;
    std::sort(sorted.begin(), sorted.end());
    return (sorted[sorted.size() / 2] + sorted[(sorted.size() - 1) / 2]) / 2;
  }

 private:
  std::map<std::string, std::vector<double>> repetitions_;
};

std::string benchmark_name(const bench::Kernel& kernel, Index n) {
  return kernel.group + "/" + kernel.name + "/" + std::to_string(n);
}

}  // namespace

int main(int argc, char** argv) {
  std::string report_directory, report_name = "performance";
  std::vector<char*> arguments = {argv[0]};
  // Repetitions of all benchmarks are interleaved, so that a slow moment of the machine hits no benchmark alone.
  std::string defaults[] = {"--benchmark_enable_random_interleaving=true", "--benchmark_repetitions=11",
                            "--benchmark_min_time=0.01"};
  for (std::string& option : defaults) arguments.push_back(option.data());
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--help") {
      std::cout << "--report DIR     write DIR/performance.md and .svg, and the table in DIR/../README.md\n"
                   "--name NAME      another name than performance\n"
                   "--benchmark_...  any option of Google Benchmark, such as --benchmark_filter=REGEX\n";
      return 0;
    }
    if ((argument == "--report" || argument == "--name") && i + 1 == argc) {
      std::cerr << argument << " needs a value\n";
      return 1;
    }
    if (argument == "--report") {
      report_directory = argv[++i];
    } else if (argument == "--name") {
      report_name = argv[++i];
    } else {
      arguments.push_back(argv[i]);
    }
  }
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 1;

  fill<float>(all_sizes.back());
  fill<double>(few_sizes.back());
  for (const bench::Kernel& kernel : bench::kernels()) {
    for (const Index n : sizes_of(kernel.group)) {
      benchmark::RegisterBenchmark(benchmark_name(kernel, n).c_str(), [&kernel, n](benchmark::State& state) {
        const std::function<void()> run = kernel.prepare(n);
        for (auto _ : state) {
          run();
          benchmark::ClobberMemory();
        }
      })->UseRealTime();
    }
  }
  Collector collector;
  if (benchmark::RunSpecifiedBenchmarks(&collector) == 0) return 1;  // the filter matches none

  bench::Times times;
  for (const bench::Kernel& kernel : bench::kernels()) {
    for (const Index n : sizes_of(kernel.group)) {
      const double time = collector.median(benchmark_name(kernel, n)) / static_cast<double>(n);
      if (time > 0) times[{kernel.group, kernel.name, n}] = time;
    }
  }
  for (const auto& [key, time] : times) {
    const auto& [group, name, n] = key;
    const auto relu =
        times.find({group.find("double") == std::string::npos ? "forward float" : "forward double", "Eigen ReLU", n});
    std::printf("%-16s %-28s %9ld  %8.3f ns/element", group.c_str(), name.c_str(), static_cast<long>(n), time);
    if (relu != times.end()) std::printf("  %6.2f x ReLU", time / relu->second);
    std::printf("\n");
  }
  if (!report_directory.empty()) bench::write_report(times, all_sizes, report_directory, report_name);
}
