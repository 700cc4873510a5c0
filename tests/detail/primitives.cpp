#include <hardgate/detail/primitives.hpp>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate::detail;
using hardgate_tests::Findings;
using hardgate_tests::Random;
using hardgate_tests::same_bits;

TEMPLATE_TEST_CASE("A NaN in the first argument passes through minimum and maximum", "[primitives]", float, double,
                   long double) {
  using T = TestType;
  const T nan = std::numeric_limits<T>::quiet_NaN();
  CHECK(std::isnan(minimum(nan, T(1))));
  CHECK(std::isnan(maximum(nan, T(1))));
  CHECK(minimum(T(2), T(1)) == 1);
  CHECK(minimum(T(-2), T(1)) == -2);
  CHECK(maximum(T(2), T(1)) == 2);
  CHECK(maximum(T(-2), T(1)) == 1);
}

TEMPLATE_TEST_CASE("if_less takes `no` for NaN and for equality", "[primitives]", float, double, long double) {
  using T = TestType;
  const T nan = std::numeric_limits<T>::quiet_NaN();
  CHECK(if_less(T(1), T(2), T(10), T(20)) == 10);
  CHECK(if_less(T(2), T(2), T(10), T(20)) == 20);
  CHECK(if_less(T(3), T(2), T(10), T(20)) == 20);
  CHECK(if_less(nan, T(2), T(10), T(20)) == 20);
  CHECK(if_less(T(2), nan, T(10), T(20)) == 20);
}

TEMPLATE_TEST_CASE("absolute clears the sign, of zero too", "[primitives]", float, double, long double) {
  using T = TestType;
  CHECK(same_bits(absolute(-T(0)), T(0)));
  CHECK(absolute(T(-2)) == 2);
  CHECK(absolute(T(2)) == 2);
  CHECK(std::isnan(absolute(std::numeric_limits<T>::quiet_NaN())));
}

TEMPLATE_TEST_CASE("mul_add, mul_sub and neg_mul_add are a·b + c, a·b - c and c - a·b", "[primitives]", float, double) {
  using T = TestType;
  CHECK(mul_add(T(3), T(5), T(2)) == 17);
  CHECK(mul_sub(T(3), T(5), T(2)) == 13);
  CHECK(neg_mul_add(T(3), T(5), T(2)) == -13);
#if HARDGATE_HAS_FMA
  const T least = std::numeric_limits<T>::epsilon(), a = 1 + least;  // one rounding keeps the last term of a²
  CHECK(mul_sub(a, a, T(a * a)) == least * least);
#endif
}

TEMPLATE_TEST_CASE("power_of_two is exact down to the least normal exponent", "[primitives]", float, double) {
  using T = TestType;
  constexpr int least = std::numeric_limits<T>::min_exponent - 1;
  Findings findings;
  for (int n = least; n <= 0; ++n)
    findings.expect(power_of_two(static_cast<T>(n)) == std::ldexp(T(1), n), "power_of_two", n);
  findings.expect(same_bits(power_of_two(static_cast<T>(least - 1)), T(0)), "0 below");
  INFO(findings.report());
  CHECK(findings.none());
}

TEMPLATE_TEST_CASE("scale_down rounds once, to subnormals too, and ends in 0", "[primitives]", float, double) {
  using T = TestType;
  Random random;
  Findings findings;
  const int lowest = 2 * (std::numeric_limits<T>::min_exponent - 1);
  for (int n = 0; n >= lowest; --n)
    for (int i = 0; i < 20; ++i) {
      const T x = static_cast<T>((i % 2 == 0 ? 1 : -1) * std::exp2(random.between(-20, 20)));
      const T scaled = scale_down(x, static_cast<T>(n), T(lowest));
      findings.expect(same_bits(scaled, std::ldexp(x, n)), "scale_down", x, n, scaled);
      findings.expect(same_bits(scale_down(x, T(n), T(n + 1)), std::copysign(T(0), x)), "±0 below least", x, n);
    }
  INFO(findings.report());
  CHECK(findings.none());
}

TEMPLATE_TEST_CASE("upper_half keeps half of the significand, so that products of two are exact", "[primitives]", float,
                   double) {
  using T = TestType;
  constexpr int kept = std::numeric_limits<T>::digits / 2;  // 12 of 24, 26 of 53
  Random random;
  Findings findings;
  for (int i = 0; i < 100000; ++i) {
    const T x = static_cast<T>(random.between(-1, 1) * std::exp2(random.between(-60, 60)));
    const T y = static_cast<T>(random.between(-1, 1) * std::exp2(random.between(-60, 60)));
    const T a = upper_half(x), b = upper_half(y);
    findings.expect(std::fabs(x - a) < std::ldexp(std::fabs(x), 1 - kept), "dropped too much", x, a);
    findings.expect(std::fabs(a) <= std::fabs(x), "grew", x, a);
    findings.expect(std::fma(a, b, -(a * b)) == 0, "product of upper halves", a, b);
    findings.expect(std::fma(x - a, b, -((x - a) * b)) == 0, "product of lower and upper half", x, b);
  }
  INFO(findings.report());
  CHECK(findings.none());
}
