// How an array function runs: on which threads, and whether its results bypass the caches. Never a hidden thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>

#include "detail/first_exception.hpp"
#include "detail/require.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {
/// By default an array function runs on the calling thread and stores as usual.
struct Execution {
  /// Non-temporal stores: faster where the results do not fit the last-level cache and are not read again soon.
  bool streaming = false;
  /// Into how many pieces a large array is cut.
  int pieces = 1;
  /// What runs piece(0) … piece(pieces - 1) and waits for all of them.
  std::function<void(int pieces, const std::function<void(int)>& piece)> run{};
};

/// Results bypass the caches.
inline Execution streaming(Execution execution = {}) {
  execution.streaming = true;
  return execution;
}

#if defined(_OPENMP)
/// On this many OpenMP threads. Only where the user's program is compiled with OpenMP.
inline Execution openmp(int threads) {
  detail::require(threads >= 1, "threads", "at least 1", threads);
  return {false, threads, [](int pieces, const std::function<void(int)>& piece) {
            detail::FirstException failure;
#pragma omp parallel for num_threads(pieces) schedule(static, 1)
            for (int i = 0; i < pieces; ++i) failure.guard([&] { piece(i); });
            failure.rethrow();
          }};
}
#endif

/// On the threads of a pool the caller owns: an Eigen::ThreadPool, or anything with NumThreads() and
/// Schedule(function). The calling thread takes a piece too. Not to be called from a task of the same pool.
template <class Pool>
Execution on(Pool& pool) {
  return {false, static_cast<int>(pool.NumThreads()) + 1, [&pool](int pieces, const std::function<void(int)>& piece) {
            std::mutex mutex;
            std::condition_variable done;
            detail::FirstException failure;
            int scheduled = 0, ended = 0;
            failure.guard([&] {  // where a pool cannot take a task, those it took are waited for
              for (int i = 1; i < pieces; ++i, ++scheduled) {
                pool.Schedule([&, i] {
                  failure.guard([&] { piece(i); });
                  const std::lock_guard<std::mutex> lock(mutex);
                  ++ended;
                  done.notify_one();
                });
              }
              piece(0);
            });
            std::unique_lock<std::mutex> lock(mutex);
            done.wait(lock, [&] { return ended == scheduled; });
            failure.rethrow();
          }};
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
