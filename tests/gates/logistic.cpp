#include <hardgate/activations.hpp>

#include "catch.hpp"
#include "support.hpp"

#if defined(HARDGATE_HAS_BOOST)
#include <boost/multiprecision/cpp_bin_float.hpp>

using namespace hardgate;
using hardgate_tests::Random;
using Real = boost::multiprecision::cpp_bin_float_50;

TEST_CASE("The gradient of Swish with respect to β is x²·σ'(βx)", "[swish]") {
  Random random(12);
  for (int i = 0; i < 50; ++i) {
    const Real x = Real(random.between(-5, 5)), h = Real(random.between(0.3, 3)), e = exp(Real(-h * x));
    CHECK(abs(Real(Swish<Real>(h).parameter_gradient(x) - x * x * e / ((1 + e) * (1 + e)))) < Real("1e-45"));
  }
}
#endif
