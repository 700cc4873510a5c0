#include <hardgate/detail/tables.hpp>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate::detail;

#if defined(HARDGATE_HAS_BOOST)
#include <boost/math/constants/constants.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>

using Real = boost::multiprecision::cpp_bin_float_quad;

// φ(0)/κ
const Real c = sqrt(log(Real(2)) / boost::math::constants::pi<Real>());

TEST_CASE("2^(-w) by either table is right to 1.2 ulp as far as its power reaches, and 0 beyond", "[tables]") {
  using E = TableExponential<float>;
  const float start = E::bottom + 127 + 30, reach = 126 + 30;
  double worst = 0, worst_density = 0;
  for (float w = 0; w < reach; w += 0.0137f) {
    const E e(start, w, 1);
    const Real exact = pow(Real(2), Real(-w)), power = Real(e.power()) * Real(0x1p-30);
    CHECK(E(start - 7, w, 1).power(7) == e.power());
    const auto by = [&](const auto& factors, const auto& rests) {
      const float f = e.fraction(e.entry(rests)), factor = e.entry(factors);
      CHECK(e.entry(factors, 0.25f) == 0.25f * factor);
      return Real(mul_add(factor, f, factor));
    };
    const auto error = [&](double& largest, const Real& found, const Real& right) {
      largest = std::fmax(largest, hardgate_tests::ulp_error(float(found), right, right));
    };
    error(worst, by(E::T::power, E::T::power_rest), exact / power);
    error(worst_density, by(E::T::density, E::T::density_rest), c * exact / power);
  }
  for (double each : {worst, worst_density}) {
    CHECK(each < 1.2);
    CHECK(each > 0.5);
  }
  for (float w : {reach + 1.1f, 180.0f, 225.0f}) CHECK(E(start, w, 1).power() == 0);
}

TEST_CASE("R(w) by the table is right to 1.1 ulp, and its products with a table value of 2^(-w) are exact",
          "[tables]") {
  double worst = 0;
  for (float w = 0; w < 14.9f; w += 0.00137f) {
    const TableTail<float> r(w, 0);
    const Real u = Real(w) * sqrt(2 * log(Real(2))), exact = exp(Real(u * u / 2)) * erfc(Real(u / sqrt(Real(2)))) / 2;
    worst = std::fmax(worst, hardgate_tests::ulp_error(mul_add(r.tail, r.t * r.p, r.tail), exact / c, exact / c));
    for (float factor : TableTail<float>::T::density) CHECK(double(factor) * double(r.tail) == double(factor * r.tail));
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
