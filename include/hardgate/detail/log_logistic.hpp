// What the gates of the GEM family compute with: ε scaled, the shares of ε + x^(2N), and their Taylor series.
#pragma once

#include <utility>

#include "../gate.hpp"

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

/// ε as the kernels use it: with u = σx for a power of two σ, ε' = ε·σ^(2N) is exact, and so far above 1 that u^(2N)
/// loses nothing where x^(2N), or its share in ε' + u^(2N), would underflow.
template <class Scalar, int N>
struct LogLogisticScale {
  static_assert(N >= 1, "hardgate: N must be at least 1. GEM is C^(2N); N = 0 would be x/2, which gates nothing.");

  Scalar epsilon;         ///< ε
  Scalar sigma;           ///< σ
  Scalar scaled_epsilon;  ///< ε' = ε·σ^(2N)
  Scalar reach;           ///< the |x| up to which u^(2N) is finite, and beyond which ε does not count
  /// ∂f/∂ε is sign·|x|·(near_root·u^N/(ε' + u^(2N)))² up to reach, beyond it sign·far_root²·|x|^(1-2N), with the other
  /// sign for the mirror image.
  Scalar sign, near_root, far_root;
  Scalar second;  ///< 2N·σ·ε', by which f'' is multiplied up to reach

  constexpr explicit LogLogisticScale(const Scalar& e)
      : epsilon(e), sigma(1), scaled_epsilon(e), reach(0), sign(-1), near_root(1), far_root(1), second(0) {
    if constexpr (std::is_floating_point_v<Scalar>) {
      constexpr int exponents = std::numeric_limits<Scalar>::max_exponent - 3;  // 1/2^125, 1/2^1021 are normal
      constexpr int digits = std::numeric_limits<Scalar>::digits, reach_in_u = exponents / (2 * N);
      static_assert(N <= exponents / 6,  // beyond, x^(2N) overflows before ε ceases to count
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
      near_root = power<N>(sigma);
      second = Scalar(2 * N) * sigma * scaled_epsilon;
    }
  }
  /// The same with ∂f/∂h in place of ∂f/∂ε, which is that times -2Nε/h: either may overflow where ∂f/∂h does not.
  LogLogisticScale by_hardness(const Scalar& h) const {
    LogLogisticScale scale = *this;
    const Scalar root = std::sqrt(Scalar(2 * N) / h);
    scale.sign = Scalar(1);
    scale.near_root = root * std::sqrt(scaled_epsilon);
    scale.far_root = root * std::sqrt(epsilon);
    return scale;
  }
  /// ∂/∂x and ∂/∂ε of ∂f/∂ε = ±x·t/(ε + t)², t = x^(2N), given that.
  std::pair<Scalar, Scalar> derivatives_of_gradient(const Scalar& x, const Scalar& gradient) const {
    if (gradient == Scalar(0)) return {gradient, gradient};
    const Scalar sum = epsilon + detail::power<2 * N>(x), share = is_relu() ? Scalar(0) : Scalar(epsilon / sum);
    return {Scalar(gradient / x * (Scalar(4 * N) * share + Scalar(1 - 2 * N))), Scalar(Scalar(-2) * gradient / sum)};
  }
  constexpr bool is_relu() const { return epsilon == Scalar(0); }
  template <class Visitor>
  void each(const Visitor& visit) {
    visit(epsilon), visit(sigma), visit(scaled_epsilon), visit(reach), visit(sign), visit(near_root), visit(far_root);
    visit(second);
  }
};

/// The gradient for m = |x| up to reach, given ±m, u^N and the sum ε' + u^(2N).
template <class V, class S, int N>
HARDGATE_INLINE V near_gradient(const V& m, const V& root, const V& sum, const LogLogisticScale<S, N>& scale) {
  const V a = (root / sum) * V(scale.near_root);
  return (m * a) * a;
}
/// The gradient beyond reach. For N = 1 and a large ε neither the square of far_root nor 1/x may be formed.
template <class V, class S, int N>
HARDGATE_INLINE V far_gradient(const V& x, const V& inverse, const LogLogisticScale<S, N>& scale) {
  const V steep = detail::power<N - 1>(inverse) * V(scale.far_root);
  return V(scale.sign) * (steep * V(steep / x));
}

/// (2N/x)·g(1 - g)·bracket for u up to reach: g = u^(2N)/sum, 1 - g = ε'/sum. No product before the last is smaller than
/// it, so that nothing underflows early.
template <class V, class S, int N>
HARDGATE_INLINE V near_second(const V& u, const V& root, const V& sum, const V& bracket,
                              const LogLogisticScale<S, N>& scale) {
  const V rough = reciprocal_estimate(sum), inverse = mul_add(rough, neg_mul_add(sum, rough, V(1)), rough);
  const V steep = V(scale.second) * inverse * detail::power<N - 1>(u);
  return mul_add(V(steep * root * bracket), inverse, V(0));  // 0 is 0, not -0
}
/// f'' beyond reach, but for the sign, given 1/x.
template <class V, class S, int N>
HARDGATE_INLINE V far_second(const V& inverse, const LogLogisticScale<S, N>& scale) {
  const V steep = detail::power<N>(inverse);
  return (V(scale.epsilon) * steep) * V(2 * N * (2 * N - 1)) * steep * inverse;
}

/// The Taylor series at x = ±|x|, on the side where the gate bends: of u^(2N)/(ε' + u^(2N)), and beyond t = ε', where
/// powers of 1/u could underflow, of a function of δ/|x|.
template <class Gate, int side, int N, int K, class T>
GateSeries<T, K> log_logistic_taylor(const T& x, const LogLogisticScale<T, N>& scale) {
  using J = Jet<T, K>;
  const T m = T(side) * x;
  T within = m;  // t is finite there
  if constexpr (std::is_floating_point_v<T>) within = minimum(m, scale.reach);
  const T t = detail::power<2 * N>(T(scale.sigma * within));
  if (t <= scale.scaled_epsilon) {
    const T u = scale.sigma * x;
    return {Gate::weight(J::variable(u), J(scale.scaled_epsilon)).c, u, scale.sigma};
  }
  const T balance = scale.scaled_epsilon / t * detail::power<2 * N>(T(within / m));
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

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
