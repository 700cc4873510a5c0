// Decimal multiprecision, whose lowest() is 0 in some versions of Boost.
#include "unusual_scalars/agrees.hpp"

#if defined(HARDGATE_HAS_BOOST)
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <boost/multiprecision/cpp_dec_float.hpp>

using namespace hardgate_tests;

TEST_CASE("Decimal multiprecision agrees with binary", "[unusual_scalars]") {
  using Decimal = boost::multiprecision::cpp_dec_float_50;
  using Binary = boost::multiprecision::cpp_bin_float_50;
  agrees<Decimal, Binary>([](const Decimal& x) { return static_cast<Binary>(x); }, Binary("1e-42"));
}
#endif
