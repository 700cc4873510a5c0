#include <hardgate/activations.hpp>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using hardgate_tests::same_bits;

TEMPLATE_TEST_CASE("ReLU is max(x, 0) with slope 0 at 0", "[relu]", float, double, long double) {
  using T = TestType;
  const Relu<T> relu;
  const T infinity = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  CHECK(relu(T(2.5)) == T(2.5));
  CHECK(relu(T(-2.5)) == 0);
  CHECK(relu(infinity) == infinity);
  CHECK(relu(-infinity) == 0);
  CHECK(std::isnan(relu(nan)));
  CHECK(relu(std::numeric_limits<T>::denorm_min()) == std::numeric_limits<T>::denorm_min());
  CHECK(relu.derivative(T(2.5)) == 1);
  CHECK(relu.derivative(std::numeric_limits<T>::denorm_min()) == 1);
  CHECK(relu.derivative(T(0)) == 0);
  CHECK(relu.derivative(-T(0)) == 0);
  CHECK(relu.derivative(T(-2.5)) == 0);
  CHECK(relu.derivative(infinity) == 1);
  CHECK(relu.derivative(-infinity) == 0);
  CHECK(std::isnan(relu.derivative(nan)));
  CHECK(relu.hardness() == infinity);
  CHECK((relu.template derivatives<4>(T(3)) == std::array<T, 5>{3, 1, 0, 0, 0}));
  CHECK((relu.template derivatives<4>(T(-3)) == std::array<T, 5>{0, 0, 0, 0, 0}));
  CHECK((relu.template derivatives<0>(T(3)) == std::array<T, 1>{3}));
}

TEST_CASE("The step is 0 up to and including 0, and 1 beyond", "[relu]") {
  CHECK(HeavisideGate::value(0.0) == 0);
  CHECK(HeavisideGate::value(-1.0) == 0);
  CHECK(HeavisideGate::value(1e-300) == 1);
}

TEST_CASE("ReLU is a constant", "[relu]") {
  constexpr Relu<long double> relu{};
  constexpr Relu<double> plain{};
  CHECK((plain(2.0) == 2.0 && plain(-2.0) == 0.0 && plain.derivative(2.0) == 1.0));
  CHECK(relu(2.0L) == 2);
}
