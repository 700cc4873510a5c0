// The log-logistic distribution function of shape 2N and its mirror image: the gates of GEM, E-GEM and SE-GEM [G].
// Everything here is rational in x: on exact rational numbers it is exact.
#pragma once

#include "../gate.hpp"

namespace hardgate {

/// The parameter of the GEM family: ε = h^(-2N), so that f = x^(2N+1)/(ε + x^(2N)) holds no root. In [0, ∞); 0 is ReLU.
template <int N>
struct Epsilon {
  static_assert(N >= 1, "hardgate: N must be at least 1. GEM is C^(2N); N = 0 would be x/2, which gates nothing.");

  static constexpr const char* name = "epsilon";                         ///< in messages
  static constexpr const char* domain = "in [0, infinity) (0 is ReLU)";  ///< likewise
  static constexpr int exponent = -2 * N;                                ///< ε = h^exponent
  /// Whether ε is in the domain.
  template <class Scalar>
  static constexpr bool contains(const Scalar& epsilon) {
    return epsilon >= Scalar(0) && detail::is_finite(epsilon);
  }
  /// h(ε)
  template <class Scalar>
  static Scalar hardness(const Scalar& epsilon) {
    return detail::InverseRoot<Scalar>::of(epsilon, 2 * N);
  }
  /// ε(h)
  template <class Scalar>
  static Scalar from_hardness(const Scalar& hardness) {
    const Scalar root = detail::power<N>(hardness);  // its square may overflow where ε does not underflow
    return Scalar(1) / root / root;
  }
};

namespace detail {

/// ε as the kernels use it: with u = σx for a power of two σ, ε' = ε·σ^(2N) is exact, and so far above 1 that u^(2N)
/// loses nothing where x^(2N), or its share in ε' + u^(2N), would underflow.
template <class Scalar, int N>
struct LogLogisticScale {
  static_assert(Epsilon<N>::exponent < 0);  // says so where N is not at least 1

  Scalar epsilon;         ///< ε
  Scalar sigma;           ///< σ
  Scalar scaled_epsilon;  ///< ε' = ε·σ^(2N)
  Scalar reach;           ///< the |x| up to which u^(2N) is finite, and beyond which ε does not count

  constexpr explicit LogLogisticScale(const Scalar& e) : epsilon(e), sigma(1), scaled_epsilon(e), reach(0) {
    if constexpr (std::is_floating_point_v<Scalar>) {
      constexpr int exponents = std::numeric_limits<Scalar>::max_exponent - 2;  // 2^126, 2^1022 are safe
      if (e != Scalar(1) && e != Scalar(0)) {
        if constexpr (4 * N <= exponents) {  // the least σ with ε' ≥ 2^digits
          constexpr Scalar step = two_to<Scalar>(2 * N), least = two_to<Scalar>(std::numeric_limits<Scalar>::digits);
          for (; scaled_epsilon < least; scaled_epsilon *= step) sigma *= Scalar(2);
          for (; scaled_epsilon / step >= least; scaled_epsilon /= step) sigma /= Scalar(2);
        } else {  // steeper, ε' could leave the range: then σ is the rounded root
          sigma = Epsilon<N>::hardness(e);
          scaled_epsilon = Scalar(1);
        }
      }
      reach = clamp_to_finite(Scalar(two_to<Scalar>(exponents / (2 * N)) / sigma));
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
    const V weight = share(root), scaled = weight * V(-power<N>(scale.sigma));
    return N == 1 ? scaled * share(t) : (scaled * u) * (weight * V(power<N - 1>(scale.sigma)));
  }
};

/// The Taylor series at x = ±|x|, on the side where the gate bends: of u^(2N)/(ε' + u^(2N)), and beyond t = ε', where
/// powers of 1/u could underflow, of a function of δ/|x|.
template <class Gate, int side, int N, int K, class T>
std::array<T, K + 1> log_logistic_taylor(const T& x, const LogLogisticScale<T, N>& scale) {
  using J = Jet<T, K>;
  const T m = T(side) * x;
  T near = m;  // t is finite there
  if constexpr (std::is_floating_point_v<T>) near = minimum(m, scale.reach);
  const T t = power<2 * N>(T(scale.sigma * near));
  if (t <= scale.scaled_epsilon)
    return stretched(Gate::weight(J::variable(T(scale.sigma * x)), J(scale.scaled_epsilon)).c, scale.sigma);
  const T balance = scale.scaled_epsilon / t * power<2 * N>(T(near / m));
  return stretched(Gate::weight(J::variable(T(side)), J(balance)).c, T(T(1) / m));
}

/// At ε = 0: ReLU, and the one-sided derivative ∂f/∂ε = -|x|^(1-2N) on the side where the gate bends.
template <int side, int N, class V>
HARDGATE_INLINE constexpr Response<V> log_logistic_relu_limit(const V& x) {
  Response<V> limit = relu(x);
  const V m = V(side) * x, safe = if_less(V(0), m, m, V(1));
  limit.parameter_gradient = if_less(V(0), m, V(-power<2 * N - 1>(V(V(1) / safe))), V(0));
  return limit;
}

}  // namespace detail

/// F_N(u) = u^(2N)/(1 + u^(2N)) for u > 0, else 0. Its activation [G], with t = x^(2N) and g = t/(ε + t):
///
///     x > 0:  f = x·g,  f' = g·(1 + 2N(1 - g)),  ∂f/∂ε = -x·t/(ε + t)²;     x ≤ 0:  0
///
/// C^(2N) at 0 and no smoother: the derivative of order 2N+1 jumps from 0 to (2N+1)!/ε.
template <int N>
struct LogLogisticGate : Gate<LogLogisticGate<N>> {
  using Parameter = Epsilon<N>;  ///< ε
  /// ε, scaled
  template <class Scalar>
  using Scale = detail::LogLogisticScale<Scalar, N>;

  /// F_N(u)
  template <class T>
  static constexpr T value(const T& u) {
    return weight(u, T(1));
  }
  /// 1 - F_N(u)
  template <class T>
  static constexpr T complement(const T& u) {
    return u <= T(0) ? T(1) : T(T(1) / (T(1) + detail::power<2 * N>(u)));
  }

  /// The gate as a function of x, x^(2N)/(ε + x^(2N)), in a form that cannot overflow.
  template <class T>
  static constexpr T weight(const T& x, const T& epsilon) {
    if (x <= T(0)) return T(0);
    const T t = detail::power<2 * N>(x);
    if (t <= epsilon) return t / (epsilon + t);
    return T(1) / (T(1) + epsilon * detail::power<2 * N>(T(T(1) / x)));
  }

  /// By g; beyond reach only ∂f/∂ε = -x^(1-2N) is left to be computed.
  template <class V, class S>
  HARDGATE_INLINE static constexpr Response<V> kernel(const V& x, const detail::LogLogisticScale<S, N>& scale) {
    using namespace detail;
    const V positive = maximum(x, V(0)), far(scale.reach);
    const LogLogisticTerms<N, V> terms(positive, scale);
    const V g = terms.share(terms.t);  // 1 to the last bit at reach
    V gradient = terms.epsilon_gradient(scale);
    if (any_less(far, positive)) gradient = if_less(far, positive, power<2 * N - 1>(V(V(-1) / positive)), gradient);
    return {terms.times_share(positive, terms.t), g * neg_mul_add(V(2 * N), g, V(1 + 2 * N)), gradient};
  }

  /// ReLU; ∂f/∂ε = -x^(1-2N) for x > 0.
  template <class V>
  HARDGATE_INLINE static constexpr Response<V> relu_limit(const V& x) {
    return detail::log_logistic_relu_limit<1, N>(x);
  }

  /// The Taylor coefficients of δ ↦ G(h·(x + δ)), zero for x ≤ 0.
  template <int K, class T>
  static std::array<T, K + 1> taylor(const T& x, const detail::LogLogisticScale<T, N>& scale) {
    if (x <= T(0)) return Jet<T, K>(detail::zero_like(x)).c;
    return detail::log_logistic_taylor<LogLogisticGate, 1, N, K>(x, scale);
  }
};

/// The mirror image 1 - F_N(-u): 1 for u ≥ 0, 1/(1 + u^(2N)) for u < 0. Its activation, with t = x^(2N), r = ε/(ε + t):
///
///     x ≥ 0:  f = x,  f' = 1,  ∂f/∂ε = 0;     x < 0:  f = x·r,  f' = r·(1 - 2N(1 - r)),  ∂f/∂ε = x·t/(ε + t)²
///
/// C^(2N) at 0: the derivative of order 2N+1 jumps from -(2N+1)!/ε to 0. Chosen: see SeGem.
template <int N>
struct ReflectedLogLogisticGate : Gate<ReflectedLogLogisticGate<N>> {
  using Parameter = Epsilon<N>;  ///< ε
  /// ε, scaled
  template <class Scalar>
  using Scale = detail::LogLogisticScale<Scalar, N>;

  /// 1 - F_N(-u)
  template <class T>
  static constexpr T value(const T& u) {
    return weight(u, T(1));
  }
  /// F_N(-u)
  template <class T>
  static constexpr T complement(const T& u) {
    return LogLogisticGate<N>::value(T(-u));
  }

  /// The gate as a function of x, ε/(ε + x^(2N)) for x < 0, in a form that cannot overflow.
  template <class T>
  static constexpr T weight(const T& x, const T& epsilon) {
    if (x >= T(0)) return T(1);
    const T t = detail::power<2 * N>(x);
    if (t <= epsilon) return epsilon / (epsilon + t);
    const T scaled = epsilon * detail::power<2 * N>(T(T(1) / x));
    return scaled / (T(1) + scaled);
  }

  /// By r; beyond reach r = ε/t.
  template <class V, class S>
  HARDGATE_INLINE static constexpr Response<V> kernel(const V& x, const detail::LogLogisticScale<S, N>& scale) {
    using namespace detail;
    const V zero(0), magnitude = -minimum(x, zero), far(scale.reach);
    const LogLogisticTerms<N, V> terms(magnitude, scale);
    const V epsilon(scale.scaled_epsilon), r = terms.share(epsilon);
    V value = terms.times_share(magnitude, epsilon);
    // 1 - 2N(1 - r), from r alone where magnifying its rounding by 2N keeps the bound.
    V derivative =
        r * (N <= 2 ? mul_add(V(2 * N), r, V(1 - 2 * N)) : neg_mul_add(V(2 * N), terms.share(terms.t), V(1)));
    V gradient = terms.epsilon_gradient(scale);
    if (any_less(far, magnitude)) {
      const V inverse = V(1) / magnitude, steep = V(1) / power<N - 1>(magnitude);
      const V tail = V(scale.epsilon) / magnitude * steep * steep;
      value = if_less(far, magnitude, tail, value);
      derivative = if_less(far, magnitude, V(1 - 2 * N) * (tail * inverse), derivative);
      gradient = if_less(far, magnitude, -inverse * steep * steep, gradient);
    }
    return {if_less(x, zero, -value, x), derivative, gradient};
  }

  /// ReLU; ∂f/∂ε = x^(1-2N) for x < 0.
  template <class V>
  HARDGATE_INLINE static constexpr Response<V> relu_limit(const V& x) {
    return detail::log_logistic_relu_limit<-1, N>(x);
  }

  /// The Taylor coefficients of δ ↦ G(h·(x + δ)), those of 1 for x ≥ 0.
  template <int K, class T>
  static std::array<T, K + 1> taylor(const T& x, const detail::LogLogisticScale<T, N>& scale) {
    if (x >= T(0)) return Jet<T, K>(T(T(1) + detail::zero_like(x))).c;
    return detail::log_logistic_taylor<ReflectedLogLogisticGate, -1, N, K>(x, scale);
  }
};

}  // namespace hardgate
