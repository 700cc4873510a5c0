#include <hardgate/detail/normal_distribution.hpp>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate::detail;

#if defined(HARDGATE_HAS_BOOST)
#include <boost/math/special_functions/erf.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>

using Real = boost::multiprecision::cpp_bin_float_quad;

TEST_CASE("The plain formulas hold to 30 digits", "[normal_distribution]") {
  const Real cdf("0.158655253931457051414767454367962077"), density("0.241970724519143349797830192935577");
  CHECK(abs(Real(NormalDistribution<Real>::cdf(Real(-1)) - cdf)) < Real("1e-32"));
  CHECK(abs(Real(NormalDistribution<Real>::density(Real(-1)) - density)) < Real("1e-30"));
}

TEMPLATE_TEST_CASE("The plain formulas keep their digits in the tail", "[normal_distribution]", float, double,
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

TEST_CASE("The plain formulas hold for long double", "[normal_distribution]") {
  CHECK(std::fabs(NormalDistribution<long double>::cdf(-1) - 0.158655253931457051414767L) < 1e-16L);
  CHECK(std::fabs(NormalDistribution<long double>::density(-1) - 0.241970724519143349797830L) < 1e-16L);
  CHECK(NormalDistribution<long double>::cdf(-30) > 0);
}
