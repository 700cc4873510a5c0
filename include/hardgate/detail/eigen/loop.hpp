// The one loop that runs a kernel over arrays: packet by packet, prefetching or past the caches where that pays, in
// pieces where the caller has threads.
#pragma once

#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "../../execution.hpp"
#include "../kernels.hpp"
#include "functors.hpp"

namespace hardgate::detail {

using Eigen::Index;

/// What gradients are summed up in: double for those computed in float or double, else their own type.
template <class Scalar>
using total_t = std::conditional_t<is_kernel_value<compute_t<Scalar>>, double, compute_t<Scalar>>;

/// How a scalar is loaded, computed and stored: as a packet of Eigen's, or as a single number.
template <class Activation, bool packets = vectorizes<Activation>>
struct Access {
  using Scalar = typename Activation::scalar;
  using Value = compute_t<Scalar>;
  static constexpr int size = 1;

  static Value load(const Scalar* x) { return static_cast<Value>(*x); }
  static void store(Scalar* y, const Value& value) { *y = static_cast<Scalar>(value); }
  static void stream(Scalar* y, const Value& value) { store(y, value); }
  static void add(const Value& value, total_t<Scalar>* totals) { totals[0] += static_cast<total_t<Scalar>>(value); }
};
template <class Activation>
struct Access<Activation, true> {
  using Scalar = typename Activation::scalar;
  using Register = register_t<Scalar>;
  using Value = decltype(widen(std::declval<Register>()));
  static constexpr int size = Value::size;

  HARDGATE_INLINE static Value load(const Scalar* x) { return widen(Eigen::internal::ploadu<Register>(x)); }
  HARDGATE_INLINE static void store(Scalar* y, const Value& value) {
    Eigen::internal::pstoreu(y, narrow<Register>(value));
  }
  HARDGATE_INLINE static void stream(Scalar* y, const Value& value) { stream_to(y, narrow<Register>(value)); }
  static void add(const Value& value, double* totals) {
    typename Value::Scalar elements[size];
    Eigen::internal::pstoreu(elements, value.data);
    for (int k = 0; k < size; ++k) totals[k] += static_cast<double>(elements[k]);
  }
};

/// The arrays of a kernel.
template <class Kernel>
using scalar_of = typename Kernel::Activation::scalar;
template <class Kernel>
using inputs_t = std::array<const scalar_of<Kernel>*, Kernel::inputs>;
template <class Kernel>
using outputs_t = std::array<scalar_of<Kernel>*, Kernel::outputs>;

template <class Scalar, std::size_t count>
std::array<Scalar*, count> advanced(std::array<Scalar*, count> pointers, Index by) {
  for (Scalar*& p : pointers) p += by;
  return pointers;
}

/// How far ahead of its use a cache line is asked for, to read and to write, and the size of one.
inline constexpr Index read_ahead_bytes = 2048, write_ahead_bytes = 512, line_bytes = 64;

template <int write, class Scalar>
HARDGATE_INLINE void prefetch(const Scalar* p) {
#if defined(__GNUC__)
  constexpr Index ahead = write == 1 ? write_ahead_bytes : read_ahead_bytes;
  __builtin_prefetch(reinterpret_cast<const char*>(p) + ahead, write);
#else
  static_cast<void>(p);
#endif
}

/// kernel(store, load(0), load(1), …, sum…)
template <class Kernel, class Load, class Store, std::size_t... k, class... Sum>
HARDGATE_INLINE auto call(const Kernel& kernel, const Load& load, const Store& store, std::index_sequence<k...>,
                          const Sum&... sum) {
  return kernel(store, load(k)..., sum...);
}

/// kernel over n elements; returns the sum for each place in a packet, for a kernel that sums. An output may be an
/// input; otherwise they must not overlap. The kernel is taken by value, so that its parameters stay in registers.
template <bool streams, bool ahead, class Kernel>
auto pass(const Kernel kernel, const inputs_t<Kernel> x, const outputs_t<Kernel> y, const Index n) {
  using Scalar = scalar_of<Kernel>;
  using Access = detail::Access<typename Kernel::Activation>;
  using Value = typename Access::Value;
  constexpr Index line = line_bytes / static_cast<Index>(sizeof(Scalar));
  constexpr Index step = line > Access::size ? line : Access::size;
  Value sum(0);

  const auto evaluate = [&](const auto& load, const auto& store) HARDGATE_INLINE_LAMBDA {
    constexpr std::make_index_sequence<Kernel::inputs> all{};
    if constexpr (Kernel::sums) {
      sum = detail::call(kernel, load, store, all, sum);
    } else {
      detail::call(kernel, load, store, all);
    }
  };
  const auto whole = [&](Index i) HARDGATE_INLINE_LAMBDA {
    evaluate([&](std::size_t k) HARDGATE_INLINE_LAMBDA { return Access::load(x[k] + i); },
             [&](std::size_t k, const Value& value) HARDGATE_INLINE_LAMBDA {
               if constexpr (streams) {
                 Access::stream(y[k] + i, value);
               } else {
                 Access::store(y[k] + i, value);
               }
             });
  };
  // Fewer than a packet, padded with zeros: the same code, the same bits.
  const auto part = [&](Index i, Index count) HARDGATE_INLINE_LAMBDA {
    const auto bytes = static_cast<std::size_t>(count) * sizeof(Scalar);
    Scalar padded[Access::size] = {};
    evaluate(
        [&](std::size_t k) HARDGATE_INLINE_LAMBDA {
          std::memcpy(static_cast<void*>(padded), x[k] + i, bytes);
          return Access::load(padded);
        },
        [&](std::size_t k, const Value& value) HARDGATE_INLINE_LAMBDA {
          Access::store(padded, value);
          std::memcpy(static_cast<void*>(y[k] + i), padded, bytes);
        });
  };

  Index i = 0;
  if constexpr (streams) {
    const auto misaligned = reinterpret_cast<std::uintptr_t>(y[0]) % (Access::size * sizeof(Scalar)) / sizeof(Scalar);
    i = misaligned == 0 ? 0 : Access::size - static_cast<Index>(misaligned);
    if (i > n) i = n;
    if (i > 0) part(0, i);
  }
  for (; i + step <= n; i += step) {
    for (std::size_t k = 0; ahead && k < Kernel::inputs; ++k) detail::prefetch<0>(x[k] + i);
    for (std::size_t k = 0; ahead && !streams && k < Kernel::outputs; ++k) detail::prefetch<1>(y[k] + i);
    for (Index j = 0; j < step; j += Access::size) whole(i + j);
  }
  for (; i + Access::size <= n; i += Access::size) whole(i);
  if (i < n) part(i, n - i);
  if constexpr (streams) finish_streaming();
  return sum;
}

/// Above this many bytes, arrays are taken to lie beyond the last-level cache.
inline constexpr std::size_t cache_bytes = std::size_t(1) << 25;

/// Whether to ask for memory ahead of its use: not within the caches, where it only costs, and on Intel's processors
/// alone. AMD's look ahead better without help; others were not measured.
inline bool prefetching_pays(std::size_t bytes) {
#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__)) && !defined(__CUDACC__)
  return bytes > cache_bytes && __builtin_cpu_is("intel");
#else
  static_cast<void>(bytes);
  return false;
#endif
}

/// Whether all outputs can be streamed to: that needs alignment, which one head can only give if they share it.
template <class Access, class Scalar, std::size_t count>
bool streamable(const std::array<Scalar*, count>& y) {
  const auto address = [&y](std::size_t k) { return reinterpret_cast<std::uintptr_t>(y[k]); };
  bool aligned = address(0) % sizeof(Scalar) == 0;
  for (std::size_t k = 1; k < count; ++k)
    aligned = aligned && (address(k) - address(0)) % (Access::size * sizeof(Scalar)) == 0;
  return aligned;
}

/// kernel over n elements, in the way that suits the size and the execution; returns the sum, for a kernel that sums.
/// It is carried in packets for 1024 elements, or 256 packets if that is more, and beyond that in total_t.
template <class Kernel>
total_t<scalar_of<Kernel>> run_piece(const Kernel& kernel, inputs_t<Kernel> x, outputs_t<Kernel> y, Index n, bool ahead,
                                     bool streaming) {
  using Access = detail::Access<typename Kernel::Activation>;
  using Total = total_t<scalar_of<Kernel>>;
  constexpr Index summed_in_packets = Access::size > 4 ? 256 * Access::size : 1024;
  const Index block = Kernel::sums ? summed_in_packets : n;
  std::array<Total, Kernel::sums ? Access::size : 0> totals;
  totals.fill(Total(0));
  const bool streams =
      streaming && !Kernel::sums && detail::streamable<Access>(y);  // else lanes would depend on addresses
  for (Index i = 0; i < n; i += block) {
    const Index size = n - i < block ? n - i : block;
    const inputs_t<Kernel> from = detail::advanced(x, i);
    const outputs_t<Kernel> to = detail::advanced(y, i);
    const auto sum = streams ? (ahead ? detail::pass<true, true>(kernel, from, to, size)
                                      : detail::pass<true, false>(kernel, from, to, size))
                             : (ahead ? detail::pass<false, true>(kernel, from, to, size)
                                      : detail::pass<false, false>(kernel, from, to, size));
    if constexpr (Kernel::sums) Access::add(sum, totals.data());
  }
  Total total(0);
  for (const Total& place : totals) total += place;
  if constexpr (sum_scale<typename Access::Value> != 1) total /= sum_scale<typename Access::Value>;
  return total;
}

/// The same in pieces, cut at cache lines, that run as the execution says. The sum depends on the pieces, not on
/// timing.
template <class Kernel>
total_t<scalar_of<Kernel>> run(const Kernel& kernel, inputs_t<Kernel> x, outputs_t<Kernel> y, Index n,
                               const Execution& execution) {
  using Total = total_t<scalar_of<Kernel>>;
  require(n >= 0, "n", "at least 0", n);
  require(execution.pieces >= 1, "pieces", "at least 1", execution.pieces);
  require(execution.pieces == 1 || execution.run, "pieces", "1 where nothing runs them", execution.pieces);
  const bool ahead =
      prefetching_pays(static_cast<std::size_t>(n) * sizeof(scalar_of<Kernel>) * (Kernel::inputs + Kernel::outputs));
  constexpr Index grain = Index(1) << 14;  // a thread is not worth less
  const int pieces = n / grain < execution.pieces ? static_cast<int>(n / grain) : execution.pieces;
  if (pieces <= 1) return detail::run_piece(kernel, x, y, n, ahead, execution.streaming);

  const Index length = (n / pieces + line_bytes) / line_bytes * line_bytes;
  std::vector<Total> totals(static_cast<std::size_t>(pieces), Total(0));
  execution.run(pieces, [&](int piece) {
    const Index first = piece * length < n ? piece * length : n;
    totals[static_cast<std::size_t>(piece)] =
        detail::run_piece(kernel, detail::advanced(x, first), detail::advanced(y, first),
                          n - first < length ? n - first : length, ahead, execution.streaming);
  });
  Total total(0);
  for (const Total& piece : totals) total += piece;
  return total;
}

}  // namespace hardgate::detail
