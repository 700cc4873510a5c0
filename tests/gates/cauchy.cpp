#include <hardgate/hardgate.hpp>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using hardgate_tests::refuses;

TEST_CASE("IGLU is x·(½ + atan(σx)/π)", "[iglu]") {
  const Iglu<double> act(1.7);
  for (double x = -30; x < 30; x += 1.0 / 8) {
    const long double exact = x * (0.5L + std::atan(1.7 * static_cast<long double>(x)) / std::acos(-1.0L));
    CHECK(act(x) == Approx(static_cast<double>(exact)).epsilon(1e-13));
  }
}

TEST_CASE("IGLU has a limit on the left that is not 0", "[iglu]") {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double sigma : {0.5, 1.0, 40.0}) {
    const Iglu<double> act(sigma);
    CHECK(act(-infinity) == Approx(-1 / (sigma * pi<double>())));
    CHECK(act.derivative(-infinity) == 0);
    CHECK(act(infinity) == infinity);
    CHECK(act.derivative(infinity) == 1);
  }
  CHECK(Iglu<double>(infinity)(-infinity) == 0);
}

TEST_CASE("IGLU converges to ReLU only in the largest distance", "[iglu]") {
  CHECK(relu_distance_sup<Iglu<double>>() == Approx(1 / pi<double>()));
  CHECK(std::isinf(gate_distance<Iglu<double>>()));
  CHECK(std::isinf(relu_distance<Iglu<double>>(2)));
#if defined(__cpp_exceptions)
  CHECK(refuses([] { return hardness_for_gate_tolerance<Iglu<double>>(0.1); }, {"finite", "got inf"}));
  CHECK(refuses([] { return Iglu<double>(-1); }, {"sigma", "got -1"}));
#endif
}
