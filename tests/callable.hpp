// The array functions as objects, for std::is_invocable.
#pragma once

#include <hardgate/arrays.hpp>
#include <utility>

namespace hardgate_tests {

using namespace hardgate;

#define HARDGATE_TESTS_CALL(Name, name)                                                                        \
  struct Name {                                                                                                \
    template <class... Arguments>                                                                              \
    auto operator()(Arguments&&... arguments) const -> decltype(name(std::forward<Arguments>(arguments)...)) { \
      return name(std::forward<Arguments>(arguments)...);                                                      \
    }                                                                                                          \
  };
HARDGATE_TESTS_CALL(CallForward, forward)
HARDGATE_TESTS_CALL(CallBoth, forward_with_derivative)
HARDGATE_TESTS_CALL(CallBackward, backward)
HARDGATE_TESTS_CALL(CallParameter, backward_with_parameter)
HARDGATE_TESTS_CALL(CallHardness, backward_with_hardness)
#undef HARDGATE_TESTS_CALL

}  // namespace hardgate_tests
