// The lower tail of the normal distribution: a branch-free kernel.
#pragma once

#include "exponential.hpp"

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

/// 1/√(2π)
template <class Scalar>
inline constexpr Scalar inverse_sqrt_2_pi = Scalar(0.3989422804014327);

/// R(u) = exp(u²/2)·Φ(-u) ≈ P(u)/(2(1 + u)·P(u) + u·S(u)) while u²/2 is within exponential_bound, exactly ½ at 0. Made by
/// docs/coefficients.py, which prints the errors named here.
template <class Scalar>
struct NormalTailCoefficients;

template <>
struct NormalTailCoefficients<float> {  // relative error 7.7e-9 up to 16, and beyond only where λ < 1e-6 reaches
  static constexpr float coarse = 0x1.8p12f;
  static constexpr float p[] = {1.0f, 0.88010055f, 0.36900115f, 0.082098916f, 0.008349959f};
  static constexpr float s[] = {-0.40423024f, -0.082532465f, 0.043403447f, 0.024905141f, 0.0042301225f};
};
template <>
struct NormalTailCoefficients<double> {  // relative error 4.23e-18 up to 46, and beyond only where λ < 1e-140 reaches
  static constexpr double coarse = 0x1.8p27;
  static constexpr double p[] = {1.0,
                                 1.6693105828757633,
                                 1.3802362926996745,
                                 0.730914477487774,
                                 0.2720500875005967,
                                 0.07404266510362227,
                                 0.014905584015108074,
                                 0.002194689586033361,
                                 0.00022711197226812165,
                                 1.5026115218026327e-05,
                                 4.889600593454262e-07};
  static constexpr double s[] = {-0.40423087839426897,  -0.4015473384935726,   -0.14976037142545606,
                                 0.0011735030517715517, 0.025979371267945722,  0.013126881176844123,
                                 0.0037290451395224833, 0.0006953327392357228, 8.623475732961832e-05,
                                 6.634734708644377e-06, 2.4772099122957356e-07};
};

/// Φ(-u) = e^(-u²/2)·R(u) for u ≥ 0, where u_low is what rounding u dropped: R = p/(q + q_low). Every result is 0 for an
/// exponent below `least`.
///
/// R = P/Q, Q = 2(1 + u)·P + u·S, where the first term outweighs the second at least six times: rounding errors in P
/// nearly cancel and those in S hardly count. Those of 1 + u and of Q are kept. u_low counts in the exponent and in the
/// 1 + u of Q: that is most of what R has to follow, and what remains is less than a fifth of an ulp.
template <class Value>
struct NormalTail {
  ScaledExponential<Value, 2> exponential;
  Value u, p, q, q_low, inverse;

  HARDGATE_INLINE NormalTail(Value u_high, Value u_low)
      : exponential(u_high * u_high, mul_add(u_high + u_high, u_low, product_error(u_high, u_high, u_high * u_high))),
        u(u_high) {
    using C = NormalTailCoefficients<scalar_t<Value>>;
    const Value u2 = u + u, s = polynomial<C::s>(u);
    p = polynomial<C::p>(u);
    // 2 + 2u = b + b_low with b rounded to so few digits that both are exact.
    const Value two(2), b = (u2 + Value(C::coarse)) - Value(C::coarse - 2), b_low = (two - b) + u2;
    const Value minor = mul_add(mul_add(two, u_low, b_low), p, u * s);
    q = mul_add(b, p, minor);
    q_low = product_minus(b, p, q) + minor;
    inverse = reciprocal_estimate(q);
  }

  /// m·Φ(-u): R·(1 + fraction) is carried as a rounded quotient and a rest.
  HARDGATE_INLINE Value times_cdf(Value m, Value least) const {
    const Value high = p * inverse, fraction = exponential.fraction;
    const Value excess = mul_add(high, q_low, product_minus(high, q, p));  // high·Q - p
    const Value rest = mul_sub(high, fraction, excess * mul_add(inverse, fraction, inverse));
    return scale_down(mul_add(m, high, m * rest), exponential.exponent, least);
  }
  /// Φ(-u) - u·φ(u), which is the derivative of x·Φ(x) at -u. The quotient in the terms of times_cdf, so that one pass
  /// for both computes them once.
  HARDGATE_INLINE Value cdf_minus_u_density(Value least) const {
    const Value high = p * inverse, r = neg_mul_add(product_minus(high, q, p), inverse, high);
    return times(neg_mul_add(Value(inverse_sqrt_2_pi<scalar_t<Value>>), u, r), least);
  }
  /// x·e^(-u²/2)
  HARDGATE_INLINE Value times(Value x, Value least) const { return exponential.times(x, least); }
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
