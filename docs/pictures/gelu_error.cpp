// The errors of the GELUs that the benchmarks time, over x: the largest in each of many narrow intervals, in
// ulp of the float nearest to the true value, which long double and erfc give.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <hardgate/hardgate.hpp>
#include <iostream>
#include <limits>

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

void write(std::ostream& out, const std::string& name) {
  const auto& a = bench::arrays<float>();
  out << '"' << name << "\"\n";
  for (Index i = 0; i < intervals; ++i) {
    double worst = 0;
    for (Index j = i * samples; j < (i + 1) * samples; ++j)
      worst = std::max(worst, ulp_error(a.x[j], a.y[j]));
    out << left + width * (static_cast<double>(i) + 0.5) << ' ' << worst << '\n';
  }
  out << "\n\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: " << argv[0] << " FILE\n";
    return 1;
  }
  auto& a = bench::arrays<float>();
  a.x.resize(n);
  a.y.resize(n);
  // steps that are no binary fraction, so that all bits of x vary
  for (Index i = 0; i < n; ++i)
    a.x[i] = static_cast<float>(left + width / samples * (static_cast<double>(i) + 0.37));

  std::ofstream out(argv[1]);
  for (const bench::Kernel& kernel : bench::kernels()) {
    const bool gelu = kernel.name.find("GELU,") == 0 || kernel.name.find("gelu") != std::string::npos;
    if (kernel.group != "forward float" || !gelu || kernel.name.find("tanh") != std::string::npos) continue;
    a.y.setConstant(std::numeric_limits<float>::quiet_NaN());
    kernel.prepare(n)();
    write(out, kernel.name);
  }
  hardgate::forward(hardgate::Gelu<float, hardgate::Accuracy::fast>(), a.x.data(), a.y.data(), n);
  write(out, "Hardgate, fast");
  hardgate::forward(hardgate::Gelu<float>(), a.x.data(), a.y.data(), n);
  write(out, "Hardgate");
  if (!out.flush()) std::cerr << argv[1] << " cannot be written\n";
  return out ? 0 : 1;
}
