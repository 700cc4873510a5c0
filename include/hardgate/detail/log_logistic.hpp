// What the gates of the GEM family compute with: ε scaled, the shares of ε + x^(2N), and their Taylor series.
#pragma once

#include "../gate.hpp"

namespace hardgate::detail {

/// ε as the kernels use it: with u = σx for a power of two σ, ε' = ε·σ^(2N) is exact, and so far above 1 that u^(2N)
/// loses nothing where x^(2N), or its share in ε' + u^(2N), would underflow.
template <class Scalar, int N>
struct LogLogisticScale {
  static_assert(N >= 1, "hardgate: N must be at least 1. GEM is C^(2N); N = 0 would be x/2, which gates nothing.");

  Scalar epsilon;         ///< ε
  Scalar sigma;           ///< σ
  Scalar scaled_epsilon;  ///< ε' = ε·σ^(2N)
  Scalar reach;           ///< the |x| up to which u^(2N) is finite, and beyond which ε does not count

  constexpr explicit LogLogisticScale(const Scalar& e) : epsilon(e), sigma(1), scaled_epsilon(e), reach(0) {
    if constexpr (std::is_floating_point_v<Scalar>) {
      constexpr int exponents = std::numeric_limits<Scalar>::max_exponent - 3;  // 1/2^125, 1/2^1021 are normal
      constexpr int digits = std::numeric_limits<Scalar>::digits, reach_in_u = exponents / (2 * N);
      static_assert(
          N <= exponents / 6,  // beyond, x^(2N) overflows before ε ceases to count; from N = 8 on ∂f/∂ε loses digits
          "hardgate: N is too large for this scalar: at most 20 for float, 170 for double.");
      if (e != Scalar(1) && e != Scalar(0)) {  // the least σ with ε' ≥ 2^digits
        constexpr Scalar step = two_to<Scalar>(2 * N), least = two_to<Scalar>(digits);
        if (e < (std::numeric_limits<Scalar>::min)()) {  // in one step, so that nothing is flushed to zero
          constexpr int steps = digits / (2 * N) + 1;
          scaled_epsilon *= two_to<Scalar>(2 * N * steps);
          sigma = two_to<Scalar>(steps);
        }
        for (; scaled_epsilon < least; scaled_epsilon *= step) sigma *= Scalar(2);
        for (; scaled_epsilon / step >= least; scaled_epsilon /= step) sigma /= Scalar(2);
      }
      reach = clamp_to_finite(Scalar(two_to<Scalar>(reach_in_u) / sigma));
    }
  }
  constexpr bool is_relu() const { return epsilon == Scalar(0); }
};

/// uⁿ rounded; low becomes what rounding dropped: with it, u^(2n) is rounded only once. Without fused multiplication
/// that is not worth its price, and low is 0.
template <int n, class V>
HARDGATE_INLINE V root_of_power(const V& u, V& low) {
  if constexpr (n == 1 || !HARDGATE_HAS_FMA) {
    low = V(0);
    return power<n>(u);
  } else if constexpr (n % 2 == 0) {
    const V half = root_of_power<n / 2>(u, low), high = half * half;
    low = mul_add(half + half, low, mul_sub(half, half, high));
    return high;
  } else {
    const V before = root_of_power<n - 1>(u, low), high = before * u;
    low = mul_add(low, u, mul_sub(before, u, high));
    return high;
  }
}

/// What the kernels share for m = |x| on the side where the gate bends: with u = σ·min(m, reach) and t = u^(2N), the
/// sum ε' + t.
template <int N, class V>
struct LogLogisticTerms {
  V bounded, u, root, t, sum, estimate;  // estimate: of 1/sum

  template <class S>
  HARDGATE_INLINE LogLogisticTerms(const V& m, const LogLogisticScale<S, N>& scale) {
    bounded = minimum(m, V(scale.reach));
    u = bounded * V(scale.sigma);
    V low;
    root = root_of_power<N>(u, low);
    // Never a plain product, which a compiler might fuse with the sum: where ε' does not count, that is t.
    t = mul_add(root, root, N == 1 ? low : (root + root) * low);
    sum = t + V(scale.scaled_epsilon);
    estimate = reciprocal_estimate(sum);
  }

  /// part/(ε' + t) for a part of the sum: the gate, or 1 minus the gate.
  HARDGATE_INLINE V share(const V& part) const { return quotient(part, sum, estimate); }
  /// m·share(part)
  HARDGATE_INLINE V times_share(const V& m, const V& part) const {
    return times_quotient(m, bounded, part, sum, estimate);
  }
  /// -m·t/(ε + t)² = ∂f/∂ε, multiplied in the order that neither overflows nor rounds a subnormal on the way.
  template <class S>
  HARDGATE_INLINE V epsilon_gradient(const LogLogisticScale<S, N>& scale) const {
    const V weight = share(root), scaled = weight * V(-detail::power<N>(scale.sigma));
    return N == 1 ? scaled * share(t) : (scaled * u) * (weight * V(power<N - 1>(scale.sigma)));
  }
};

/// The Taylor series at x = ±|x|, on the side where the gate bends: of u^(2N)/(ε' + u^(2N)), and beyond t = ε', where
/// powers of 1/u could underflow, of a function of δ/|x|.
template <class Gate, int side, int N, int K, class T>
GateSeries<T, K> log_logistic_taylor(const T& x, const LogLogisticScale<T, N>& scale) {
  using J = Jet<T, K>;
  const T m = T(side) * x;
  T near = m;  // t is finite there
  if constexpr (std::is_floating_point_v<T>) near = minimum(m, scale.reach);
  const T t = detail::power<2 * N>(T(scale.sigma * near));
  if (t <= scale.scaled_epsilon) {
    const T u = scale.sigma * x;
    return {Gate::weight(J::variable(u), J(scale.scaled_epsilon)).c, u, scale.sigma};
  }
  const T balance = scale.scaled_epsilon / t * detail::power<2 * N>(T(near / m));
  return {Gate::weight(J::variable(T(side)), J(balance)).c, T(side), T(T(1) / m)};
}

/// At ε = 0: ReLU, and the one-sided derivative ∂f/∂ε = -|x|^(1-2N) on the side where the gate bends.
template <int side, int N, class V>
HARDGATE_INLINE Response<V> log_logistic_relu_limit(const V& x) {
  Response<V> limit = detail::relu(x);
  const V m = V(side) * x, safe = if_less(V(0), m, m, V(1));
  limit.parameter_gradient = if_less(V(0), m, V(-detail::power<2 * N - 1>(V(V(1) / safe))), V(0));
  return limit;
}

}  // namespace hardgate::detail
