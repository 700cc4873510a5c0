#include <hardgate/activations.hpp>

#include "accuracy.hpp"
#include "catch.hpp"

#if defined(HARDGATE_HAS_BOOST)
#include <boost/multiprecision/cpp_bin_float.hpp>

using namespace hardgate;
using hardgate_tests::Random;
using Real = boost::multiprecision::cpp_bin_float_50;

TEST_CASE("A logistic gate with a hardness of its own has the gradient by h of x²·σ'(hx)", "[silu]") {
  using Swish = GatedUnit<Real, gates::Logistic>;
  Random random(12);
  for (int i = 0; i < 50; ++i) {
    const Real x = Real(random.between(-5, 5)), h = Real(random.between(0.3, 3)), e = exp(Real(-h * x));
    CHECK(abs(Real(Swish(h).parameter_gradient(x) - x * x * e / ((1 + e) * (1 + e)))) < Real("1e-45"));
  }
}
#endif

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
    CHECK(std::fabs(hardgate::GeluTanh<double>()(x) - static_cast<double>(y / 2 * (1 + std::tanh(v)))) <
          1e-15);
  }
}
