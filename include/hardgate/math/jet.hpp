// Truncated Taylor series as a scalar: a function written for any scalar, evaluated on a jet, yields its
// derivatives.
#pragma once

#include <array>
#include <cmath>

#include "vocabulary.hpp"

namespace hardgate::math {

/// c₀ + c₁δ + … + c_K δ^K with an infinitesimal δ > 0. Exact over exact scalars. Jets are ordered like the
/// numbers they approximate, so that 0 + δ lies right of 0, and 0 - δ left of it: one-sided derivatives are
/// just values.
template <class T, int K>
struct Jet {
  static_assert(K >= 0, "the order of a jet is at least 0");
  std::array<T, K + 1> c;  ///< c₀ … c_K

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
      for (std::size_t j = 0; j <= k; ++j) product.c[k] = mul_add(a.c[j], b.c[k - j], product.c[k]);
    return product;
  }
  friend Jet operator/(const Jet& a, const Jet& b) {
    Jet quotient;
    for (std::size_t k = 0; k <= K; ++k) {
      T rest = a.c[k];
      for (std::size_t j = 0; j < k; ++j) rest = sub_mul(rest, quotient.c[j], b.c[k - j]);
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

  /// The series y with y' = slope·x', given its value y(x₀): every function of a jet comes from its
  /// derivative.
  friend Jet integrate(const T& value, const Jet& slope, const Jet& x) {
    Jet y(value);
    for (std::size_t k = 1; k <= K; ++k) {
      for (std::size_t j = 1; j <= k; ++j)
        y.c[k] = mul_add(T(T(static_cast<int>(j)) * x.c[j]), slope.c[k - j], y.c[k]);
      y.c[k] /= T(static_cast<int>(k));
    }
    return y;
  }

  /// The function of the number it stands for, truncated after δ^K.
  /// @{
  friend Jet exp(const Jet& x) {  // y' = y x'
    using std::exp;
    Jet y(exp(x.c[0]));
    for (std::size_t k = 1; k <= K; ++k) {
      for (std::size_t j = 1; j <= k; ++j)
        y.c[k] = mul_add(T(T(static_cast<int>(j)) * x.c[j]), y.c[k - j], y.c[k]);
      y.c[k] /= T(static_cast<int>(k));
    }
    return y;
  }
  friend Jet tanh(const Jet& x) {  // y' = (1 - y²) x'
    using std::tanh;
    Jet y(tanh(x.c[0])), slope;
    for (std::size_t k = 0; k <= K; ++k) {
      if (k > 0) {
        for (std::size_t j = 1; j <= k; ++j)
          y.c[k] = mul_add(T(T(static_cast<int>(j)) * x.c[j]), slope.c[k - j], y.c[k]);
        y.c[k] /= T(static_cast<int>(k));
      }
      slope.c[k] = k == 0 ? T(1) : T(0);
      for (std::size_t j = 0; j <= k; ++j) slope.c[k] = sub_mul(slope.c[k], y.c[j], y.c[k - j]);
    }
    return y;
  }
  friend Jet sqrt(const Jet& x) {  // y² = x
    using std::sqrt;
    Jet y(sqrt(x.c[0]));
    for (std::size_t k = 1; k <= K; ++k) {
      T rest = x.c[k];
      for (std::size_t j = 1; j < k; ++j) rest = sub_mul(rest, y.c[j], y.c[k - j]);
      y.c[k] = rest / (T(2) * y.c[0]);
    }
    return y;
  }
  friend Jet log(const Jet& x) {
    using std::log;
    return integrate(log(x.c[0]), Jet(1) / x, x);
  }
  friend Jet atan(const Jet& x) {
    using std::atan;
    return integrate(atan(x.c[0]), Jet(1) / (Jet(1) + x * x), x);
  }
  friend Jet erfc(const Jet& x) {
    using std::erfc;
    using std::sqrt;
    return integrate(erfc(x.c[0]), Jet(T(-2) / T(sqrt(pi<T>()))) * exp(-(x * x)), x);
  }
  friend Jet erf(const Jet& x) {
    using std::erf;
    using std::sqrt;
    return integrate(erf(x.c[0]), Jet(T(2) / T(sqrt(pi<T>()))) * exp(-(x * x)), x);
  }
  friend Jet abs(const Jet& x) { return x < Jet(0) ? -x : x; }
  friend Jet pow(const Jet& x, int n) {
    Jet product(1);
    for (int i = 0; i < (n < 0 ? -n : n); ++i) product *= x;
    return n < 0 ? Jet(1) / product : product;
  }
  /// @}
};

template <class T, int K>
struct Pi<Jet<T, K>> {
  static Jet<T, K> value() { return Pi<T>::value(); }
};

/// The coefficients of δ ↦ y(h·δ), given those of y. One factor at a time, so that a zero times h^k stays
/// zero.
template <class T, std::size_t n>
std::array<T, n> stretched(std::array<T, n> coefficients, const T& h) {
  for (std::size_t k = 1; k < n; ++k)
    for (std::size_t j = 0; j < k; ++j) coefficients[k] *= h;
  return coefficients;
}

}  // namespace hardgate::math
