// Distances to ReLU against constants, closed forms and direct quadrature, and the hardness found from a
// tolerance.
#include <hardgate/hardgate.hpp>

#include <functional>
#include <string>
#include <vector>

#include "catch.hpp"
#include "refusal.hpp"

#if defined(HARDGATE_HAS_BOOST)
#include <boost/math/quadrature/exp_sinh.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/tools/minima.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>
#endif

namespace {

using hardgate::EGem;
using hardgate::gate_distance;
using hardgate::GeluTanh;
using hardgate::Gem;
using hardgate::hardness_for_gate_tolerance;
using hardgate::hardness_for_lp_tolerance;
using hardgate::hardness_for_sup_tolerance;
using hardgate::LambdaGelu;
using hardgate::Relu;
using hardgate::relu_distance;
using hardgate::relu_distance_sup;
using hardgate::SeGem;
using hardgate::Silu;

/// A gate with heavy tails: ∫ |G - H| diverges.
struct Cauchy : hardgate::Gate<Cauchy> {
  template <class T>
  static T value(const T& u) {
    using std::atan;
    const T pi = hardgate::math::pi<T>();
    return u < T(-1) ? T(-atan(T(T(1) / u)) / pi) : T(T(0.5) + atan(u) / pi);
  }
  template <class T>
  static T complement(const T& u) {
    return value(T(-u));
  }
};
using CauchyUnit = hardgate::GatedUnit<double, Cauchy>;

constexpr double pi = 3.14159265358979324;

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
    for (int k = 1; k < 3; ++k)
      sum += half * weights[k] * (g(middle - half * nodes[k]) + g(middle + half * nodes[k]));
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

template <class Unit>
double error_at(const Unit& unit, double x) {
  return std::fabs(unit(x) - (x > 0 ? x : 0));
}

/// (∫ |f - ReLU|^p)^(1/p) of the unit as it stands, and the largest |f - ReLU|, both measured.
template <class Unit>
double measured(const Unit& unit, double p) {
  return std::pow(integral([&](double x) { return std::pow(error_at(unit, x), p); }, 1 / unit.hardness()),
                  1 / p);
}
template <class Unit>
double measured_sup(const Unit& unit) {
  double best = 0, at = 0;
  for (double u = -6; u <= 6; u += 1e-3)
    if (error_at(unit, u / unit.hardness()) > best) best = error_at(unit, (at = u) / unit.hardness());
  for (double u = at - 1e-3; u <= at + 1e-3; u += 1e-7)
    best = std::fmax(best, error_at(unit, u / unit.hardness()));
  return best;
}

/// ∫₀^∞ (u·F)^p for the log-logistic gates: B(a, p - a)/2N, a = (p + 1)/2N.
double log_logistic_lp(int N, double p) {
  const double a = (p + 1) / (2 * N);
  return std::pow(std::exp(std::lgamma(a) + std::lgamma(p - a) - std::lgamma(p)) / (2 * N), 1 / p);
}

}  // namespace

TEST_CASE("The distance of the gate to the step is the closed form", "[hardening][distance]") {
  CHECK(near(gate_distance<LambdaGelu<double>>(), 0.7978845608028653559));
  CHECK(near(gate_distance<LambdaGelu<float>>(), std::sqrt(2 / pi)));
  CHECK(near(gate_distance<EGem<double, 1>>(), 1.5707963267948966));
  CHECK(near(gate_distance<EGem<double, 2>>(), 1.1107207345395915));
  CHECK(near(gate_distance<EGem<double, 3>>(), 1.0471975511965977));
  CHECK(near(gate_distance<SeGem<double, 1>>(), 1.5707963267948966));
  CHECK(near(gate_distance<SeGem<double, 2>>(), 1.1107207345395915));
  CHECK(near(gate_distance<SeGem<double, 3>>(), 1.0471975511965977));
  for (const double N : {1.0, 2.0, 3.0}) {
    const double closed = pi / (2 * N) / std::sin(pi / (2 * N));
    CHECK(near(closed, N == 1   ? gate_distance<Gem<double, 1>>()
                       : N == 2 ? gate_distance<Gem<double, 2>>()
                                : gate_distance<Gem<double, 3>>()));
  }
  CHECK(near(gate_distance<Gem<double, 8>>(), pi / 16 / std::sin(pi / 16)));
  CHECK(near(gate_distance<Gem<double, 100>>(), pi / 200 / std::sin(pi / 200)));  // nearly a step itself
  CHECK(near(gate_distance<Gem<double, 1000>>(), pi / 2000 / std::sin(pi / 2000)));
  CHECK(near(gate_distance<Silu<double>>(), 2 * std::log(2.0)));
  CHECK(gate_distance<Relu<double>>() == 0);
  CHECK(gate_distance<CauchyUnit>() == std::numeric_limits<double>::infinity());
}

TEST_CASE("The largest distance to ReLU is the closed form", "[hardening][distance]") {
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
  CHECK(near(relu_distance_sup<CauchyUnit>(), 1 / pi, 1e-12));
}

TEST_CASE("The distance to ReLU in L^p is the closed form", "[hardening][distance]") {
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
  CHECK(
      near(relu_distance<EGem<double, 1>>(1.0005), log_logistic_lp(1, 1.0005), 1e-8));  // most of it far out
  CHECK(relu_distance<EGem<double, 1>>(1) == std::numeric_limits<double>::infinity());
  CHECK(relu_distance<SeGem<double, 1>>(1) == std::numeric_limits<double>::infinity());
  CHECK(relu_distance<CauchyUnit>(2) == std::numeric_limits<double>::infinity());
  CHECK(relu_distance<Relu<double>>(2) == 0);
}

TEST_CASE("A large p comes near the largest distance", "[hardening][distance]") {
  for (const double p : {300.0, 1000.0, 5000.0}) {
    CAPTURE(p);
    CHECK(near(relu_distance<LambdaGelu<double>>(p), relu_distance_sup<LambdaGelu<double>>(), 20 / p));
    CHECK(near(relu_distance<EGem<double, 2>>(p), relu_distance_sup<EGem<double, 2>>(), 20 / p));
  }
}

TEST_CASE("Distances shrink with the hardness as they should", "[hardening][distance]") {
  const auto check = [](const auto& unit, double p) {
    using Unit = std::decay_t<decltype(unit)>;
    const double h = unit.hardness();
    CAPTURE(h, p);
    CHECK(near(measured(unit, p), relu_distance<Unit>(p) * std::pow(h, -(1 + 1 / p)), 1e-8));
    CHECK(near(measured_sup(unit), relu_distance_sup<Unit>() / h, 1e-10));
    const auto step_error = [&](double x) { return x == 0 ? 0 : error_at(unit, x) / std::fabs(x); };
    CHECK(near(integral(step_error, 1 / h), gate_distance<Unit>() / h, 1e-8));
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

TEST_CASE("At the hardness found from a tolerance the distance is the tolerance", "[hardening][distance]") {
  const auto check = [](const auto& unit) {
    using Unit = std::decay_t<decltype(unit)>;
    for (const double tolerance : {0.3, 0.01, 1e-4}) {
      CAPTURE(tolerance);
      const auto by_gate = unit.with_hardness(hardness_for_gate_tolerance<Unit>(tolerance));
      const auto step_error = [&](double x) { return x == 0 ? 0 : error_at(by_gate, x) / std::fabs(x); };
      CHECK(near(integral(step_error, 1 / by_gate.hardness()), tolerance, 1e-8));
      const auto by_sup = unit.with_hardness(hardness_for_sup_tolerance<Unit>(tolerance));
      CHECK(near(measured_sup(by_sup), tolerance, 1e-10));
      for (const double p : {1.0, 2.0, 3.5}) {
        if (!std::isfinite(relu_distance<Unit>(p))) continue;
        const auto by_lp = unit.with_hardness(hardness_for_lp_tolerance<Unit>(p, tolerance));
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

TEST_CASE("The rule of the paper: h* is the constant over the tolerance", "[hardening][distance]") {
  CHECK(near(hardness_for_gate_tolerance<LambdaGelu<double>>(0.05), 0.7978845608028654 / 0.05));
  CHECK(near(hardness_for_gate_tolerance<EGem<double, 1>>(0.05), 1.5707963267948966 / 0.05));
  CHECK(near(hardness_for_sup_tolerance<EGem<double, 1>>(0.05), 10));
  CHECK(near(hardness_for_lp_tolerance<LambdaGelu<double>>(1, 0.005), 10));
}

TEST_CASE("Infinite distances are refused as targets", "[hardening][distance]") {
  const auto refuse = [](auto call) { return refusal(call, {"must be finite", "got inf"}); };
  CHECK(refuse([] { hardness_for_gate_tolerance<CauchyUnit>(0.1); }) == "");
  CHECK(refuse([] { hardness_for_lp_tolerance<CauchyUnit>(2, 0.1); }) == "");
  CHECK(refuse([] { hardness_for_lp_tolerance<EGem<double, 1>>(1, 0.1); }) == "");
  CHECK(refuse([] { hardness_for_lp_tolerance<SeGem<double, 1>>(1, 0.1); }) == "");
  CHECK(refusal([] { hardness_for_gate_tolerance<CauchyUnit>(0.1); }, {"L1 distance of the gate"}) == "");
  CHECK(refusal([] { hardness_for_lp_tolerance<EGem<double, 1>>(1, 0.1); }, {"L^p distance to ReLU"}) == "");
}

TEST_CASE("Tolerances and exponents outside their domains are refused by name and value",
          "[hardening][distance]") {
  using Unit = LambdaGelu<double>;
  const double infinity = std::numeric_limits<double>::infinity(),
               nan = std::numeric_limits<double>::quiet_NaN();
  for (const auto& [tolerance, text] :
       {std::pair{0.0, "got 0"}, {-0.5, "got -0.5"}, {nan, "nan"}, {infinity, "got inf"}}) {
    const double delta = tolerance;
    CAPTURE(delta);
    CHECK(refusal([&] { hardness_for_gate_tolerance<Unit>(delta); }, {"tolerance", text}) == "");
    CHECK(refusal([&] { hardness_for_sup_tolerance<Unit>(delta); }, {"tolerance", text}) == "");
    CHECK(refusal([&] { hardness_for_lp_tolerance<Unit>(2, delta); }, {"tolerance", text}) == "");
  }
  for (const auto& [exponent, text] :
       {std::pair{0.5, "got 0.5"}, {-1.0, "got -1"}, {nan, "nan"}, {infinity, "got inf"}}) {
    const double p = exponent;
    CAPTURE(p);
    CHECK(refusal([&] { relu_distance<Unit>(p); }, {"p must be at least 1", text}) == "");
    CHECK(refusal([&] { hardness_for_lp_tolerance<Unit>(p, 0.1); }, {"p must be at least 1", text}) == "");
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
  return -boost::math::tools::brent_find_minima(minus, Real(from), Real(to),
                                                std::numeric_limits<Real>::digits / 2)
              .second;
}
Real beta(const Real& a, const Real& b) { return boost::math::beta(a, b); }

}  // namespace

TEST_CASE("The constants are the integrals and maxima of the definitions, by quadrature in 50 digits",
          "[hardening][distance][constants]") {
  // |G - H| on the side where it is not 0, and how many such sides there are; f' of hardness 1.
  const Real circle = boost::math::constants::pi<Real>(), root_2_pi = sqrt(Real(2 * circle));
  const auto normal = [](const Real& u) { return Real(erfc(Real(u / sqrt(Real(2)))) / 2); };
  const auto normal_slope = [&](const Real& u) {
    return Real(1 - normal(u) + u * exp(Real(-u * u / 2)) / root_2_pi);
  };
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
       Real("0.7517915259") * normal(Real("0.7517915259")), "0.1699712075",
       relu_distance_sup<LambdaGelu<double>>()},
      {"normal, L1", 2 * quadrature([&](const Real& u) { return Real(u * normal(u)); }), Real(0.5), "0.5",
       relu_distance<LambdaGelu<double>>(1)},
      {"normal, L2",
       sqrt(Real(2 * quadrature([&](const Real& u) { return Real(u * normal(u) * u * normal(u)); }))),
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
                    pow(Real(2 * n - 1), Real(1 - 1 / (2 * n))) / (2 * n), sup,
                    relu_distance_sup<SeGem<double, N>>()});
    for (const double p : {1.0, 1.5, 2.0, 3.0}) {
      if (p * (2 * N - 1) <= 1) continue;  // diverges
      const Real a = (Real(p) + 1) / (2 * n);
      rows.push_back({"log-logistic, Lp",
                      pow(quadrature([&](const Real& u) { return Real(pow(Real(u * tail(u)), Real(p))); }),
                          Real(1 / Real(p))),
                      pow(Real(beta(a, Real(p) - a) / (2 * n)), Real(1 / Real(p))), "",
                      relu_distance<EGem<double, N>>(p)});
    }
    const double steepest = std::pow((2 * N + 1) / (2.0 * N - 1), 0.5 / N);
    rows.push_back({"log-logistic, slope", largest(rise, 0, 4), Real((1 + 2 * n) * (1 + 2 * n) / (8 * n)),
                    slope, EGem<double, N>().derivative(steepest)});
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
