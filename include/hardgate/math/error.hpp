// Refusals: every one names the argument, says what would be right and what came instead.
#pragma once

#include <cstdlib>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>

#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#define HARDGATE_THROW(exception) throw exception
#else
#define HARDGATE_THROW(exception) std::abort()
#endif

namespace hardgate::math {

/// Throws std::domain_error "hardgate: <name> must be <expected>, got <value>" unless the condition holds.
/// Written so that NaN, for which no comparison holds, is refused.
template <class Value>
void require(bool condition, const char* name, const char* expected, const Value& value) {
  if (condition) return;
  std::ostringstream message;
  message.precision(std::numeric_limits<double>::max_digits10);
  message << "hardgate: " << name << " must be " << expected << ", got " << value;
  HARDGATE_THROW(std::domain_error(message.str()));
}

}  // namespace hardgate::math
