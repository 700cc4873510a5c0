#include "plot.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <hardgate/hardgate.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace relu_ization {
namespace {

namespace fs = std::filesystem;

constexpr const char* style =
    "set terminal svg size 900,540 font 'sans-serif,14' background rgb 'white'\n"
    "set encoding utf8\n"
    "set key left top\n"
    "set grid\n";

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
  open(folder / (name + ".gp")) << style << "set output '" << name << ".svg'\n" << script;
  const std::string command =
      "cd " + shell_quoted(fs::absolute(folder).string()) + " && gnuplot " + name + ".gp";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("gnuplot failed on " + name + ".gp");
}

void plot_trajectory(const fs::path& folder, const RowRuns& runs) {
  constexpr Index points = 400;
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
           "set xlabel 'epoch'\n"
           "set ylabel 'hardness'\n"
           "set logscale y\n"
           "plot for [i=1:" +
           std::to_string(mean.rows()) + "] '" + name +
           ".dat' using 1:i+1 with lines linewidth 2 title 'layer '.i\n");
}

template <class A>
void plot_activation(const fs::path& folder, const std::string& name, const std::string& title,
                     const A& activation) {
  const std::vector<int> hardness{1, 2, 5, 40};
  const Matrix x = Vector::LinSpaced(601, -3, 3);
  std::ofstream data = open(folder / (name + ".dat"));
  data << "# x, ReLU(x)";
  Matrix columns(x.rows(), Index(hardness.size()) + 2), y(x.rows(), 1);
  columns.col(0) = x;
  columns.col(1) = x.cwiseMax(0.f);
  std::string curves;
  for (std::size_t i = 0; i < hardness.size(); ++i) {
    hardgate::forward(activation.with_hardness(float(hardness[i])), x, y);
    columns.col(Index(i) + 2) = y;
    data << ", hardness " << hardness[i];
    curves += ", '" + name + ".dat' using 1:" + std::to_string(i + 3) +
              " with lines linewidth 2 title 'hardness " + std::to_string(hardness[i]) + "'";
  }
  data << '\n' << columns << '\n';
  data.close();
  draw(folder, name,
       "set title '" + title + "'\nset xlabel 'x'\nplot '" + name +
           ".dat' using 1:2 with lines linewidth 4 linecolor rgb 'grey' title 'ReLU'" + curves + '\n');
}

}  // namespace

void prepare_plots(const fs::path& folder) {
  fs::create_directories(folder);
  open(folder / "activation-lambda-gelu.gp");
  if (std::system("gnuplot --version > /dev/null 2>&1") != 0) {
    throw std::runtime_error("--plot needs gnuplot, which is not installed");
  }
}

void plot(const fs::path& folder, const Study& study) {
  for (const RowRuns& runs : study.rows) {
    if (runs[0].row.learns || runs[0].row.hardens) plot_trajectory(folder, runs);
  }
  plot_activation(folder, "activation-lambda-gelu", "λ-GELU hardens", hardgate::LambdaGelu<float>(1));
  plot_activation(folder, "activation-segem", "SE-GEM hardens, N = 1", hardgate::SeGem<float, 1>(1));
}

}  // namespace relu_ization
