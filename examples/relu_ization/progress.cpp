#include "progress.hpp"

#include <unistd.h>

#include <cmath>
#include <iostream>

namespace relu_ization {

using namespace std::chrono_literals;

Progress::Progress(long total)
    : total_(total), terminal_(isatty(STDERR_FILENO) != 0), interval_(terminal_ ? Clock::duration(200ms) : 10s) {}

Progress::~Progress() {
  if (terminal_) std::cerr << "\r\033[K" << std::flush;
}

void Progress::advance() {
  const long done = ++done_;
  const std::unique_lock lock(writing_, std::try_to_lock);
  const auto now = Clock::now();
  if (!lock || now < next_line_) return;
  next_line_ = now + interval_;
  std::cerr << (terminal_ ? "\r\033[K" + line(done, now) : line(done, now) + '\n') << std::flush;
}

std::string Progress::line(long done, Clock::time_point now) const {
  const std::chrono::duration<double> elapsed = now - start_;
  const long seconds = std::lround(elapsed.count() * double(total_ - done) / double(done));
  const std::string minutes = seconds < 60 ? "" : std::to_string(seconds / 60) + " min ";
  return "training: " + std::to_string(100 * done / total_) + " %, " + minutes + std::to_string(seconds % 60) +
         " s left";
}

}  // namespace relu_ization
