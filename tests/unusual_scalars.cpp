// Scalars that are not as float is: a lowest() of 0, derivatives carried along to infinity, arithmetic that throws.
#include <Eigen/Core>
#include <unsupported/Eigen/AutoDiff>

#include <hardgate/hardgate.hpp>

#include <cmath>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support.hpp"

#if defined(HARDGATE_HAS_BOOST)
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <boost/multiprecision/cpp_dec_float.hpp>
#endif

namespace {

/// A double whose numeric_limits say that the lowest number is 0, as some libraries' do.
struct Odd {
  double v = 0;
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
  friend bool operator!=(Odd a, Odd b) { return a.v != b.v; }
  friend Odd exp(Odd a) { return std::exp(a.v); }
  friend Odd erfc(Odd a) { return std::erfc(a.v); }
  friend Odd sqrt(Odd a) { return std::sqrt(a.v); }
  friend Odd atan(Odd a) { return std::atan(a.v); }
  friend Odd tanh(Odd a) { return std::tanh(a.v); }
  friend Odd pow(Odd a, Odd b) { return std::pow(a.v, b.v); }
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

using namespace hardgate;
using namespace hardgate_tests;

namespace {

const double far_and_near[] = {-HUGE_VAL, -1e300, -1e20, -60, -7.25, -1.5, -1,   -0.25,   -1e-9,
                               0,         1e-9,   0.25,  1,   3,     60,   1e20, HUGE_VAL};

/// The activations over a scalar are those over a more usual one.
template <class Scalar, class Usual, class From>
void agrees(const From& from, const Usual& tolerance) {
  const auto compare = [&](const char* name, const auto& act, const auto& usual) {
    for (const double x : far_and_near) {
      CAPTURE(name, x);
      const auto near = [&](const Scalar& actual, const Usual& expected) {
        const Usual difference(from(actual) - expected);
        const Usual size(expected < 0 ? Usual(-expected) : expected);
        return from(actual) == expected ||
               (difference <= tolerance * (size + tolerance) && -difference <= tolerance * (size + tolerance));
      };
      CHECK(near(act(Scalar(x)), usual(Usual(x))));
      CHECK(near(act.derivative(Scalar(x)), usual.derivative(Usual(x))));
      if constexpr (std::decay_t<decltype(act)>::has_parameter) {
        if (std::isfinite(x)) CHECK(near(act.parameter_gradient(Scalar(x)), usual.parameter_gradient(Usual(x))));
      }
      if (std::fabs(x) < 10) {
        const auto actual = act.template derivatives<3>(Scalar(x));
        const auto expected = usual.template derivatives<3>(Usual(x));
        CHECK(near(actual[2] / Scalar(64), expected[2] / 64));
      }
    }
  };
  compare("LambdaGelu", LambdaGelu<Scalar>(Scalar(1.5)), LambdaGelu<Usual>(Usual(1.5)));
  compare("Gelu", Gelu<Scalar>(), Gelu<Usual>());
  compare("GeluTanh", GeluTanh<Scalar>(), GeluTanh<Usual>());
  compare("Silu", Silu<Scalar>(), Silu<Usual>());
  compare("Swish", Swish<Scalar>(Scalar(2)), Swish<Usual>(Usual(2)));
  compare("Relu", Relu<Scalar>(), Relu<Usual>());
  compare("Gem", Gem<Scalar>(), Gem<Usual>());
  compare("EGem<2>", EGem<Scalar, 2>(Scalar(0.25)), EGem<Usual, 2>(Usual(0.25)));
  compare("SeGem", SeGem<Scalar>(Scalar(0.25)), SeGem<Usual>(Usual(0.25)));
  compare("SeGem<3>", SeGem<Scalar, 3>(Scalar(4)), SeGem<Usual, 3>(Usual(4)));
}

}  // namespace

TEST_CASE("Nothing depends on the lowest number of a scalar", "[unusual_scalars]") {
  STATIC_REQUIRE(std::numeric_limits<Odd>::has_infinity);
  CHECK(std::numeric_limits<Odd>::lowest() == Odd(0));
  agrees<Odd, long double>([](Odd x) { return static_cast<long double>(x.v); }, 1e-12L);
}

#if defined(HARDGATE_HAS_BOOST)
TEST_CASE("Decimal multiprecision agrees with binary", "[unusual_scalars]") {
  using Decimal = boost::multiprecision::cpp_dec_float_50;
  using Binary = boost::multiprecision::cpp_bin_float_50;
  agrees<Decimal, Binary>([](const Decimal& x) { return static_cast<Binary>(x); }, Binary("1e-42"));
}
#endif

// ---- AutoDiffScalar ----

TEST_CASE("AutoDiffScalar has the values and derivatives of the activation, to infinity", "[unusual_scalars]") {
  using Dual = Eigen::AutoDiffScalar<Eigen::Vector2d>;
  const double infinity = HUGE_VAL;
  Findings findings;
  const auto compare = [&](const std::string& name, const auto& act, const auto& plain) {
    const auto near = [](double actual, double expected) {
      return std::fabs(actual - expected) <= 1e-8 * (1 + std::fabs(expected)) || actual == expected;
    };
    for (const double x :
         {-infinity, -1e308, -1e200, -1e20, -50., -38., -10., -1., -1e-3, -1e-160, -5e-324, -0.,   0.,
          5e-324,    1e-160, 1e-3,   .5,    1.,   2.,   10.,  38., 50.,   1e20,    1e200,   1e308, infinity}) {
      const Dual y = act(Dual(x, 2, 0));
      findings.expect(near(y.value(), plain(x)), name + " value", x, y.value(), plain(x));
      findings.expect(near(y.derivatives()(0), plain.derivative(x)), name + " derivative", x, y.derivatives()(0),
                      plain.derivative(x));
      findings.expect(near(y.derivatives()(1), plain.parameter_gradient(x)), name + " gradient", x, y.derivatives()(1),
                      plain.parameter_gradient(x));
    }
    const double nan = std::numeric_limits<double>::quiet_NaN();
    findings.expect(std::isnan(act(Dual(nan, 2, 0)).value()), name + " NaN", act(Dual(nan, 2, 0)).value());
  };
  for (const double p : {0.3, 1.0, 40.0, infinity}) {
    const Dual at(p, 2, 1);
    compare("LambdaGelu(" + std::to_string(p) + ')', LambdaGelu<Dual>(at), LambdaGelu<double>(p));
    compare("Swish(" + std::to_string(p) + ')', Swish<Dual>(at), Swish<double>(p));
    using Tanh = GatedUnit<double, TanhNormalGate>;
    compare("tanh(" + std::to_string(p) + ')', GatedUnit<Dual, TanhNormalGate>(at), Tanh(p));
  }
  for (const double p : {0.0, 1e-4, 1.0, 100.0}) {
    const Dual at(p, 2, 1);
    compare("EGem<1>(" + std::to_string(p) + ')', EGem<Dual, 1>(at), EGem<double, 1>(p));
    compare("EGem<3>(" + std::to_string(p) + ')', EGem<Dual, 3>(at), EGem<double, 3>(p));
    compare("SeGem<1>(" + std::to_string(p) + ')', SeGem<Dual, 1>(at), SeGem<double, 1>(p));
    compare("SeGem<2>(" + std::to_string(p) + ')', SeGem<Dual, 2>(at), SeGem<double, 2>(p));
  }
  INFO(findings.report());
  CHECK(findings.none());
}
