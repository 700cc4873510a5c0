// The one loop that runs a kernel over arrays: packet by packet, prefetching or past the caches where that pays, in
// pieces where the caller has threads.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <utility>
#include <vector>

#include "../kernels.hpp"
#include "../pair.hpp"
#include "functors.hpp"
#include "pieces.hpp"

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

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
  static total_t<Scalar> sum(const Value& value) { return static_cast<total_t<Scalar>>(value); }
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
  HARDGATE_INLINE static double sum(const Value& value) {
    return static_cast<double>(Eigen::internal::predux(value.data));
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
HARDGATE_INLINE std::array<Scalar*, count> advanced(std::array<Scalar*, count> pointers, Index by) {
  for (Scalar*& p : pointers) p += by;
  return pointers;
}

/// Two packets at a time.
template <class Access>
struct TwoOf {
  using Scalar = typename Access::Scalar;
  using Value = Pair<typename Access::Value>;
  static constexpr int size = 2 * Access::size;

  HARDGATE_INLINE static Value load(const Scalar* x) { return {Access::load(x), Access::load(x + Access::size)}; }
  HARDGATE_INLINE static void store(Scalar* y, const Value& value) {
    Access::store(y, value.first);
    Access::store(y + Access::size, value.second);
  }
};

/// A packet of which only so many elements count, at most all.
template <class Access>
struct SomeOf {
  using Scalar = typename Access::Scalar;
  using Register = typename Access::Register;
  using Value = typename Access::Value;
  Index count;

  HARDGATE_INLINE Value load(const Scalar* x) const { return widen(load_some<Register>(x, count)); }
  HARDGATE_INLINE void store(Scalar* y, const Value& value) const { store_some(y, narrow<Register>(value), count); }
};

template <class Kernel, class Load, class Store, std::size_t... k, class... Sum>
HARDGATE_INLINE auto call(const Kernel& kernel, const Load& load, const Store& store, std::index_sequence<k...>,
                          const Sum&... sum) {
  return kernel(store, load(k)..., sum...);
}

/// kernel(store, load(0), load(1), …, sum…) for one value from each input, once.
template <class Access, class Kernel, class Sum>
HARDGATE_INLINE void step(const Access& access, const Kernel& kernel, const inputs_t<Kernel>& x,
                          const outputs_t<Kernel>& y, Sum& sum) {
  using Value = typename Access::Value;
  constexpr std::make_index_sequence<Kernel::inputs> all{};
  const auto load = [&](std::size_t k) HARDGATE_INLINE_LAMBDA { return access.load(x[k]); };
  const auto store = [&](std::size_t k, const Value& value) HARDGATE_INLINE_LAMBDA { access.store(y[k], value); };
  if constexpr (Kernel::sums) {
    sum = detail::call(kernel, load, store, all, sum);
  } else {
    detail::call(kernel, load, store, all);
  }
}

/// Whether to have two packets under way at once: 3 to 10 % for the kernels by tables that have registers enough. Those
/// of double, of the GEM family and without tables gain nothing or lose.
template <class Activation>
inline constexpr bool interleaves = [] {
  using Gate = typename Activation::gate;
  if constexpr (vectorizes<Activation> &&
                is_by_tables<typename Gate::template Scale<typename Activation::parameter_type>>) {
    return Gate::interleaves;
  } else {
    return false;
  }
}();

/// kernel over n elements; returns the sum for each place, for a kernel that sums. What is left over by whole packets is
/// padded with zeros, for the same code and the same bits. An output may be an input; otherwise they must not overlap.
template <class Kernel, class Value>
HARDGATE_INLINE Value inline_pass(const Kernel& kernel, const inputs_t<Kernel>& x, const outputs_t<Kernel>& y,
                                  const Index n, Value sum) {
  using One = Access<typename Kernel::Activation>;
  Index i = 0;
  if constexpr (interleaves<typename Kernel::Activation>) {
    using Two = TwoOf<One>;
    SumOfPairs<Value> sums{sum};
    for (; i <= n - Two::size; i += Two::size)
      detail::step(Two(), kernel, detail::advanced(x, i), detail::advanced(y, i), sums);
    sum = sums.sum;
  } else {
    for (; i <= n - One::size; i += One::size)
      detail::step(One(), kernel, detail::advanced(x, i), detail::advanced(y, i), sum);
  }
  if constexpr (One::size > 1)
    for (; i < n; i += One::size)
      detail::step(SomeOf<One>{n - i}, kernel, detail::advanced(x, i), detail::advanced(y, i), sum);
  return sum;
}

/// The same, compiled once for a kernel, whatever calls it. The kernel is taken by value, so that its parameters stay in
/// registers.
template <class Kernel, class Value>
HARDGATE_NOINLINE Value pass(const Kernel kernel, const inputs_t<Kernel> x, const outputs_t<Kernel> y, const Index n,
                             const Value sum) {
  return detail::inline_pass(kernel, x, y, n, sum);
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

/// Asks for the cache lines of a piece of memory, to read or to write it soon.
template <int write>
HARDGATE_INLINE void prefetch(const void* from, std::size_t bytes) {
#if defined(__GNUC__)
  for (std::size_t i = 0; i < bytes; i += line_bytes) __builtin_prefetch(static_cast<const char*>(from) + i, write);
#else
  static_cast<void>(from), static_cast<void>(bytes);
#endif
}

/// That many elements are summed in packets, and beyond that in total_t.
template <class Kernel>
inline constexpr Index summed_in_packets = [] {
  constexpr Index size = Access<typename Kernel::Activation>::size;
  return size > 4 ? 256 * size : Index(1024);
}();

/// The sum of a kernel that sums: in packets so far, and what was added up before.
template <class Kernel>
class Sum {
  using Access = detail::Access<typename Kernel::Activation>;
  using Total = total_t<scalar_of<Kernel>>;
  Total total_ = Total(0);  // Total() may be anything: Eigen::AutoDiffScalar's is

 public:
  typename Access::Value in_packets{0};

  HARDGATE_INLINE void add_up() {
    if constexpr (Kernel::sums) total_ += Access::sum(in_packets);
    in_packets = typename Access::Value(0);
  }
  HARDGATE_INLINE Total total() const {
    constexpr double scale = sum_scale<typename Access::Value>;
    if constexpr (scale != 1) return total_ / scale;
    return total_;
  }
};

/// kernel over n elements, no more than are summed in packets; returns the sum, for a kernel that sums.
template <class Kernel>
total_t<scalar_of<Kernel>> run_short(const Kernel& kernel, const inputs_t<Kernel>& x, const outputs_t<Kernel>& y,
                                     Index n) {
  Sum<Kernel> sum;
  sum.in_packets = detail::pass(kernel, x, y, n, sum.in_packets);
  sum.add_up();
  return sum.total();
}

/// kernel over n elements, in the way that suits the size and the execution; returns the sum, for a kernel that sums.
template <class Kernel>
HARDGATE_NOINLINE total_t<scalar_of<Kernel>> run_piece(const Kernel& kernel, inputs_t<Kernel> x, outputs_t<Kernel> y,
                                                       Index n, bool ahead, bool streaming) {
  using Scalar = scalar_of<Kernel>;
  constexpr bool in_packets =
      Access<typename Kernel::Activation>::size > 1;  // other scalars may be anything, and take long anyway
  constexpr Index chunk =
      in_packets ? 2048 / static_cast<Index>(sizeof(Scalar)) : 1;  // asked for, or streamed, at a time
  ahead = ahead && in_packets;
  streaming = streaming && in_packets;
  const Index most = ahead || streaming ? chunk : Kernel::sums ? summed_in_packets<Kernel> : n;
  Sum<Kernel> sum;
  for (Index i = 0, size; i < n; i += size) {
    size = n - i < most ? n - i : most;
    const inputs_t<Kernel> from = detail::advanced(x, i);
    const outputs_t<Kernel> to = detail::advanced(y, i);
    const std::size_t bytes = static_cast<std::size_t>(size) * sizeof(Scalar);
    for (std::size_t k = 0; ahead && k < Kernel::inputs; ++k) detail::prefetch<0>(from[k] + chunk, bytes);
    for (std::size_t k = 0; ahead && !streaming && k < Kernel::outputs; ++k) detail::prefetch<1>(to[k], bytes);
    if (streaming) {
      if constexpr (in_packets) {
        alignas(line_bytes) Scalar buffers[Kernel::outputs][static_cast<std::size_t>(chunk)];
        outputs_t<Kernel> buffer;
        for (std::size_t k = 0; k < Kernel::outputs; ++k) buffer[k] = buffers[k];
        sum.in_packets = detail::pass(kernel, from, buffer, size, sum.in_packets);
        for (std::size_t k = 0; k < Kernel::outputs; ++k) detail::stream(to[k], buffer[k], bytes);
      }
    } else {
      sum.in_packets = detail::pass(kernel, from, to, size, sum.in_packets);
    }
    if ((i + size) % summed_in_packets<Kernel> == 0) sum.add_up();
  }
  if (streaming) detail::finish_streaming();
  sum.add_up();
  return sum.total();
}

/// Throws std::invalid_argument where an output is another output, or overlaps what is not it: n elements each.
template <class Kernel>
void require_apart(const inputs_t<Kernel>& x, const outputs_t<Kernel>& y, Index n) {
  if (n <= 0) return;
  const void* begins[Kernel::inputs + Kernel::outputs];
  std::copy(y.begin(), y.end(), std::copy(x.begin(), x.end(), begins));
  detail::require_apart(Kernel::names, begins, Kernel::inputs, Kernel::inputs + Kernel::outputs,
                        static_cast<std::size_t>(n) * sizeof(scalar_of<Kernel>));
}

/// The same, in pieces where the execution has them. The sum depends on the pieces, not on timing.
template <class Kernel>
total_t<scalar_of<Kernel>> run(const Kernel& kernel, inputs_t<Kernel> x, outputs_t<Kernel> y, Index n,
                               const Execution& execution) {
  using Total = total_t<scalar_of<Kernel>>;
  detail::require_runnable(n, execution);
  detail::require_apart<Kernel>(x, y, n);
  if (n <= summed_in_packets<Kernel> && !execution.streaming) return detail::run_short(kernel, x, y, n);
  const bool ahead =
      prefetching_pays(static_cast<std::size_t>(n) * sizeof(scalar_of<Kernel>) * (Kernel::inputs + Kernel::outputs));
  constexpr Index grain = Index(1) << 14;  // a thread is not worth less
  const int pieces = n / grain < execution.pieces ? static_cast<int>(n / grain) : execution.pieces;
  if (pieces <= 1) return detail::run_piece(kernel, x, y, n, ahead, execution.streaming);

  struct Job {  // one type of function for all kernels: each would cost a kilobyte
    const Kernel& kernel;
    const inputs_t<Kernel>& x;
    const outputs_t<Kernel>& y;
    bool ahead, streaming;
    std::vector<Total> totals;
  } job{kernel, x, y, ahead, execution.streaming, {}};
  if constexpr (Kernel::sums) job.totals.assign(static_cast<std::size_t>(pieces), Total(0));
  const auto piece = [](void* of, int k, Index first, Index size) {
    Job& its = *static_cast<Job*>(of);
    const Total total = detail::run_piece(its.kernel, detail::advanced(its.x, first), detail::advanced(its.y, first),
                                          size, its.ahead, its.streaming);
    if constexpr (Kernel::sums) its.totals[static_cast<std::size_t>(k)] = total;
  };
  detail::run_pieces(execution, pieces, n, piece, &job);
  return std::accumulate(job.totals.begin(), job.totals.end(), Total(0));
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
