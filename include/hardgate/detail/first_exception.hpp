// Exceptions across threads.
#pragma once

#include <exception>
#include <mutex>

#include "platform.hpp"

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

/// The first exception of several threads, to be thrown again where all have ended.
class FirstException {
#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
  std::mutex mutex_;
  std::exception_ptr first_;

 public:
  template <class Work>
  void guard(const Work& work) {
    try {
      work();
    } catch (...) {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!first_) first_ = std::current_exception();
    }
  }
  void rethrow() const {
    if (first_) std::rethrow_exception(first_);
  }
#else
 public:
  template <class Work>
  void guard(const Work& work) {
    work();
  }
  void rethrow() const {}
#endif
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
