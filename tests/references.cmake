# Arithmetic more precise than double, for reference values: whatever of it there is. Tests ask
# HARDGATE_HAS_BOOST (Boost.Multiprecision), HARDGATE_HAS_QUADMATH (float128) and HARDGATE_HAS_MPFR.
include(CheckCXXSourceCompiles)

add_library(hardgate_references INTERFACE)

find_package(Boost QUIET CONFIG)
if(TARGET Boost::headers)
  target_link_libraries(hardgate_references INTERFACE Boost::headers)
  target_compile_definitions(hardgate_references INTERFACE HARDGATE_HAS_BOOST)
endif()

set(CMAKE_REQUIRED_LIBRARIES quadmath)
check_cxx_source_compiles("#include <quadmath.h>
  int main() { return static_cast<int>(expq(0)) - 1; }" HARDGATE_QUADMATH_WORKS)
set(CMAKE_REQUIRED_LIBRARIES mpfr gmp)
check_cxx_source_compiles("#include <mpfr.h>
  int main() { return mpfr_get_version() == nullptr; }" HARDGATE_MPFR_WORKS)
unset(CMAKE_REQUIRED_LIBRARIES)

if(HARDGATE_QUADMATH_WORKS)
  target_link_libraries(hardgate_references INTERFACE quadmath)
  target_compile_definitions(hardgate_references INTERFACE HARDGATE_HAS_QUADMATH)
endif()
if(HARDGATE_MPFR_WORKS)
  target_link_libraries(hardgate_references INTERFACE mpfr gmp)
  target_compile_definitions(hardgate_references INTERFACE HARDGATE_HAS_MPFR)
endif()
