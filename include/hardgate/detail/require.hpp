// Refusals: each names the argument, says what would be right and what came instead.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "platform.hpp"

#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#define HARDGATE_THROW(exception) throw exception
#else
#define HARDGATE_THROW(exception) (std::fprintf(stderr, "%s\n", (exception).what()), std::abort())
#endif

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

template <class Value, class = void>
inline constexpr bool is_printable = false;
template <class Value>
inline constexpr bool
    is_printable<Value, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<Value>())>> = true;

/// Throws an Error "hardgate: <name> must be <expected>, got <value>".
template <class Error = std::domain_error, class Name, class Expected, class Value>
void refuse(const Name& name, const Expected& expected, const Value& value) {
  std::ostringstream message;
  message.precision(std::numeric_limits<double>::max_digits10);
  message << "hardgate: " << name << " must be " << expected;
  if constexpr (is_printable<const Value&>) message << ", got " << value;
  HARDGATE_THROW(Error(message.str()));
}

/// Refuses unless the condition holds: written so that NaN, for which no comparison holds, is refused.
template <class Value>
constexpr void require(bool condition, const char* name, const char* expected, const Value& value) {
  if (!condition) refuse(name, expected, value);
}

/// Throws std::invalid_argument unless there are as many `things` as expected.
template <class Size>
void require_size(const char* name, const char* things, Size expected, Size actual) {
  if (actual != expected)
    HARDGATE_THROW(std::invalid_argument(std::string("hardgate: ") + name + " must have " + std::to_string(expected) +
                                         ' ' + things + ", got " + std::to_string(actual)));
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
