// A scalar whose numeric_limits say that the lowest number is 0, and that is not a number until it is set.
#include <cmath>
#include <limits>

#include "unusual_scalars/agrees.hpp"

namespace {

/// A double whose numeric_limits say that the lowest number is 0, as some libraries' do, and that begins as anything,
/// as Eigen::AutoDiffScalar does.
struct Odd {
  double v = std::numeric_limits<double>::quiet_NaN();
  Odd() = default;
  Odd(int x) : v(x) {}
  Odd(double x) : v(x) {}
  explicit operator double() const { return v; }
  friend Odd operator+(Odd a, Odd b) { return a.v + b.v; }
  friend Odd operator-(Odd a, Odd b) { return a.v - b.v; }
  friend Odd operator-(Odd a) { return -a.v; }
  friend Odd operator*(Odd a, Odd b) { return a.v * b.v; }
  friend Odd operator/(Odd a, Odd b) { return a.v / b.v; }
  Odd& operator+=(Odd b) { return *this = *this + b; }
  Odd& operator-=(Odd b) { return *this = *this - b; }
  Odd& operator*=(Odd b) { return *this = *this * b; }
  Odd& operator/=(Odd b) { return *this = *this / b; }
  friend bool operator<(Odd a, Odd b) { return a.v < b.v; }
  friend bool operator>(Odd a, Odd b) { return a.v > b.v; }
  friend bool operator<=(Odd a, Odd b) { return a.v <= b.v; }
  friend bool operator>=(Odd a, Odd b) { return a.v >= b.v; }
  friend bool operator==(Odd a, Odd b) { return a.v == b.v; }
  friend Odd exp(Odd a) { return std::exp(a.v); }
  friend Odd erfc(Odd a) { return std::erfc(a.v); }
  friend Odd sqrt(Odd a) { return std::sqrt(a.v); }
  friend Odd atan(Odd a) { return std::atan(a.v); }
};

}  // namespace

template <>
struct std::numeric_limits<Odd> : std::numeric_limits<double> {
  static Odd infinity() { return std::numeric_limits<double>::infinity(); }
  static Odd quiet_NaN() { return std::numeric_limits<double>::quiet_NaN(); }
  static Odd epsilon() { return std::numeric_limits<double>::epsilon(); }
  static Odd(max)() { return (std::numeric_limits<double>::max)(); }
  static Odd(min)() { return (std::numeric_limits<double>::min)(); }
  static Odd lowest() { return 0; }
};

using namespace hardgate_tests;

TEST_CASE("Nothing depends on the lowest number of a scalar, or on what it is before it is set", "[unusual_scalars]") {
  STATIC_REQUIRE(std::numeric_limits<Odd>::has_infinity);
  CHECK(std::numeric_limits<Odd>::lowest() == Odd(0));
  agrees<Odd, long double>([](Odd x) { return static_cast<long double>(x.v); }, 1e-12L);
}
