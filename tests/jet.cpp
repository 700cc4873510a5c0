// Jets are Taylor series: their arithmetic and functions on exact rational numbers and in 50 digits.
#include <hardgate/jet.hpp>

#include "catch.hpp"

#if defined(HARDGATE_HAS_BOOST)
#include <boost/math/special_functions/erf.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <boost/multiprecision/cpp_int.hpp>
#include <vector>

using hardgate::Jet;
using Rational = boost::multiprecision::cpp_rational;
using Real = boost::multiprecision::cpp_bin_float_50;

namespace {

constexpr int K = 12;
using RationalJet = Jet<Rational, K>;
using RealJet = Jet<Real, K>;

RationalJet series(const std::vector<Rational>& coefficients) {
  RationalJet jet;
  for (std::size_t k = 0; k < coefficients.size() && k <= K; ++k) jet.c[k] = coefficients[k];
  return jet;
}

bool near(const RealJet& a, const RealJet& b) {
  for (std::size_t k = 0; k <= K; ++k) {
    const Real size = abs(a.c[k]) > 1 ? Real(abs(a.c[k])) : Real(1);
    if (!(abs(Real(a.c[k] - b.c[k])) <= Real("1e-45") * size)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("Sums, differences and products of jets are those of polynomials", "[jet]") {
  const RationalJet a = series({1, 2, 3}), b = series({Rational(1, 2), -1, 0, 4});
  CHECK((a + b == series({Rational(3, 2), 1, 3, 4})));
  CHECK((a - b == series({Rational(1, 2), 3, 3, -4})));
  CHECK((-a == series({-1, -2, -3})));
  CHECK((a * b == series({Rational(1, 2), 0, Rational(-1, 2), 1, 8, 12})));
  RationalJet c = b;
  c += a, c *= a, c /= a, c -= a;
  CHECK((c == b));
  CHECK((RationalJet(Rational(5)) == series({5}) && RationalJet(5) == series({5})));
}

TEST_CASE("Products are cut off at the order of the jet", "[jet]") {
  const RationalJet delta = RationalJet::variable(Rational(0));
  RationalJet power(1);
  for (int k = 0; k < K; ++k) power *= delta;
  CHECK((power.c[K] == 1));
  CHECK((power * delta == RationalJet(0)));
}

TEST_CASE("Quotients of jets are geometric series", "[jet]") {
  const RationalJet delta = RationalJet::variable(Rational(0));
  const RationalJet ones = RationalJet(1) / (RationalJet(1) - delta),
                    halves = RationalJet(3) / (RationalJet(2) + delta);
  Rational expected(3, 2);
  for (std::size_t k = 0; k <= K; ++k, expected /= -2) {
    CHECK((ones.c[k] == 1));
    CHECK((halves.c[k] == expected));
  }
}

TEST_CASE("The variable of a jet has slope 1 to the right, -1 to the left", "[jet]") {
  CHECK((RationalJet::variable(Rational(7)) == series({7, 1})));
  CHECK((RationalJet::variable(Rational(7), Rational(-1)) == series({7, -1})));
  CHECK((Jet<Rational, 0>::variable(Rational(7)).c[0] == 7));
}

TEST_CASE("Jets are ordered like infinitesimals", "[jet]") {
  const RationalJet delta = RationalJet::variable(Rational(0));
  const RationalJet zero(0), one(1), tiny(Rational(1, 1000000000));
  CHECK((zero < delta && delta < tiny && delta > zero));
  CHECK((delta * delta < delta && zero < delta * delta));
  CHECK((-delta < zero && -delta < -(delta * delta)));
  CHECK((one - delta < one && one < one + delta * delta));
  CHECK((delta <= delta && delta >= delta && !(delta < delta) && !(delta > delta)));
  CHECK((zero <= delta && !(delta <= zero) && delta >= zero && !(zero >= delta)));
  CHECK((delta == delta && delta != zero && !(delta != delta)));
  RationalJet last;
  last.c[K] = 1;
  CHECK((zero < last && -last < zero && last != zero));
}

TEST_CASE("exp, log and sqrt of jets have their Taylor series", "[jet]") {
  const RealJet d = RealJet::variable(Real(0));
  RealJet exponential, logarithm, root;
  Real factorial(1), binomial(1);
  for (int k = 0; k <= K; ++k) {
    const auto i = static_cast<std::size_t>(k);
    if (k > 0) factorial *= k;
    exponential.c[i] = 1 / factorial;
    logarithm.c[i] = k == 0 ? Real(0) : Real(Real(k % 2 == 1 ? 1 : -1) / k);
    root.c[i] = binomial;
    binomial *= (Real(1) / 2 - k) / (k + 1);
  }
  CHECK(near(exp(d), exponential));
  CHECK(near(log(RealJet(1) + d), logarithm));
  CHECK(near(sqrt(RealJet(1) + d), root));

  const RealJet x = RealJet::variable(Real(7) / 3);
  CHECK(near(exp(RealJet(3) * d + RealJet(2)), RealJet(Real(exp(Real(2)))) * exp(RealJet(3) * d)));
  CHECK(near(log(exp(x)), x));
  CHECK(near(exp(log(x)), x));
  CHECK(near(sqrt(x) * sqrt(x), x));
}

TEST_CASE("tanh and atan of jets have their Taylor series", "[jet]") {
  const RealJet d = RealJet::variable(Real(0));
  RealJet tangent, arc;
  tangent.c[1] = 1, tangent.c[3] = Real(-1) / 3, tangent.c[5] = Real(2) / 15, tangent.c[7] = Real(-17) / 315;
  tangent.c[9] = Real(62) / 2835, tangent.c[11] = Real(-1382) / 155925;
  CHECK(near(tanh(d), tangent));
  for (int k = 1; k <= K; k += 2) arc.c[static_cast<std::size_t>(k)] = Real(k % 4 == 1 ? 1 : -1) / k;
  CHECK(near(atan(d), arc));

  const RealJet x = RealJet::variable(Real(3) / 5), e = exp(x + x);
  CHECK(near(tanh(x), (e - RealJet(1)) / (e + RealJet(1))));
  CHECK(near(atan(x) + atan(RealJet(1) / x), RealJet(Real(2 * atan(Real(1))))));
  const RealJet left = tanh(RealJet::variable(Real(3) / 5, Real(-1)));  // odd orders change their sign
  for (std::size_t k = 0; k <= K; ++k) CHECK((left.c[k] == (k % 2 == 0 ? tanh(x).c[k] : Real(-tanh(x).c[k]))));
}

TEST_CASE("erfc of a jet has its Taylor series", "[jet]") {
  const Real root_pi = sqrt(Real(4 * atan(Real(1))));
  RealJet at_0(1);  // 1 - 2/√π Σ (-1)ⁿ x^(2n+1)/(n!(2n+1))
  Real factorial(1);
  for (int n = 0; 2 * n + 1 <= K; ++n) {
    if (n > 0) factorial *= n;
    at_0.c[static_cast<std::size_t>(2 * n + 1)] = (n % 2 == 0 ? -2 : 2) / (root_pi * factorial * (2 * n + 1));
  }
  CHECK(near(erfc(RealJet::variable(Real(0))), at_0));

  // erfc⁽ᵏ⁾(x) = (-1)ᵏ·2/√π·H_(k-1)(x)·exp(-x²) with the Hermite polynomials H.
  const Real x = Real(3) / 2;
  RealJet expected(Real(boost::math::erfc(x)));
  Real before(0), hermite(1), factor = 2 / root_pi * exp(Real(-x * x));
  for (int k = 1; k <= K; ++k) {
    factor /= -k;
    expected.c[static_cast<std::size_t>(k)] = factor * hermite;
    const Real next = 2 * x * hermite - 2 * (k - 1) * before;
    before = hermite;
    hermite = next;
  }
  CHECK(near(erfc(RealJet::variable(x)), expected));
}

TEST_CASE("erf, abs and whole powers of jets are what their names say", "[jet]") {
  const RealJet x = RealJet::variable(Real(-0.75));
  CHECK(near(erf(x) + erfc(x), RealJet(1)));
  CHECK((abs(x) == -x));
  const RationalJet u = RationalJet::variable(Rational(-2, 3)), zero = RationalJet::variable(Rational(0));
  CHECK((pow(u, 3) == u * u * u));
  CHECK((pow(u, -2) * u * u == RationalJet(1)));
  CHECK((pow(u, 0) == RationalJet(1)));
  CHECK((pow(zero, 2) == zero * zero));
  CHECK((abs(zero) == zero));
}

TEST_CASE("Any power of a jet has its Taylor series", "[jet]") {
  const RealJet x = RealJet::variable(Real(7) / 3), d = RealJet::variable(Real(0));
  CHECK(near(pow(x, Real(1) / 2), sqrt(x)));
  CHECK(near(pow(x, Real(-1)), RealJet(1) / x));
  CHECK(near(pow(x, Real("1.7")), exp(RealJet(Real("1.7")) * log(x))));
  RealJet binomial;  // (1 + δ)^p
  Real coefficient(1);
  for (std::size_t k = 0; k <= K; ++k) {
    binomial.c[k] = coefficient;
    coefficient *= (Real(-0.25) - static_cast<int>(k)) / static_cast<int>(k + 1);
  }
  CHECK(near(pow(RealJet(1) + d, Real(-0.25)), binomial));
}
#endif

TEST_CASE("pi is π in every scalar", "[jet]") {
  CHECK(hardgate::pi<float>() == 3.14159265f);
  CHECK(hardgate::pi<double>() == 3.141592653589793);
  CHECK(hardgate::pi<long double>() == 3.14159265358979323846L);
  const hardgate::Jet<double, 2> jet = hardgate::pi<hardgate::Jet<double, 2>>();
  CHECK((jet.c == std::array<double, 3>{3.141592653589793, 0, 0}));
}

TEST_CASE("The derivative of tanh of a jet does not cancel", "[jet]") {
  for (const double x : {-30.0, -12.0, -1.0, 0.0, 0.5, 9.0, 19.0, 300.0}) {
    CAPTURE(x);
    const double e = std::exp(-2 * std::fabs(x));
    CHECK(tanh(Jet<double, 1>::variable(x)).c[1] == Approx(4 * e / ((1 + e) * (1 + e))).epsilon(1e-14));
  }
}
