// All runs: rows × seeds on several threads, and the tolerance to harden to, chosen on held-out images.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "data.hpp"
#include "experiment.hpp"

namespace relu_ization {

struct Plan {
  std::vector<std::string> rows;    // by name
  std::optional<double> tolerance;  // to be chosen when left out
  int epochs;
  unsigned seeds, threads;
};

/// A tolerance δ, and the share of held-out predictions flipped by replacing activations hardened to it by ReLU.
struct Candidate {
  double tolerance, flips;
};

/// The softest candidate that flips no more than this is chosen, or else the hardest of all. It is half of 0.1 %, so
/// that a candidate that flips about 0.1 % is not chosen by luck.
inline constexpr double acceptable_flips = 0.0005;

struct Study {
  std::vector<RowRuns> rows;          // those with a finished run, in the order of the table
  std::optional<double> tolerance;    // unless none was needed or the choice was interrupted
  std::vector<Candidate> candidates;  // what it was chosen from, softest first, if it was
};

/// Each network is trained by one thread, so that the results do not depend on the number of threads. Shows its progress.
/// When interrupted becomes true, it returns what is finished.
Study carry_out(const Plan& plan, const Dataset& data, const std::atomic<bool>& interrupted);

}  // namespace relu_ization
