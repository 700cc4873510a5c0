#include "report.hpp"

#include <hardgate/version.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>

namespace bench {
namespace {

struct Measure {
  std::string group, kernel;
  Index n;
};

/// A claim: numerator/denominator is at most (or, for a speed-up, at least) a limit.
struct Bar {
  std::string number, text;
  Measure numerator, denominator;
  double limit;
  bool at_least = false;
};

constexpr Index ki = 1024, mi = 1024 * 1024;

std::vector<Bar> bars() {
  const std::string f = "forward float", b = "backward float", d = "forward double";
#if defined(__AVX512F__) || !defined(__AVX2__)
  std::vector<Bar> all;
  for (const std::string gem : {"GEM N=1", "E-GEM N=1"}) {
    all.push_back({"4", gem + " / Eigen ReLU, 64Ki", {f, gem, 64 * ki}, {f, "Eigen ReLU", 64 * ki}, 1.8});
    all.push_back({"4", gem + " / Eigen ReLU, 1Mi", {f, gem, mi}, {f, "Eigen ReLU", mi}, 1.03});
    all.push_back({"4", gem + " / Eigen ReLU, 16Mi", {f, gem, 16 * mi}, {f, "Eigen ReLU", 16 * mi}, 0.85});
  }
  const std::string streamed = "GEM N=1, streaming";
  all.push_back(
      {"4", streamed + " / Eigen ReLU, 16Mi", {f, streamed, 16 * mi}, {f, "Eigen ReLU", 16 * mi}, 0.85});
  all.push_back(
      {"4", streamed + " / Eigen ReLU, 64Mi", {f, streamed, 64 * mi}, {f, "Eigen ReLU", 64 * mi}, 0.85});
  for (const Index n : {4 * ki, 64 * ki})
    all.push_back({"5",
                   "GEM N=1 backward / oneDNN relu backward, " + std::to_string(n / ki) + "Ki",
                   {b, "GEM N=1", n},
                   {b, "oneDNN relu", n},
                   0.65});
  const Measure gelu{f, "oneDNN gelu_erf", 4 * ki};
  all.push_back({"6", "λ-GELU / oneDNN gelu_erf, 4Ki", {f, "λ-GELU", 4 * ki}, gelu, 1.15});
  all.push_back({"6", "λ-GELU fast / oneDNN gelu_erf, 4Ki", {f, "λ-GELU fast", 4 * ki}, gelu, 0.75});
  for (const std::string unit : {"λ-GELU", "λ-GELU fast"})
    all.push_back({"7",
                   unit + " backward / oneDNN gelu_erf backward, 4Ki",
                   {b, unit, 4 * ki},
                   {b, "oneDNN gelu_erf", 4 * ki},
                   0.65});
  for (const Index n : {4 * ki, 64 * ki})
    all.push_back({"7",
                   "λ-GELU value and derivative / value, " + std::to_string(n / ki) + "Ki",
                   {"fused float", "λ-GELU", n},
                   {f, "λ-GELU", n},
                   1.15});
  all.push_back({"8",
                 "double GEM N=1 / Eigen expression, 4Ki",
                 {d, "GEM N=1", 4 * ki},
                 {d, "GEM N=1, Eigen expression", 4 * ki},
                 0.7});
  all.push_back({"8",
                 "double λ-GELU / GELU with Sleef's erf, 4Ki",
                 {d, "λ-GELU", 4 * ki},
                 {d, "GELU, Sleef erf", 4 * ki},
                 0.4});
  for (const std::string unit : {"λ-GELU", "E-GEM N=1"})
    all.push_back({"10",
                   unit + " backward with parameter gradient / backward, 4Ki",
                   {"gradient float", unit, 4 * ki},
                   {b, unit, 4 * ki},
                   1.25});
  for (const std::string unit : {"GEM N=1", "λ-GELU"})
    all.push_back({"11",
                   unit + ", 64Mi: one thread / two threads",
                   {f, unit, 64 * mi},
                   {f, unit + ", 2 threads", 64 * mi},
                   1.5,
                   true});
  for (const std::string half : {"λ-GELU half", "λ-GELU bfloat16"})
    all.push_back({"16 bit",
                   half + ", 4Ki: one by one / packets",
                   {"forward 16 bit", half + ", one by one", 4 * ki},
                   {"forward 16 bit", half, 4 * ki},
                   4,
                   true});
  return all;
#else
  return {{"9", "AVX2: GEM N=1 / Eigen ReLU, 64Ki", {f, "GEM N=1", 64 * ki}, {f, "Eigen ReLU", 64 * ki}, 2.1},
          {"9",
           "AVX2: λ-GELU fast / oneDNN gelu_erf, 4Ki",
           {f, "λ-GELU fast", 4 * ki},
           {f, "oneDNN gelu_erf", 4 * ki},
           1}};
#endif
}

std::string decimal(double value, int digits) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(digits) << value;
  return out.str();
}

const double* find(const Times& times, const Measure& m) {
  const auto found = times.find({m.group, m.kernel, m.n});
  return found == times.end() ? nullptr : &found->second;
}

std::string bar_table(const Times& times) {
  std::ostringstream out;
  out << "| bar | ratio of times | measured | limit | | possible |\n|---|---|---|---|---|---|\n";
  for (const Bar& bar : bars()) {
    Measure best = bar.at_least ? bar.denominator : bar.numerator;
    best.kernel += ", floor";
    const double *a = find(times, bar.numerator), *b = find(times, bar.denominator),
                 *floor = find(times, best);
    out << "| " << bar.number << " | " << bar.text << " | ";
    if (a && b) {
      const double ratio = *a / *b;
      const bool met = bar.at_least ? ratio >= bar.limit : ratio <= bar.limit;
      out << decimal(ratio, 2) << " | " << (bar.at_least ? "≥ " : "≤ ") << bar.limit << " | "
          << (met ? "met" : "**missed**") << " | "
          << (floor ? decimal(bar.at_least ? *a / *floor : *floor / *b, 2) : "");
    } else {
      out << "— | " << (bar.at_least ? "≥ " : "≤ ") << bar.limit << " | not measured | ";
    }
    out << " |\n";
  }
  out << "\nPossible is the ratio for a kernel that moves the same memory and has as many vector "
         "instructions of each kind, but such as need not wait for one another; where memory decides, it "
         "differs by chance alone. For two threads it is memcpy on two.\n";
  return out.str();
}

std::string size_name(Index n) {
  return n >= mi ? std::to_string(n / mi) + "Mi" : std::to_string(n / ki) + "Ki";
}

/// One table a group: ns per element, its ratio to Eigen's ReLU, and GB/s at the largest size.
std::string group_tables(const Times& times, const std::vector<Index>& sizes) {
  std::vector<std::string> groups;
  for (const Kernel& kernel : kernels())
    if (std::find(groups.begin(), groups.end(), kernel.group) == groups.end()) groups.push_back(kernel.group);
  std::ostringstream out;
  for (const std::string& group : groups) {
    std::vector<Index> measured;
    for (const Index n : sizes)
      for (const auto& [key, time] : times)
        if (std::get<0>(key) == group && std::get<2>(key) == n) {
          measured.push_back(n);
          break;
        }
    if (measured.empty()) continue;
    const std::string baseline_group =
        group.find("double") != std::string::npos ? "forward double" : "forward float";
    out << "\n### " << group << "\n\n| |";
    for (const Index n : measured) out << ' ' << size_name(n) << " |";
    out << " GB/s |\n|---|";
    for (std::size_t i = 0; i <= measured.size(); ++i) out << "---|";
    out << '\n';
    for (const Kernel& kernel : kernels()) {
      const auto measured_here = [&](Index n) { return find(times, {group, kernel.name, n}) != nullptr; };
      if (kernel.group != group || std::none_of(measured.begin(), measured.end(), measured_here)) continue;
      out << "| " << kernel.name << " |";
      double last = 0;
      for (const Index n : measured) {
        const double *time = find(times, {group, kernel.name, n}),
                     *relu = find(times, {baseline_group, "Eigen ReLU", n});
        if (time) last = *time;
        out << ' ' << (time ? decimal(*time, 3) : "—")
            << (time && relu ? " (" + decimal(*time / *relu, 2) + ")" : "") << " |";
      }
      out << ' ' << (last > 0 ? decimal(kernel.bytes / last, 1) : "—") << " |\n";
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
  out << "Hardgate " << HARDGATE_VERSION_MAJOR << '.' << HARDGATE_VERSION_MINOR << '.'
      << HARDGATE_VERSION_PATCH << ", Eigen " << EIGEN_WORLD_VERSION << '.' << EIGEN_MAJOR_VERSION << '.'
      << EIGEN_MINOR_VERSION << ", "
#if defined(__clang__)
      << "clang++ " << __clang_version__
#else
      << "g++ " << __VERSION__
#endif
      << ", " << Eigen::SimdInstructionSetsInUse() << ", " << first_line("/proc/cpuinfo", "model name")
      << " (family " << first_line("/proc/cpuinfo", "cpu family") << ", model "
      << first_line("/proc/cpuinfo", "model\t") << ')';
  std::string missing;
  for (const auto& [kernel, package] : {std::pair{"oneDNN gelu_erf", "libdnnl-dev"},
                                        {"GELU, Sleef erf", "libsleef-dev"},
                                        {"libtorch gelu", "libtorch-dev"}}) {
    bool found = false;
    for (const Kernel& k : kernels()) found = found || k.name == kernel;
    if (!found) missing += std::string(missing.empty() ? "" : ", ") + package;
  }
  if (!missing.empty()) out << ". Left out, because not found when configured: " << missing;
  return out.str();
}

/// Time per element against size, forward in float. Dashed are GEM and SiLU in the colours of λ-GELU, and
/// memcpy in that of ReLU.
void plot(const Times& times, const std::vector<Index>& sizes, const std::filesystem::path& svg) {
  const std::vector<std::pair<std::string, std::string>> shown = {{"Eigen ReLU", "8"},
                                                                  {"memcpy", "8 linewidth 2 dashtype 2"},
                                                                  {"GEM N=1", "4 dashtype 2"},
                                                                  {"SiLU", "3 dashtype 2"},
                                                                  {"λ-GELU", "4"},
                                                                  {"λ-GELU fast", "3"},
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
      if (const double* time = find(times, {"forward float", name, n})) points << n << ' ' << *time << '\n';
    if (points.str().empty()) continue;
    script << (first ? " " : ", ") << "'-' with lines linetype " << look << " title '" << name
           << "' noenhanced";
    data << points.str() << "e\n";
    first = false;
  }
  if (!first) std::fputs((script.str() + '\n' + data.str() + "set output\n").c_str(), gnuplot);
  pclose(gnuplot);
}

/// Replaces what stands between the markers <!-- name --> and <!-- /name --> of a file.
void replace_between_markers(const std::filesystem::path& file, const std::string& name,
                             const std::string& text) {
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
  const std::string table = setting() +
                            ". One process, one thread unless said, medians of interleaved repetitions.\n\n" +
                            bar_table(times);
  std::ofstream out(directory / (name + ".md"));
  out << "# Performance\n\nWritten by `bench.report --report`; not edited by hand. " << table
      << "\n![time per element against size](" << name
      << ".svg)\n\nBelow: ns per element, in brackets the ratio to Eigen's ReLU forward at the same size, "
         "and the bytes per "
         "second at the largest size.\n"
      << group_tables(times, sizes);
  plot(times, sizes, directory / (name + ".svg"));
  replace_between_markers(directory / ".." / "README.md", name, table);
  std::cout << "wrote " << (directory / (name + ".md")).string() << '\n';
}

}  // namespace bench
