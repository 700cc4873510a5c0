#include <hardgate/detail/normal_tail.hpp>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate::detail;
using hardgate_tests::never;

#if defined(HARDGATE_HAS_BOOST)
#include <boost/math/special_functions/erf.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>

using Real = boost::multiprecision::cpp_bin_float_quad;

namespace {

struct Worst {
  double cdf = 0, derivative = 0;
};

/// The errors of Φ(-u) and Φ(-u) - uφ(u) in ulp; the second relative to the sum of its terms.
template <class T>
Worst worst_error(double from, double to, int count) {
  using hardgate_tests::ulp_error;
  hardgate_tests::Random random;
  Worst worst;
  for (int i = 0; i < count; ++i) {
    const T u = static_cast<T>(random.between(from, to));
    const T u_low = u * static_cast<T>(random.between(-0.5, 0.5)) * std::numeric_limits<T>::epsilon();
    const Real exact = Real(u) + Real(u_low), cdf = erfc(Real(exact / sqrt(Real(2)))) / 2;
    const Real u_density = exact * exp(Real(-exact * exact / 2)) / sqrt(Real(8) * atan(Real(1)));
    const NormalTail<T> tail(u, u_low);
    worst.cdf = std::fmax(worst.cdf, ulp_error(tail.times_cdf(T(1), never<T>), cdf, cdf));
    worst.derivative = std::fmax(
        worst.derivative, ulp_error(tail.cdf_minus_u_density(never<T>), Real(cdf - u_density), Real(cdf + u_density)));
  }
  return worst;
}

template <class T>
void check_tail(double from, double to) {
  constexpr double slack = HARDGATE_HAS_FMA ? 0 : 0.8;
  const Worst worst = worst_error<T>(from, to, 10000);
  CAPTURE(from, to);
  CHECK(worst.cdf < 2);
  CHECK(worst.derivative < 3 + slack);
}

}  // namespace

TEST_CASE("The lower tail of the normal distribution is right, subnormal results included", "[normal_tail]") {
  SECTION("float") {
    check_tail<float>(0, 1);
    check_tail<float>(1, 5);
    check_tail<float>(5, 13);
    check_tail<float>(13, 14.3);
  }
  SECTION("double") {
    check_tail<double>(0, 1);
    check_tail<double>(1, 5);
    check_tail<double>(5, 37);
    check_tail<double>(37, 38.6);
  }
}
#endif

TEMPLATE_TEST_CASE("The tail is exactly ½ at 0, 0 at the bound and NaN at NaN", "[normal_tail]", float, double) {
  using T = TestType;
  CHECK(NormalTail<T>(T(0), T(0)).times_cdf(T(1), never<T>) == T(0.5));
  CHECK(NormalTail<T>(T(0), T(0)).cdf_minus_u_density(never<T>) == T(0.5));
  const T bound = std::sqrt(2 * exponential_bound<T>);
  CHECK(NormalTail<T>(bound, T(0)).times_cdf(bound, never<T>) == 0);
  CHECK(NormalTail<T>(bound, T(0)).cdf_minus_u_density(never<T>) == 0);
  CHECK(std::isnan(NormalTail<T>(std::numeric_limits<T>::quiet_NaN(), T(0)).times_cdf(T(1), never<T>)));
}
