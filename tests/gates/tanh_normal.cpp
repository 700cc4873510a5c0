#include <hardgate/activations.hpp>

#include "catch.hpp"
#include "support.hpp"

TEST_CASE("tanh-GELU stays within 5e-4 of GELU and is not GELU", "[gelu_tanh]") {
  double furthest = 0;
  for (double x = -8; x < 8; x += 1.0 / 64)
    furthest = std::fmax(furthest, std::fabs(hardgate::GeluTanh<double>()(x) - hardgate::Gelu<double>()(x)));
  CHECK(furthest < 5e-4);
  CHECK(furthest > 4e-4);
}

TEST_CASE("The bent logistic in double is ½x(1 + tanh(√(2/π)(x + 0.044715x³)))", "[gelu_tanh]") {
  for (double x = -4; x < 4; x += 1.0 / 16) {
    const long double y = x, v = std::sqrt(2 / std::acos(-1.0L)) * (y + 0.044715L * y * y * y);
    CHECK(std::fabs(hardgate::GeluTanh<double>()(x) - static_cast<double>(y / 2 * (1 + std::tanh(v)))) < 1e-15);
  }
}
