// The errors of the GELUs that the benchmarks time, in ulp of the float nearest to the true value, which long
// double and erfc give: the largest in each of many narrow intervals for the picture, and a table.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <hardgate/hardgate.hpp>
#include <iomanip>
#include <iostream>
#include <limits>
#include <string>
#include <utility>

#include "kernel.hpp"

namespace {

using bench::Index;
constexpr Index intervals = 240, samples = 512, n = intervals * samples;
constexpr double left = -14, width = 0.1;

/// |y - GELU(x)| over the spacing of floats at GELU(x); subnormal numbers have that of the least normal one.
double ulp_error(float x, float y) {
  const long double exact = x * std::erfc(x * -std::sqrt(0.5L)) / 2;
  const int least = std::numeric_limits<float>::min_exponent;
  const int exponent = exact == 0 ? least : std::max(std::ilogb(exact) + 1, least);
  return static_cast<double>(std::ldexp(std::fabs(y - exact), std::numeric_limits<float>::digits - exponent));
}

/// Where the columns of the table end, in x.
constexpr double ends[] = {-5, -1, 1, 10};

/// A curve for the picture and a row of the table.
void write(std::ostream& curve, std::ostream& row, const std::string& name) {
  const auto& a = bench::arrays<float>();
  double largest[4] = {}, worst_x = 0, sum = 0;
  Index correct = 0;
  curve << '"' << name << "\"\n";
  for (Index i = 0; i < intervals; ++i) {
    const double middle = left + width * (static_cast<double>(i) + 0.5);
    double& column = largest[std::upper_bound(ends, ends + 3, middle) - ends];
    double worst = 0;
    for (Index j = i * samples; j < (i + 1) * samples; ++j) {
      const double error = ulp_error(a.x[j], a.y[j]);
      if (error > *std::max_element(largest, largest + 4)) worst_x = static_cast<double>(a.x[j]);
      worst = std::max(worst, error);
      column = std::max(column, error);
      sum += error;
      correct += error <= 0.5;
    }
    curve << middle << ' ' << worst << '\n';
  }
  curve << "\n\n";
  row << "| " << name << " |";
  for (const double error : largest) row << ' ' << error << " |";
  row << ' ' << sum / n << " | " << 100.0 * static_cast<double>(correct) / n << " % | " << worst_x << " |\n";
}

/// Which of the libraries beside Hardgate are missing, by the Debian packages that bring them.
std::string missing() {
  std::string packages;
  for (const auto& [kernel, package] : {std::pair{"oneDNN gelu_erf", "libdnnl-dev"},
                                        {"GELU, Sleef erf", "libsleef-dev"},
                                        {"libtorch gelu", "libtorch-dev"}}) {
    const auto& all = bench::kernels();
    const std::string name = kernel;
    if (std::none_of(all.begin(), all.end(), [&](const bench::Kernel& k) { return k.name == name; }))
      packages += std::string(" ") + package;
  }
  return packages;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: " << argv[0] << " CURVES TABLE\n";
    return 1;
  }
  if (const std::string packages = missing(); !packages.empty()) {  // keep the table with their rows
    std::cerr << argv[2] << " and its picture stay as they are: the build did not find" << packages
              << ".\nInstall what is missing and configure anew.\n";
    std::remove(argv[1]);
    return 0;
  }
  auto& a = bench::arrays<float>();
  a.x.resize(n);
  a.y.resize(n);
  // The step is not a binary fraction, so that all bits of x vary.
  for (Index i = 0; i < n; ++i) a.x[i] = static_cast<float>(left + width / samples * (static_cast<double>(i) + 0.37));

  std::ofstream out(argv[1]), table(argv[2]);
  table << std::setprecision(3)
        << "# Errors of GELUs\n\nWritten by the target `pictures`; not edited by hand. GELU in float on " << n
        << " points of [-14, 10]: the largest error in ulp on four\nintervals, the mean, the share that is "
        << "correctly rounded, and the worst input. The GELUs are those of the\nbenchmarks, on "
        << Eigen::SimdInstructionSetsInUse()
        << ".\n\n| | [-14, -5] | [-5, -1] | [-1, 1] | [1, 10] | mean | correctly rounded | worst input |\n"
        << "|---|---|---|---|---|---|---|---|\n";
  for (const bench::Kernel& kernel : bench::kernels()) {
    const bool gelu = kernel.name.find("GELU,") == 0 || kernel.name.find("gelu") != std::string::npos;
    if (kernel.group != "forward float" || !gelu || kernel.name.find("tanh") != std::string::npos) continue;
    a.y.setConstant(std::numeric_limits<float>::quiet_NaN());
    kernel.prepare(n)();
    write(out, table, kernel.name);
  }
  hardgate::forward(hardgate::Gelu<float>(), a.x.data(), a.y.data(), n);
  write(out, table, "Hardgate");
  const bool written = out.flush() && table.flush();
  if (!written) std::cerr << argv[1] << " or " << argv[2] << " cannot be written\n";
  return written ? 0 : 1;
}
