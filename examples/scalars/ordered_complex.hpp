// What std::complex lacks for the GEM family: an order.
#pragma once

#include <complex>

/// A complex number ordered by its real part. The functions of the GEM family have two pieces, one for x ≤ 0 and
/// one for x > 0, each a rational function. A point off the real axis takes the piece of its real part, so each
/// piece is analytic, and the complex step x + ih gives its derivative to the last digits. Across Re z = 0 there is
/// a jump: only the derivative on the real axis means anything.
struct Complex : std::complex<double> {
  Complex(double real = 0, double imaginary = 0) : std::complex<double>(real, imaginary) {}
  Complex(const std::complex<double>& z) : std::complex<double>(z) {}

  friend bool operator<(const Complex& a, const Complex& b) { return a.real() < b.real(); }
  friend bool operator>(const Complex& a, const Complex& b) { return a.real() > b.real(); }
  friend bool operator<=(const Complex& a, const Complex& b) { return a.real() <= b.real(); }
  friend bool operator>=(const Complex& a, const Complex& b) { return a.real() >= b.real(); }
};
