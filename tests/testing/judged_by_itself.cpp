// Scalars more precise than long double are judged by themselves.
#include <hardgate/hardgate.hpp>

#include <string>

#include "catch.hpp"

#if defined(HARDGATE_HAS_BOOST)
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <boost/multiprecision/cpp_dec_float.hpp>

using namespace hardgate;

namespace {

/// Right to 30 digits and not to 31 in the second coefficient.
struct ThirtyDigits : Gate<ThirtyDigits> {
  template <class T>
  static T value(const T& u) {
    return LogisticGate::value(u);
  }
  template <int K, class T>
  static GateSeries<T, K> taylor(const T& x, const HardnessScale<T>& scale) {
    auto series = Gate<ThirtyDigits>::taylor<K>(x, scale);
    series.c[1] *= T(1) + T(1e-30);
    return series;
  }
};

template <class Activation>
void passes(const std::string& name, const Activation& act) {
  const GradientReport report = check_gradient(act);
  CAPTURE(name, sizeof(typename Activation::scalar), report.failures.size());
  if (!report.passed()) {
    const GradientFailure& first = report.failures.front();
    CAPTURE(first.what, first.x, first.expected, first.actual, first.tolerance);
    CHECK(report.passed());
  }
  CHECK(report.passed());
}

}  // namespace

TEST_CASE("Multiprecision is judged by itself", "[testing][check_gradient]") {
  using Scalar = boost::multiprecision::cpp_bin_float_50;
  passes("LambdaGelu", LambdaGelu<Scalar>(Scalar(2)));
  const GradientReport report = check_gradient(GatedUnit<Scalar, ThirtyDigits>(Scalar(2)));
  CHECK(!report.passed());
  for (const GradientFailure& failure : report.failures) CHECK(failure.what != "value");
  passes("ThirtyDigits in double", GatedUnit<double, ThirtyDigits>(2.0));
}
#endif
