#include <hardgate/detail/arithmetic.hpp>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate::detail;
using hardgate_tests::Findings;
using hardgate_tests::Random;
using hardgate_tests::same_bits;
using hardgate_tests::ulp_error;

TEMPLATE_TEST_CASE("clamp_to_finite replaces infinities by the largest numbers and keeps NaN; is_finite knows both",
                   "[arithmetic]", float, double, long double) {
  using T = TestType;
  const T nan = std::numeric_limits<T>::quiet_NaN(), infinity = std::numeric_limits<T>::infinity();
  const T largest = (std::numeric_limits<T>::max)();
  CHECK(std::isnan(clamp_to_finite(nan)));
  CHECK(clamp_to_finite(infinity) == largest);
  CHECK(clamp_to_finite(-infinity) == -largest);
  CHECK(clamp_to_finite(largest) == largest);
  CHECK(clamp_to_finite(T(-3)) == -3);
  for (const T x : {T(0), T(-3), largest, -largest, std::numeric_limits<T>::denorm_min()}) CHECK(is_finite(x));
  for (const T x : {nan, infinity, -infinity}) CHECK(!is_finite(x));
}

TEMPLATE_TEST_CASE("rounded_product is the integer nearest to a product, ties to even", "[arithmetic]", float, double) {
  using T = TestType;
  Random random;
  Findings findings;
  const double reach = std::is_same_v<T, float> ? 0x1p21 : 0x1p50;
  for (int i = 0; i < 100000; ++i) {
    const T x = static_cast<T>(random.between(-1, 1) * (i % 2 == 0 ? 300 : reach));
    findings.expect(rounded_product(x, T(1)) == std::nearbyint(x), "integer nearest to", x);
    const T a = static_cast<T>(random.between(0, 300)), b = static_cast<T>(random.between(-2, 2));
    const T n = rounded_product(a, b);
    findings.expect(n == std::nearbyint(n) && std::fabs(std::fma(a, b, -n)) <= T(0.5001), "product", a, b, n);
  }
  for (int n = -100; n <= 100; ++n) {
    const T tie = static_cast<T>(n) + T(0.5);
    findings.expect(rounded_product(tie, T(1)) == std::nearbyint(tie), "tie", tie);
  }
  INFO(findings.report());
  CHECK(findings.none());
}

TEMPLATE_TEST_CASE("sum_error is what rounding a sum dropped", "[arithmetic]", float, double) {
  using T = TestType;
  Random random;
  Findings findings;
  for (int i = 0; i < 100000; ++i) {
    const T a = static_cast<T>(random.between(1, 2)), b = static_cast<T>(random.between(-1, 1) * std::exp2(-i % 60));
    const T sum = opaque(a + b), error = sum_error(a, b, sum);
    const T b_in_sum = sum - a, exact = (a - (sum - b_in_sum)) + (b - b_in_sum);  // Knuth, for any order
    findings.expect(error == exact, "sum_error", a, b, error, exact);
  }
  INFO(findings.report());
  CHECK(findings.none());
}

TEMPLATE_TEST_CASE("two_to is a power of two in both directions", "[arithmetic]", float, double, long double) {
  using T = TestType;
  for (const int n : {-100, -1, 0, 1, 2, 126}) CHECK(two_to<T>(n) == std::ldexp(T(1), n));
  constexpr T constant = two_to<T>(-3);
  CHECK(constant == T(0.125));
}

// With fused multiply-add the error is exact. Without, Dekker's splitting by truncation leaves a lower half
// of 27 bits in double, whose square may lose one: the contract is then 2^(4-2·digits) of the product.
TEMPLATE_TEST_CASE("product_error is what rounding a product dropped", "[arithmetic]", float, double) {
  using T = TestType;
  constexpr int digits = std::numeric_limits<T>::digits;
  Random random;
  Findings findings;
  for (int i = 0; i < 200000; ++i) {
    const T a = static_cast<T>(random.between(-1, 1) * std::exp2(random.between(-20, 20)));
    const T b = static_cast<T>(random.between(-1, 1) * std::exp2(random.between(-20, 20)));
    const T product = a * b, exact = std::fma(a, b, -product), error = product_error(a, b, product);
    const T allowed = HARDGATE_HAS_FMA ? T(0) : std::ldexp(std::fabs(product), 4 - 2 * digits);
    findings.expect(std::fabs(error - exact) <= allowed, "product_error", a, b, error, exact);
    const T close = product + static_cast<T>(random.integer(-8, 8)) * std::ldexp(product, -digits);
    const T difference = std::fma(a, b, -close), found = product_minus(a, b, close);
    const T rounding = HARDGATE_HAS_FMA ? T(0) : std::ldexp(std::fabs(difference), 1 - digits);
    findings.expect(std::fabs(found - difference) <= allowed + rounding, "product_minus", a, b, close, found);
  }
  INFO(findings.report());
  CHECK(findings.none());
}

TEMPLATE_TEST_CASE("An estimate of 1/b has half of the digits", "[arithmetic]", float, double) {
  using T = TestType;
  Random random;
  Findings findings;
  for (int i = 0; i < 20000; ++i) {
    const T b = std::ldexp(static_cast<T>(random.between(1, 2)), random.integer(-20, 20));
    const T estimate = reciprocal_estimate(b);
    const long double half_digits = std::ldexp(1.0L, -std::numeric_limits<T>::digits / 2 - 1);
    findings.expect(std::fabs(estimate * static_cast<long double>(b) - 1) < half_digits, "estimate", b);
  }
  INFO(findings.report());
  CHECK(findings.none());
  for (int n = -60; n <= 60; ++n)
    CHECK(reciprocal_estimate(two_to<T>(n)) == two_to<T>(-n));  // exact, so that x·(t/t) is x
}

TEST_CASE("polynomial is Horner's rule and power multiplies", "[arithmetic]") {
  static constexpr double coefficients[] = {5, -3, 2, 1};
  CHECK(polynomial<coefficients>(0.0) == 5);
  CHECK(polynomial<coefficients>(2.0) == 5 - 6 + 8 + 8);
  CHECK(power<0>(3.0) == 1);
  CHECK(power<1>(3.0) == 3);
  CHECK(power<2>(-3.0) == 9);
  CHECK(power<7>(-3.0) == -2187);
  CHECK(power<16>(3.0) == 43046721);
}
