// What a call that must be refused says.
#pragma once

#include <initializer_list>
#include <stdexcept>
#include <string>

/// "" if the call throws an Exception that says all of `parts`, else what happened.
template <class Exception = std::domain_error, class Call>
std::string refusal(const Call& call, std::initializer_list<const char*> parts) {
  try {
    call();
  } catch (const Exception& error) {
    const std::string message = error.what();
    for (const char* part : parts)
      if (message.find(part) == std::string::npos) return "\"" + message + "\" lacks \"" + part + "\"";
    return "";
  }
  return "nothing was thrown";
}
