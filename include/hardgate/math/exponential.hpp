// e^(-w), kept in two parts so that whatever multiplies it is rounded first and scaled last.
#pragma once

#include "vocabulary.hpp"

namespace hardgate::math {

/// 2^exponent · (1 + fraction).
template <class Value>
struct ScaledExponential {
  Value fraction, exponent;

  /// x · 2^exponent · (1 + fraction), scaled last: a subnormal result is rounded once.
  HARDGATE_INLINE Value times(Value x) const { return scale_down(mul_add(x, fraction, x), exponent); }
};

/// x, bounded so that 1 + fraction times it is finite: only hardnesses below 1e-19 (float), 1e-154 (double)
/// get there.
template <class Value>
HARDGATE_INLINE Value below_overflow(const Value& x) {
  return minimum(x, Value((std::numeric_limits<scalar_t<Value>>::max)() / 2));
}

/// e^r ≈ 1 + r + r²·p(r) for |r| ≤ ½ ln 2, for float also as 1 + 2r·half(2r), and ln 2 in two parts, the
/// first short enough for exact multiples. Made by docs/coefficients.py, which prints the errors named here.
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
  static constexpr double log2_e = 1.4426950408889634, ln2_high = 0.6931471805601177,
                          ln2_low = -1.7239444525614835e-13;
};

/// e^(-w/d) for w = high + low, d = 1 or 2, 0 ≤ w/d ≤ 174 (float), 1416 (double), as far as scale_down goes;
/// low is what rounding w dropped. -w = d·n·ln 2 + r with |r/d| ≤ ½ ln 2, and e^(r/d) by its polynomial.
template <int d = 1, class Value>
HARDGATE_INLINE ScaledExponential<Value> exponential_of_minus(Value high, Value low) {
  static_assert(d == 1 || d == 2);
  using C = ExponentialCoefficients<scalar_t<Value>>;
  const Value n = rounded_product(high, Value(-C::log2_e / d));
  const Value rest = mul_sub(n, Value(-d * C::ln2_high), high);  // exact: ln2_high is short
  const Value r = rest - mul_add(n, Value(d * C::ln2_low), low);
  if constexpr (d == 2 && std::is_same_v<scalar_t<Value>, float>) {
    // An instruction less and a rounding more, for which the bounds of double leave no room.
    return {r * polynomial<C::half>(r), n};
  } else {
    const Value s = d == 1 ? r : r * Value(scalar_t<Value>(0.5));
    return {mul_add(s * s, polynomial<C::p>(s), s), n};
  }
}

}  // namespace hardgate::math
