#include <hardgate/activations.hpp>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;

TEST_CASE("Hard swish is x·clip((x + 3)/6, 0, 1)", "[hard_swish]") {
  for (double x = -5; x < 5; x += 1.0 / 64) {
    const double clipped = x < -3 ? 0 : x > 3 ? 1 : (x + 3) / 6;
    CHECK(HardSwish<double>()(x) == Approx(x * clipped).margin(1e-15));
  }
}

TEST_CASE("Outside [-3, 3] hard swish is ReLU exactly, and its derivative at the corners too", "[hard_swish]") {
  const HardSwish<float> act;
  for (const float x : {-1e30f, -4.0f, -3.0f, 3.0f, 4.0f, 1e30f}) {
    CHECK(act(x) == Relu<float>()(x));
    CHECK(act.derivative(x) == Relu<float>().derivative(x));
    CHECK(act.second_derivative(x) == 0);
  }
  CHECK(act.derivative(std::nextafter(3.0f, 0.0f)) == Approx(1.5f));
  CHECK(act.derivative(std::nextafter(-3.0f, 0.0f)) == Approx(-0.5f));
}

TEST_CASE("A harder hard swish bends in a smaller interval", "[hard_swish]") {
  const auto act = GatedUnit<double, HardSigmoidGate>(30);
  CHECK(act(-0.1) == 0);
  CHECK(act(0.1) == 0.1);
  CHECK(act(0.05) == Approx(0.05 * 0.75));
  CHECK(act.parameter_gradient(0.05) == Approx(0.05 * 0.05 / 6));
}
