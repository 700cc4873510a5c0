// Quad, which judges double, where there is such a type: HARDGATE_HAS_QUAD.
#pragma once

#include <cfloat>

#if LDBL_MANT_DIG >= 113
#define HARDGATE_HAS_QUAD
namespace hardgate_tests {
using Quad = long double;
}
#elif defined(HARDGATE_HAS_BOOST)
#define HARDGATE_HAS_QUAD
#include <boost/math/special_functions/erf.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>
namespace hardgate_tests {
using Quad = boost::multiprecision::cpp_bin_float_quad;
}
#endif
