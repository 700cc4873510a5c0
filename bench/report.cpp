#include "report.hpp"

#include <hardgate/version.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <set>
#include <sstream>

namespace bench {
namespace {

constexpr Index ki = 1024, mi = 1024 * 1024;

std::string decimal(double value, int digits) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(digits) << value;
  return out.str();
}

std::string size_name(Index n) {
  return n >= mi ? std::to_string(n / mi) + "Mi" : n >= ki ? std::to_string(n / ki) + "Ki" : std::to_string(n);
}

/// The time of a kernel, or null if it was not measured.
const double* find(const Times& times, const std::string& group, const std::string& kernel, Index n) {
  const auto found = times.find({group, kernel, n});
  return found == times.end() ? nullptr : &found->second;
}

/// A function, and the kernels for it: the library's, a plain Eigen expression, oneDNN's, libtorch's.
struct Comparison {
  std::string function, group;
  std::vector<std::string> kernels;
};

std::vector<Comparison> comparisons() {
  const std::vector<std::string> gelu = {"λ-GELU", "GELU, Eigen erf", "oneDNN gelu_erf", "libtorch gelu"};
  const std::string f = "forward float";
  return {
      {"GEM, N = 1", f, {"GEM N=1", "GEM N=1, Eigen expression", "", ""}},
      {"SE-GEM, N = 1", f, {"SE-GEM N=1", "SE-GEM N=1, Eigen expression", "", ""}},
      {"SiLU", f, {"SiLU", "SiLU, Eigen expression", "oneDNN swish", "libtorch silu"}},
      {"tanh-GELU", f, {"tanh-GELU", "GELU, Eigen tanh", "oneDNN gelu_tanh", "libtorch gelu_tanh"}},
      {"λ-GELU", f, gelu},
      {"λ-GELU, double", "forward double", gelu},
  };
}

/// Beside what one would use instead: ns per element in the cache and in memory.
std::string comparison_table(const Times& times) {
  std::ostringstream out;
  out << "| function | Hardgate | plain Eigen | oneDNN | libtorch |\n|---|---|---|---|---|\n";
  for (const Comparison& comparison : comparisons()) {
    std::vector<std::string> cells(comparison.kernels.size());
    for (const Index n : {4 * ki, 16 * mi}) {
      double fastest = std::numeric_limits<double>::infinity();
      for (const std::string& kernel : comparison.kernels)
        if (const double* time = find(times, comparison.group, kernel, n)) fastest = std::min(fastest, *time);
      for (std::size_t i = 0; i < cells.size(); ++i) {
        const double* time = find(times, comparison.group, comparison.kernels[i], n);
        if (!time) continue;
        const std::string bold = *time <= 1.05 * fastest ? "**" : "";
        cells[i] += (cells[i].empty() ? "" : " / ") + bold + decimal(*time, 3) + bold;
      }
    }
    out << "| " << comparison.function << " |";
    for (const std::string& cell : cells) out << ' ' << (cell.empty() ? "—" : cell) << " |";
    out << '\n';
  }
  return out.str();
}

/// The title of a group's table.
std::string title(const std::string& group) {
  const std::size_t space = group.find(' ');
  const std::string direction = group.substr(0, space), scalar = group.substr(space + 1);
  std::string what = "f(x)";
  if (direction == "backward") what = "dy·f'(x)";
  if (direction == "fused") what = "f(x) and f'(x) in one pass";
  if (direction == "gradient") what = "dy·f'(x), and the sum of dy·∂f/∂parameter";
  if (direction == "second") what = "f(x), f'(x) and f''(x) in one pass";
  if (direction == "channels") what = "f(x) of a square matrix, with one hardness or with one for each row";
  if (direction == "channels-backward")
    what = "dy·f'(x) of a square matrix, and the gradients with respect to hardness";
  if (direction == "glu") what = "f(a)·b";
  if (direction == "glu-backward") what = "dy·b·f'(a) and dy·f(a)";
  if (direction == "short") what = "f(x) of a short array, ns for the whole array";
  return scalar + ": " + what;
}

/// One table for each group: ns per element, the ratio to Eigen's ReLU, and GB/s at the largest size. For short arrays,
/// ns for all elements.
std::string group_tables(const Times& times) {
  std::vector<std::string> groups;
  for (const Kernel& kernel : kernels())
    if (std::find(groups.begin(), groups.end(), kernel.group) == groups.end()) groups.push_back(kernel.group);
  std::ostringstream out;
  for (const std::string& group : groups) {
    std::set<Index> measured;
    for (const auto& [key, time] : times)
      if (std::get<0>(key) == group) measured.insert(std::get<2>(key));
    if (measured.empty()) continue;
    const bool is_short = group.rfind("short", 0) == 0;
    const std::string baseline = group.find("double") == std::string::npos ? "forward float" : "forward double";
    out << "\n### " << title(group) << "\n\nIn `--benchmark_filter`: " << group << "\n\n| |";
    for (const Index n : measured) out << ' ' << size_name(n) << " |";
    out << (is_short ? "\n|---|" : " GB/s |\n|---|---|");
    for (std::size_t i = 0; i < measured.size(); ++i) out << "---|";
    out << '\n';
    for (const Kernel& kernel : kernels()) {
      const auto measured_here = [&](Index n) { return find(times, group, kernel.name, n) != nullptr; };
      if (kernel.group != group || std::none_of(measured.begin(), measured.end(), measured_here)) continue;
      out << "| " << kernel.name << " |";
      double last = 0;
      for (const Index n : measured) {
        const double *time = find(times, group, kernel.name, n), *relu = find(times, baseline, "Eigen ReLU", n);
        if (time) last = *time;
        if (is_short) {
          out << ' ' << (time ? decimal(*time * double(n), 1) : "—") << " |";
          continue;
        }
        out << ' ' << (time ? decimal(*time, 3) : "—") << (time && relu ? " (" + decimal(*time / *relu, 2) + ")" : "")
            << " |";
      }
      out << (is_short ? "\n" : ' ' + decimal(kernel.bytes / last, 1) + " |\n");
    }
  }
  return out.str();
}

std::string first_line(const std::string& file, const std::string& start) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    if (line.rfind(start, 0) == 0) return line.substr(line.find(':') + 2);
  return "unknown";
}

std::string setting() {
  std::ostringstream out;
  out << "Hardgate " << HARDGATE_VERSION_MAJOR << '.' << HARDGATE_VERSION_MINOR << '.' << HARDGATE_VERSION_PATCH
      << ", Eigen " << EIGEN_WORLD_VERSION << '.' << EIGEN_MAJOR_VERSION << '.' << EIGEN_MINOR_VERSION << ", "
#if defined(__clang__)
      << "clang++ " << __clang_version__
#else
      << "g++ " << __VERSION__
#endif
#if defined(__AVX512F__)
      << ", AVX-512"
#elif defined(__AVX2__)
      << ", AVX2"
#elif defined(__SSE2__)
      << ", SSE2"
#elif defined(__ARM_NEON)
      << ", NEON"
#endif
      << ", " << first_line("/proc/cpuinfo", "model name") << " (family " << first_line("/proc/cpuinfo", "cpu family")
      << ", model " << first_line("/proc/cpuinfo", "model\t") << ").\n";
  std::string missing;
  for (const auto& [kernel, package] : {std::pair{"oneDNN gelu_erf", "libdnnl-dev"},
                                        {"GELU, Sleef erf", "libsleef-dev"},
                                        {"libtorch gelu", "libtorch-dev"}}) {
    bool found = false;
    for (const Kernel& k : kernels()) found = found || k.name == kernel;
    if (!found) missing += std::string(missing.empty() ? "" : ", ") + package;
  }
  if (!missing.empty()) out << "Left out, because not found when configured: " << missing << ".\n";
  return out.str();
}

/// Time per element against size, forward in float. Dashed are GEM and SiLU in the colours of λ-GELU, and memcpy in
/// that of ReLU.
void plot(const Times& times, const std::vector<Index>& sizes, const std::filesystem::path& svg) {
  const std::vector<std::pair<std::string, std::string>> shown = {{"Eigen ReLU", "8"},
                                                                  {"memcpy", "8 linewidth 2 dashtype 2"},
                                                                  {"GEM N=1", "4 dashtype 2"},
                                                                  {"SiLU", "3 dashtype 2"},
                                                                  {"λ-GELU", "4"},
                                                                  {"GELU, Eigen erf", "1"},
                                                                  {"GELU, std::erf", "2"},
                                                                  {"oneDNN gelu_erf", "5"},
                                                                  {"GELU, Sleef erf", "6"},
                                                                  {"libtorch gelu", "7"}};
  const auto style = std::filesystem::path(__FILE__).parent_path().parent_path() / "docs/pictures/style.gp";
  std::FILE* gnuplot = popen("gnuplot 2>/dev/null", "w");
  if (!gnuplot) return;
  std::ostringstream script;
  script << "load '" << style.string() << "'\nset terminal svg size 400,460\nset output svg('"
         << (svg.parent_path() / svg.stem()).string()
         << "')\nset title 'forward in float: ns per element'\nset xlabel 'elements'\nset logscale xy\n"
            "set logscale x 2\nset format x '2^{%L}'\nset xtics 16\n"
            "set key outside bottom center horizontal maxcols 2\nplot";
  std::ostringstream data;
  bool first = true;
  for (const auto& [name, look] : shown) {
    std::ostringstream points;
    for (const Index n : sizes)
      if (const double* time = find(times, "forward float", name, n)) points << n << ' ' << *time << '\n';
    if (points.str().empty()) continue;
    script << (first ? " " : ", ") << "'-' with lines linetype " << look << " title '" << name << "' noenhanced";
    data << points.str() << "e\n";
    first = false;
  }
  if (!first) std::fputs((script.str() + '\n' + data.str() + "set output\n").c_str(), gnuplot);
  pclose(gnuplot);
}

/// Replaces the text between the markers <!-- name --> and <!-- /name --> of a file that has them.
void replace_between_markers(const std::filesystem::path& file, const std::string& name, const std::string& text) {
  std::ifstream in(file);
  std::stringstream all;
  all << in.rdbuf();
  std::string content = all.str();
  const std::string begin = "<!-- " + name + " -->", end = "<!-- /" + name + " -->";
  const std::size_t from = content.find(begin), to = content.find(end);
  if (from == std::string::npos || to == std::string::npos) return;
  content.replace(from + begin.size(), to - from - begin.size(), "\n" + text);
  std::ofstream(file) << content;
}

}  // namespace

void write_report(const Times& times, const std::vector<Index>& sizes, const std::filesystem::path& directory,
                  const std::string& name) {
  std::filesystem::create_directories(directory);
  const std::string comparison = comparison_table(times) +
                                 "\nns per element for 4Ki numbers (in the cache) / 16Mi numbers (in "
                                 "memory), float unless said. Bold: the "
                                 "fastest, and\nwhat is within 5 % of it. " +
                                 setting();
  std::ofstream out(directory / (name + ".md"));
  out << "# Performance\n\nWritten by `bench.report --report`; not edited by hand. Medians of interleaved "
         "repetitions in one process, on one thread\nunless said.\n\n## What one would use instead\n\n"
      << comparison
      << "\nPlain Eigen is what one would write in one line: z³/(1 + z²), z = max(x, 0), for GEM; max(x, 0) "
         "+ "
         "εz/(ε + z²),\nz = min(x, 0), for SE-GEM; x/(1 + exp(−x)); ½x(1 + tanh(…)); ½x(1 + erf(x/√2)). The "
         "last "
         "loses all digits in the\nnegative tail ([errors](gelu-errors.md)), and z³ overflows where GEM does "
         "not."
         "\n\n![time per element against size]("
      << name
      << ".svg)\n\n## All kernels\n\nns per element, in brackets the ratio to Eigen's ReLU at the same size, "
         "and "
         "the bytes per second at the largest size.\n"
      << group_tables(times);
  plot(times, sizes, directory / (name + ".svg"));
  replace_between_markers(directory / ".." / "README.md", name, comparison);
  std::cout << "wrote " << (directory / (name + ".md")).string() << '\n';
}

}  // namespace bench
