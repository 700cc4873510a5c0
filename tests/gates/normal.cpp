#include <hardgate/activations.hpp>

#include "catch.hpp"
#include "support.hpp"

#if defined(HARDGATE_HAS_BOOST)
#include <boost/math/special_functions/erf.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>

using namespace hardgate;
using hardgate_tests::Findings;
using hardgate_tests::Random;
using Reference = boost::multiprecision::cpp_bin_float_100;

namespace {

/// (-1)ᵏ·He_k(u) by the closed sum Σ (-1)ᵐ k!/(m!(k-2m)!)·u^(k-2m)/2ᵐ, so that no recurrence is trusted
/// twice.
Reference signed_hermite(int k, const Reference& u) {
  Reference sum(0);
  for (int m = 0; 2 * m <= k; ++m) {
    Reference term(m % 2 == 0 ? 1 : -1);
    for (int i = k - 2 * m + 1; i <= k; ++i) term *= i;
    for (int i = 1; i <= m; ++i) term /= 2 * i;
    for (int i = 0; i < k - 2 * m; ++i) term *= u;
    sum += term;
  }
  return k % 2 == 0 ? sum : Reference(-sum);
}

Reference cdf(const Reference& u) { return erfc(Reference(-u / sqrt(Reference(2)))) / 2; }
Reference density(const Reference& u) { return exp(Reference(-u * u / 2)) / sqrt(Reference(8) * atan(Reference(1))); }

/// f⁽ᵏ⁾(x) = h^(k-1)·[u·Φ⁽ᵏ⁾(u) + k·Φ⁽ᵏ⁻¹⁾(u)]
Reference derivative(int k, const Reference& x, const Reference& lambda) {
  const Reference u = lambda * x;
  const auto gate = [&](int order) {
    return order == 0 ? cdf(u) : Reference(signed_hermite(order - 1, u) * density(u));
  };
  if (k == 0) return Reference(x * cdf(u));
  return Reference(pow(lambda, k - 1) * (u * gate(k) + k * gate(k - 1)));
}

}  // namespace

TEST_CASE("The closed derivatives of λ-GELU in double are those of the 50 digits", "[lambda_gelu]") {
  Random random(11);
  Findings findings;
  for (int i = 0; i < 300; ++i) {
    const double x = random.between(-6, 6), lambda = random.between(0.2, 8);
    const LambdaGelu<double> act(lambda);
    const auto derivatives = act.derivatives<8>(x);
    for (int k = 0; k <= 8; ++k) {
      Reference size = pow(Reference(lambda), k > 0 ? k - 1 : 0);  // the largest a term can be
      for (int j = 1; j <= k; ++j) size *= j;
      const Reference error = abs(Reference(derivatives[static_cast<std::size_t>(k)] - derivative(k, x, lambda)));
      findings.expect(error <= size * 1e-14, "order", k, x, lambda, error);
    }
  }
  INFO(findings.report());
  CHECK(findings.none());
}
#endif

TEST_CASE("The normal gate and its mirror image add to 1 and keep their relative accuracy", "[lambda_gelu]") {
  using Gate = NormalGate;
  for (const double u : {0.0, 0.5, 2.0, 8.0, 30.0}) {
    CHECK(std::fabs(Gate::value(u) + Gate::complement(u) - 1) < 1e-15);
    CHECK(Gate::value(-u) == Gate::complement(u));
    CHECK(Gate::value(-u) > 0);
  }
}

TEST_CASE("λ-GELU keeps its relative accuracy in the tail, where ½(1 + erf) is lost", "[lambda_gelu]") {
  const hardgate::LambdaGelu<float> act(1);
  CHECK(std::fabs(act(-5.5f) / -1.0444259e-07f - 1) < 3e-7f);  // -5.5·Φ(-5.5)
  CHECK(act(-13.5f) < 0);
  CHECK(act(-14.2f) <= 0);
  CHECK(act(-100.0f) == 0);
  CHECK(hardgate::LambdaGelu<double>(1)(-37.5) < 0);
}
