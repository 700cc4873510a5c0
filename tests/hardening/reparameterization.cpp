// λ(s) = 1 + softplus(s/t): stable for every s, with its derivative and its inverse.
#include <hardgate/hardgate.hpp>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;

namespace {

/// softplus and sigmoid in long double, each in the form that suits the side.
long double softplus(long double z) { return z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z)); }
long double sigmoid(long double z) { return z > 0 ? 1 / (1 + std::exp(-z)) : std::exp(z) / (1 + std::exp(z)); }

/// visit(s) from -1e6 to 1e6 in ascending order, dense around 0.
template <class Scalar, class Visit>
void for_each_s(const Visit& visit) {
  constexpr int steps = 4000;
  for (int i = steps; i >= -steps; --i) {
    const double size = std::pow(10.0, 6 - 24 * (1 - std::abs(i) / double(steps)));
    visit(static_cast<Scalar>(i > 0 ? -size : i < 0 ? size : 0));
  }
}

constexpr double temperatures[] = {1e-6, 1e-3, 0.1, 1, 30, 1e6};

}  // namespace

TEMPLATE_TEST_CASE("The hardness is at least 1, finite and monotone for every s and temperature",
                   "[hardening][reparameterization]", float, double) {
  using Scalar = TestType;
  for (const double t : temperatures) {
    const Reparameterization<Scalar> map(static_cast<Scalar>(t));
    CAPTURE(t);
    CHECK(map.temperature() == static_cast<Scalar>(t));
    Scalar before = 1;
    int wrong = 0;
    for_each_s<Scalar>([&](Scalar s) {
      const Scalar hardness = map.hardness(s);
      wrong += !std::isfinite(hardness) + !(hardness >= 1) + !(hardness >= before);
      before = hardness;
    });
    CHECK(wrong == 0);
    CHECK(map.hardness(-std::numeric_limits<Scalar>::infinity()) == 1);
    CHECK(std::isnan(map.hardness(std::numeric_limits<Scalar>::quiet_NaN())));
    CHECK(std::isnan(map.derivative(std::numeric_limits<Scalar>::quiet_NaN())));
  }
}

TEMPLATE_TEST_CASE("Hardness and derivative agree with their formulas in higher precision",
                   "[hardening][reparameterization]", float, double) {
  using Scalar = TestType;
  const long double epsilon = std::numeric_limits<Scalar>::epsilon();
  for (const double t : temperatures) {
    const Reparameterization<Scalar> map(static_cast<Scalar>(t));
    CAPTURE(t);
    int wrong = 0;
    for_each_s<Scalar>([&](Scalar s) {
      // s/t is rounded once, which moves e^(-s/t) by |s/t| roundings
      const long double z = static_cast<long double>(s) / static_cast<long double>(map.temperature());
      const long double hardness = 1 + softplus(z);
      const long double slope = sigmoid(z) / static_cast<long double>(map.temperature());
      const auto actual = static_cast<long double>(map.derivative(s));
      wrong += !(std::fabs(static_cast<long double>(map.hardness(s)) - hardness) <= 2 * epsilon * hardness);
      wrong += !(std::fabs(actual - slope) <= (4 + (z < 0 ? -z : 0)) * epsilon * slope +
                                                  static_cast<long double>(std::numeric_limits<Scalar>::min()));
      wrong += !(actual >= 0);
    });
    CHECK(wrong == 0);
  }
}

TEST_CASE("The derivative is that of the hardness", "[hardening][reparameterization]") {
  const Reparameterization<long double> map(0.1L);
  for (const long double s : {-3.0L, -0.4L, -0.01L, 0.0L, 0.01L, 0.2L, 1.0L, 5.0L}) {
    const long double h = 1e-6L, difference = (map.hardness(s + h) - map.hardness(s - h)) / (2 * h);
    CHECK(std::fabs(map.derivative(s) - difference) <= 1e-8L * (difference + 1e-4L));
  }
  CHECK(Reparameterization<double>(0.1).derivative(0) == Approx(5));
  CHECK(Reparameterization<double>().temperature() == 0.1);
}

TEST_CASE("At s = 0 the hardness is 1 + ln 2", "[hardening][reparameterization]") {
  for (const double t : temperatures)
    CHECK(std::fabs(Reparameterization<double>(t).hardness(0) - 1.6931471805599453) <= 3e-16);
}

TEST_CASE("A smaller temperature makes the hardness react more strongly", "[hardening][reparameterization]") {
  CHECK(Reparameterization<double>(0.01).derivative(0.05) > Reparameterization<double>(0.1).derivative(0.05));
  CHECK(Reparameterization<double>(0.01).hardness(0.05) > Reparameterization<double>(0.1).hardness(0.05));
  CHECK(Reparameterization<double>(0.01).hardness(-0.05) < Reparameterization<double>(0.1).hardness(-0.05));
}

TEMPLATE_TEST_CASE("The inverse brings every hardness back", "[hardening][reparameterization]", float, double) {
  using Scalar = TestType;
  const Scalar epsilon = std::numeric_limits<Scalar>::epsilon();
  for (const double t : temperatures) {
    const Reparameterization<Scalar> map(static_cast<Scalar>(t));
    CAPTURE(t);
    int wrong = 0;
    for (double above = static_cast<double>(epsilon); above < 1e6; above *= 1.07) {
      const auto hardness = static_cast<Scalar>(1 + above);
      const Scalar s = map.inverse(hardness), again = map.hardness(s);
      // an error of a rounding of s/t is one of that size in λ
      wrong += !std::isfinite(s) + !(std::fabs(again - hardness) <= 4 * epsilon * hardness);
      const long double z = static_cast<long double>(hardness) - 1;
      const long double exact = static_cast<long double>(map.temperature()) * (z + std::log1p(-std::exp(-z)));
      if (z > 1e-3L)
        wrong +=
            !(std::fabs(static_cast<long double>(s) - exact) <=
              4 * static_cast<long double>(epsilon) * (std::fabs(exact) + static_cast<long double>(map.temperature())));
    }
    CHECK(wrong == 0);
  }
  CHECK(std::fabs(Reparameterization<double>(0.1).inverse(1.6931471805599453)) < 1e-16);
}

TEST_CASE("A temperature or hardness outside its domain is refused by name and value",
          "[hardening][reparameterization]") {
  const double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(refuses([] { Reparameterization<double> map(0); }, {"temperature", "greater than 0", "got 0"}));
  CHECK(refuses([] { Reparameterization<double> map(-0.25); }, {"temperature", "got -0.25"}));
  CHECK(refuses([&] { Reparameterization<double> map(nan); }, {"temperature", "nan"}));
  CHECK(refuses([&] { Reparameterization<double> map(infinity); }, {"temperature", "got inf"}));
  CHECK(refuses([] { Reparameterization<float> map(-1.5f); }, {"temperature", "got -1.5"}));
  const Reparameterization<double> map(0.1);
  CHECK(refuses([&] { map.inverse(1); }, {"hardness", "greater than 1", "got 1"}));
  CHECK(refuses([&] { map.inverse(0.5); }, {"hardness", "got 0.5"}));
  CHECK(refuses([&] { map.inverse(nan); }, {"hardness", "nan"}));
  CHECK(refuses([&] { map.inverse(infinity); }, {"hardness", "got inf"}));
}
