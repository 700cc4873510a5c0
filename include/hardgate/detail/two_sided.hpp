// What gates with G(-u) = 1 - G(u) share: everything is computed on the negative side, where nothing cancels.
#pragma once

#include "../gate.hpp"
#include "exponential.hpp"

namespace hardgate::detail {

/// |x| = m and u = h·m as an unevaluated sum of two; u is kept below a bound where x·G(-u) has long become 0.
template <class Value>
struct Folded {
  Value m, u, u_low;
};

/// The hardness, and the |x| beyond which x·G(-hx) is 0: there u = hx would be Gate::bound. For a hardness below 1e-28
/// (float), 1e-288 (double) it is not 0 yet and stays as it is to -∞; below 1e-36, 1e-304 already from half of the
/// largest number on, so that nothing overflows.
///
/// Exponents of e^(-w) below `least` make every tail 0, and those below `least_of_square` every gradient, which has a
/// factor |x| more: there nothing subnormal is formed on the way.
template <class Scalar, class Gate>
struct FoldingScale : HardnessScale<Scalar> {
  Scalar reach{}, least{}, least_of_square{};

  constexpr explicit FoldingScale(const Scalar& h) : HardnessScale<Scalar>(h) {
    if constexpr (is_kernel_value<Scalar>) {
      using Limits = std::numeric_limits<Scalar>;
      reach = at_most_half_of_max(Scalar(Gate::template bound<Scalar> / h));
      int size = 12;  // of |x| at most 2^size, and of the factors of derivatives, which are less than 2¹²
      for (Scalar x = reach; x > Scalar(4096); x /= 2) ++size;
      least = Scalar(Limits::min_exponent - Limits::digits - 2 - size);
      least_of_square = least - Scalar(size);
    }
  }
};

/// The exponent of e^(-w) below which f and f' are those of ReLU to the last bit: for x > 0 that is early.
template <class V, class S, class Gate>
HARDGATE_INLINE V least_exponent(const V& x, const FoldingScale<S, Gate>& scale) {
  return if_less(V(0), x, V(S(-12 - std::numeric_limits<S>::digits)), V(scale.least));
}

template <class V, class S, class Gate>
HARDGATE_INLINE Folded<V> fold(const V& x, const FoldingScale<S, Gate>& scale) {
  const V h(scale.hardness), m = minimum(absolute(x), V(scale.reach)), u = h * m;
  return {m, u, product_error(h, m, u)};
}

/// The response, given three things on the negative side: m·G(-u), which is -f(-m); f'(-m); and ∂f/∂p, even in x. f has
/// the sign of x, also where it underflows to 0.
template <class V>
HARDGATE_INLINE Response<V> unfold(const V& x, const V& tail, const V& derivative, const V& gradient) {
  return {maximum(x, V(scalar_t<V>(-0.0))) - tail, if_less(V(0), x, V(1) - derivative, derivative), gradient};
}

/// The response for a gate σ(w(u)), w odd: w = high + low, u_slope = u·w'(u), m_slope = m·w'(u).
template <class V, class S, class Gate>
HARDGATE_INLINE Response<V> logistic_response(const V& x, const V& m, const V& high, const V& low, const V& u_slope,
                                              const V& m_slope, const FoldingScale<S, Gate>& scale) {
  const auto e = exponential_of_minus(high, low);
  const V one(1), least = least_exponent(x, scale);
  const V sigma = one / (one + e.times(one, least));  // σ(w); σ(-w) is e·σ(w)
  return unfold(x, e.times(m * sigma, least), e.times(sigma * neg_mul_add(u_slope, sigma, one), least),
                e.times(at_most_half_of_max(m * sigma * (m_slope * sigma)), V(scale.least_of_square)));
}

}  // namespace hardgate::detail
