// Kernels for whole arrays: a packet loop of their own, which prefetches past the caches.
#pragma once

#include <array>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

#include "functors.hpp"

namespace hardgate {
namespace bulk {

/// How one scalar type is loaded, computed and stored: a packet of Eigen's, or a single number where there is
/// no kernel.
template <class Activation, class = void>
struct Lane {
  using Scalar = typename Activation::scalar;
  using Value = compute_t<Scalar>;
  static constexpr int size = 1;
  static Value load(const Scalar* x) { return static_cast<Value>(*x); }
  static void store(Scalar* y, const Value& value) { *y = static_cast<Scalar>(value); }
  static double sum(const Value& value) { return static_cast<double>(value); }
};
template <class Scalar, class Gate, class P>
struct Lane<GatedUnit<Scalar, Gate, P>, std::enable_if_t<math::vectorizes<Scalar, Gate>>> {
  using Value = math::lanes_t<Scalar>;
  static constexpr int size = Value::size;
  HARDGATE_INLINE static Value load(const Scalar* x) { return Value::load(x); }
  HARDGATE_INLINE static void store(Scalar* y, const Value& value) { value.store(y); }
  HARDGATE_INLINE static double sum(const Value& value) {
    Scalar lanes[size];
    store(lanes, value);
    double total = 0;
    for (const Scalar lane : lanes) total += static_cast<double>(lane);
    return total;
  }
};

/// Beyond this many bytes an array is taken not to be in a cache near the core.
inline constexpr std::size_t cache_bytes = std::size_t(1) << 20;
/// How far ahead of its use a cache line is asked for, and the size of one.
inline constexpr Eigen::Index prefetch_bytes = 2048, line_bytes = 64;

template <bool write, class Scalar>
HARDGATE_INLINE void prefetch(const Scalar* p) {
#if defined(__GNUC__)
  __builtin_prefetch(reinterpret_cast<const char*>(p) + prefetch_bytes, write ? 1 : 0);
#else
  static_cast<void>(p);
#endif
}

/// (y₁, …)ᵢ = function(x₁ᵢ, …) for n elements. An output may be an input; otherwise they must not overlap.
template <bool ahead, class Lane, class Scalar, std::size_t inputs, std::size_t outputs, class Function>
void transform(std::array<const Scalar*, inputs> x, std::array<Scalar*, outputs> y, Eigen::Index n,
               Function& function) {
  using Value = typename Lane::Value;
  constexpr Eigen::Index line = line_bytes / static_cast<Eigen::Index>(sizeof(Scalar));
  constexpr Eigen::Index unroll = line > Lane::size ? line / Lane::size : 1, step = unroll * Lane::size;

  const auto apply = [&](const std::array<const Scalar*, inputs>& from,
                         const std::array<Scalar*, outputs>& to, Eigen::Index i) HARDGATE_INLINE_LAMBDA {
    std::array<Value, inputs> in;
    for (std::size_t k = 0; k < inputs; ++k) in[k] = Lane::load(from[k] + i);
    const std::array<Value, outputs> out = function(in);
    for (std::size_t k = 0; k < outputs; ++k) Lane::store(to[k] + i, out[k]);
  };

  Eigen::Index i = 0;
  for (; i + step <= n; i += step) {
    if constexpr (ahead) {
      for (std::size_t k = 0; k < inputs; ++k) prefetch<false>(x[k] + i);
      for (std::size_t k = 0; k < outputs; ++k) prefetch<true>(y[k] + i);
    }
    for (Eigen::Index j = 0; j < unroll; ++j) apply(x, y, i + j * Lane::size);
  }
  for (; i + Lane::size <= n; i += Lane::size) apply(x, y, i);
  if constexpr (Lane::size > 1) {
    if (i == n)
      return;  // the rest goes through a packet as well, padded with zeros: the same code, the same bits
    const auto bytes = static_cast<std::size_t>(n - i) * sizeof(Scalar);
    Scalar padded[inputs + outputs][Lane::size] = {};
    std::array<const Scalar*, inputs> from;
    std::array<Scalar*, outputs> to;
    for (std::size_t k = 0; k < inputs; ++k) std::memcpy(padded[k], x[k] + i, bytes), from[k] = padded[k];
    for (std::size_t k = 0; k < outputs; ++k) to[k] = padded[inputs + k];
    apply(from, to, 0);
    for (std::size_t k = 0; k < outputs; ++k) std::memcpy(y[k] + i, to[k], bytes);
  }
}

template <class Lane, class Scalar, std::size_t inputs, std::size_t outputs, class Function>
void transform(std::array<const Scalar*, inputs> x, std::array<Scalar*, outputs> y, Eigen::Index n,
               Function function) {
  const bool ahead = static_cast<std::size_t>(n) * sizeof(Scalar) * (inputs + outputs) > cache_bytes;
  (ahead ? transform<true, Lane, Scalar, inputs, outputs, Function>
         : transform<false, Lane, Scalar, inputs, outputs, Function>)(x, y, n, function);
}

}  // namespace bulk

/// yᵢ = f(xᵢ). y may be x; any alignment. The same bits as the activation gives one number at a time.
template <class Activation>
void forward(const Activation& activation, const typename Activation::scalar* x,
             typename Activation::scalar* y, Eigen::Index n) {
  using Lane = bulk::Lane<Activation>;
  using Value = typename Lane::Value;
  bulk::transform<Lane, typename Activation::scalar, 1, 1>(
      {x}, {y}, n, [activation](const std::array<Value, 1>& in) {
        return std::array<Value, 1>{activation.response(in[0]).value};
      });
}

/// yᵢ = f(xᵢ) and dydxᵢ = f'(xᵢ) in one pass. One of the two may be x.
template <class Activation>
void forward(const Activation& activation, const typename Activation::scalar* x,
             typename Activation::scalar* y, typename Activation::scalar* dydx, Eigen::Index n) {
  using Lane = bulk::Lane<Activation>;
  using Value = typename Lane::Value;
  bulk::transform<Lane, typename Activation::scalar, 1, 2>(
      {x}, {y, dydx}, n, [activation](const std::array<Value, 1>& in) {
        const auto response = activation.response(in[0]);
        return std::array<Value, 2>{response.value, response.derivative};
      });
}

/// dxᵢ = dyᵢ·f'(xᵢ), assigned, not accumulated. dx may be dy or x.
template <class Activation>
void backward(const Activation& activation, const typename Activation::scalar* x,
              const typename Activation::scalar* dy, typename Activation::scalar* dx, Eigen::Index n) {
  using Lane = bulk::Lane<Activation>;
  using Value = typename Lane::Value;
  bulk::transform<Lane, typename Activation::scalar, 2, 1>(
      {x, dy}, {dx}, n, [activation](const std::array<Value, 2>& in) {
        return std::array<Value, 1>{in[1] * activation.response(in[0]).derivative};
      });
}

/// dxᵢ = dyᵢ·f'(xᵢ) as `backward`, and returns Σ dyᵢ·∂f/∂p(xᵢ), p being λ or ε, in the same pass. The sum is
/// carried in packets for 1024 elements at a time and beyond that in double.
template <class Activation>
typename Activation::scalar backward_with_parameter(const Activation& activation,
                                                    const typename Activation::scalar* x,
                                                    const typename Activation::scalar* dy,
                                                    typename Activation::scalar* dx, Eigen::Index n) {
  static_assert(Activation::has_parameter, "hardgate: this activation has no parameter; use backward.");
  using Scalar = typename Activation::scalar;
  using Lane = bulk::Lane<Activation>;
  using Value = typename Lane::Value;
  constexpr Eigen::Index block = 1024;
  const bool ahead = static_cast<std::size_t>(n) * sizeof(Scalar) * 3 > bulk::cache_bytes;
  double total = 0;
  for (Eigen::Index i = 0; i < n; i += block) {
    Value sum(0);
    auto step = [&sum, &activation](const std::array<Value, 2>& in) {
      const auto response = activation.response(in[0]);
      sum = sum + in[1] * response.parameter_gradient;
      return std::array<Value, 1>{in[1] * response.derivative};
    };
    using Step = decltype(step);
    (ahead ? bulk::transform<true, Lane, Scalar, 2, 1, Step>
           : bulk::transform<false, Lane, Scalar, 2, 1, Step>)({x + i, dy + i}, {dx + i},
                                                               n - i < block ? n - i : block, step);
    total += Lane::sum(sum);
  }
  return static_cast<Scalar>(total);
}

}  // namespace hardgate
