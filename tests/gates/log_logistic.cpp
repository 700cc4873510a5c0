// The GEM family on exact rational numbers: what is proved here is proved without tolerance.
#include <hardgate/activations.hpp>
#include <hardgate/testing/check_smoothness.hpp>

#include "catch.hpp"
#include "support.hpp"

#if defined(HARDGATE_HAS_BOOST)
#include <boost/multiprecision/cpp_int.hpp>

using namespace hardgate;
using hardgate_tests::Findings;
using hardgate_tests::plain_power;
using hardgate_tests::Random;
using Rational = boost::multiprecision::cpp_rational;

namespace {

template <int... N, class Visitor>
void for_each_order(std::integer_sequence<int, N...>, Visitor&& visit) {
  (visit(std::integral_constant<int, N>()), ...);
}
using one_to_six = std::integer_sequence<int, 1, 2, 3, 4, 5, 6>;

/// A random fraction that is not 0, half of them beyond ±1.
Rational random_point(Random& random) {
  const Rational size(random.integer(1, 60), random.integer(1, 40));
  return random.integer(0, 1) == 0 ? size : Rational(-size);
}

/// The definitions, as the papers write them.
template <class T>
T egem_by_definition(const T& x, const T& epsilon, int n) {
  return x > T(0) ? T(plain_power(x, 2 * n + 1) / (epsilon + plain_power(x, 2 * n))) : T(0);
}
template <class T>
T se_gem_by_definition(const T& x, const T& epsilon, int n) {
  return x >= T(0) ? x : T(epsilon * x / (epsilon + plain_power(x, 2 * n)));
}

}  // namespace

TEST_CASE("Away from 0 the GEM family is smooth to every order tried", "[gem][egem][segem][smoothness]") {
  Random random(3);
  for (int i = 0; i < 20; ++i) {
    const Rational x = random_point(random), epsilon(random.integer(1, 9), random.integer(1, 9));
    CHECK(check_smoothness<9>(EGem<Rational, 2>(epsilon), x).passed());
    CHECK(check_smoothness<9>(SeGem<Rational, 2>(epsilon), x).passed());
  }
}

TEST_CASE("Values, derivatives and parameter gradients of the GEM family are exact on rational numbers",
          "[gem][egem][segem][rational]") {
  Findings findings;
  for_each_order(one_to_six(), [&findings](auto order) {
    constexpr int n = order();
    Random random(4);
    for (int i = 0; i < 100; ++i) {
      const Rational x = random_point(random), epsilon(random.integer(1, 30), random.integer(1, 30));
      using J = Jet<Rational, 1>;
      // f and f' by a jet in x, ∂f/∂ε by a jet in ε
      const auto expect = [&](const char* name, const auto& act, auto definition) {
        const J by_x = definition(J::variable(x), J(epsilon), n),
                by_epsilon = definition(J(x), J::variable(epsilon), n);
        findings.expect(act(x) == by_x.c[0], name, "value", n, x, epsilon);
        findings.expect(act.derivative(x) == by_x.c[1], name, "derivative", n, x, epsilon);
        findings.expect(act.parameter_gradient(x) == by_epsilon.c[1], name, "parameter gradient", n, x, epsilon);
      };
      expect("EGem", EGem<Rational, n>(epsilon),
             [](const J& y, const J& e, int m) { return egem_by_definition(y, e, m); });
      expect("SeGem", SeGem<Rational, n>(epsilon),
             [](const J& y, const J& e, int m) { return se_gem_by_definition(y, e, m); });
      findings.expect(Gem<Rational, n>()(x) == egem_by_definition(x, Rational(1), n), "Gem", n, x);
    }
  });
  INFO(findings.report());
  CHECK(findings.none());
}

TEST_CASE("SE-GEM(x) is x + E-GEM(-x), exactly", "[egem][segem][rational]") {
  Findings findings;
  for_each_order(one_to_six(), [&findings](auto order) {
    constexpr int n = order();
    Random random(6);
    for (int i = 0; i < 100; ++i) {
      const Rational x = random_point(random), epsilon(random.integer(1, 30), random.integer(1, 30));
      const SeGem<Rational, n> se(epsilon);
      const EGem<Rational, n> e(epsilon);
      findings.expect(se(x) == x + e(Rational(-x)), "value", n, x, epsilon);
      findings.expect(se.derivative(x) == 1 - e.derivative(Rational(-x)), "derivative", n, x, epsilon);
      findings.expect(se.parameter_gradient(x) == e.parameter_gradient(Rational(-x)), "gradient", n, x, epsilon);
    }
  });
  INFO(findings.report());
  CHECK(findings.none());
}

TEST_CASE("E-GEM and SE-GEM are one shape each: f(x; epsilon) = f(hx; 1)/h with epsilon = h^-2N, exactly",
          "[egem][segem][rational]") {
  Findings findings;
  for_each_order(one_to_six(), [&findings](auto order) {
    constexpr int n = order();
    Random random(7);
    for (int i = 0; i < 100; ++i) {
      const Rational x = random_point(random), h(random.integer(1, 20), random.integer(1, 20));
      const Rational epsilon = 1 / plain_power(h, 2 * n), hx = h * x;
      findings.expect(EGem<Rational, n>(epsilon)(x) == Gem<Rational, n>()(hx) / h, "EGem", n, x, h);
      findings.expect(SeGem<Rational, n>(epsilon)(x) == SeGem<Rational, n>()(hx) / h, "SeGem", n, x, h);
      findings.expect(EGem<Rational, n>().with_hardness(h).epsilon() == epsilon, "with_hardness", n, h);
    }
  });
  INFO(findings.report());
  CHECK(findings.none());
}

TEST_CASE("At epsilon = 0 the activations are ReLU, and the parameter gradient is the one-sided derivative",
          "[egem][segem][rational]") {
  Findings findings;
  for_each_order(one_to_six(), [&findings](auto order) {
    constexpr int n = order();
    Random random(8);
    const EGem<Rational, n> e(Rational(0));
    const SeGem<Rational, n> se(Rational(0));
    for (int i = 0; i < 100; ++i) {
      const Rational x = random_point(random), relu = x > 0 ? x : Rational(0), step(x > 0 ? 1 : 0);
      findings.expect(e(x) == relu && se(x) == relu, "value", n, x);
      findings.expect(e.derivative(x) == step && se.derivative(x) == step, "derivative", n, x);
      const Rational slope = 1 / plain_power(x, 2 * n - 1);
      findings.expect(e.parameter_gradient(x) == (x > 0 ? Rational(-slope) : Rational(0)), "EGem gradient", n, x);
      findings.expect(se.parameter_gradient(x) == (x < 0 ? slope : Rational(0)), "SeGem gradient", n, x);
      findings.expect(e.template derivatives<3>(x) == std::array<Rational, 4>{relu, step, 0, 0}, "derivatives", n, x);
    }
    findings.expect(e(Rational(0)) == 0 && e.parameter_gradient(Rational(0)) == 0, "EGem at 0", n);
    findings.expect(se(Rational(0)) == 0 && se.parameter_gradient(Rational(0)) == 0, "SeGem at 0", n);
  });
  INFO(findings.report());
  CHECK(findings.none());
}

TEST_CASE("The gates are distribution functions: between 0 and 1, ½ at 1, complement and mirror image exact",
          "[egem][segem][rational]") {
  Random random(9);
  Findings findings;
  for_each_order(one_to_six(), [&](auto order) {
    constexpr int n = order();
    using F = LogLogisticGate<n>;
    using R = ReflectedLogLogisticGate<n>;
    for (int i = 0; i < 100; ++i) {
      const Rational u = random_point(random), g = F::value(u);
      findings.expect(g >= 0 && g < 1 && (g > 0) == (u > 0), "range", n, u);
      findings.expect(F::complement(u) == 1 - g, "complement", n, u);
      findings.expect(R::value(u) == 1 - F::value(Rational(-u)), "mirror image", n, u);
      findings.expect(R::complement(u) == 1 - R::value(u), "complement of the mirror image", n, u);
    }
    findings.expect(F::value(Rational(1)) == Rational(1, 2) && F::value(Rational(0)) == 0, "F", n);
    findings.expect(R::value(Rational(-1)) == Rational(1, 2) && R::value(Rational(0)) == 1, "R", n);
  });
  INFO(findings.report());
  CHECK(findings.none());
}

TEST_CASE("Derivatives of every order keep their digits wherever x and epsilon are", "[egem][segem][rational]") {
  Findings findings;
  const auto check = [&findings](auto order, auto scalar) {
    constexpr int n = order();
    using T = decltype(scalar);
    using Limits = std::numeric_limits<T>;
    Random random(11);
    for (int i = 0; i < 300; ++i) {
      const T epsilon = static_cast<T>(std::pow(10.0, random.between(-12, 4)));
      const T x = static_cast<T>(std::pow(10.0, random.between(-6, sizeof(T) == 8 && i % 2 == 0 ? 40 : 4)));
      const auto expect = [&](const char* name, const auto& got, const auto& series, const T& at) {
        // f(x + δ) = (x + δ)·G: the terms may cancel, which is no error of theirs
        Rational factorial(1);
        for (std::size_t k = 1; k <= 6; ++k) {
          factorial *= static_cast<int>(k);
          const Rational straight = Rational(at) * series.c[k], before = series.c[k - 1],
                         exact = factorial * (straight + before), size = factorial * (abs(straight) + abs(before));
          if (k >= 2 && size > Rational((Limits::min)()) / Rational(Limits::epsilon()) &&
              size < Rational((Limits::max)()))
            findings.expect(abs(Rational(Rational(got[k]) - exact)) <=
                                size * Rational(Limits::epsilon()) * 40 * n * static_cast<int>(k),
                            name, n, "order", k, "at", at, epsilon, "got", got[k]);
        }
      };
      using J = Jet<Rational, 6>;
      const J u = J::variable(Rational(x)), t = plain_power(u, 2 * n), e = Rational(epsilon);
      expect("EGem", EGem<T, n>(epsilon).template derivatives<6>(x), t / (e + t), x);
      const J v = J::variable(Rational(-x)), s = plain_power(v, 2 * n);
      expect("SeGem", SeGem<T, n>(epsilon).template derivatives<6>(-x), e / (e + s), -x);
    }
  };
  check(std::integral_constant<int, 1>(), float());
  check(std::integral_constant<int, 2>(), float());
  check(std::integral_constant<int, 4>(), float());
  check(std::integral_constant<int, 1>(), double());
  check(std::integral_constant<int, 3>(), double());
  INFO(findings.report());
  CHECK(findings.none());
}
#endif

TEST_CASE("The only zero of SE-GEM's slope is its minimum", "[segem]") {
  const auto check = [](auto order) {
    constexpr int n = order();
    for (const double epsilon : {1.0, 1e-4, 10.0}) {
      const hardgate::SeGem<double, n> act(epsilon);
      const double lowest = -std::pow(epsilon / (2 * n - 1), 1.0 / (2 * n));
      CHECK(std::fabs(act.derivative(lowest)) < 1e-14);
      CHECK(act.derivative(lowest * 0.999) > 0);
      CHECK(act.derivative(lowest * 1.001) < 0);
      CHECK(act(lowest) < act(lowest * 0.99));
      CHECK(act(lowest) < act(lowest * 1.01));
    }
  };
  check(std::integral_constant<int, 1>());
  check(std::integral_constant<int, 2>());
  check(std::integral_constant<int, 3>());
}

TEST_CASE("The largest slopes are those of the mathematics: (1 + 2N)²/8N for E-GEM, -(2N - 1)²/8N for SE-GEM",
          "[egem][segem]") {
  const auto check = [](auto order) {
    constexpr int n = order();
    double steepest = 0, deepest = 1;
    const hardgate::Gem<double, n> gem;
    const hardgate::SeGem<double, n> segem;
    for (double x = 0; x < 8; x += 1.0 / 4096) {
      steepest = std::fmax(steepest, gem.derivative(x));
      deepest = std::fmin(deepest, segem.derivative(-x));
    }
    CHECK(std::fabs(steepest - (1 + 2 * n) * (1 + 2 * n) / (8.0 * n)) < 1e-5);
    CHECK(std::fabs(deepest + (2 * n - 1) * (2 * n - 1) / (8.0 * n)) < 1e-5);
  };
  check(std::integral_constant<int, 1>());
  check(std::integral_constant<int, 2>());
  check(std::integral_constant<int, 3>());
}
