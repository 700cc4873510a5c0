// The log-logistic distribution function of shape 2N and its mirror image: the gates of GEM, E-GEM and SE-GEM [G].
// Everything here is rational in x: on exact rational numbers it is exact.
#pragma once

#include "../detail/log_logistic.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

/// The parameter of the GEM family: ε = h^(-2N), so that f = x^(2N+1)/(ε + x^(2N)) holds no root. In [0, ∞); 0 is ReLU.
template <int N>
struct Epsilon {
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

/// F_N(u) = u^(2N)/(1 + u^(2N)) for u > 0, else 0. Its activation [G], with t = x^(2N) and g = t/(ε + t):
///
///     x > 0:  f = x·g,  f' = g·(1 + 2N(1 - g)),  ∂f/∂ε = -x·t/(ε + t)²;     x ≤ 0:  0
///             f'' = (2N/x)·g(1 - g)·(1 + 2N - 4N·g)
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

  /// By g, which is 1 to the last bit at reach; beyond it only ∂f/∂ε = -x^(1-2N) is left to be computed.
  template <class V, class S>
  HARDGATE_INLINE static SecondResponse<V> kernel(const V& x, const detail::LogLogisticScale<S, N>& scale) {
    using namespace detail;
    const V positive = maximum(x, V(0)), reach(scale.reach), u = minimum(positive, reach) * V(scale.sigma);
    const V root = power<N>(u), t = opaque(V(root * root));  // else a compiler might fuse it with the sum, or not
    const V sum = t + V(scale.scaled_epsilon), g = t / sum;
    V gradient = near_gradient(V(positive * V(scale.sign)), root, sum, scale);
    V second = near_second(u, root, sum, neg_mul_add(V(4 * N), g, V(1 + 2 * N)), scale);
    if (any_less(reach, positive)) {
      const V beyond = if_less(reach, positive, positive, reach), inverse = V(1) / beyond;
      gradient = if_less(reach, positive, far_gradient(beyond, inverse, scale), gradient);
      second = if_less(reach, positive, -far_second(inverse, scale), second);
    }
    return {{positive * g, g * neg_mul_add(V(2 * N), g, V(1 + 2 * N)), gradient}, second};
  }

  /// ReLU; ∂f/∂ε = -x^(1-2N) for x > 0.
  template <class V>
  HARDGATE_INLINE static Response<V> relu_limit(const V& x) {
    return detail::log_logistic_relu_limit<1, N>(x);
  }

  /// The Taylor series, zero for x ≤ 0.
  template <int K, class T>
  static GateSeries<T, K> taylor(const T& x, const detail::LogLogisticScale<T, N>& scale) {
    if (x <= T(0)) return {Jet<T, K>(detail::zero_like(x)).c, x, T(1)};
    return detail::log_logistic_taylor<LogLogisticGate, 1, N, K>(x, scale);
  }
};

/// The mirror image 1 - F_N(-u): 1 for u ≥ 0, 1/(1 + u^(2N)) for u < 0. Its activation, with t = x^(2N), r = ε/(ε + t):
///
///     x ≥ 0:  f = x,  f' = 1,  ∂f/∂ε = 0;     x < 0:  f = x·r,  f' = r·(1 - 2N(1 - r)),  ∂f/∂ε = x·t/(ε + t)²
///                                                     f'' = (2N/x)·r(1 - r)·(2N - 1 - 4N·r)
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

  /// By r, which is 1 for x ≥ 0; beyond reach r = ε/t.
  template <class V, class S>
  HARDGATE_INLINE static SecondResponse<V> kernel(const V& x, const detail::LogLogisticScale<S, N>& scale) {
    using namespace detail;
    const V negative = minimum(x, V(0)), reach(-scale.reach), u = maximum(negative, reach) * V(scale.sigma);
    const V root = power<N>(u), epsilon(scale.scaled_epsilon), sum = mul_add(root, root, epsilon), r = epsilon / sum;
    SecondResponse<V> y{
        {x * r, r * mul_add(V(2 * N), r, V(1 - 2 * N)), near_gradient(V(negative * V(-scale.sign)), root, sum, scale)},
        near_second(u, root, sum, neg_mul_add(V(4 * N), r, V(2 * N - 1)), scale)};
    if (any_less(negative, reach)) {
      const V safe = if_less(negative, reach, negative, reach), steep = power<N - 1>(safe);
      const V tail = V(scale.epsilon) / safe / steep / steep;
      y.value = if_less(negative, reach, tail, y.value);
      y.derivative = if_less(negative, reach, V(1 - 2 * N) * (tail / safe), y.derivative);
      const V inverse = V(1) / safe;
      y.parameter_gradient = if_less(negative, reach, -far_gradient(safe, inverse, scale), y.parameter_gradient);
      y.second_derivative = if_less(negative, reach, far_second(inverse, scale), y.second_derivative);
    }
    return y;
  }

  /// ReLU; ∂f/∂ε = x^(1-2N) for x < 0.
  template <class V>
  HARDGATE_INLINE static Response<V> relu_limit(const V& x) {
    return detail::log_logistic_relu_limit<-1, N>(x);
  }

  /// The Taylor series, 1 for x ≥ 0.
  template <int K, class T>
  static GateSeries<T, K> taylor(const T& x, const detail::LogLogisticScale<T, N>& scale) {
    if (x >= T(0)) return {Jet<T, K>(T(T(1) + detail::zero_like(x))).c, x, T(1)};
    return detail::log_logistic_taylor<ReflectedLogLogisticGate, -1, N, K>(x, scale);
  }
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
