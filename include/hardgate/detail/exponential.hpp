// e^(-w), kept in two parts so that whatever multiplies it is rounded first and scaled last.
#pragma once

#include "arithmetic.hpp"

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

/// e^r ≈ 1 + r + r²·p(r) for |r| ≤ ½ ln 2, for float also as 1 + 2r·half(2r), and ln 2 in two parts, the first short
/// enough for exact multiples. Made by docs/coefficients.py, which prints the errors named here.
template <class Scalar>
struct ExponentialCoefficients;

template <>
struct ExponentialCoefficients<float> {  // relative error 3.2e-9
  static constexpr float p[] = {0.49999994f, 0.16666521f, 0.041668285f, 0.008368691f, 0.0013819452f};
  static constexpr float half[] = {0.5f, p[0] / 4, p[1] / 8, p[2] / 16, p[3] / 32, p[4] / 64};
  static constexpr float log2_e = 1.442695f, ln2_high = 0.69314575f, ln2_low = 1.4286068e-06f;
};
template <>
struct ExponentialCoefficients<double> {  // relative error 3.8e-18
  static constexpr double p[] = {0.5000000000000011,     0.16666666666666433,   0.04166666666652656,
                                 0.008333333333482022,   0.0013888888944522343, 0.00019841269533487992,
                                 2.4801492204583683e-05, 2.755756192577086e-06, 2.763056148295247e-07,
                                 2.500801654940264e-08};
  static constexpr double log2_e = 1.4426950408889634, ln2_high = 0.6931471805601177, ln2_low = -1.7239444525614835e-13;
};

/// The w up to which e^(-w) is computed, as far as scale_down goes: twice the least normal exponent, in units of ln 2,
/// without fraction. 174 for float, 1416 for double; there every multiple of e^(-w) that a gate forms is 0.
template <class Scalar>
inline constexpr Scalar exponential_bound =
    Scalar(static_cast<int>(2 * (1 - std::numeric_limits<Scalar>::min_exponent) * 0.6931471805599453));

/// The last u, nearly, where an increasing w(u) is within a bound.
template <class Exponent>
constexpr double last_within(double bound, Exponent w) {
  double u = 0;
  for (double step = 1024; step > 1e-9; step /= 2)
    if (w(u + step) <= bound) u += step;
  return u;
}

/// e^(-w/d) = 2^exponent · (1 + fraction) for w = high + low, d = 1 or 2, 0 ≤ w/d ≤ exponential_bound; low is what
/// rounding w dropped. -w = d·n·ln 2 + r with |r/d| ≤ ½ ln 2, and e^(r/d) by its polynomial.
template <class Value, int d = 1>
struct ScaledExponential {
  static_assert(d == 1 || d == 2);
  Value fraction, exponent;

  HARDGATE_INLINE ScaledExponential(Value high, Value low) {
    using C = ExponentialCoefficients<scalar_t<Value>>;
    const Value n = rounded_product(high, Value(-C::log2_e / d));
    const Value rest = mul_sub(n, Value(-d * C::ln2_high), high);  // exact: ln2_high is short
    const Value r = rest - mul_add(n, Value(d * C::ln2_low), low);
    exponent = n;
    if constexpr (d == 2 && std::is_same_v<scalar_t<Value>, float>) {
      // An instruction less and a rounding more, for which the bounds of double leave no room.
      fraction = r * polynomial<C::half>(r);
    } else {
      const Value s = d == 1 ? r : r * Value(scalar_t<Value>(0.5));
      fraction = mul_add(s * s, polynomial<C::p>(s), s);
    }
  }

  /// x · 2^exponent · (1 + fraction), scaled last: a subnormal result is rounded once. 0 for an exponent below `least`.
  HARDGATE_INLINE Value times(Value x, Value least) const {
    return scale_down(mul_add(x, fraction, x), exponent, least);
  }
};

/// 1/k! from k = 2 on but for ½ itself: the rest of e^r, by Taylor.
template <class Scalar>
inline constexpr Scalar inverse_factorials[] = {0, 1.f / 6, 1.f / 24, 1.f / 120, 1.f / 720, 1.f / 5040};
template <>
inline constexpr double inverse_factorials<double>[] = {
    0,          1. / 6,      1. / 24,      1. / 120,      1. / 720,      1. / 5040,
    1. / 40320, 1. / 362880, 1. / 3628800, 1. / 39916800, 1. / 479001600};

/// e^(-w) = 2^exponent · (1 + high + low) for w = w + w_low of either sign, more precise than a number by seven bits: it
/// is to be an exponent in its turn.
template <class Value>
struct PreciseExponential {
  Value high, low, sum, exponent;

  HARDGATE_INLINE PreciseExponential(Value w, Value w_low) {
    using C = ExponentialCoefficients<scalar_t<Value>>;
    const Value n = rounded_product(w, Value(-C::log2_e)), half(scalar_t<Value>(0.5));
    const Value rest = mul_sub(n, Value(-C::ln2_high), w);  // exact
    const Value correction = mul_add(n, Value(C::ln2_low), w_low);
    const Value r = opaque(rest - correction), r_low = sum_error(rest, Value(-correction), r);
    // e^(r/2) - 1 = h + l, where the terms that are not exact are small; and its square.
    const Value t = r * half, square = t * t, half_square = square * half, h = opaque(t + half_square);
    const Value dropped = mul_add(product_error(t, t, square), half, sum_error(t, half_square, h));
    const Value l = mul_add(square, polynomial<inverse_factorials<scalar_t<Value>>>(t), mul_add(r_low, half, dropped));
    const Value both = h + h, h_square = opaque(h * h);
    high = opaque(both + h_square);
    low = mul_add(l + l, h, mul_add(l, l, l + l)) + (sum_error(both, h_square, high) + product_error(h, h, h_square));
    sum = opaque(Value(1) + fraction());
    exponent = n;
  }

  /// e^(-w)/2^exponent - 1
  HARDGATE_INLINE Value fraction() const { return high + low; }
  /// e^(-w) as a number, and what rounding it dropped; 0 where it would be subnormal.
  HARDGATE_INLINE Value value() const { return scaled(sum); }
  HARDGATE_INLINE Value value_low() const { return scaled(sum_error(Value(1), high, sum) + low); }

 private:
  HARDGATE_INLINE Value scaled(Value x) const {
    return scale_down(x, exponent, Value(scalar_t<Value>(std::numeric_limits<scalar_t<Value>>::min_exponent)));
  }
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
