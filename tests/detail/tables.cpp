#include <hardgate/detail/tables.hpp>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate::detail;

#if defined(HARDGATE_HAS_BOOST)
#include <boost/math/special_functions/erf.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>

using Real = boost::multiprecision::cpp_bin_float_quad;

TEST_CASE("2^(-w) by the table is right to 1.2 ulp as far as its power reaches, and 0 beyond", "[tables]") {
  using E = TableExponential<float>;
  const float reach = 126 + E::factor_exponent;
  double worst = 0;
  for (float w = 0; w < reach; w += 0.0137f) {
    const E e(E::bottom - w);
    const Real exact = pow(Real(2), Real(-w)), power = Real(e.power());
    const float f = E::fraction((e.below - w) + e.rest()), factor = e.factor();
    worst = std::fmax(worst, hardgate_tests::ulp_error(mul_add(factor, f, factor), Real(exact / power), exact / power));
  }
  CHECK(worst < 1.2);
  CHECK(worst > 0.5);
  for (float w : {reach + 1.1f, 180.0f, 225.0f}) CHECK(E(E::bottom - w).power() == 0);
}

TEST_CASE("R(u) by the table is right to 1.1 ulp, and its products with a table value of 2^(-w) are exact",
          "[tables]") {
  double worst = 0;
  for (float w = 0; w < 14.9f; w += 0.00137f) {
    const TableTail<float> r(w, 0);
    const Real u = Real(w) * sqrt(2 * log(Real(2))), exact = exp(Real(u * u / 2)) * erfc(Real(u / sqrt(Real(2)))) / 2;
    worst = std::fmax(worst, hardgate_tests::ulp_error(mul_add(r.tail, r.t * r.p, r.tail), exact, exact));
    for (float factor : TableTail<float>::T::power) CHECK(double(factor) * double(r.tail) == double(factor * r.tail));
  }
  CHECK(worst < 1.1);
  CHECK(worst > 0.5);
}
#endif

TEST_CASE("A table is looked up by the lowest bits, and an exponent taken from them", "[tables]") {
  float table[table_size];
  for (int i = 0; i < table_size; ++i) table[i] = float(100 + i);
  for (std::uint32_t i = 0; i < 100; ++i) {
    CHECK(lookup<0>(table, bit_cast<float>(0x49400000u + i)) == float(100 + i % table_size));
    CHECK(lookup<5>(table, bit_cast<float>(0x49400000u + 32 * i + 7)) == float(100 + i % table_size));
    CHECK(exponent_from_bits<4>(bit_cast<float>(0x49400000u + 16 * i + 3)) ==
          (i == 0 ? 0 : std::ldexp(1.0f, int(i) - 127)));
  }
}
