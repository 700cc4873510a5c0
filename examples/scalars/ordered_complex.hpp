// What std::complex lacks for a GEM: an order.
#pragma once

#include <complex>

/// A complex number ordered by its real part. GEM and its kin are made of pieces, one for x ≤ 0 and one for x
/// > 0, each a rational function; a point off the real axis takes the piece of its real part. So each piece
/// is analytic, the complex step x + ih gives its derivative to the last digits, and no more is claimed:
/// across Re z = 0 there is a jump.
struct Complex : std::complex<double> {
  Complex(double real = 0, double imaginary = 0) : std::complex<double>(real, imaginary) {}
  Complex(const std::complex<double>& z) : std::complex<double>(z) {}

  friend bool operator<(const Complex& a, const Complex& b) { return a.real() < b.real(); }
  friend bool operator>(const Complex& a, const Complex& b) { return a.real() > b.real(); }
  friend bool operator<=(const Complex& a, const Complex& b) { return a.real() <= b.real(); }
  friend bool operator>=(const Complex& a, const Complex& b) { return a.real() >= b.real(); }
};
