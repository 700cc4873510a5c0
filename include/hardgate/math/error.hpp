// Refusals: every one names the argument, says what would be right and what came instead.
#pragma once

#include <cstdlib>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#define HARDGATE_THROW(exception) throw exception
#else
#define HARDGATE_THROW(exception) std::abort()
#endif

namespace hardgate::math {

template <class Value, class = void>
inline constexpr bool is_printable = false;
template <class Value>
inline constexpr bool
    is_printable<Value, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<Value>())>> = true;

/// Throws std::domain_error "hardgate: <name> must be <expected>, got <value>".
template <class Value>
void refuse(const char* name, const char* expected, const Value& value) {
  std::ostringstream message;
  message.precision(std::numeric_limits<double>::max_digits10);
  message << "hardgate: " << name << " must be " << expected;
  if constexpr (is_printable<const Value&>) message << ", got " << value;
  HARDGATE_THROW(std::domain_error(message.str()));
}

/// Refuses unless the condition holds: written so that NaN, for which no comparison holds, is refused.
template <class Value>
constexpr void require(bool condition, const char* name, const char* expected, const Value& value) {
  if (!condition) refuse(name, expected, value);
}

}  // namespace hardgate::math
