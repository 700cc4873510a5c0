#include "hardgate/version.hpp"

#include <string>

#include "catch.hpp"

TEST_CASE("CMake reads the version from the header", "[version]") {
  const std::string version = std::to_string(HARDGATE_VERSION_MAJOR) + '.' + std::to_string(HARDGATE_VERSION_MINOR) +
                              '.' + std::to_string(HARDGATE_VERSION_PATCH);
  CHECK(version == HARDGATE_CMAKE_VERSION);
}
