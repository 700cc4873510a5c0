#include "plot.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>

namespace relu_ization {
namespace {

namespace fs = std::filesystem;

std::ofstream open(const fs::path& file) {
  std::ofstream stream(file);
  if (!stream) throw std::runtime_error(file.string() + ": cannot be written");
  return stream;
}

std::string shell_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

/// Runs gnuplot in the folder, so that scripts name files without their path.
void draw(const fs::path& folder, const std::string& name, const std::string& script) {
  open(folder / (name + ".gp")) << "load '" PICTURE_STYLE "'\nset output svg('" << name << "')\n"
                                << script << "set output\n";
  const std::string command = "cd " + shell_quoted(fs::absolute(folder).string()) + " && gnuplot " + name + ".gp";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("gnuplot failed on " + name + ".gp");
}

void plot_trajectory(const fs::path& folder, const RowRuns& runs) {
  constexpr Index points = 100;
  const Run& first = runs.front();
  Eigen::ArrayXXf mean = first.hardness;
  for (std::size_t i = 1; i < runs.size(); ++i) mean += runs[i].hardness;
  mean /= float(runs.size());

  const std::string name = "hardness-" + first.row.name;
  std::ofstream data = open(folder / (name + ".dat"));
  data << "# epoch, then the hardness of each layer, mean over seeds\n";
  for (Index step = 0; step < mean.cols(); step += std::max<Index>(1, mean.cols() / points)) {
    data << double(step) / double(first.steps_per_epoch) << ' ' << mean.col(step).transpose() << '\n';
  }
  data.close();
  draw(folder, name,
       "set title '" + first.row.title +
           "'\n"
           "set key outside right\n"
           "set xlabel 'epoch'\n"
           "set ylabel 'hardness'\n"
           "set logscale y\n"
           "plot for [i=1:" +
           std::to_string(mean.rows()) + "] '" + name + ".dat' using 1:i+1 with lines linewidth 2 title 'layer '.i\n");
}

}  // namespace

void prepare_plots(const fs::path& folder) {
  fs::create_directories(folder);
  const fs::path probe = folder / "probe";
  open(probe);
  fs::remove(probe);
  if (std::system("gnuplot --version > /dev/null 2>&1") != 0) {
    throw std::runtime_error("--plot needs gnuplot, which is not installed");
  }
}

void plot(const fs::path& folder, const Study& study) {
  for (const RowRuns& runs : study.rows) {
    if (runs[0].row.learns || runs[0].row.hardens) plot_trajectory(folder, runs);
  }
}

}  // namespace relu_ization
