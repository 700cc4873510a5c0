// The log-logistic distribution function of shape 2N and its mirror image: the gates of GEM, E-GEM and SE-GEM
// [G]. Everything here is rational in x: on exact rational numbers it is exact.
#pragma once

#include "gate.hpp"

namespace hardgate {

/// The parameter of the GEM family: ε = h^(-2N), so that f = x^(2N+1)/(ε + x^(2N)) holds no root.
template <int N>
struct Epsilon {
  static_assert(N >= 1,
                "hardgate: N must be at least 1. GEM is C^(2N); N = 0 would be x/2, which gates nothing.");

  /// Throws std::domain_error unless 0 ≤ ε < ∞.
  template <class Scalar>
  static constexpr void check(const Scalar& epsilon) {
    math::require(epsilon >= Scalar(0) && math::bounded(epsilon) == epsilon, "epsilon",
                  "in [0, infinity) (0 is ReLU)", epsilon);
  }
  /// h(ε)
  template <class Scalar>
  static Scalar hardness(const Scalar& epsilon) {
    return math::InverseRoot<Scalar>::of(epsilon, 2 * N);
  }
  /// ε(h)
  template <class Scalar>
  static Scalar from_hardness(const Scalar& hardness) {
    const Scalar root = math::power<N>(hardness);  // its square may overflow where ε does not underflow
    return Scalar(1) / root / root;
  }
  /// dε/dh = -2N ε/h
  template <class Scalar>
  static Scalar slope(const Scalar& epsilon) {
    return epsilon == Scalar(0) ? Scalar(0) : Scalar(Scalar(-2 * N) * epsilon / hardness(epsilon));
  }
};

namespace gates {

/// ε as the kernels use it: with u = σx for a power of two σ, ε' = ε·σ^(2N) is exact, and so far above 1 that
/// u^(2N) loses nothing where x^(2N), or its share in ε' + u^(2N), would underflow.
template <class Scalar, int N>
struct LogLogisticScale : Epsilon<N> {
  Scalar epsilon;         ///< ε
  Scalar sigma;           ///< σ
  Scalar scaled_epsilon;  ///< ε' = ε·σ^(2N)
  Scalar reach;           ///< the |x| up to which u^(2N) is finite, and beyond which ε does not count

  constexpr explicit LogLogisticScale(const Scalar& e) : epsilon(e), sigma(1), scaled_epsilon(e), reach(0) {
    if constexpr (std::is_floating_point_v<Scalar>) {
      constexpr int exponents = std::numeric_limits<Scalar>::max_exponent - 2;  // 2^126, 2^1022 are safe
      if (e != Scalar(1) && e != Scalar(0)) {
        if constexpr (4 * N <= exponents) {  // the least σ with ε' ≥ 2^digits
          constexpr Scalar step = math::two_to<Scalar>(2 * N),
                           least = math::two_to<Scalar>(std::numeric_limits<Scalar>::digits);
          for (; scaled_epsilon < least; scaled_epsilon *= step) sigma *= Scalar(2);
          for (; scaled_epsilon / step >= least; scaled_epsilon /= step) sigma /= Scalar(2);
        } else {  // steeper, ε' could leave the range: then σ is the rounded root
          sigma = Epsilon<N>::hardness(e);
          scaled_epsilon = Scalar(1);
        }
      }
      reach = math::bounded(Scalar(math::two_to<Scalar>(exponents / (2 * N)) / sigma));
    }
  }
  constexpr bool is_step() const { return epsilon == Scalar(0); }
};

/// uⁿ rounded; low becomes what rounding dropped: with it, u^(2n) is rounded only once. Without fused
/// multiplication that is not worth its price, and low is 0.
template <int n, class V>
HARDGATE_INLINE V root_of_power(const V& u, V& low) {
  using namespace math;
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

/// What the kernels share for m = |x| on the side where the gate bends: with u = σ·min(m, reach) and
/// t = u^(2N), the sum ε' + t.
template <int N, class V>
struct Balance {
  V bounded, u, root, t, sum, estimate;  // estimate: of 1/sum

  template <class S>
  HARDGATE_INLINE Balance(const V& m, const LogLogisticScale<S, N>& scale) {
    using namespace math;
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
  HARDGATE_INLINE V share(const V& part) const { return math::quotient(part, sum, estimate); }
  /// m·share(part)
  HARDGATE_INLINE V times_share(const V& m, const V& part) const {
    return math::times_quotient(m, bounded, part, sum, estimate);
  }
  /// -m·t/(ε + t)² = ∂f/∂ε, multiplied in the order that neither overflows nor rounds a subnormal on the way.
  template <class S>
  HARDGATE_INLINE V epsilon_gradient(const LogLogisticScale<S, N>& scale) const {
    const V weight = share(root), scaled = weight * V(-math::power<N>(scale.sigma));
    return N == 1 ? scaled * share(t) : (scaled * u) * (weight * V(math::power<N - 1>(scale.sigma)));
  }
};

/// The Taylor series at x = ±|x|, on the side where the gate bends: of u^(2N)/(ε' + u^(2N)), and beyond t =
/// ε', where powers of 1/u could underflow, of a function of δ/|x|.
template <class Gate, int side, int N, int K, class T>
std::array<T, K + 1> log_logistic_taylor(const T& x, const LogLogisticScale<T, N>& scale) {
  using namespace math;
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

/// F_N(u) = u^(2N)/(1 + u^(2N)) for u > 0, else 0. Its unit [G], with t = x^(2N) and g = t/(ε + t):
///
///     x > 0:  f = x·g,  f' = g·(1 + 2N(1 - g)),  ∂f/∂ε = -x·t/(ε + t)²;     x ≤ 0:  0
///
/// C^(2N) at 0 and no smoother: the derivative of order 2N+1 jumps from 0 to (2N+1)!/ε.
template <int N>
struct LogLogistic : Gate<LogLogistic<N>> {
  using Parameter = Epsilon<N>;
  template <class Scalar>
  using Scale = LogLogisticScale<Scalar, N>;
  static constexpr bool vectorizes = true;

  template <class T>
  static constexpr T value(const T& u) {
    return weight(u, T(1));
  }
  template <class T>
  static constexpr T complement(const T& u) {
    return u <= T(0) ? T(1) : T(T(1) / (T(1) + math::power<2 * N>(u)));
  }

  /// The gate as a function of x, x^(2N)/(ε + x^(2N)), in a form that cannot overflow.
  template <class T>
  static constexpr T weight(const T& x, const T& epsilon) {
    if (x <= T(0)) return T(0);
    const T t = math::power<2 * N>(x);
    if (t <= epsilon) return t / (epsilon + t);
    return T(1) / (T(1) + epsilon * math::power<2 * N>(T(T(1) / x)));
  }

  template <class V, class S>
  HARDGATE_INLINE static constexpr Response<V> response(const V& x, const LogLogisticScale<S, N>& scale) {
    using namespace math;
    if constexpr (has_kernels<V>) {
      const V positive = maximum(x, V(0)), far(scale.reach);
      const Balance<N, V> balance(positive, scale);
      const V g = balance.share(balance.t);  // 1 to the last bit at reach
      V gradient = balance.epsilon_gradient(scale);
      if (any_less(far, positive))
        gradient = where_less(far, positive, power<2 * N - 1>(V(V(-1) / positive)), gradient);
      return {balance.times_share(positive, balance.t), g * sub_mul(V(1 + 2 * N), V(2 * N), g), gradient};
    } else {
      const V zero = zero_like(x);
      if (x <= V(0)) return {zero, zero, zero};
      const V g = weight(x, scale.epsilon);
      const V slope =
          x > V(1) ? V(g * g * power<2 * N - 1>(V(V(1) / x))) : V(x * g / (scale.epsilon + power<2 * N>(x)));
      return {V(x * g), V(g * (V(1) + V(2 * N) * (V(1) - g))), V(-slope)};
    }
  }

  /// At ε = 0: ReLU, and the one-sided derivative ∂f/∂ε = -x^(1-2N) for x > 0.
  template <class V>
  HARDGATE_INLINE static constexpr Response<V> step_response(const V& x) {
    using namespace math;
    Response<V> relu = relu_response(x);
    const V safe = where_less(V(0), x, x, V(1));
    relu.parameter_gradient = where_less(V(0), x, V(-power<2 * N - 1>(V(V(1) / safe))), V(0));
    return relu;
  }

  template <int K, class T>
  static std::array<T, K + 1> taylor(const T& x, const LogLogisticScale<T, N>& scale) {
    if (x <= T(0)) return {};
    return log_logistic_taylor<LogLogistic, 1, N, K>(x, scale);
  }
};

/// The mirror image 1 - F_N(-u): 1 for u ≥ 0, 1/(1 + u^(2N)) for u < 0. Its unit, with t = x^(2N), r = ε/(ε +
/// t):
///
///     x ≥ 0:  f = x,  f' = 1,  ∂f/∂ε = 0;     x < 0:  f = x·r,  f' = r·(1 - 2N(1 - r)),  ∂f/∂ε = x·t/(ε +
///     t)²
///
/// C^(2N) at 0: the derivative of order 2N+1 jumps from -(2N+1)!/ε to 0. Chosen: see SeGem.
template <int N>
struct ReflectedLogLogistic : Gate<ReflectedLogLogistic<N>> {
  using Parameter = Epsilon<N>;
  template <class Scalar>
  using Scale = LogLogisticScale<Scalar, N>;
  static constexpr bool vectorizes = true;

  template <class T>
  static constexpr T value(const T& u) {
    return weight(u, T(1));
  }
  template <class T>
  static constexpr T complement(const T& u) {
    return LogLogistic<N>::value(T(-u));
  }

  /// The gate as a function of x, ε/(ε + x^(2N)) for x < 0, in a form that cannot overflow.
  template <class T>
  static constexpr T weight(const T& x, const T& epsilon) {
    if (x >= T(0)) return T(1);
    const T t = math::power<2 * N>(x);
    if (t <= epsilon) return epsilon / (epsilon + t);
    const T scaled = epsilon * math::power<2 * N>(T(T(1) / x));
    return scaled / (T(1) + scaled);
  }

  template <class V, class S>
  HARDGATE_INLINE static constexpr Response<V> response(const V& x, const LogLogisticScale<S, N>& scale) {
    using namespace math;
    if constexpr (has_kernels<V>) {
      const V zero(0), magnitude = -minimum(x, zero), far(scale.reach);
      const Balance<N, V> balance(magnitude, scale);
      const V epsilon(scale.scaled_epsilon), r = balance.share(epsilon);
      V value = balance.times_share(magnitude, epsilon);
      // 1 - 2N(1 - r), from r alone where magnifying its rounding by 2N keeps the bound.
      V derivative = r * (N <= 2 ? mul_add(V(2 * N), r, V(1 - 2 * N))
                                 : sub_mul(V(1), V(2 * N), balance.share(balance.t)));
      V gradient = balance.epsilon_gradient(scale);
      if (any_less(far, magnitude)) {  // r = ε/t there
        const V inverse = V(1) / magnitude, steep = V(1) / power<N - 1>(magnitude);
        const V tail = V(scale.epsilon) / magnitude * steep * steep;
        value = where_less(far, magnitude, tail, value);
        derivative = where_less(far, magnitude, V(1 - 2 * N) * (tail * inverse), derivative);
        gradient = where_less(far, magnitude, -inverse * steep * steep, gradient);
      }
      return {where_less(x, zero, -value, x), derivative, gradient};
    } else {
      const V zero = zero_like(x);
      if (x >= V(0)) return {x, V(V(1) + zero), zero};
      const V r = weight(x, scale.epsilon);
      if (x < V(-1)) {
        const V inverse = V(1) / x, rest = V(1) + scale.epsilon * power<2 * N>(inverse);
        const V fall = power<2 * N - 1>(inverse);
        return {rest > V(2) ? V(x * r) : V(scale.epsilon * fall / rest), V(r * (V(1) - V(2 * N) / rest)),
                V(fall / (rest * rest))};
      }
      const V t = power<2 * N>(x), sum = scale.epsilon + t;
      return {V(x * r), V(r * (V(1) - V(2 * N) * (t / sum))), V(x * t / (sum * sum))};
    }
  }

  /// At ε = 0: ReLU, and the one-sided derivative ∂f/∂ε = x^(1-2N) for x < 0.
  template <class V>
  HARDGATE_INLINE static constexpr Response<V> step_response(const V& x) {
    using namespace math;
    Response<V> relu = relu_response(x);
    const V safe = where_less(x, V(0), x, V(1));
    relu.parameter_gradient = where_less(x, V(0), power<2 * N - 1>(V(V(1) / safe)), V(0));
    return relu;
  }

  template <int K, class T>
  static std::array<T, K + 1> taylor(const T& x, const LogLogisticScale<T, N>& scale) {
    if (x >= T(0)) return {T(1)};
    return log_logistic_taylor<ReflectedLogLogistic, -1, N, K>(x, scale);
  }
};

}  // namespace gates
}  // namespace hardgate
