// The step: the gate of ReLU, and the limit of every gate as its hardness grows.
#pragma once

#include "gate.hpp"

namespace hardgate::gates {

/// H(u) = 1 for u > 0, else 0. Its unit is ReLU; its hardness is infinite and there is nothing to learn.
struct Heaviside : Gate<Heaviside> {
  static constexpr bool vectorizes = true;

  template <class Scalar>
  struct Scale : HardnessScale<Scalar> {
    using HardnessScale<Scalar>::HardnessScale;
    static constexpr bool is_step() { return true; }
  };

  template <class T>
  static constexpr T value(const T& u) {
    return u > T(0) ? T(1) : T(0);
  }
  template <class V, class S>
  HARDGATE_INLINE static constexpr Response<V> response(const V& x, const Scale<S>&) {
    return relu_response(x);
  }
};

}  // namespace hardgate::gates
