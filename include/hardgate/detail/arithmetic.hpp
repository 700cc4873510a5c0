// What is built on the primitives, for a number and for a packet alike.
#pragma once

#include "primitives.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

template <class T, int K>
struct Jet;

}  // namespace HARDGATE_TARGET
}  // namespace hardgate

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

/// x with ±∞ replaced by the largest finite numbers, where a function with limits has reached them.
template <class T>
HARDGATE_INLINE constexpr T clamp_to_finite(const T& x) {
  using Limits = std::numeric_limits<scalar_t<T>>;
  if constexpr (Limits::has_infinity) {
    return minimum(maximum(x, T(-(Limits::max)())), T((Limits::max)()));  // not lowest(), which some scalars have as 0
  } else {
    return x;
  }
}

/// Whether x is neither infinite nor NaN.
template <class T>
constexpr bool is_finite(const T& x) {
  return detail::clamp_to_finite(x) == x;
}

/// 0, in the form that x has (an automatic derivative has as many zeros); NaN for NaN.
template <class T>
HARDGATE_INLINE T zero_like(const T& x) {
  const T finite = detail::clamp_to_finite(x);
  return T(finite - finite);
}

/// x, clamped so that x·(1 + r) is finite for r ≤ 1: only hardnesses below 1e-19 (float), 1e-154 (double) get there.
template <class Value>
HARDGATE_INLINE constexpr Value at_most_half_of_max(const Value& x) {
  return minimum(x, Value((std::numeric_limits<scalar_t<Value>>::max)() / 2));
}

/// 2ⁿ as a constant.
template <class T>
constexpr T two_to(int n) {
  T value(1);
  for (; n > 0; --n) value *= T(2);
  for (; n < 0; ++n) value /= T(2);
  return value;
}

/// π for any scalar with atan; others specialise it.
template <class T>
struct Pi {
  static T value() {
    using std::atan;
    return T(T(4) * atan(T(1)));
  }
};

template <class T, int K>
struct Pi<Jet<T, K>> {
  static Jet<T, K> value() { return Pi<T>::value(); }
};

/// x^(-1/n) for any scalar with pow; others specialise it.
template <class T>
struct InverseRoot {
  static T of(const T& x, int n) {
    using std::pow;
    return pow(x, T(-1) / T(n));
  }
};

/// xⁿ by repeated squaring, n ≥ 0 known at compile time: exact for exact types.
template <int n, class Value>
HARDGATE_INLINE constexpr Value power(const Value& x) {
  static_assert(n >= 0);
  if constexpr (n == 0) {
    return Value(1);
  } else if constexpr (n == 1) {
    return x;
  } else if constexpr (n % 2 == 0) {
    const Value root = detail::power<n / 2>(x);
    return root * root;
  } else {
    return detail::power<n - 1>(x) * x;
  }
}

/// c₀ + c₁x + c₂x² + … by Horner's rule.
/// The array is an argument of the template, so that device code finds each number where it is used.
template <const auto& coefficients, std::size_t k = 0, class Value>
HARDGATE_INLINE Value polynomial(const Value& x) {
  constexpr scalar_t<Value> c = coefficients[k];
  if constexpr (k + 1 == sizeof(coefficients) / sizeof(c)) {
    return Value(c);
  } else {
    return mul_add(polynomial<coefficients, k + 1>(x), x, Value(c));
  }
}

/// The integer nearest to a·b, |a·b| < 2²¹ (float) or 2⁵⁰ (double): the sum leaves no fraction bits, as long as the
/// compiler does not see through it.
template <class Value>
HARDGATE_INLINE Value rounded_product(const Value& a, const Value& b) {
  using Scalar = scalar_t<Value>;
  const Value magic(std::is_same_v<Scalar, float> ? Scalar(0x1.8p23) : Scalar(0x1.8p52));
  return opaque(mul_add(a, b, magic)) - magic;
}

/// a + b - sum where sum = a + b rounded, |a| ≥ |b|: what the rounding dropped. Not 0 with -ffast-math either, as long as
/// the compiler does not see where the sum, which has to be opaque, comes from.
template <class Value>
HARDGATE_INLINE Value sum_error(const Value& a, const Value& b, const Value& sum) {
  return opaque(Value(opaque(Value(a - sum)) + b));
}

/// a·b - product where product = a·b rounded: what the rounding dropped.
template <class Value>
HARDGATE_INLINE Value product_error(const Value& a, const Value& b, const Value& product) {
  if constexpr (HARDGATE_HAS_FMA) {
    return mul_sub(a, b, product);
  } else {  // Dekker (1971), split by a mask so that nothing overflows
    const Value a_high = upper_half(a), b_high = upper_half(b);
    const Value a_low = a - a_high, b_low = b - b_high;
    return ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
  }
}

/// a·b - c in one rounding, for c near a·b.
template <class Value>
HARDGATE_INLINE Value product_minus(const Value& a, const Value& b, const Value& c) {
  if constexpr (HARDGATE_HAS_FMA) {
    return mul_sub(a, b, c);
  } else {
    const Value product = a * b;
    return (product - c) + product_error(a, b, product);
  }
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
