#include <hardgate/math/normal_distribution.hpp>

#include "accuracy.hpp"
#include "catch.hpp"

using namespace hardgate::math;
using hardgate::Accuracy;

#if defined(HARDGATE_HAS_BOOST)
#include <boost/math/special_functions/erf.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>

using Real = boost::multiprecision::cpp_bin_float_quad;

namespace {

struct Worst {
  double cdf = 0, derivative = 0;
};

/// The errors of Φ(-u) and Φ(-u) - uφ(u) in ulp; the second relative to the sum of its terms.
template <Accuracy accuracy, class T>
Worst worst_error(double from, double to, int count) {
  using hardgate_tests::ulp_error;
  hardgate_tests::Random random;
  Worst worst;
  for (int i = 0; i < count; ++i) {
    const T u = static_cast<T>(random.between(from, to));
    const T half = accuracy == Accuracy::fast ? T(0) : static_cast<T>(random.between(-0.5, 0.5));
    const T u_low = u * half * std::numeric_limits<T>::epsilon();
    const Real exact = Real(u) + Real(u_low), cdf = erfc(Real(exact / sqrt(Real(2)))) / 2;
    const Real u_density = exact * exp(Real(-exact * exact / 2)) / sqrt(Real(8) * atan(Real(1)));
    const auto tail = normal_tail<accuracy>(u, u_low);
    worst.cdf = std::fmax(worst.cdf, ulp_error(tail.times_cdf(T(1)), cdf, cdf));
    worst.derivative = std::fmax(worst.derivative, ulp_error(tail.cdf_minus_u_density(),
                                                             Real(cdf - u_density), Real(cdf + u_density)));
  }
  return worst;
}

template <class T>
void check_tail(double from, double to) {
  constexpr double slack = HARDGATE_HAS_FMA ? 0 : 0.8;
  const Worst accurate = worst_error<Accuracy::accurate, T>(from, to, 10000);
  const Worst fast = worst_error<Accuracy::fast, T>(from, to, 10000);
  CAPTURE(from, to);
  CHECK(accurate.cdf < 2);
  CHECK(accurate.derivative < 3 + slack);
  CHECK(fast.cdf < 3.5 + slack);
  CHECK(fast.derivative < 4 + slack);
}

}  // namespace

TEST_CASE("The lower tail of the normal distribution is right, subnormal results included", "[normal]") {
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

TEST_CASE("The plain formulas hold to 30 digits", "[normal]") {
  const Real cdf("0.158655253931457051414767454367962077"), density("0.241970724519143349797830192935577");
  CHECK(abs(Real(NormalDistribution<Real>::cdf(Real(-1)) - cdf)) < Real("1e-32"));
  CHECK(abs(Real(NormalDistribution<Real>::density(Real(-1)) - density)) < Real("1e-30"));
}

TEMPLATE_TEST_CASE("The plain formulas keep their digits in the tail", "[normal]", float, double,
                   long double) {
  using T = TestType;
  using Wide = boost::multiprecision::cpp_bin_float_50;
  const double end = std::is_same_v<T, float> ? 13.0 : std::is_same_v<T, double> ? 37.4 : 106.0;
  hardgate_tests::Random random;
  double cdf = 0, density = 0;  // the largest errors
  for (int i = 0; i < 3000; ++i) {
    const T u = static_cast<T>(-random.between(0, end));
    const Wide x(u), exact_cdf = erfc(Wide(-x / sqrt(Wide(2)))) / 2,
                     exact_density = exp(Wide(-x * x / 2)) / sqrt(Wide(8) * atan(Wide(1)));
    const Wide cdf_error = abs(Wide(Wide(NormalDistribution<T>::cdf(u)) / exact_cdf - 1)),
               density_error = abs(Wide(Wide(NormalDistribution<T>::density(u)) / exact_density - 1));
    cdf = std::fmax(cdf, static_cast<double>(cdf_error));
    density = std::fmax(density, static_cast<double>(density_error));
  }
  const auto epsilon = static_cast<double>(std::numeric_limits<T>::epsilon());
  CAPTURE(cdf / epsilon, density / epsilon);
  CHECK(cdf < 6 * epsilon);
  CHECK(density < 3 * epsilon);
  CHECK(NormalDistribution<T>::cdf(-std::numeric_limits<T>::infinity()) == 0);
  CHECK(NormalDistribution<T>::density(-std::numeric_limits<T>::infinity()) == 0);
}
#endif

TEST_CASE("The plain formulas hold for long double", "[normal]") {
  CHECK(std::fabs(NormalDistribution<long double>::cdf(-1) - 0.158655253931457051414767L) < 1e-16L);
  CHECK(std::fabs(NormalDistribution<long double>::density(-1) - 0.241970724519143349797830L) < 1e-16L);
  CHECK(NormalDistribution<long double>::cdf(-30) > 0);
}

TEMPLATE_TEST_CASE("The tail is exactly ½ at 0, 0 at the bound and NaN at NaN", "[normal]", float, double) {
  using T = TestType;
  CHECK(normal_tail<Accuracy::accurate>(T(0), T(0)).times_cdf(T(1)) == T(0.5));
  CHECK(normal_tail<Accuracy::fast>(T(0), T(0)).times_cdf(T(1)) == T(0.5));
  CHECK(normal_tail<Accuracy::accurate>(T(0), T(0)).cdf_minus_u_density() == T(0.5));
  const T bound = NormalCoefficients<T>::bound;
  CHECK(normal_tail<Accuracy::accurate>(bound, T(0)).times_cdf(bound) == 0);
  CHECK(normal_tail<Accuracy::accurate>(bound, T(0)).cdf_minus_u_density() == 0);
  CHECK(
      std::isnan(normal_tail<Accuracy::accurate>(std::numeric_limits<T>::quiet_NaN(), T(0)).times_cdf(T(1))));
}
