// What the array functions compute, for one value or one packet: no memory, no loop, no Eigen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

#include "primitives.hpp"
#include "require.hpp"

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

/// A kernel takes what it reads, in the order of `names`, and hands what it writes to store(output, value): returned
/// in an array, packets would pass through memory. One that sums takes the sum so far, in units of 1/sum_scale, and
/// returns the next.
template <class For, std::size_t inputs_, std::size_t outputs_, bool sums_ = false>
struct Kernel {
  using Activation = For;
  static constexpr std::size_t inputs = inputs_, outputs = outputs_;
  static constexpr bool sums = sums_;
  Activation activation;
};

/// The sum with respect to the hardness, given activation.by_hardness() and a function that sums by the parameter.
template <class Activation, class Number, class Sum>
Number by_hardness(const std::pair<Activation, Number>& unit, const Sum& sum) {
  const auto total = sum(unit.first);
  return unit.second == decltype(total)(0) ? unit.second : total * unit.second;  // for ReLU it may be infinite
}

/// What addends are multiplied by, so that as many of the largest numbers as are summed in packets do not overflow.
template <class V>
inline constexpr double sum_scale = is_kernel_value<V> ? 0x1p-13 : 1;
template <class V>
HARDGATE_INLINE V scaled_addend(const V& x) {
  if constexpr (is_kernel_value<V>) return x * V(scalar_t<V>(sum_scale<V>));
  return x;
}

/// Throws std::invalid_argument where two outputs are one array, or an output overlaps an array that begins elsewhere:
/// given where each begins, the inputs first, and how many bytes each has.
HARDGATE_NOINLINE inline void require_apart(const char* const* names, const void* const* begins, std::size_t inputs,
                                            std::size_t arrays, std::size_t bytes) {
  for (std::size_t j = inputs; j < arrays; ++j)
    for (std::size_t k = 0; k < j; ++k) {
      const auto one = reinterpret_cast<std::uintptr_t>(begins[j]), other = reinterpret_cast<std::uintptr_t>(begins[k]);
      const std::uintptr_t apart = one < other ? other - one : one - other;
      if (apart == 0 && one != 0 && k >= inputs)
        refuse<std::invalid_argument>(names[j], std::string("another array than ") + names[k], "the same");
      if (apart != 0 && apart < bytes)
        refuse<std::invalid_argument>(
            names[j], (k < inputs ? std::string(names[k]) + " itself, or " : std::string()) + "apart from " + names[k],
            "arrays that overlap");
    }
}

/// y = f(x)
template <class Activation>
struct Forward : Kernel<Activation, 1, 1> {
  static constexpr const char* names[] = {"x", "y"};
  template <class Store, class V>
  HARDGATE_INLINE void operator()(const Store& store, const V& x) const {
    store(0, this->activation.response(x).value);
  }
};

/// y = f(x), dydx = f'(x)
template <class Activation>
struct ForwardWithDerivative : Kernel<Activation, 1, 2> {
  static constexpr const char* names[] = {"x", "y", "dydx"};
  template <class Store, class V>
  HARDGATE_INLINE void operator()(const Store& store, const V& x) const {
    const auto response = this->activation.response(x);
    store(0, response.value);
    store(1, response.derivative);
  }
};

/// y = f(x), dydx = f'(x), d2ydx2 = f''(x)
template <class Activation>
struct ForwardWithSecondDerivative : Kernel<Activation, 1, 3> {
  static constexpr const char* names[] = {"x", "y", "dydx", "d2ydx2"};
  template <class Store, class V>
  HARDGATE_INLINE void operator()(const Store& store, const V& x) const {
    const auto response = this->activation.second_response(x);
    store(0, response.value);
    store(1, response.derivative);
    store(2, response.second_derivative);
  }
};

/// ddy = ddx·f'(x), dx = ddx·dy·f''(x)
template <class Activation>
struct DoubleBackward : Kernel<Activation, 3, 2> {
  static constexpr const char* names[] = {"x", "dy", "ddx", "ddy", "dx"};
  template <class Store, class V>
  HARDGATE_INLINE void operator()(const Store& store, const V& x, const V& dy, const V& ddx) const {
    const auto response = this->activation.second_response(x);
    store(0, ddx * response.derivative);
    store(1, (ddx * response.second_derivative) * dy);
  }
};

/// dx = dy·f'(x)
template <class Activation>
struct Backward : Kernel<Activation, 2, 1> {
  static constexpr const char* names[] = {"x", "dy", "dx"};
  template <class Store, class V>
  HARDGATE_INLINE void operator()(const Store& store, const V& x, const V& dy) const {
    store(0, dy * this->activation.response(x).derivative);
  }
};

/// dx = dy·f'(x), and the sum of dy·∂f/∂p
template <class Activation>
struct BackwardWithParameter : Kernel<Activation, 2, 1, true> {
  static constexpr const char* names[] = {"x", "dy", "dx"};
  template <class Store, class V, class Sum>
  HARDGATE_INLINE Sum operator()(const Store& store, const V& x, const V& dy, const Sum& sum) const {
    const auto response = this->activation.response(x);
    const Sum next = mul_add(detail::scaled_addend(dy), response.parameter_gradient, sum);
    store(0, dy * response.derivative);
    return next;
  }
};

/// y = f(a)·b
template <class Activation>
struct GluForward : Kernel<Activation, 2, 1> {
  static constexpr const char* names[] = {"a", "b", "y"};
  template <class Store, class V>
  HARDGATE_INLINE void operator()(const Store& store, const V& a, const V& b) const {
    store(0, this->activation.response(a).value * b);
  }
};

/// da = dy·b·f'(a), db = dy·f(a)
template <class Activation>
struct GluBackward : Kernel<Activation, 3, 2> {
  static constexpr const char* names[] = {"a", "b", "dy", "da", "db"};
  template <class Store, class V>
  HARDGATE_INLINE void operator()(const Store& store, const V& a, const V& b, const V& dy) const {
    const auto response = this->activation.response(a);
    store(0, (dy * response.derivative) * b);
    store(1, dy * response.value);
  }
};

/// The same, and the sum of dy·b·∂f/∂p
template <class Activation>
struct GluBackwardWithParameter : Kernel<Activation, 3, 2, true> {
  static constexpr const char* names[] = {"a", "b", "dy", "da", "db"};
  template <class Store, class V, class Sum>
  HARDGATE_INLINE Sum operator()(const Store& store, const V& a, const V& b, const V& dy, const Sum& sum) const {
    const auto response = this->activation.response(a);
    const Sum next = mul_add(detail::scaled_addend(dy) * response.parameter_gradient, b, sum);
    store(0, (dy * response.derivative) * b);
    store(1, dy * response.value);
    return next;
  }
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
