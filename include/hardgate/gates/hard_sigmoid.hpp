// The clipped straight line: the gate of hard swish.
#pragma once

#include "../gate.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

/// clip((u + 3)/6, 0, 1). Its activation is hard swish (Howard et al. 2019, arXiv 1905.02244), with c = 6·G:
///
///     f = x·c/6,  f' = (2c - 3)/6,  ∂f/∂h = x²/6,  f'' = h/3  for |u| < 3;   ReLU outside
///
/// Continuous; f' jumps at ±3, where it is that of ReLU.
struct HardSigmoidGate : Gate<HardSigmoidGate> {
  /// G(u)
  template <class T>
  static constexpr T value(const T& u) {
    return u <= T(-3) ? T(0) : u >= T(3) ? T(1) : T((u + T(3)) / T(6));
  }
  /// G(-u)
  template <class T>
  static constexpr T complement(const T& u) {
    return value(T(-u));
  }

  /// The formula, with c rounded once.
  template <class V, class S>
  HARDGATE_INLINE static SecondResponse<V> kernel(const V& x, const HardnessScale<S>& scale) {
    using namespace detail;
    const V h(scale.hardness), zero(0), six(6), sixth(scalar_t<V>(1) / 6);
    const V c = minimum(maximum(mul_add(h, x, V(3)), zero), six), gate = c * sixth;
    const V u = absolute(V(h * x));  // by c, which is rounded, the numbers next to 3 would be outside
    const auto inside = [&](const V& yes, const V& no) HARDGATE_INLINE_LAMBDA { return if_less(u, V(3), yes, no); };
    const V finite = maximum(x, V(-(std::numeric_limits<scalar_t<V>>::max)()));  // so that at -∞ a product with 0 is 0
    return {{finite * gate, inside((c - V(scalar_t<V>(1.5))) * V(scalar_t<V>(1) / 3), gate),
             inside((x * sixth) * x, zero_like(gate))},
            inside(h * V(scalar_t<V>(1) / 3), zero_like(gate))};
  }
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
