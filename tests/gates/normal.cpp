#include <hardgate/activations.hpp>
#include <hardgate/testing/check_smoothness.hpp>

#include "accuracy.hpp"
#include "catch.hpp"

#if defined(HARDGATE_HAS_BOOST)
#include <boost/math/special_functions/erf.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>

using namespace hardgate;
using hardgate_tests::Findings;
using hardgate_tests::Random;
using Real = boost::multiprecision::cpp_bin_float_50;
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
Reference density(const Reference& u) {
  return exp(Reference(-u * u / 2)) / sqrt(Reference(8) * atan(Reference(1)));
}

/// f⁽ᵏ⁾(x) = h^(k-1)·[u·Φ⁽ᵏ⁾(u) + k·Φ⁽ᵏ⁻¹⁾(u)]
Reference derivative(int k, const Reference& x, const Reference& lambda) {
  const Reference u = lambda * x;
  const auto gate = [&](int order) {
    return order == 0 ? cdf(u) : Reference(signed_hermite(order - 1, u) * density(u));
  };
  if (k == 0) return Reference(x * cdf(u));
  return Reference(pow(lambda, k - 1) * (u * gate(k) + k * gate(k - 1)));
}

bool near(const Real& a, const Reference& b, const Reference& size, const char* tolerance) {
  const Reference scale = abs(size) > 1 ? Reference(abs(size)) : Reference(1);
  return abs(Reference(Reference(a) - b)) <= Reference(tolerance) * scale;
}

}  // namespace

TEST_CASE("λ-GELU in 50 digits: values, derivatives of every order and the gradient by λ agree to 1e-30",
          "[lambda_gelu]") {
  constexpr int K = 12;
  Random random;
  Findings findings;
  for (int i = 0; i < 300; ++i) {
    const Real x = Real(random.between(-4, 4)), lambda = Real(random.between(0.2, 5));
    const Reference exact_x(x), exact_lambda(lambda), u = exact_x * exact_lambda;
    const LambdaGelu<Real> act(lambda);
    const auto derivatives = act.derivatives<K>(x);
    for (int k = 0; k <= K; ++k) {
      const Reference exact = derivative(k, exact_x, exact_lambda);
      findings.expect(near(derivatives[static_cast<std::size_t>(k)], exact, exact, "1e-30"), "order", k, x,
                      lambda);
    }
    findings.expect(near(act(x), derivative(0, exact_x, exact_lambda), 1, "1e-45"), "value", x, lambda);
    findings.expect(near(act.derivative(x), derivative(1, exact_x, exact_lambda), 1, "1e-45"), "derivative",
                    x, lambda);
    findings.expect(near(act.parameter_gradient(x), Reference(exact_x * exact_x * density(u)), 1, "1e-45"),
                    "parameter gradient", x, lambda);
  }
  INFO(findings.report());
  CHECK(findings.none());
}

TEST_CASE("λ-GELU at 0: f = 0, f' = ½, f'' = 2λφ(0), and C^∞ as far as tried", "[lambda_gelu][smoothness]") {
  for (const int lambda : {1, 2, 7}) {
    const LambdaGelu<Real> act{Real(lambda)};
    for (const int direction : {-1, 1}) {
      const auto d = testing::one_sided_derivatives<8>(act, Real(0), direction);
      CHECK((d[0] == 0));
      CHECK(near(d[1], Reference(0.5), 1, "1e-45"));
      CHECK(near(d[2], Reference(2 * lambda * density(0)), 1, "1e-45"));
      for (int k = 0; k <= 8; ++k) {
        const Reference exact = derivative(k, 0, lambda);
        CHECK(near(d[static_cast<std::size_t>(k)], exact, exact, "1e-40"));
      }
    }
    CHECK(check_smoothness<8>(act).passed());
    CHECK(check_smoothness<8>(act, Real(Real(-3) / 4)).passed());
  }
}

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
      const Reference error =
          abs(Reference(derivatives[static_cast<std::size_t>(k)] - derivative(k, x, lambda)));
      findings.expect(error <= size * 1e-14, "order", k, x, lambda, error);
    }
  }
  INFO(findings.report());
  CHECK(findings.none());
}
#endif

TEST_CASE("The normal gate and its mirror image add to 1 and keep their relative accuracy", "[lambda_gelu]") {
  using Gate = hardgate::gates::Normal<>;
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
