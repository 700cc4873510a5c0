// What the tests share: every activation by name, sample points on the whole domain, distances in ulp.
#pragma once

#include <hardgate/activations.hpp>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace hardgate_tests {

using namespace hardgate;

// ---- Bits ----

template <class Scalar>
using bits_t = std::conditional_t<std::is_same_v<Scalar, float>, std::uint32_t, std::uint64_t>;

template <class Scalar>
bits_t<Scalar> to_bits(Scalar x) {
  static_assert(sizeof(Scalar) == sizeof(bits_t<Scalar>));
  bits_t<Scalar> bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}
template <class Scalar>
Scalar from_bits(bits_t<Scalar> bits) {
  static_assert(sizeof(Scalar) == sizeof(bits));
  Scalar x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

/// The same number with the same sign of zero; one NaN is as good as another.
template <class Scalar>
bool same_bits(Scalar a, Scalar b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return a == b && std::signbit(a) == std::signbit(b);
}

// ---- Collecting failures: one assertion for a million checks ----

struct Findings {
  std::size_t checks = 0, failures = 0;
  std::map<std::string, std::string> first;  ///< the first failure of each kind

  /// Counts a check; the first that fails of its kind is described by what it is about and values.
  template <class Kind, class... Values>
  void expect(bool holds, const Kind& kind, const Values&... values) {
    ++checks;
    if (holds) return;
    ++failures;
    std::ostringstream text;
    text << kind;
    const std::string name = text.str();
    if (first.count(name) > 0) return;
    text.precision(21);
    ((text << ' ' << values), ...);
    first[name] = text.str();
  }
  /// Nothing failed, and something was checked.
  bool none() const { return checks > 0 && failures == 0; }
  std::string report() const {
    std::string text = std::to_string(failures) + " of " + std::to_string(checks) + " failed, among them:";
    for (const auto& failure : first) text += "\n  " + failure.second;
    return text;
  }
};

/// The message of the std::domain_error that a function throws, "" when it throws none.
template <class Function>
std::string refusal(Function&& function) {
  try {
    function();
  } catch (const std::domain_error& error) {
    return error.what();
  }
  return "";
}

// ---- Points ----

/// Uniform numbers, the same on every platform.
class Random {
  std::mt19937_64 engine_;

 public:
  explicit Random(std::uint64_t seed = 1) : engine_(seed) {}
  /// In [0, 1).
  double unit() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
  double between(double low, double high) { return low + (high - low) * unit(); }
  int integer(int low, int high) {
    return low + static_cast<int>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }
};

/// Every binary exponent, subnormals included, both signs: the two ends and `inside` random numbers between.
template <class Scalar>
std::vector<Scalar> on_every_exponent(int inside, std::uint64_t seed = 1, int step = 1) {
  using Limits = std::numeric_limits<Scalar>;
  Random random(seed);
  std::vector<Scalar> points;
  for (int exponent = Limits::min_exponent - Limits::digits; exponent < Limits::max_exponent;
       exponent += step) {
    const auto add = [&](Scalar significand) {
      points.push_back(std::ldexp(significand, exponent));
      points.push_back(-points.back());
    };
    add(Scalar(1));
    add(Scalar(2) - Limits::epsilon());
    for (int i = 0; i < inside; ++i)
      add(Scalar(1) + Scalar(random.unit()) / 2 + Scalar(random.unit()) * Limits::epsilon() * 512);
  }
  return points;
}

/// `count` points of both signs around a scale: uniform out to `reach` scales and uniform in the exponent.
template <class Scalar>
std::vector<Scalar> around(Scalar scale, int count, double reach, std::uint64_t seed = 2) {
  Random random(seed);
  std::vector<Scalar> points;
  for (int i = 0; i < count; ++i) {
    const double size = i % 3 == 0 ? std::exp2(random.between(-12, 8)) : random.between(0, reach);
    const Scalar x =
        scale * Scalar(i % 2 == 0 ? size : -size) * (Scalar(1) + Scalar(random.unit()) * Scalar(1e-6));
    if (std::isfinite(x)) points.push_back(x);
  }
  return points;
}

/// Zeros, infinities, NaN and the ends of every range.
template <class Scalar>
std::vector<Scalar> special_values() {
  using Limits = std::numeric_limits<Scalar>;
  std::vector<Scalar> points{Limits::quiet_NaN()};
  for (const Scalar x :
       {Scalar(0), Limits::denorm_min(), (Limits::min)() - Limits::denorm_min(), (Limits::min)(),
        Limits::epsilon(), Scalar(1), Scalar(2), (Limits::max)() / 2, (Limits::max)(), Limits::infinity()}) {
    points.push_back(x);
    points.push_back(-x);
  }
  return points;
}

// ---- Distances ----

/// The spacing of Scalar's numbers at an exact value: the subnormal spacing below the least normal number.
template <class Scalar, class Real>
Real spacing(const Real& exact) {
  using Limits = std::numeric_limits<Scalar>;
  using std::frexp;
  using std::ldexp;
  int exponent = Limits::min_exponent;
  if (exact != Real(0)) frexp(exact, &exponent);
  exponent = exponent < Limits::min_exponent ? Limits::min_exponent : exponent;
  return ldexp(Real(1), exponent - Limits::digits);
}

/// How many of `size`'s ulp a result is away from the exact value. An infinite result is right where the
/// exact one is beyond the largest number, anything else that is not finite is infinitely wrong.
template <class Scalar, class Real>
double ulp_error(Scalar actual, const Real& exact, const Real& size) {
  using Limits = std::numeric_limits<Scalar>;
  using std::fabs;
  const Real largest((Limits::max)());
  if (fabs(exact) > largest)
    return fabs(Real(actual)) >= largest && (actual > 0) == (exact > 0) ? 0 : HUGE_VAL;
  if (!std::isfinite(actual)) return HUGE_VAL;
  return static_cast<double>(Real(fabs(Real(Real(actual) - exact)) / spacing<Scalar>(size)));
}

// ---- The activations ----

/// visit(name, activation) for every activation, at several parameters each, the limits included.
template <class Scalar, class Visitor>
void every_activation(Visitor&& visit) {
  constexpr Scalar infinity = std::numeric_limits<Scalar>::infinity();
  visit("LambdaGelu(1)", LambdaGelu<Scalar>(1));
  visit("LambdaGelu(3.7)", LambdaGelu<Scalar>(Scalar(3.7)));
  visit("LambdaGelu(100)", LambdaGelu<Scalar>(100));
  visit("LambdaGelu(infinity)", LambdaGelu<Scalar>(infinity));
  visit("LambdaGelu<fast>(3.7)", LambdaGelu<Scalar, Accuracy::fast>(Scalar(3.7)));
  visit("Gem<1>", Gem<Scalar>());
  visit("Gem<2>", Gem<Scalar, 2>());
  visit("Gem<3>", Gem<Scalar, 3>());
  visit("EGem<1>(1e-4)", EGem<Scalar>(Scalar(1e-4)));
  visit("EGem<2>(10)", EGem<Scalar, 2>(Scalar(10)));
  visit("EGem<3>(1e-30)", EGem<Scalar, 3>(Scalar(1e-30)));
  visit("EGem<1>(0)", EGem<Scalar>(0));
  visit("SeGem<1>(1e-4)", SeGem<Scalar>(Scalar(1e-4)));
  visit("SeGem<2>(10)", SeGem<Scalar, 2>(Scalar(10)));
  visit("SeGem<3>(1e-30)", SeGem<Scalar, 3>(Scalar(1e-30)));
  visit("SeGem<1>(0)", SeGem<Scalar>(0));
  visit("Relu", Relu<Scalar>());
  visit("Gelu", Gelu<Scalar>());
  visit("Gelu<fast>", Gelu<Scalar, Accuracy::fast>());
  visit("GeluTanh", GeluTanh<Scalar>());
  visit("Silu", Silu<Scalar>());
}

}  // namespace hardgate_tests
