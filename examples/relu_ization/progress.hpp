// How much of the work is done and how long the rest will take, on stderr.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>

namespace relu_ization {

/// Counts steps, from any thread. Rewrites one line on a terminal; elsewhere writes a line now and then.
class Progress {
 public:
  explicit Progress(long total);
  ~Progress();

  void advance();

 private:
  using Clock = std::chrono::steady_clock;

  std::string line(long done, Clock::time_point now) const;

  const long total_;
  const bool terminal_;
  const Clock::duration interval_;
  const Clock::time_point start_ = Clock::now();
  Clock::time_point next_line_ = start_ + interval_;
  std::atomic<long> done_{0};
  std::mutex writing_;
};

}  // namespace relu_ization
