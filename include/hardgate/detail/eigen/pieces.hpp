// An array in pieces that run as an execution says.
#pragma once

#include <Eigen/Core>
#include <algorithm>

#include "../../execution.hpp"

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

using Eigen::Index;

inline constexpr std::size_t line_bytes = 64;

/// Throws std::domain_error for what cannot be run.
inline void require_runnable(Index n, const Execution& execution) {
  require(n >= 0, "n", "at least 0", n);
  require(execution.pieces >= 1, "pieces", "at least 1", execution.pieces);
  require(execution.pieces == 1 || execution.run, "pieces", "1 where nothing runs them", execution.pieces);
}
/// piece(job, k, first, size) for all k < pieces as the execution says: n elements cut at cache lines.
inline void run_pieces(const Execution& execution, int pieces, Index n,
                       void (*piece)(void* job, int k, Index first, Index size), void* job) {
  constexpr Index line = line_bytes;
  const Index length = (n / pieces + line) / line * line;
  execution.run(pieces, [=](int k) {
    const Index first = (std::min)(k * length, n);
    piece(job, k, first, (std::min)(n - first, length));
  });
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
