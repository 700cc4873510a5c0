// The proof of smoothness: the derivatives of every gate are those of its definition, to order 2N+3 for N = 1
// … 6, exactly on rational numbers and to 1e-30 where there is an exponential; from both sides of 0 they are
// those that make an activation C^2N and no smoother; and the values have no others. The definitions are expanded
// here, by schoolbook arithmetic on power series, so that no formula of the library is trusted.
#include <hardgate/activations.hpp>
#include <hardgate/testing/check_smoothness.hpp>

#include "catch.hpp"
#include "support.hpp"

#if defined(HARDGATE_HAS_BOOST)
#include <boost/math/special_functions/erf.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <boost/multiprecision/cpp_int.hpp>

using namespace hardgate;
using hardgate_tests::Findings;
using hardgate_tests::plain_power;
using hardgate_tests::Random;
using Rational = boost::multiprecision::cpp_rational;
using Real = boost::multiprecision::cpp_bin_float_50;
using Reference = boost::multiprecision::cpp_bin_float_100;

namespace {

// ---- Power series in δ, truncated: coefficients c₀ … c_K ----

template <class T>
using Series = std::vector<T>;

template <class T>
Series<T> product(const Series<T>& a, const Series<T>& b) {
  Series<T> c(a.size(), T(0));
  for (std::size_t k = 0; k < c.size(); ++k)
    for (std::size_t j = 0; j <= k; ++j) c[k] += a[j] * b[k - j];
  return c;
}
template <class T>
Series<T> quotient(const Series<T>& a, const Series<T>& b) {
  Series<T> c = a;
  for (std::size_t k = 0; k < c.size(); ++k) {
    for (std::size_t j = 0; j < k; ++j) c[k] -= c[j] * b[k - j];
    c[k] /= b[0];
  }
  return c;
}
/// (x + δ)ⁿ by the binomial theorem.
template <class T>
Series<T> binomial(const T& x, int n, std::size_t size) {
  Series<T> c(size, T(0));
  T choose(1);
  for (int k = 0; k <= n && k < static_cast<int>(size); ++k) {
    c[static_cast<std::size_t>(k)] = choose * plain_power(x, n - k);
    choose = choose * (n - k) / (k + 1);
  }
  return c;
}
/// e^(c·δⁿ) = Σ cʲ·δ^(nj)/j!
template <class T>
Series<T> exponential(const T& c, std::size_t n, std::size_t size) {
  Series<T> e(size, T(0));
  T term(1);
  for (std::size_t j = 0; n * j < size; ++j) {
    e[n * j] = term;
    term *= c / static_cast<int>(j + 1);
  }
  return e;
}

// ---- The definitions, as series of f(x + δ). `right` says on which side of 0 x + δ lies ----

template <class T>
Series<T> egem(const T& x, const T& epsilon, int n, bool right, std::size_t size) {
  if (!right) return Series<T>(size, T(0));
  Series<T> below = binomial(x, 2 * n, size);
  below[0] += epsilon;
  return quotient(binomial(x, 2 * n + 1, size), below);
}
template <class T>
Series<T> se_gem(const T& x, const T& epsilon, int n, bool right, std::size_t size) {
  const Series<T> identity = binomial(x, 1, size);
  if (right) return identity;
  Series<T> above = identity, below = binomial(x, 2 * n, size);
  for (T& c : above) c *= epsilon;
  below[0] += epsilon;
  return quotient(above, below);
}
/// (x + δ)·Φ(λ(x + δ)), Φ = ∫φ.
Series<Reference> lambda_gelu(const Reference& x, const Reference& lambda, std::size_t size) {
  const Reference u = lambda * x, pi = 4 * atan(Reference(1));
  Series<Reference> density =
      product(exponential<Reference>(-u * lambda, 1, size), exponential<Reference>(-lambda * lambda / 2, 2, size));
  const Reference at_u = exp(Reference(-u * u / 2)) / sqrt(Reference(2 * pi));
  Series<Reference> gate(size, erfc(Reference(-u / sqrt(Reference(2)))) / 2);
  for (std::size_t k = 1; k < size; ++k) gate[k] = lambda * at_u * density[k - 1] / static_cast<int>(k);
  return product(binomial(x, 1, size), gate);
}
/// (x + δ)/(1 + e^(-w)), w = a·(u + c·u³), u = h(x + δ); c = 0 is Swish.
Series<Reference> bent_logistic(const Reference& x, const Reference& h, const Reference& a, const Reference& c,
                                std::size_t size) {
  const Series<Reference> u = binomial(x, 1, 4), cube = binomial(x, 3, 4);
  Series<Reference> below(size, Reference(0));
  below[0] = 1;
  for (std::size_t k = 0; k < 4; ++k) {
    const Reference w = a * (h * u[k] + c * h * h * h * cube[k]);
    if (k == 0) {
      below[0] = exp(Reference(-w));
    } else {
      below = product(below, exponential<Reference>(-w, k, size));
    }
  }
  below[0] += 1;
  return quotient(binomial(x, 1, size), below);
}

// ---- What the tests need ----

template <class T>
T factorial(std::size_t n) {
  T product(1);
  for (std::size_t k = 2; k <= n; ++k) product *= static_cast<int>(k);
  return product;
}

template <class Visitor>
void for_each_order(Visitor&& visit) {
  const auto all = [&visit](auto... n) { (visit(n), ...); };
  all(std::integral_constant<int, 1>(), std::integral_constant<int, 2>(), std::integral_constant<int, 3>(),
      std::integral_constant<int, 4>(), std::integral_constant<int, 5>(), std::integral_constant<int, 6>());
}

/// A random fraction that is not 0, half of them beyond ±1.
Rational random_point(Random& random) {
  const Rational size(random.integer(1, 40), random.integer(1, 40));
  return random.integer(0, 1) == 0 ? size : Rational(-size);
}

template <class T, std::size_t size>
bool are_derivatives(const std::array<T, size>& derivatives, const Series<T>& series) {
  for (std::size_t k = 0; k < size; ++k)
    if (derivatives[k] != factorial<T>(k) * series[k]) return false;
  return true;
}

}  // namespace

TEST_CASE("GEM, E-GEM, SE-GEM: the derivatives to order 2N+3 are those of the definition, exactly",
          "[smoothness][gem][egem][segem]") {
  Findings findings;
  for_each_order([&](auto order) {
    constexpr int n = order(), K = 2 * n + 3;
    Random random(n);
    for (int i = 0; i < 120; ++i) {
      const Rational x = random_point(random), epsilon = i % 8 == 0 ? Rational(1, 1000000) : abs(random_point(random));
      const Series<Rational> by_definition[] = {egem<Rational>(x, epsilon, n, x > 0, K + 1),
                                                se_gem<Rational>(x, epsilon, n, x > 0, K + 1)};
      const EGem<Rational, n> e(epsilon);
      const SeGem<Rational, n> se(epsilon);
      findings.expect(are_derivatives(e.template derivatives<K>(x), by_definition[0]), "EGem", n, x, epsilon);
      findings.expect(are_derivatives(se.template derivatives<K>(x), by_definition[1]), "SeGem", n, x, epsilon);
      if (i % 8 == 1)
        findings.expect(
            are_derivatives(Gem<Rational, n>().template derivatives<K>(x), egem<Rational>(x, 1, n, x > 0, K + 1)),
            "Gem", n, x);
      if (i % 6 != 0) continue;
      // Hardness only stretches an activation: f⁽ᵏ⁾(x; h) = h^(k-1)·f⁽ᵏ⁾(hx; 1).
      const Rational h = abs(random_point(random)), hx = h * x;
      const auto one = SeGem<Rational, n>().template derivatives<K>(hx);
      const auto hard = SeGem<Rational, n>().with_hardness(h).template derivatives<K>(x);
      const auto gem = Gem<Rational, n>().template derivatives<K>(hx);
      const auto hard_gem = Gem<Rational, n>().with_hardness(h).template derivatives<K>(x);
      for (std::size_t k = 0; k <= K; ++k) {
        const Rational stretch = plain_power(h, static_cast<int>(k)) / h;
        findings.expect(hard[k] == stretch * one[k] && hard_gem[k] == stretch * gem[k], "stretched", n, k, x, h);
      }
    }
  });
  INFO(findings.report());
  CHECK(findings.none());
}

TEST_CASE("GEM, E-GEM, SE-GEM are C^2N at 0 and no smoother: both one-sided expansions, exactly",
          "[smoothness][gem][egem][segem]") {
  for_each_order([](auto order) {
    constexpr std::size_t n = order(), K = 2 * n + 3, jump = 2 * n + 1;
    for (const Rational& epsilon : {Rational(1), Rational(1, 7), Rational(10), Rational(1, 1000000)}) {
      CAPTURE(n, epsilon.str());
      const EGem<Rational, n> e(epsilon);
      const SeGem<Rational, n> se(epsilon);
      std::array<Rational, K + 1> e_side[2], se_side[2];
      for (const bool right : {false, true}) {
        e_side[right] = detail::one_sided_derivatives<K>(e, Rational(0), right ? 1 : -1);
        se_side[right] = detail::one_sided_derivatives<K>(se, Rational(0), right ? 1 : -1);
        CHECK(are_derivatives(e_side[right], egem<Rational>(0, epsilon, n, right, K + 1)));
        CHECK(are_derivatives(se_side[right], se_gem<Rational>(0, epsilon, n, right, K + 1)));
      }
      for (std::size_t k = 0; k < jump; ++k) {
        CHECK((e_side[0][k] == 0 && e_side[1][k] == 0));
        CHECK((se_side[0][k] == (k == 1 ? 1 : 0) && se_side[1][k] == se_side[0][k]));
      }
      const Rational height = factorial<Rational>(jump) / epsilon;
      CHECK((e_side[0][jump] == 0 && e_side[1][jump] == height));
      CHECK((se_side[0][jump] == -height && se_side[1][jump] == 0));

      // derivatives<K> at 0 takes the side where the activation is a straight line.
      CHECK((e.template derivatives<K>(Rational(0)) == e_side[0]));
      CHECK((se.template derivatives<K>(Rational(0)) == se_side[1]));

      // And so says the checker.
      CHECK(check_smoothness<jump - 1>(e).passed());
      CHECK(check_smoothness<jump - 1>(se).passed());
      const auto beyond = check_smoothness<jump>(e);
      REQUIRE(beyond.failures.size() == 1);
      CHECK(beyond.failures[0].order == static_cast<int>(jump));
      CHECK((beyond.failures[0].from_left == 0 && beyond.failures[0].from_right == height));
      CHECK(check_smoothness<jump>(se).failures.size() == 1);
    }
  });
}

TEST_CASE("GEM, E-GEM, SE-GEM: the values are those that the derivatives predict", "[smoothness][gem][egem][segem]") {
  Findings findings;
  for_each_order([&](auto order) {
    constexpr int n = order(), K = 2 * n + 3;
    Random random(100 + n);
    const auto check = [&](const char* name, const auto& act, const Rational& x, const Rational& delta) {
      const auto derivatives = act.template derivatives<K + 1>(x);
      Rational rest = act(Rational(x + delta)), power(1);
      for (std::size_t k = 0; k <= K; ++k, power *= delta) rest -= derivatives[k] / factorial<Rational>(k) * power;
      // What is left over is the next term, but for O(δ).
      const Rational next = derivatives[K + 1] / factorial<Rational>(K + 1), error = abs(Rational(rest / power - next));
      findings.expect(error <= abs(delta) * Rational("1000000000000000000000000"), name, n, x, error);
    };
    for (int i = 0; i < 20; ++i) {
      Rational x = random_point(random), epsilon = abs(random_point(random));
      if (abs(x) < Rational(1, 4)) x = 1 / x;  // the neighbourhood of 0 is the case above
      const Rational delta(i % 2 == 0 ? 1 : -1, boost::multiprecision::cpp_int(1) << 120);
      check("EGem", EGem<Rational, n>(epsilon), x, delta);
      check("SeGem", SeGem<Rational, n>(epsilon), x, delta);
    }
  });
  INFO(findings.report());
  CHECK(findings.none());
}

TEST_CASE(
    "λ-GELU, Swish and tanh-GELU of any hardness in 50 digits: the derivatives to order 15 are those of the "
    "definition, to 1e-30",
    "[smoothness][lambda_gelu][swish][gelu_tanh]") {
  constexpr int K = 15;
  Findings findings;
  Random random;
  const auto agree = [&](const char* name, const auto& act, const Real& x, const Series<Reference>& series) {
    const auto derivatives = act.template derivatives<K>(x);
    for (std::size_t k = 0; k <= K; ++k) {
      const Reference exact = factorial<Reference>(k) * series[k], size = abs(exact) > 1 ? Reference(abs(exact)) : 1;
      findings.expect(abs(Reference(Reference(derivatives[k]) - exact)) <= size * Reference("1e-30"), name, k, x);
    }
    findings.expect(abs(Reference(Reference(act(x)) - series[0])) <= Reference("1e-45"), name, "value", x);
    findings.expect(abs(Reference(Reference(act.derivative(x)) - series[1])) <= Reference("1e-45"), name, "slope", x);
  };
  const Reference a = sqrt(Reference(8) / (4 * atan(Reference(1)))), c = Reference(44715) / 1000000;
  for (int i = 0; i < 200; ++i) {
    const Real x(i < 2 ? 0 : random.between(-4, 4)), h(random.between(0.2, 3));
    const Reference exact_x(x), exact_h(h);
    agree("LambdaGelu", LambdaGelu<Real>(h), x, lambda_gelu(exact_x, exact_h, K + 1));
    agree("Swish", Swish<Real>(h), x, bent_logistic(exact_x, exact_h, 1, 0, K + 1));
    if (i % 4 == 0)
      agree("tanh-GELU", GatedUnit<Real, TanhNormalGate>(h), x, bent_logistic(exact_x, exact_h, a, c, K + 1));
    // Hardness only stretches an activation, and moves it by x²·G'(hx).
    const Real stretched = LambdaGelu<Real>(1)(Real(h * x)) / h;
    findings.expect(abs(Real(LambdaGelu<Real>(h)(x) - stretched)) < Real("1e-45"), "stretched", x, h);
    const Reference slope =
        (lambda_gelu(exact_x, exact_h, 2)[1] - lambda_gelu(exact_x, exact_h, 1)[0] / (i < 2 ? 1 : exact_x));
    if (i >= 2)
      findings.expect(abs(Reference(Reference(LambdaGelu<Real>(h).parameter_gradient(x)) - exact_x * slope / exact_h)) <
                          Reference("1e-45"),
                      "gradient", x, h);
  }
  // The same from both sides of 0: C^∞ as far as tried.
  CHECK(check_smoothness<K>(LambdaGelu<Real>(3)).passed());
  CHECK(check_smoothness<K>(Silu<Real>()).passed());
  CHECK(check_smoothness<K>(GeluTanh<Real>()).passed());
  const auto at_0 = LambdaGelu<Real>(3).derivatives<2>(Real(0));
  const Real density_at_0 = 1 / sqrt(Real(8) * atan(Real(1)));
  CHECK((at_0[0] == 0 && at_0[1] == 0.5 && abs(Real(at_0[2] - 6 * density_at_0)) < Real("1e-48")));
  INFO(findings.report());
  CHECK(findings.none());
}
#endif
