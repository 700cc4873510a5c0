// Catch2 in either version: v2, as in Debian 12, or v3.
#pragma once

#if defined(HARDGATE_CATCH2_V3)
#include <catch2/catch_all.hpp>
using Catch::Approx;  // as v2 does by itself
#else
#include <catch2/catch.hpp>
#endif
