#include <hardgate/activations.hpp>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;

TEST_CASE("GoLU is x·exp(-exp(-x))", "[golu]") {
  for (double x = -6; x < 40; x += 1.0 / 16) {
    const long double exact = x * std::exp(-std::exp(-static_cast<long double>(x)));
    CHECK(Golu<double>()(x) == Approx(static_cast<double>(exact)).epsilon(4e-15));
    CHECK(Golu<float>()(static_cast<float>(x)) == Approx(static_cast<float>(exact)).epsilon(6e-7).margin(1e-44));
  }
}

TEST_CASE("The gate of GoLU keeps its digits on both sides", "[golu]") {
  CHECK(GompertzGate::complement(50.0) == Approx(std::exp(-50.0)).epsilon(1e-14));
  CHECK(GompertzGate::value(0.0) == Approx(std::exp(-1.0)));
  CHECK(GompertzGate::value(-1000.0) == 0);
}

TEST_CASE("The derivative of GoLU is smallest where f'' is 0", "[golu]") {
  const Golu<double> act;
  CHECK(act.second_derivative(-1.06009031989321) == Approx(0).margin(1e-13));
  CHECK(act.derivative(-1.06009031989321) == Approx(-0.114878311548679));
}

TEST_CASE("GoLU at hardnesses from 1e-30 to 1e30", "[golu]") {
  for (const float h : {1e-30f, 1e-25f, 1e-18f, 1e-6f, 1e6f, 1e30f}) {
    const auto act = Golu<float>().with_hardness(h);
    const auto wide = act.cast<double>();
    const float infinity = std::numeric_limits<float>::infinity();
    for (const float u : {-4.0f, -1.0f, -1e-3f, 1e-3f, 1.0f, 20.0f}) {
      const float x = u / h;
      if (!std::isfinite(x)) continue;
      CAPTURE(h, x);
      CHECK(act(x) == Approx(wide(x)).epsilon(1e-5).margin(2e-45));
      CHECK(act.derivative(x) == Approx(wide.derivative(x)).epsilon(1e-5).margin(1e-6));
      if (std::isfinite(x * x))  // beyond, it may saturate
        CHECK(act.parameter_gradient(x) == Approx(wide.parameter_gradient(x)).epsilon(1e-5).margin(1e-37));
    }
    if (h > 1e-24f) {
      CHECK(act.derivative(-infinity) == 0);
      if (h < 1e14f) CHECK(std::fabs(act.second_derivative(-infinity)) == 0);
    }
  }
}

TEST_CASE("GoLU is 0 at -∞ down to a hardness of 1e-28, in double of 1e-287", "[golu]") {
  for (const float h : {1e-28f, 1e-27f, 1e-20f, 1.0f, 1e30f})
    CHECK(Golu<float>().with_hardness(h)(-std::numeric_limits<float>::infinity()) == 0);
  for (const double h : {1e-287, 1e-270, 1e-100, 1.0, 1e300})
    CHECK(Golu<double>().with_hardness(h)(-std::numeric_limits<double>::infinity()) == 0);
}

TEST_CASE("No gradient of GoLU is NaN, however small the hardness", "[golu]") {
  for (int exponent = -126; exponent < -90; ++exponent) {
    const auto act = Golu<float>().with_hardness(std::ldexp(1.25f, exponent));
    for (const float u : {-7.0f, -5.1f, -4.9f, -1.0f, 0.5f, 3.0f, 40.0f}) {
      CAPTURE(exponent, u);
      CHECK(act.parameter_gradient(std::fmax(u / act.hardness(), -std::numeric_limits<float>::max())) >= 0);
    }
  }
}
