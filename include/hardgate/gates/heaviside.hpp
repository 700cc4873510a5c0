// The step: the gate of ReLU, and the limit of every gate as its hardness grows.
#pragma once

#include "../gate.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

/// H(u) = 1 for u > 0, else 0. Its activation is ReLU; its hardness is infinite and there is nothing to learn.
struct HeavisideGate : Gate<HeavisideGate> {
  /// Nothing to compute.
  template <class Scalar>
  struct Scale : HardnessScale<Scalar> {
    using HardnessScale<Scalar>::HardnessScale;
    static constexpr bool is_relu() { return true; }  ///< always
  };

  /// H(u)
  template <class T>
  static constexpr T value(const T& u) {
    return u > T(0) ? T(1) : T(0);
  }
  /// ReLU
  template <class V, class S>
  HARDGATE_INLINE static SecondResponse<V> kernel(const V& x, const Scale<S>&) {
    return {detail::relu(x), detail::zero_like(x)};
  }
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
