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

  template <class Scalar>
  static void check(const Scalar& epsilon) {
    math::require(epsilon >= Scalar(0) && math::bounded(epsilon) == epsilon, "epsilon",
                  "in [0, infinity) (0 is ReLU)", epsilon);
  }
  template <class Scalar>
  static Scalar hardness(const Scalar& epsilon) {
    using std::pow;
    return pow(epsilon, Scalar(-1) / Scalar(2 * N));
  }
  template <class Scalar>
  static Scalar from_hardness(const Scalar& hardness) {
    return Scalar(1) / math::power<2 * N>(hardness);
  }
  /// dε/dh = -2N ε/h
  template <class Scalar>
  static Scalar slope(const Scalar& epsilon) {
    return epsilon == Scalar(0) ? Scalar(0) : Scalar(Scalar(-2 * N) * epsilon / hardness(epsilon));
  }
};

namespace gates {

/// ε as the kernels use it: with u = σx for a power of two σ just above the hardness, ε' = ε·σ^(2N) is exact
/// and not far above 1, and u^(2N) loses nothing where x^(2N) would underflow.
template <class Scalar, int N>
struct LogLogisticScale : Epsilon<N> {
  Scalar epsilon;         ///< ε
  Scalar sigma;           ///< σ
  Scalar scaled_epsilon;  ///< ε' = ε·σ^(2N)

  constexpr explicit LogLogisticScale(const Scalar& e) : epsilon(e), sigma(1), scaled_epsilon(e) {
    if constexpr (std::is_floating_point_v<Scalar>) {
      if (e == Scalar(1) || e == Scalar(0)) return;
      if constexpr (fits) {
        const int exponent = static_cast<int>(std::ceil(-std::log2(e) / Scalar(2 * N)));
        sigma = std::ldexp(Scalar(1), exponent);
        scaled_epsilon = std::ldexp(e, 2 * N * exponent);
      } else {
        sigma = Epsilon<N>::hardness(e);
        scaled_epsilon = Scalar(1);
      }
    }
  }
  constexpr bool is_step() const { return epsilon == Scalar(0); }

  static constexpr int exponents = std::numeric_limits<Scalar>::max_exponent - 2;  // 2^126, 2^1022 are safe
  /// Steeper, ε' could leave the range: then σ is the rounded root.
  static constexpr bool fits = 4 * N <= exponents;
};

/// uᴺ rounded, and what rounding dropped: with it, u^(2N) is rounded only once. Without fused multiplication
/// that is not worth its price, and low is 0.
template <class V>
struct Root {
  V high, low;
};

template <int n, class V>
HARDGATE_INLINE Root<V> root_of_power(const V& u) {
  using namespace math;
  if constexpr (n == 1 || !HARDGATE_HAS_FMA) {
    return {power<n>(u), V(0)};
  } else if constexpr (n % 2 == 0) {
    const Root<V> half = root_of_power<n / 2>(u);
    const V high = half.high * half.high;
    return {high, mul_add(half.high + half.high, half.low, mul_sub(half.high, half.high, high))};
  } else {
    const Root<V> before = root_of_power<n - 1>(u);
    const V high = before.high * u;
    return {high, mul_add(before.low, u, mul_sub(before.high, u, high))};
  }
}

/// u^(2N), bounded so that it stays finite; NaN for NaN.
template <int N, class V>
HARDGATE_INLINE V even_power(const V& u) {
  using namespace math;
  using S = scalar_t<V>;
  using Scale = LogLogisticScale<S, N>;
  constexpr S largest = two_to<S>(Scale::exponents), reach = two_to<S>(Scale::exponents / (2 * N));
  if constexpr (N == 1 || !HARDGATE_HAS_FMA || !Scale::fits) {
    return minimum(power<2 * N>(u), V(largest));
  } else {
    const Root<V> root = root_of_power<N>(minimum(u, V(reach)));
    return mul_add(root.high, root.high, (root.high + root.high) * root.low);
  }
}

/// x·t/(ε + t)² for x ≥ 0, t = x^(2N), given u = σx: the size of ∂f/∂ε. Multiplied in the order that neither
/// overflows nor rounds a subnormal on the way; on the right, where t may have met its bound, it is
/// g²·x^(1-2N).
template <int N, class V, class S>
HARDGATE_INLINE V epsilon_slope(const V& x, const V& u, const LogLogisticScale<S, N>& scale) {
  using namespace math;
  const V one(1), t = even_power<N>(u), sum = t + V(scale.scaled_epsilon), g = t / sum;
  const V inverse = one / where_less(u, one, sum, x), root = power<N>(u);
  const V near = root * (root * (u * V(power<2 * N - 1>(scale.sigma)) * inverse * inverse));
  return where_less(u, one, near, g * g * power<2 * N - 1>(inverse));
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
    if (x > T(1)) return T(1) / (T(1) + epsilon * math::power<2 * N>(T(T(1) / x)));
    const T t = math::power<2 * N>(x);
    return t / (epsilon + t);
  }

  template <class V, class S>
  HARDGATE_INLINE static constexpr Response<V> response(const V& x, const LogLogisticScale<S, N>& scale) {
    using namespace math;
    if constexpr (has_kernels<V>) {
      const V one(1), positive = maximum(x, V(0)), u = positive * V(scale.sigma);
      const V t = even_power<N>(u),
              g = t / (t + V(scale.scaled_epsilon));  // 1 to the last bit where t is bounded
      return {positive * g, g * mul_add(V(2 * N), one - g, one), -epsilon_slope(positive, u, scale)};
    } else {
      if (x <= V(0)) return {V(0), V(0), V(0)};
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
    using J = math::Jet<T, K>;
    const J u = J::variable(math::bounded(T(scale.sigma * x)));
    if (x <= T(0)) return {};
    return math::stretched(weight(u, J(scale.scaled_epsilon)).c, scale.sigma);
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
    if (x < T(-1)) {
      const T scaled = epsilon * math::power<2 * N>(T(T(1) / x));
      return scaled / (T(1) + scaled);
    }
    return epsilon / (epsilon + math::power<2 * N>(x));
  }

  template <class V, class S>
  HARDGATE_INLINE static constexpr Response<V> response(const V& x, const LogLogisticScale<S, N>& scale) {
    using namespace math;
    if constexpr (has_kernels<V>) {
      using Scale = LogLogisticScale<S, N>;
      // Far out, where x^(2N) would overflow and ε' no longer counts in the sum, all of it is computed at κu.
      // For N = 1 the values are above underflow up to u = 2^(range + digits/2).
      constexpr int further = N == 1 ? std::numeric_limits<S>::digits + 3 : 3;
      constexpr S shrinkage = two_to<S>(-Scale::exponents / (2 * N) - further);
      constexpr S largest = two_to<S>(Scale::exponents), reach = two_to<S>(Scale::exponents / (2 * N));
      constexpr S far = Scale::fits ? reach : std::numeric_limits<S>::infinity();
      const V one(1), zero(0), epsilon(scale.scaled_epsilon);
      const V magnitude = -minimum(x, zero), finite = bounded(magnitude), u = magnitude * V(scale.sigma);
      const V kappa = where_less(V(far), u, V(shrinkage), one), kappa_n = power<N>(kappa);
      const V v = magnitude * kappa * V(scale.sigma);
      const Root<V> root = root_of_power<N>(v);
      const V low =
          where_less(v, V(reach), (root.high + root.high) * root.low, zero);  // NaN where v is infinite
      const V sum = mul_add(root.high, root.high, low + where_less(kappa, one, zero, epsilon));
      const V quotient = epsilon / sum, r = quotient * kappa_n * kappa_n;
      const V rest =
          minimum(mul_add(root.high, root.high, low), V(largest)) / sum;  // 1 - r, which would cancel
      return {where_less(x, zero, -(finite * kappa_n * quotient * kappa_n), x),
              r * sub_mul(one, V(2 * N), rest), -epsilon_slope(magnitude, u, scale)};
    } else {
      if (x >= V(0)) return {x, V(1), V(0)};
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
    using J = math::Jet<T, K>;
    const J u = J::variable(math::bounded(T(scale.sigma * x)));
    return math::stretched(weight(u, J(scale.scaled_epsilon)).c, scale.sigma);
  }
};

}  // namespace gates
}  // namespace hardgate
