// Kernels for whole arrays: a packet loop of their own, which can prefetch, bypass the caches and share the
// work.
#pragma once

#include <array>
#include <cstring>
#include <vector>

#include "execution.hpp"
#include "functors.hpp"

namespace hardgate {
namespace bulk {

using Eigen::Index;

/// What gradients are summed up in: double for those computed in float or double, else their own type.
template <class Scalar>
using total_t = std::conditional_t<math::has_kernels<compute_t<Scalar>>, double, compute_t<Scalar>>;

/// How a scalar is loaded, computed and stored: a packet of Eigen's, or a single number where there is no
/// kernel.
template <class Activation, class = void>
struct Lane {
  using Scalar = typename Activation::scalar;
  using Value = compute_t<Scalar>;
  static constexpr int size = 1;

  static Value load(const Scalar* x) { return static_cast<Value>(*x); }
  static void store(Scalar* y, const Value& value) { *y = static_cast<Scalar>(value); }
  static void stream(Scalar* y, const Value& value) { store(y, value); }
  static void add(const Value& value, total_t<Scalar>* totals) {
    totals[0] += static_cast<total_t<Scalar>>(value);
  }
};
template <class S, class Gate, class P>
struct Lane<GatedUnit<S, Gate, P>, std::enable_if_t<math::vectorizes<S, Gate>>> {
  using Scalar = S;
  using Value = decltype(math::widen(std::declval<math::packet_t<Scalar>>()));
  static constexpr int size = Value::size;

  HARDGATE_INLINE static Value load(const Scalar* x) {
    return math::widen(Eigen::internal::ploadu<math::packet_t<Scalar>>(x));
  }
  HARDGATE_INLINE static void store(Scalar* y, const Value& value) {
    Eigen::internal::pstoreu(y, math::narrow<math::packet_t<Scalar>>(value));
  }
  HARDGATE_INLINE static void stream(Scalar* y, const Value& value) {
    math::stream_to(y, math::narrow<math::packet_t<Scalar>>(value));
  }
  static void add(const Value& value, double* totals) {
    typename Value::Scalar lanes[size];
    Eigen::internal::pstoreu(lanes, value.packet);
    for (int k = 0; k < size; ++k) totals[k] += static_cast<double>(lanes[k]);
  }
};

// The four kernels. Each takes what it reads, and hands what it writes to store(output, value): returned in
// an array, packets would pass through memory.

template <class Activation>
struct Forward {
  Activation activation;
  template <class V, class Store>
  HARDGATE_INLINE void operator()(const Store& store, const V& x) {
    store(0, activation.response(x).value);
  }
};
template <class Activation>
struct ForwardWithDerivative {
  Activation activation;
  template <class V, class Store>
  HARDGATE_INLINE void operator()(const Store& store, const V& x) {
    const auto response = activation.response(x);
    store(0, response.value);
    store(1, response.derivative);
  }
};
template <class Activation>
struct Backward {
  Activation activation;
  template <class V, class Store>
  HARDGATE_INLINE void operator()(const Store& store, const V& x, const V& dy) {
    store(0, dy * activation.response(x).derivative);
  }
};
template <class Activation>
struct BackwardWithParameter {
  Activation activation;
  typename Lane<Activation>::Value sum{typename Lane<Activation>::Value(0)};
  template <class V, class Store>
  HARDGATE_INLINE void operator()(const Store& store, const V& x, const V& dy) {
    const auto response = activation.response(x);
    sum = sum + dy * response.parameter_gradient;
    store(0, dy * response.derivative);
  }
};

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

/// (y₁, …)ᵢ = kernel(x₁ᵢ, …) for n elements. An output may be an input; otherwise they must not overlap. The
/// kernel is taken by value, and returned with what it has summed up: so its parameters can stay in
/// registers.
template <class Lane, bool streams, bool ahead, class Scalar, std::size_t inputs, std::size_t outputs,
          class Kernel>
Kernel pass(Kernel kernel, std::array<const Scalar*, inputs> x, std::array<Scalar*, outputs> y, Index n) {
  using Value = typename Lane::Value;
  constexpr Index line = line_bytes / static_cast<Index>(sizeof(Scalar));
  constexpr Index step = line > Lane::size ? line : Lane::size;

  const auto run = [&](const auto& load, const auto& store) HARDGATE_INLINE_LAMBDA {
    if constexpr (inputs == 1) {
      kernel(store, load(0));
    } else {
      kernel(store, load(0), load(1));
    }
  };
  const auto whole = [&](Index i) HARDGATE_INLINE_LAMBDA {
    run([&](std::size_t k) HARDGATE_INLINE_LAMBDA { return Lane::load(x[k] + i); },
        [&](std::size_t k, const Value& value) HARDGATE_INLINE_LAMBDA {
          if constexpr (streams) {
            Lane::stream(y[k] + i, value);
          } else {
            Lane::store(y[k] + i, value);
          }
        });
  };
  // Fewer than a packet, padded with zeros: the same code, the same bits.
  const auto part = [&](Index i, Index count) HARDGATE_INLINE_LAMBDA {
    const auto bytes = static_cast<std::size_t>(count) * sizeof(Scalar);
    Scalar padded[Lane::size] = {};
    run(
        [&](std::size_t k) HARDGATE_INLINE_LAMBDA {
          std::memcpy(static_cast<void*>(padded), x[k] + i, bytes);
          return Lane::load(padded);
        },
        [&](std::size_t k, const Value& value) HARDGATE_INLINE_LAMBDA {
          Lane::store(padded, value);
          std::memcpy(static_cast<void*>(y[k] + i), padded, bytes);
        });
  };

  Index i = 0;
  if constexpr (streams) {
    const auto misaligned =
        reinterpret_cast<std::uintptr_t>(y[0]) % (Lane::size * sizeof(Scalar)) / sizeof(Scalar);
    i = misaligned == 0 ? 0 : Lane::size - static_cast<Index>(misaligned);
    if (i > n) i = n;
    if (i > 0) part(0, i);
  }
  for (; i + step <= n; i += step) {
    for (std::size_t k = 0; ahead && k < inputs; ++k) prefetch<0>(x[k] + i);
    for (std::size_t k = 0; ahead && !streams && k < outputs; ++k) prefetch<1>(y[k] + i);
    for (Index j = 0; j < step; j += Lane::size) whole(i + j);
  }
  for (; i + Lane::size <= n; i += Lane::size) whole(i);
  if (i < n) part(i, n - i);
  if constexpr (streams) math::finish_streaming();
  return kernel;
}

/// Above this many bytes, arrays are taken to lie beyond the last-level cache.
inline constexpr std::size_t cache_bytes = std::size_t(1) << 25;

/// Whether to ask for memory ahead of its use: not within the caches, where it only costs, and on Intel's
/// processors alone. AMD's look ahead better without help; others were not measured. bench.report has both.
inline bool prefetching_pays(std::size_t bytes) {
#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__)) && !defined(__CUDACC__)
  return bytes > cache_bytes && __builtin_cpu_is("intel");
#else
  static_cast<void>(bytes);
  return false;
#endif
}

/// The pass that suits the size and the execution.
template <class Lane, class Scalar, std::size_t inputs, std::size_t outputs, class Kernel>
Kernel best_pass(const Kernel& kernel, const std::array<const Scalar*, inputs>& x,
                 const std::array<Scalar*, outputs>& y, Index n, bool ahead, bool streaming) {
  constexpr std::size_t packet_bytes = Lane::size * sizeof(Scalar);
  for (std::size_t k = 1; k < outputs; ++k)  // streams need alignment, which only one head can give
    streaming =
        streaming &&
        (reinterpret_cast<std::uintptr_t>(y[k]) - reinterpret_cast<std::uintptr_t>(y[0])) % packet_bytes == 0;
  streaming = streaming && reinterpret_cast<std::uintptr_t>(y[0]) % sizeof(Scalar) == 0;
  if (streaming)
    return ahead ? pass<Lane, true, true>(kernel, x, y, n) : pass<Lane, true, false>(kernel, x, y, n);
  return ahead ? pass<Lane, false, true>(kernel, x, y, n) : pass<Lane, false, false>(kernel, x, y, n);
}

/// piece(first, count) for each piece of n elements, cut at cache lines, run as the execution says.
template <class Piece>
void in_pieces(Index n, const Execution& execution, const Piece& piece) {
  math::require(execution.pieces >= 1, "pieces", "at least 1", execution.pieces);
  constexpr Index grain = Index(1) << 14;  // a thread is not worth less
  const Index most = n / grain;
  const int pieces = most < execution.pieces ? static_cast<int>(most) : execution.pieces;
  if (pieces <= 1) return piece(0, 0, n);
  const Index length = (n / pieces + line_bytes) / line_bytes * line_bytes;
  execution.run(pieces, [&](int i) {
    const Index first = i * length < n ? i * length : n;
    piece(i, first, n - first < length ? n - first : length);
  });
}

template <class Activation, class Kernel, std::size_t inputs, std::size_t outputs>
void run(const Kernel& kernel, const std::array<const typename Activation::scalar*, inputs>& x,
         const std::array<typename Activation::scalar*, outputs>& y, Index n, const Execution& execution) {
  const bool ahead = prefetching_pays(static_cast<std::size_t>(n) * sizeof(typename Activation::scalar) *
                                      (inputs + outputs));
  in_pieces(n, execution, [&](int, Index first, Index count) {
    best_pass<Lane<Activation>>(kernel, advanced(x, first), advanced(y, first), count, ahead,
                                execution.streaming);
  });
}

}  // namespace bulk

/// yᵢ = f(xᵢ). y may be x; any alignment. The same bits as the activation gives one number at a time.
template <class Activation>
void forward(const Activation& activation, const typename Activation::scalar* x,
             typename Activation::scalar* y, Eigen::Index n, const Execution& execution = {}) {
  bulk::run<Activation, bulk::Forward<Activation>, 1, 1>({activation}, {x}, {y}, n, execution);
}

/// yᵢ = f(xᵢ) and dydxᵢ = f'(xᵢ) in one pass. One of the two may be x.
template <class Activation>
void forward(const Activation& activation, const typename Activation::scalar* x,
             typename Activation::scalar* y, typename Activation::scalar* dydx, Eigen::Index n,
             const Execution& execution = {}) {
  bulk::run<Activation, bulk::ForwardWithDerivative<Activation>, 1, 2>({activation}, {x}, {y, dydx}, n,
                                                                       execution);
}

/// dxᵢ = dyᵢ·f'(xᵢ), assigned, not accumulated. dx may be dy or x.
template <class Activation>
void backward(const Activation& activation, const typename Activation::scalar* x,
              const typename Activation::scalar* dy, typename Activation::scalar* dx, Eigen::Index n,
              const Execution& execution = {}) {
  bulk::run<Activation, bulk::Backward<Activation>, 2, 1>({activation}, {x, dy}, {dx}, n, execution);
}

/// dxᵢ = dyᵢ·f'(xᵢ) as `backward`, and returns Σ dyᵢ·∂f/∂p(xᵢ), p being λ or ε, in the same pass. The sum is
/// carried in packets for 1024 elements, or 256 packets if that is more, at a time and beyond that in double,
/// or in the scalar's own type where that is not computed in float or double; it does not depend on timing,
/// only on the pieces.
template <class Activation>
typename Activation::scalar backward_with_parameter(const Activation& activation,
                                                    const typename Activation::scalar* x,
                                                    const typename Activation::scalar* dy,
                                                    typename Activation::scalar* dx, Eigen::Index n,
                                                    const Execution& execution = {}) {
  static_assert(Activation::has_parameter, "hardgate: this activation has no parameter; use backward.");
  using Scalar = typename Activation::scalar;
  using Lane = bulk::Lane<Activation>;
  using Total = bulk::total_t<Scalar>;
  constexpr Eigen::Index block = Lane::size > 4 ? 256 * Lane::size : 1024;
  const bool ahead = bulk::prefetching_pays(static_cast<std::size_t>(n) * sizeof(Scalar) * 3);
  std::vector<Total> totals(static_cast<std::size_t>(execution.pieces > 0 ? execution.pieces : 0), Total(0));
  bulk::in_pieces(n, execution, [&](int piece, Eigen::Index first, Eigen::Index count) {
    std::array<Total, Lane::size> lanes;
    lanes.fill(Total(0));
    Total total(0);
    for (Eigen::Index i = first; i < first + count; i += block) {
      const Eigen::Index size = first + count - i < block ? first + count - i : block;
      const bulk::BackwardWithParameter<Activation> kernel{activation};
      Lane::add(bulk::best_pass<Lane, Scalar, 2, 1>(kernel, {x + i, dy + i}, {dx + i}, size, ahead,
                                                    execution.streaming)
                    .sum,
                lanes.data());
    }
    for (const Total& lane : lanes) total += lane;
    totals[static_cast<std::size_t>(piece)] = total;
  });
  Total total(0);
  for (const Total& piece : totals) total += piece;
  return static_cast<Scalar>(total);
}

namespace bulk {

/// An argument of any type, for which every other overload is a better match.
struct Anything {
  Anything() = default;
  template <class T>
  Anything(const T&) {}
};

}  // namespace bulk

/// Where no other overload takes the arguments: does not compile, and says what would be right.
template <class First>
void forward(const First&, bulk::Anything = {}, bulk::Anything = {}, bulk::Anything = {}, bulk::Anything = {},
             bulk::Anything = {}) {
  static_assert(sizeof(First) == 0,
                "hardgate: forward takes (activation, x, y) or (activation, x, y, dydx): Eigen objects, or "
                "pointers and then n, all of the activation's scalar; y and dydx not const.");
}
/// Likewise.
template <class First>
void backward(const First&, bulk::Anything = {}, bulk::Anything = {}, bulk::Anything = {},
              bulk::Anything = {}, bulk::Anything = {}) {
  static_assert(
      sizeof(First) == 0,
      "hardgate: backward takes (activation, x, dy, dx): Eigen objects, or pointers and then n, all of the "
      "activation's scalar; dx not const.");
}
/// Likewise.
template <class First>
double backward_with_parameter(const First&, bulk::Anything = {}, bulk::Anything = {}, bulk::Anything = {},
                               bulk::Anything = {}, bulk::Anything = {}) {
  static_assert(sizeof(First) == 0,
                "hardgate: backward_with_parameter takes (activation, x, dy, dx): Eigen objects, or pointers "
                "and then n, all of the activation's scalar; dx not const.");
  return 0;
}

}  // namespace hardgate
