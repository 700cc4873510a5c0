// How hard must an activation be to be within a tolerance of ReLU? Prints λ and ε for some tolerances as a Markdown
// table, and compares the closed forms of the distances with the quadrature, which works for every gate.

#include <cmath>
#include <cstdio>
#include <hardgate/hardgate.hpp>

namespace {

constexpr double tolerances[] = {0.1, 0.01, 0.001};
int failures = 0;

/// A row of the table: the parameter for each tolerance.
template <class Activation, class HardnessFor>
void print_row(const char* name, const char* distance, const HardnessFor& hardness_for) {
  std::printf("| %s | %s |", name, distance);
  for (const double tolerance : tolerances)
    std::printf(" %.3g |", Activation().with_hardness(hardness_for(tolerance)).parameter());
  std::printf("\n");
}

template <class Activation>
void print_rows(const char* name) {
  using namespace hardgate;
  print_row<Activation>(name, "gate, L¹", hardness_for_gate_tolerance<Activation>);
  print_row<Activation>(name, "sup", hardness_for_sup_tolerance<Activation>);
  if (std::isfinite(relu_distance<Activation>(1)))
    print_row<Activation>(name, "L¹",
                          [](double tolerance) { return hardness_for_lp_tolerance<Activation>(1, tolerance); });
  print_row<Activation>(name, "L²",
                        [](double tolerance) { return hardness_for_lp_tolerance<Activation>(2, tolerance); });
}

void compare(const char* what, double closed, double quadrature) {
  const double error = std::abs(quadrature / closed - 1);
  const bool right = error < 1e-13;
  std::printf("| %s | %.12g | %s |\n", what, closed, right ? "to 1e-13" : "no");
  failures += !right;
}

/// (B(a, p - a)/2N)^(1/p), a = (p + 1)/2N: the L^p distance of GEM_N to ReLU.
double gem_distance(int n, double p) {
  const double a = (p + 1) / (2 * n);
  return std::pow(std::tgamma(a) * std::tgamma(p - a) / std::tgamma(p) / (2 * n), 1 / p);
}

template <int N>
void compare_gem(const char* gate, const char* sup, const char* l2) {
  using namespace hardgate;
  const double angle = pi<double>() / (2 * N), order = 2 * N;
  compare(gate, angle / std::sin(angle), gate_distance<EGem<double, N>>());
  compare(sup, std::pow(order - 1, 1 - 1 / order) / order, relu_distance_sup<EGem<double, N>>());
  compare(l2, gem_distance(N, 2), relu_distance<EGem<double, N>>(2));
}

}  // namespace

int main() {
  using namespace hardgate;
  std::printf("λ or ε for a distance of at most\n\n| | distance | 0.1 | 0.01 | 0.001 |\n|---|---|---|---|---|\n");
  print_rows<LambdaGelu<double>>("λ-GELU: λ");
  print_rows<EGem<double, 1>>("E-GEM, SE-GEM, N = 1: ε");
  print_rows<EGem<double, 2>>("E-GEM, SE-GEM, N = 2: ε");
  print_rows<EGem<double, 3>>("E-GEM, SE-GEM, N = 3: ε");

  std::printf(
      "\nDistances at hardness 1 in closed form, and whether the quadrature gives the same\n\n"
      "| | closed form | quadrature agrees |\n|---|---|---|\n");
  compare("λ-GELU, gate L¹: √(2/π)", std::sqrt(2 / pi<double>()), gate_distance<LambdaGelu<double>>());
  compare("λ-GELU, L¹: 1/2", 0.5, relu_distance<LambdaGelu<double>>(1));
  compare_gem<1>("N = 1, gate L¹: (π/2)/sin(π/2)", "N = 1, sup: 1/2", "N = 1, L²: (B(3/2, 1/2)/2)^½");
  compare_gem<2>("N = 2, gate L¹: (π/4)/sin(π/4)", "N = 2, sup: 3^¾/4", "N = 2, L²: (B(3/4, 5/4)/4)^½");
  compare_gem<3>("N = 3, gate L¹: (π/6)/sin(π/6)", "N = 3, sup: 5^⅚/6", "N = 3, L²: (B(1/2, 3/2)/6)^½");
  return failures;
}
