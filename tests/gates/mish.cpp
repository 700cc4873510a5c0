#include <hardgate/activations.hpp>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;

TEST_CASE("Mish is x·tanh(log(1 + e^x))", "[mish]") {
  for (double x = -12; x < 12; x += 1.0 / 16) {
    const long double exact = x * std::tanh(std::log1p(std::exp(static_cast<long double>(x))));
    CHECK(std::fabs(Mish<double>()(x) - static_cast<double>(exact)) <= 1e-15 * std::fabs(x));
  }
}

TEST_CASE("The gate of Mish keeps its digits on both sides", "[mish]") {
  CHECK(MishGate::value(-40.0) == Approx(std::exp(-40.0)).epsilon(1e-14));
  CHECK(MishGate::complement(40.0) == Approx(2 * std::exp(-80.0)).epsilon(1e-14));
  CHECK(MishGate::value(0.0) == Approx(0.6));
  CHECK(MishGate::value(1.5) + MishGate::complement(1.5) == Approx(1));
}
