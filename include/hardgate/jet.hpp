// Truncated Taylor series as a scalar: a function written for any scalar, evaluated on a jet, yields its derivatives.
#pragma once

#include <array>
#include <cmath>

#include "detail/arithmetic.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

/// π to the precision of a scalar: `pi<T>()`.
template <class T>
T pi() {
  return detail::Pi<T>::value();
}

/// c₀ + c₁δ + … + c_K δ^K with an infinitesimal δ > 0. Exact over exact scalars. Jets are ordered like the numbers they
/// approximate, so that 0 + δ lies right of 0, and 0 - δ left of it: one-sided derivatives are just values.
template <class T, int K>
struct Jet {
  static_assert(K >= 0, "hardgate: the order of a jet is at least 0.");
  std::array<T, std::size_t(K) + 1> c;  ///< c₀ … c_K

  /// 0
  Jet() { c.fill(T(0)); }
  /// A number is a constant jet.
  /// @{
  Jet(const T& value) : Jet() { c[0] = value; }
  template <class U, class = std::enable_if_t<std::is_arithmetic_v<U> && !std::is_same_v<U, T>>>
  Jet(U value) : Jet(T(value)) {}
  /// @}

  /// x + direction·δ: the independent variable at x, seen from the right (1) or the left (-1).
  static Jet variable(const T& x, const T& direction = T(1)) {
    Jet jet(x);
    if constexpr (K > 0) jet.c[1] = direction;
    return jet;
  }

  /// Arithmetic on the numbers they stand for, truncated after δ^K.
  /// @{
  Jet& operator+=(const Jet& b) { return *this = *this + b; }
  Jet& operator-=(const Jet& b) { return *this = *this - b; }
  Jet& operator*=(const Jet& b) { return *this = *this * b; }
  Jet& operator/=(const Jet& b) { return *this = *this / b; }

  friend Jet operator+(const Jet& a, const Jet& b) {
    Jet sum;
    for (std::size_t k = 0; k <= K; ++k) sum.c[k] = a.c[k] + b.c[k];
    return sum;
  }
  friend Jet operator-(const Jet& a, const Jet& b) {
    Jet difference;
    for (std::size_t k = 0; k <= K; ++k) difference.c[k] = a.c[k] - b.c[k];
    return difference;
  }
  friend Jet operator-(const Jet& a) {
    Jet negative;
    for (std::size_t k = 0; k <= K; ++k) negative.c[k] = -a.c[k];
    return negative;
  }
  friend Jet operator*(const Jet& a, const Jet& b) {
    Jet product;
    for (std::size_t k = 0; k <= K; ++k)
      for (std::size_t j = 0; j <= k; ++j) product.c[k] = detail::mul_add(a.c[j], b.c[k - j], product.c[k]);
    return product;
  }
  friend Jet operator/(const Jet& a, const Jet& b) {
    Jet quotient;
    for (std::size_t k = 0; k <= K; ++k) {
      T rest = a.c[k];
      for (std::size_t j = 0; j < k; ++j) rest = detail::neg_mul_add(quotient.c[j], b.c[k - j], rest);
      quotient.c[k] = rest / b.c[0];
    }
    return quotient;
  }
  /// @}

  /// By the first coefficients that differ.
  /// @{
  friend bool operator<(const Jet& a, const Jet& b) {
    for (std::size_t k = 0; k < K; ++k)
      if (!(a.c[k] == b.c[k])) return a.c[k] < b.c[k];
    return a.c[K] < b.c[K];
  }
  friend bool operator>(const Jet& a, const Jet& b) { return b < a; }
  friend bool operator<=(const Jet& a, const Jet& b) { return a < b || a == b; }
  friend bool operator>=(const Jet& a, const Jet& b) { return b <= a; }
  friend bool operator==(const Jet& a, const Jet& b) { return a.c == b.c; }
  friend bool operator!=(const Jet& a, const Jet& b) { return !(a == b); }
  /// @}

  /// The series of a function y of x, given its value and its derivative: slope(y, i) is coefficient i of dy/dx, and
  /// may use coefficients 0 … i of y.
  template <class Slope>
  static Jet from_derivative(const T& value, const Jet& x, const Slope& slope) {
    Jet y(value), rate;
    for (std::size_t k = 1; k <= K; ++k) {
      rate.c[k - 1] = slope(y, k - 1);
      for (std::size_t j = 1; j <= k; ++j)
        y.c[k] = detail::mul_add(T(T(static_cast<int>(j)) * x.c[j]), rate.c[k - j], y.c[k]);
      y.c[k] /= T(static_cast<int>(k));
    }
    return y;
  }

  /// The function of the number it stands for, truncated after δ^K.
  /// @{
  friend Jet exp(const Jet& x) {
    using std::exp;
    return from_derivative(exp(x.c[0]), x, [](const Jet& y, std::size_t i) { return y.c[i]; });
  }
  friend Jet tanh(const Jet& x) {
    using std::tanh;
    const Jet e = exp(Jet(-abs(x))), square = e * e,
              sum = Jet(1) + square;  // 1 - tanh² cancels: 4e²/(1 + e²)² does not
    return known_derivative(tanh(x.c[0]), x, Jet(4) * square / (sum * sum));
  }
  friend Jet sqrt(const Jet& x) {  // y² = x
    using std::sqrt;
    Jet y(sqrt(x.c[0]));
    for (std::size_t k = 1; k <= K; ++k) {
      T rest = x.c[k];
      for (std::size_t j = 1; j < k; ++j) rest = detail::neg_mul_add(y.c[j], y.c[k - j], rest);
      y.c[k] = rest / (T(2) * y.c[0]);
    }
    return y;
  }
  friend Jet log(const Jet& x) {
    using std::log;
    return known_derivative(log(x.c[0]), x, Jet(1) / x);
  }
  friend Jet atan(const Jet& x) {
    using std::atan;
    return known_derivative(atan(x.c[0]), x, Jet(1) / (Jet(1) + x * x));
  }
  friend Jet erfc(const Jet& x) {
    using std::erfc;
    return known_derivative(erfc(x.c[0]), x, -erf_slope(x));
  }
  friend Jet erf(const Jet& x) {
    using std::erf;
    return known_derivative(erf(x.c[0]), x, erf_slope(x));
  }
  friend Jet abs(const Jet& x) { return x < Jet(0) ? -x : x; }
  template <class Number, class = std::enable_if_t<std::is_arithmetic_v<Number> && !std::is_same_v<Number, T>>>
  friend Jet pow(const Jet& x, Number p) {
    if constexpr (std::is_integral_v<Number>) {
      Jet product(1);
      for (Number i = 0; i < (p < 0 ? -p : p); ++i) product *= x;
      return p < 0 ? Jet(1) / product : product;
    } else {
      return real_power(x, p);
    }
  }
  friend Jet pow(const Jet& x, const T& p) { return real_power(x, p); }
  /// @}

 private:
  template <class Number>
  static Jet real_power(const Jet& x, const Number& p) {
    using std::pow;
    const bool at_zero = x.c[0] == T(0);
    for (int n = 0; at_zero && n <= K; ++n)
      if (p == Number(n)) return pow(x, n);
    Jet y = from_derivative(T(pow(x.c[0], p)), x, [&](const Jet& z, std::size_t i) { return T(T(p) * (z / x).c[i]); });
    for (std::size_t k = 1; at_zero && k <= K && Number(static_cast<int>(k)) < p; ++k) y.c[k] = T(0);
    return y;  // the derivatives that are infinite at 0 are not numbers
  }
  static Jet known_derivative(const T& value, const Jet& x, const Jet& slope) {
    return from_derivative(value, x, [&slope](const Jet&, std::size_t i) { return slope.c[i]; });
  }
  static Jet erf_slope(const Jet& x) {
    using std::sqrt;
    return Jet(T(2) / T(sqrt(pi<T>()))) * exp(-(x * x));
  }
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
