#include <hardgate/detail/exponential.hpp>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate::detail;
using hardgate_tests::never;

#if defined(HARDGATE_HAS_BOOST)
#include <boost/multiprecision/cpp_bin_float.hpp>

using Real = boost::multiprecision::cpp_bin_float_quad;

namespace {

/// The worst error of e^(-(high + low)) in ulp, when asked for as e^(-d(high + low)/d).
template <class T, int d = 1>
double worst_error(double from, double to) {
  hardgate_tests::Random random;
  double worst = 0;
  for (int i = 0; i < 20000; ++i) {
    const T high = static_cast<T>(random.between(from, to));
    const T low = high * static_cast<T>(random.between(-0.5, 0.5)) * std::numeric_limits<T>::epsilon();
    const Real exact = exp(Real(-(Real(high) + Real(low))));
    const T value = ScaledExponential<T, d>(d * high, d * low).times(T(1), never<T>);
    worst = std::fmax(worst, hardgate_tests::ulp_error(value, exact, exact));
  }
  return worst;
}

}  // namespace

TEST_CASE("The exponential is right to 1.1 ulp over its whole range, subnormal results included", "[exponential]") {
  CHECK(worst_error<float>(0, 1) < 1.1);
  CHECK(worst_error<float>(0, 80) < 1.1);
  CHECK(worst_error<float>(80, 110) < 1.1);
  CHECK(worst_error<double>(0, 1) < 1.1);
  CHECK(worst_error<double>(0, 700) < 1.1);
  CHECK(worst_error<double>(700, 760) < 1.1);
}

TEST_CASE("That of half the exponent is as good in double, and in float right to 1.2 ulp", "[exponential]") {
  CHECK(worst_error<float, 2>(0, 1) < 1.2);
  CHECK(worst_error<float, 2>(0, 80) < 1.2);
  CHECK(worst_error<float, 2>(80, 110) < 1.2);
  CHECK(worst_error<double, 2>(0, 1) < 1.1);
  CHECK(worst_error<double, 2>(0, 700) < 1.1);
  CHECK(worst_error<double, 2>(700, 760) < 1.1);
}
#endif

TEMPLATE_TEST_CASE("The exponential is 1 at 0 and 0 far out, without overflow", "[exponential]", float, double) {
  using T = TestType;
  CHECK(ScaledExponential<T>(T(0), T(0)).times(T(1), never<T>) == 1);
  CHECK(ScaledExponential<T>(T(0), T(0)).times(T(-7), never<T>) == -7);
  CHECK(ScaledExponential<T, 2>(T(0), T(0)).times(T(-7), never<T>) == -7);
  CHECK(ScaledExponential<T>(exponential_bound<T>, T(0)).times(T(1), never<T>) == 0);
  CHECK(std::isnan(ScaledExponential<T>(std::numeric_limits<T>::quiet_NaN(), T(0)).times(T(1), never<T>)));
}

TEMPLATE_TEST_CASE("What rounding the exponent dropped reaches the result", "[exponential]", float, double) {
  using T = TestType;
  const T least = std::numeric_limits<T>::epsilon(), low = T(25) * least;
  const T plain = ScaledExponential<T>(T(50), T(0)).times(T(1), never<T>);
  const T corrected = ScaledExponential<T>(T(50), low).times(T(1), never<T>);
  CHECK(std::fabs((plain - corrected) / (plain * least) - 25) < 2);  // e^(-low) = 1 - 25ε
}
