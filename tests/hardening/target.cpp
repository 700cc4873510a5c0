// Distances to ReLU against constants, closed forms and direct quadrature, and the hardness found from a
// tolerance.
#include <hardgate/hardgate.hpp>

#include <functional>
#include <string>
#include <vector>

#include "catch.hpp"
#include "cauchy.hpp"
#include "support.hpp"

#if defined(HARDGATE_HAS_BOOST)
#include <boost/math/quadrature/exp_sinh.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/tools/minima.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>
#endif

using namespace hardgate;
using namespace hardgate_tests;

namespace {

bool near(double actual, double expected, double relative = 1e-13) {
  return std::fabs(actual - expected) <= relative * std::fabs(expected);
}

/// ∫ g over [a, b] by the Gauss-Legendre rule with 5 points on `pieces` pieces.
template <class Function>
double integral(const Function& g, double a, double b, int pieces) {
  constexpr double nodes[] = {0, 0.5384693101056831, 0.9061798459386640};
  constexpr double weights[] = {0.5688888888888889, 0.4786286704993665, 0.2369268850561891};
  double sum = 0;
  const double half = (b - a) / (2 * pieces);
  for (int i = 0; i < pieces; ++i) {
    const double middle = a + (2 * i + 1) * half;
    sum += half * weights[0] * g(middle);
    for (int k = 1; k < 3; ++k) sum += half * weights[k] * (g(middle - half * nodes[k]) + g(middle + half * nodes[k]));
  }
  return sum;
}

/// Over the whole line: from 0 outwards in pieces that grow.
template <class Function>
double integral(const Function& g, double scale) {
  double sum = 0;
  for (const double sign : {-1.0, 1.0}) {
    const auto outwards = [&](double x) { return g(sign * x); };
    sum += integral(outwards, 0, scale, 64);
    for (double from = scale; from < 1e9 * scale; from *= 2) sum += integral(outwards, from, 2 * from, 64);
  }
  return sum;
}

template <class Activation>
double error_at(const Activation& act, double x) {
  return std::fabs(act(x) - (x > 0 ? x : 0));
}

/// (∫ |f - ReLU|^p)^(1/p) of the activation as it stands, and the largest |f - ReLU|, both measured.
template <class Activation>
double measured(const Activation& act, double p) {
  return std::pow(integral([&](double x) { return std::pow(error_at(act, x), p); }, 1 / act.hardness()), 1 / p);
}
template <class Activation>
double measured_sup(const Activation& act) {
  double best = 0, at = 0;
  for (double u = -6; u <= 6; u += 1e-3)
    if (error_at(act, u / act.hardness()) > best) best = error_at(act, (at = u) / act.hardness());
  for (double u = at - 1e-3; u <= at + 1e-3; u += 1e-7) best = std::fmax(best, error_at(act, u / act.hardness()));
  return best;
}

/// ∫₀^∞ (u·F)^p for the log-logistic gates: B(a, p - a)/2N, a = (p + 1)/2N.
double log_logistic_lp(int N, double p) {
  const double a = (p + 1) / (2 * N);
  return std::pow(std::exp(std::lgamma(a) + std::lgamma(p - a) - std::lgamma(p)) / (2 * N), 1 / p);
}

}  // namespace

TEST_CASE("The distance of the gate to the step is the closed form", "[hardening][target]") {
  CHECK(near(gate_distance<LambdaGelu<double>>(), 0.7978845608028653559));
  CHECK(near(gate_distance<LambdaGelu<float>>(), std::sqrt(2 / pi<double>())));
  CHECK(near(gate_distance<EGem<double, 1>>(), 1.5707963267948966));
  CHECK(near(gate_distance<EGem<double, 2>>(), 1.1107207345395915));
  CHECK(near(gate_distance<EGem<double, 3>>(), 1.0471975511965977));
  CHECK(near(gate_distance<SeGem<double, 1>>(), 1.5707963267948966));
  CHECK(near(gate_distance<SeGem<double, 2>>(), 1.1107207345395915));
  CHECK(near(gate_distance<SeGem<double, 3>>(), 1.0471975511965977));
  for (const double N : {1.0, 2.0, 3.0}) {
    const double closed = pi<double>() / (2 * N) / std::sin(pi<double>() / (2 * N));
    CHECK(near(closed, N == 1   ? gate_distance<Gem<double, 1>>()
                       : N == 2 ? gate_distance<Gem<double, 2>>()
                                : gate_distance<Gem<double, 3>>()));
  }
  CHECK(near(gate_distance<Gem<double, 8>>(), pi<double>() / 16 / std::sin(pi<double>() / 16)));
  CHECK(near(gate_distance<Gem<double, 100>>(),
             pi<double>() / 200 / std::sin(pi<double>() / 200)));  // nearly a step itself
  CHECK(near(gate_distance<Gem<double, 1000>>(), pi<double>() / 2000 / std::sin(pi<double>() / 2000)));
  CHECK(near(gate_distance<Silu<double>>(), 2 * std::log(2.0)));
  CHECK(gate_distance<Relu<double>>() == 0);
  CHECK(gate_distance<Cauchy<double>>() == std::numeric_limits<double>::infinity());
}

TEST_CASE("The largest distance to ReLU is the closed form", "[hardening][target]") {
  CHECK(near(relu_distance_sup<LambdaGelu<double>>(), 0.1699712075, 1e-9));
  CHECK(near(relu_distance_sup<LambdaGelu<double>>(), measured_sup(LambdaGelu<double>(1)), 1e-12));
  CHECK(near(relu_distance_sup<EGem<double, 1>>(), 0.5));
  CHECK(near(relu_distance_sup<EGem<double, 2>>(), 0.5698767642386944));
  CHECK(near(relu_distance_sup<SeGem<double, 1>>(), 0.5));
  CHECK(near(relu_distance_sup<SeGem<double, 3>>(), std::pow(5.0, 5.0 / 6) / 6));
  CHECK(near(relu_distance_sup<Gem<double, 3>>(), std::pow(5.0, 5.0 / 6) / 6));
  CHECK(near(relu_distance_sup<Silu<double>>(), 0.2784645427610738, 1e-12));
  CHECK(near(relu_distance_sup<GeluTanh<double>>(), measured_sup(GeluTanh<double>()), 1e-12));
  CHECK(relu_distance_sup<Relu<double>>() == 0);
  CHECK(near(relu_distance_sup<Cauchy<double>>(), 1 / pi<double>(), 1e-12));
}

TEST_CASE("The distance to ReLU in L^p is the closed form", "[hardening][target]") {
  CHECK(near(relu_distance<LambdaGelu<double>>(1), 0.5));
  CHECK(near(relu_distance<LambdaGelu<double>>(2), std::sqrt(0.0617650543), 1e-9));
  for (const double p : {1.0, 1.5, 2.0, 3.0, 7.5, 20.0}) {
    CAPTURE(p);
    if (p > 1) {
      CHECK(near(relu_distance<EGem<double, 1>>(p), log_logistic_lp(1, p), 1e-12));
      CHECK(near(relu_distance<SeGem<double, 1>>(p), log_logistic_lp(1, p), 1e-12));
    }
    CHECK(near(relu_distance<EGem<double, 2>>(p), log_logistic_lp(2, p), 1e-12));
    CHECK(near(relu_distance<SeGem<double, 2>>(p), log_logistic_lp(2, p), 1e-12));
    CHECK(near(relu_distance<EGem<double, 3>>(p), log_logistic_lp(3, p), 1e-12));
    CHECK(near(relu_distance<SeGem<double, 4>>(p), log_logistic_lp(4, p), 1e-12));
  }
  CHECK(near(relu_distance<EGem<double, 5>>(1000), log_logistic_lp(5, 1000), 1e-12));
  CHECK(near(relu_distance<EGem<double, 50>>(10), log_logistic_lp(50, 10), 1e-12));
  CHECK(near(relu_distance<EGem<double, 1>>(1.01), log_logistic_lp(1, 1.01), 1e-10));
  CHECK(near(relu_distance<EGem<double, 1>>(1.0005), log_logistic_lp(1, 1.0005), 1e-8));  // most of it far out
  CHECK(relu_distance<EGem<double, 1>>(1) == std::numeric_limits<double>::infinity());
  CHECK(relu_distance<SeGem<double, 1>>(1) == std::numeric_limits<double>::infinity());
  CHECK(relu_distance<Cauchy<double>>(2) == std::numeric_limits<double>::infinity());
  CHECK(relu_distance<Relu<double>>(2) == 0);
}

TEST_CASE("A large p comes near the largest distance", "[hardening][target]") {
  for (const double p : {300.0, 1000.0, 5000.0}) {
    CAPTURE(p);
    CHECK(near(relu_distance<LambdaGelu<double>>(p), relu_distance_sup<LambdaGelu<double>>(), 20 / p));
    CHECK(near(relu_distance<EGem<double, 2>>(p), relu_distance_sup<EGem<double, 2>>(), 20 / p));
  }
}

TEST_CASE("Distances shrink with the hardness as they should", "[hardening][target]") {
  const auto check = [](const auto& act, double p) {
    using Activation = std::decay_t<decltype(act)>;
    const double h = act.hardness();
    CAPTURE(h, p);
    CHECK(near(measured(act, p), relu_distance<Activation>(p) * std::pow(h, -(1 + 1 / p)), 1e-8));
    CHECK(near(measured_sup(act), relu_distance_sup<Activation>() / h, 1e-10));
    const auto step_error = [&](double x) { return x == 0 ? 0 : error_at(act, x) / std::fabs(x); };
    CHECK(near(integral(step_error, 1 / h), gate_distance<Activation>() / h, 1e-8));
  };
  check(LambdaGelu<double>(1), 1);
  check(LambdaGelu<double>(3.5), 1);
  check(LambdaGelu<double>(40), 2);
  check(LambdaGelu<double>(0.25), 3);
  check(EGem<double, 1>(1e-4), 2);
  check(EGem<double, 2>(10), 1);
  check(EGem<double, 2>(1e-6), 1.5);
  check(SeGem<double, 1>(0.3), 2);
  check(SeGem<double, 3>(1e-9), 1);
}

TEST_CASE("At the hardness found from a tolerance the distance is the tolerance", "[hardening][target]") {
  const auto check = [](const auto& act) {
    using Activation = std::decay_t<decltype(act)>;
    for (const double tolerance : {0.3, 0.01, 1e-4}) {
      CAPTURE(tolerance);
      const auto by_gate = act.with_hardness(hardness_for_gate_tolerance<Activation>(tolerance));
      const auto step_error = [&](double x) { return x == 0 ? 0 : error_at(by_gate, x) / std::fabs(x); };
      CHECK(near(integral(step_error, 1 / by_gate.hardness()), tolerance, 1e-8));
      const auto by_sup = act.with_hardness(hardness_for_sup_tolerance<Activation>(tolerance));
      CHECK(near(measured_sup(by_sup), tolerance, 1e-10));
      for (const double p : {1.0, 2.0, 3.5}) {
        if (!std::isfinite(relu_distance<Activation>(p))) continue;
        const auto by_lp = act.with_hardness(hardness_for_lp_tolerance<Activation>(p, tolerance));
        CAPTURE(p);
        CHECK(near(measured(by_lp, p), tolerance, 1e-8));
      }
    }
  };
  check(LambdaGelu<double>());
  check(EGem<double, 1>());
  check(EGem<double, 2>());
  check(SeGem<double, 1>());
  check(SeGem<double, 3>());
}

TEST_CASE("The rule of the paper: h* is the constant over the tolerance", "[hardening][target]") {
  CHECK(near(hardness_for_gate_tolerance<LambdaGelu<double>>(0.05), 0.7978845608028654 / 0.05));
  CHECK(near(hardness_for_gate_tolerance<EGem<double, 1>>(0.05), 1.5707963267948966 / 0.05));
  CHECK(near(hardness_for_sup_tolerance<EGem<double, 1>>(0.05), 10));
  CHECK(near(hardness_for_lp_tolerance<LambdaGelu<double>>(1, 0.005), 10));
}

TEST_CASE("ReLU has no hardness at which it is near ReLU", "[hardening][target]") {
  CHECK(refuses([] { (void)hardness_for_sup_tolerance<Relu<double>>(0.1); }, {"distance to ReLU", "greater than 0"}));
}

TEST_CASE("Infinite distances are refused as targets", "[hardening][target]") {
  const std::initializer_list<const char*> parts = {"must be finite", "got inf"};
  CHECK(refuses([] { hardness_for_gate_tolerance<Cauchy<double>>(0.1); }, parts));
  CHECK(refuses([] { hardness_for_lp_tolerance<Cauchy<double>>(2, 0.1); }, parts));
  CHECK(refuses([] { hardness_for_lp_tolerance<EGem<double, 1>>(1, 0.1); }, parts));
  CHECK(refuses([] { hardness_for_lp_tolerance<SeGem<double, 1>>(1, 0.1); }, parts));
  CHECK(refuses([] { hardness_for_gate_tolerance<Cauchy<double>>(0.1); }, {"L1 distance of the gate"}));
  CHECK(refuses([] { hardness_for_lp_tolerance<EGem<double, 1>>(1, 0.1); }, {"L^p distance to ReLU"}));
}

TEST_CASE("Tolerances and exponents outside their domains are refused by name and value", "[hardening][target]") {
  using Activation = LambdaGelu<double>;
  const double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  for (const auto& [tolerance, text] :
       {std::pair{0.0, "got 0"}, {-0.5, "got -0.5"}, {nan, "nan"}, {infinity, "got inf"}}) {
    const double delta = tolerance;
    CAPTURE(delta);
    CHECK(refuses([&] { hardness_for_gate_tolerance<Activation>(delta); }, {"tolerance", text}));
    CHECK(refuses([&] { hardness_for_sup_tolerance<Activation>(delta); }, {"tolerance", text}));
    CHECK(refuses([&] { hardness_for_lp_tolerance<Activation>(2, delta); }, {"tolerance", text}));
  }
  for (const auto& [exponent, text] :
       {std::pair{0.5, "got 0.5"}, {-1.0, "got -1"}, {nan, "nan"}, {infinity, "got inf"}, {1e7, "got 10000000"}}) {
    const double p = exponent;
    CAPTURE(p);
    CHECK(refuses([&] { relu_distance<Activation>(p); }, {"p must be in [1, 1e6]", text}));
    CHECK(refuses([&] { hardness_for_lp_tolerance<Activation>(p, 0.1); }, {"p must be in [1, 1e6]", text}));
  }
}

#if defined(HARDGATE_HAS_BOOST)
namespace {

using Real = boost::multiprecision::cpp_bin_float_50;

Real quadrature(const std::function<Real(const Real&)>& g) {
  static boost::math::quadrature::exp_sinh<Real> rule;
  return rule.integrate(g);
}
Real largest(const std::function<Real(const Real&)>& g, double from, double to) {
  const auto minus = [&](const Real& u) { return Real(-g(u)); };
  return -boost::math::tools::brent_find_minima(minus, Real(from), Real(to), std::numeric_limits<Real>::digits / 2)
              .second;
}
Real beta(const Real& a, const Real& b) { return boost::math::beta(a, b); }

}  // namespace

TEST_CASE("The constants are the integrals and maxima of the definitions, by quadrature in 50 digits",
          "[hardening][target][constants]") {
  // |G - H| on the side where it is not 0, and how many such sides there are; f' of hardness 1.
  const Real circle = boost::math::constants::pi<Real>(), root_2_pi = sqrt(Real(2 * circle));
  const auto normal = [](const Real& u) { return Real(erfc(Real(u / sqrt(Real(2)))) / 2); };
  const auto normal_slope = [&](const Real& u) { return Real(1 - normal(u) + u * exp(Real(-u * u / 2)) / root_2_pi); };
  struct Row {
    const char* name;
    Real by_definition, closed_form;
    const char* digits;  // as the table of constants prints it, "" where it prints a formula alone
    double library;      // what the library computes
  };
  std::vector<Row> rows{
      {"normal, gate", 2 * quadrature(normal), sqrt(Real(2) / circle), "0.7978845608",
       gate_distance<LambdaGelu<double>>()},
      {"normal, sup", largest([&](const Real& u) { return Real(u * normal(u)); }, 0, 3),
       Real("0.7517915259") * normal(Real("0.7517915259")), "0.1699712075", relu_distance_sup<LambdaGelu<double>>()},
      {"normal, L1", 2 * quadrature([&](const Real& u) { return Real(u * normal(u)); }), Real(0.5), "0.5",
       relu_distance<LambdaGelu<double>>(1)},
      {"normal, L2", sqrt(Real(2 * quadrature([&](const Real& u) { return Real(u * normal(u) * u * normal(u)); }))),
       sqrt(Real("0.0617650543")), "", relu_distance<LambdaGelu<double>>(2)},
      {"normal, slope", largest(normal_slope, 0, 3), normal_slope(sqrt(Real(2))), "1.1289",
       LambdaGelu<double>(1).derivative(std::sqrt(2.0))}};
  const auto log_logistic = [&](auto order, const char* gate, const char* sup, const char* slope) {
    constexpr int N = order();
    const Real n(N), angle = circle / (2 * n);
    const auto tail = [](const Real& u) { return Real(1 / (1 + pow(u, 2 * N))); };
    const auto rise = [&](const Real& u) { return Real((1 - tail(u)) * (1 + 2 * N * tail(u))); };
    const auto fall = [&](const Real& u) { return Real(-tail(u) * (1 - 2 * N * (1 - tail(u)))); };
    rows.push_back(
        {"log-logistic, gate", quadrature(tail), angle / sin(angle), gate, gate_distance<EGem<double, N>>()});
    rows.push_back({"log-logistic, sup", largest([&](const Real& u) { return Real(u * tail(u)); }, 0, 4),
                    pow(Real(2 * n - 1), Real(1 - 1 / (2 * n))) / (2 * n), sup, relu_distance_sup<SeGem<double, N>>()});
    for (const double p : {1.0, 1.5, 2.0, 3.0}) {
      if (p * (2 * N - 1) <= 1) continue;  // diverges
      const Real a = (Real(p) + 1) / (2 * n);
      rows.push_back(
          {"log-logistic, Lp",
           pow(quadrature([&](const Real& u) { return Real(pow(Real(u * tail(u)), Real(p))); }), Real(1 / Real(p))),
           pow(Real(beta(a, Real(p) - a) / (2 * n)), Real(1 / Real(p))), "", relu_distance<EGem<double, N>>(p)});
    }
    const double steepest = std::pow((2 * N + 1) / (2.0 * N - 1), 0.5 / N);
    rows.push_back({"log-logistic, slope", largest(rise, 0, 4), Real((1 + 2 * n) * (1 + 2 * n) / (8 * n)), slope,
                    EGem<double, N>().derivative(steepest)});
    rows.push_back({"reflected, slope", largest(fall, 0.5, 4), Real((2 * n - 1) * (2 * n - 1) / (8 * n)), "",
                    -SeGem<double, N>().derivative(-steepest)});
  };
  log_logistic(std::integral_constant<int, 1>(), "1.5707963", "0.5", "1.125");
  log_logistic(std::integral_constant<int, 2>(), "1.1107207", "0.5698767642", "1.5625");
  log_logistic(std::integral_constant<int, 3>(), "1.0471976", "", "2.0416666667");

  for (const Row& row : rows) {
    CAPTURE(row.name, row.by_definition.str(), row.closed_form.str());
    const std::string name = row.name;
    const bool typed = name == "normal, sup" || name == "normal, L2";  // closed forms of ten digits
    CHECK(abs(Real(row.by_definition / row.closed_form - 1)) < Real(typed ? "1e-9" : "1e-20"));
    CHECK(near(row.library, static_cast<double>(row.by_definition), 2e-13));
    const std::string digits = row.digits;
    if (digits.empty()) continue;
    const Real last_place = pow(Real(10), -static_cast<int>(digits.size() - digits.find('.') - 1));
    CHECK(abs(Real(row.by_definition - Real(digits))) <= last_place / 2 * Real("1.000001"));
  }
  CHECK(rows.size() == 5 + 3 * 4 + 3 + 4 + 4);
}
#endif
