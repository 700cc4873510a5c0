// What the tests share: the list of all activations with what the mathematics says of them, sample points, one
// comparison of bits, distances in ulp, collected failures, refusals. It needs neither a test framework nor
// exceptions.
#pragma once

#include <hardgate/activations.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <map>
#include <ostream>
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
using bits_t = std::conditional_t<sizeof(Scalar) == 2, std::uint16_t,
                                  std::conditional_t<sizeof(Scalar) == 4, std::uint32_t, std::uint64_t>>;

template <class Scalar>
bits_t<Scalar> to_bits(const Scalar& x) {
  static_assert(sizeof(Scalar) == sizeof(bits_t<Scalar>));
  bits_t<Scalar> bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}
template <class Scalar>
Scalar from_bits(bits_t<Scalar> bits) {
  static_assert(sizeof(Scalar) == sizeof(bits));
  Scalar x;
  std::memcpy(static_cast<void*>(&x), &bits, sizeof x);
  return x;
}

/// The same number with the same sign of zero; one NaN is as good as another.
template <class Scalar>
bool same_bits(const Scalar& a, const Scalar& b) {
  if (!(a == a) || !(b == b)) return !(a == a) && !(b == b);
  if constexpr (sizeof(Scalar) <= sizeof(std::uint64_t)) {
    return to_bits(a) == to_bits(b);
  } else {  // long double has bits that mean nothing
    return a == b && std::signbit(a) == std::signbit(b);
  }
}

/// The same for whole arrays of Eigen's, of the same size.
template <class A, class B>
bool all_same_bits(const A& a, const B& b) {
  bool same = a.rows() == b.rows() && a.cols() == b.cols();
  for (decltype(a.cols()) j = 0; same && j < a.cols(); ++j)
    for (decltype(a.rows()) i = 0; same && i < a.rows(); ++i)
      same = same_bits(typename A::Scalar(a(i, j)), typename A::Scalar(b(i, j)));
  return same;
}

// ---- Collecting failures: one assertion for a million checks ----

struct Findings {
  std::size_t checks = 0, failures = 0;
  std::map<std::string, std::string> first;  ///< the first failure of each kind

  /// Counts a check; the first that fails of its kind is described by what it is about and values.
  template <class About, class... Values>
  void expect(bool holds, const About& about, const Values&... values) {
    ++checks;
    if (holds) return;
    ++failures;
    std::ostringstream text;
    text << about;
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

// ---- Refusals ----

/// What came of a call that must be refused: true if it was, as it should be.
struct Refusal {
  std::string fault;  ///< what is wrong with it; "" if nothing
  explicit operator bool() const { return fault.empty(); }
  friend std::ostream& operator<<(std::ostream& out, const Refusal& refusal) { return out << refusal.fault; }
};

#if defined(__cpp_exceptions)
/// Whether a call throws an Exception whose message holds all `parts`: `CHECK(refuses(call, {"lambda", "got -1"}))`.
template <class Exception = std::domain_error, class Call>
Refusal refuses(const Call& call, std::initializer_list<const char*> parts) {
  try {
    call();
  } catch (const Exception& error) {
    const std::string message = error.what();
    for (const char* part : parts)
      if (message.find(part) == std::string::npos) return {"\"" + message + "\" lacks \"" + part + "\""};
    return {};
  }
  return {"nothing was thrown"};
}
#endif

// ---- Points ----

/// Random numbers, the same on every platform.
class Random {
  std::mt19937_64 engine_;

 public:
  explicit Random(std::uint64_t seed = 1) : engine_(seed) {}
  std::uint64_t bits() { return engine_(); }
  /// In [0, 1).
  double unit() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  double between(double low, double high) { return low + (high - low) * unit(); }
  int integer(int low, int high) { return low + static_cast<int>(bits() % static_cast<std::uint64_t>(high - low + 1)); }
};

/// Zeros, infinities, NaN and the ends of every range.
template <class Scalar>
std::vector<Scalar> special_values() {
  using Limits = std::numeric_limits<Scalar>;
  std::vector<Scalar> points{Limits::quiet_NaN()};
  for (const Scalar x : {Scalar(0), Limits::denorm_min(), Scalar((Limits::min)() - Limits::denorm_min()),
                         (Limits::min)(), Limits::epsilon(), Scalar(1), Scalar(2), Scalar((Limits::max)() / Scalar(2)),
                         (Limits::max)(), Limits::infinity()}) {
    points.push_back(x);
    points.push_back(-x);
  }
  return points;
}

/// Uniform in [-6, 6).
template <class Scalar>
std::vector<Scalar> ordinary_numbers(std::size_t count, std::uint64_t seed = 3) {
  Random random(seed);
  std::vector<Scalar> points(count);
  for (Scalar& x : points) x = static_cast<Scalar>(random.between(-6, 6));
  return points;
}

/// Special values and numbers of many sizes among ordinary ones, in no order.
template <class Scalar>
std::vector<Scalar> mixed_numbers(std::size_t count, std::uint64_t seed = 4) {
  const std::vector<Scalar> special = special_values<Scalar>();
  Random random(seed);
  std::vector<Scalar> points = ordinary_numbers<Scalar>(count, seed);
  for (Scalar& x : points) {
    const int kind = random.integer(0, 7);
    if (kind == 0) x = special[static_cast<std::size_t>(random.bits() % special.size())];
    if (kind == 1) x = static_cast<Scalar>(std::ldexp(random.unit() - 0.5, random.integer(-30, 30)));
  }
  return points;
}

/// Every binary exponent, subnormals included, both signs: the two ends and `inside` random numbers between.
template <class Scalar>
std::vector<Scalar> on_every_exponent(int inside, std::uint64_t seed = 1, int step = 1) {
  using Limits = std::numeric_limits<Scalar>;
  Random random(seed);
  std::vector<Scalar> points;
  for (int exponent = Limits::min_exponent - Limits::digits; exponent < Limits::max_exponent; exponent += step) {
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
    const Scalar x = scale * Scalar(i % 2 == 0 ? size : -size) * (Scalar(1) + Scalar(random.unit()) * Scalar(1e-6));
    if (std::isfinite(x)) points.push_back(x);
  }
  return points;
}

// ---- Arrays ----

/// n numbers at an offset within a larger array that nobody else may touch.
template <class Scalar>
class Guarded {
 public:
  static constexpr std::ptrdiff_t margin = 80;
  Guarded(std::ptrdiff_t n, std::ptrdiff_t offset)
      : n_(n), offset_(margin + offset), numbers_(static_cast<std::size_t>(n + 2 * margin + 16)) {
    std::memset(static_cast<void*>(numbers_.data()), guard, numbers_.size() * sizeof(Scalar));
  }
  Guarded(const std::vector<Scalar>& content, std::ptrdiff_t n, std::ptrdiff_t offset) : Guarded(n, offset) {
    for (std::ptrdiff_t i = 0; i < n; ++i) data()[i] = content[static_cast<std::size_t>(i)];
  }
  Scalar* data() { return numbers_.data() + offset_; }
  /// Nothing was written outside, and inside is what was expected.
  bool holds(const std::vector<Scalar>& expected) const {
    for (std::ptrdiff_t i = 0; i < n_; ++i)
      if (!same_bits(numbers_[static_cast<std::size_t>(offset_ + i)], expected[static_cast<std::size_t>(i)]))
        return false;
    return intact();
  }
  bool intact() const {
    const auto* bytes = reinterpret_cast<const unsigned char*>(numbers_.data());
    const std::size_t begin = static_cast<std::size_t>(offset_) * sizeof(Scalar);
    const std::size_t end = begin + static_cast<std::size_t>(n_) * sizeof(Scalar);
    for (std::size_t i = 0; i < numbers_.size() * sizeof(Scalar); ++i)
      if ((i < begin || i >= end) && bytes[i] != guard) return false;
    return true;
  }

 private:
  static constexpr unsigned char guard = 0xA5;
  std::ptrdiff_t n_, offset_;
  std::vector<Scalar> numbers_;
};

/// What the array functions should write for x and dy: one number at a time.
template <class Scalar>
struct Expected {
  std::vector<Scalar> value, derivative, gradient, backward;
  template <class Activation>
  Expected(const Activation& act, const std::vector<Scalar>& x, const std::vector<Scalar>& dy) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      value.push_back(act(x[i]));
      derivative.push_back(act.derivative(x[i]));
      backward.push_back(dy[i] * derivative[i]);
      if constexpr (Activation::has_parameter) gradient.push_back(act.parameter_gradient(x[i]));
    }
  }
};

// ---- Distances ----

/// An exponent below every one there is: as the least that counts, it leaves nothing out.
template <class Scalar>
inline constexpr Scalar never = -(std::numeric_limits<Scalar>::max)();

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

/// How many of `size`'s ulp a result is away from the exact value. An infinite result is right where the exact one is
/// beyond the largest number; anything else that is not finite is infinitely wrong.
template <class Scalar, class Real>
double ulp_error(Scalar actual, const Real& exact, const Real& size) {
  using Limits = std::numeric_limits<Scalar>;
  using std::fabs;
  const Real largest((Limits::max)());
  if (fabs(exact) > largest) return fabs(Real(actual)) >= largest && (actual > 0) == (exact > 0) ? 0 : HUGE_VAL;
  if (!std::isfinite(actual)) return HUGE_VAL;
  return static_cast<double>(Real(fabs(Real(Real(actual) - exact)) / spacing<Scalar>(size)));
}

// ---- What the mathematics says ----

/// f, f', ∂f/∂p and f''. The terms of f' and of f'' may cancel: their errors are measured in ulp of the sum of the
/// terms' sizes.
template <class Real>
struct Truth {
  Real value, derivative, derivative_size, gradient, second, second_size;
};

/// x·G with G and x·G' at x; f'' is factor·(a + b).
template <class Real>
Truth<Real> truth(const Real& x, const Real& gate, const Real& bend, const Real& gradient, const Real& factor,
                  const Real& a, const Real& b) {
  using std::fabs;
  return {Real(x * gate), Real(gate + bend),      Real(fabs(gate) + fabs(bend)),
          gradient,       Real(factor * (a + b)), Real(fabs(factor) * (fabs(a) + fabs(b)))};
}

/// xⁿ, by schoolbook.
template <class T>
T plain_power(const T& x, int n) {
  T product(1);
  for (int i = 0; i < n; ++i) product *= x;
  return product;
}

/// What is the same for every gate unless it says otherwise. The numbers are those of hardness 1.
struct Facts {
  static constexpr double turning_point = -HUGE_VAL;  ///< f falls up to here and rises from here; -∞: it never falls
  static constexpr bool exponential = true;           ///< far out, f is x or 0 to the last bit
  static constexpr bool mirrored = true;              ///< f(x) - f(-x) = x
  static constexpr double left_limit = 0;             ///< of f at -∞
  static constexpr double corner = 0;                 ///< ulp of x that f may lose without fused multiplication
  static constexpr double slope_is_within = 0;        ///< of slope_at_0, where that is not a number of double
  static constexpr int smoothness = 1000;             ///< how often f can be differentiated at 0, and not once more
  static constexpr int roundings = 8;                 ///< ulp allowed where wider arithmetic is the judge
  static constexpr const char* terms = "";            ///< the sizes of the terms of f', where one is not all of it
};

/// Whether a slope at 0 is that of the mathematics.
template <class Facts, class T>
bool is_slope_at_0(const T& slope, bool is_relu) {
  const double expected = is_relu ? 0 : Facts::slope_at_0;
  const double unit = expected * std::ldexp(1, 1 - (std::min)(std::numeric_limits<T>::digits, 53));
  return std::fabs(static_cast<double>(slope) - expected) <= Facts::slope_is_within * unit;
}

struct NormalFacts : Facts {
  static constexpr const char* terms = "Φ(u) + |u|φ(u)";
  static constexpr double turning_point = -0.7517915246935645, least_slope = -0.1290, most_slope = 1.1290,
                          slope_at_0 = 0.5;

  template <class Real>
  static Truth<Real> exact(const Real& x, const Real& lambda) {
    using std::erfc;
    using std::exp;
    using std::fabs;
    using std::sqrt;
    const Real u = lambda * x;
    Real cdf(u > 0 ? 1 : 0), density(0);
    if (fabs(u) < 120) {
      static const Real root_half = sqrt(Real(0.5)), root_2_pi = sqrt(Real(2) * pi<Real>());
      cdf = erfc(Real(-u * root_half)) / 2;
      density = exp(Real(-u * u / 2)) / root_2_pi;
    }
    return truth<Real>(x, cdf, Real(u * density), Real(x * x * density), Real(lambda * density), Real(2), Real(-u * u));
  }
};

/// x·σ(w), given w, the derivatives of w with respect to x, twice, and to the hardness.
template <class Real>
Truth<Real> logistic_truth(const Real& x, const Real& w, const Real& slope, const Real& bend, const Real& by_hardness) {
  using std::exp;
  using std::fabs;
  const Real e = fabs(w) > 3000 ? Real(0) : Real(exp(Real(-fabs(w))));
  const Real larger = 1 / (1 + e), density = e * larger * larger, difference = larger * (1 - e);  // 2σ(|w|) - 1
  return truth<Real>(x, w > 0 ? larger : Real(e * larger), Real(x * slope * density), Real(x * by_hardness * density),
                     density, Real(2 * slope + x * bend), Real(-fabs(x) * slope * slope * difference));
}

struct LogisticFacts : Facts {
  static constexpr const char* terms = "σ(u) + |u|σ'(u)";
  static constexpr double turning_point = -1.2784645427610738, least_slope = -0.0999, most_slope = 1.0999,
                          slope_at_0 = 0.5;

  template <class Real>
  static Truth<Real> exact(const Real& x, const Real& beta) {
    return logistic_truth<Real>(x, Real(beta * x), beta, Real(0), x);
  }
};

struct TanhNormalFacts : Facts {
  static constexpr const char* terms = "G(u) + |u|G'(u)";
  static constexpr double turning_point = -0.7524614220710163, least_slope = -0.1291, most_slope = 1.1291,
                          slope_at_0 = 0.5;

  template <class Real>
  static Truth<Real> exact(const Real& x, const Real& h) {
    using std::sqrt;
    const Real root = sqrt(Real(8) / pi<Real>()), c = Real(44715) / 1000000, u = h * x;
    const Real bend = root * (1 + 3 * c * u * u);
    return logistic_truth<Real>(x, Real(root * u * (1 + c * u * u)), Real(h * bend), Real(h * h * root * 6 * c * u),
                                Real(x * bend));
  }
};

struct MishFacts : Facts {
  static constexpr const char* terms = "G(u) + |u|G'(u)";
  static constexpr double turning_point = -1.1924312145144955, least_slope = -0.11253, most_slope = 1.0885,
                          slope_at_0 = 0.6, slope_is_within = 2;
  static constexpr bool mirrored = false;

  template <class Real>
  static Truth<Real> exact(const Real& x, const Real& h) {
    using std::exp;
    using std::fabs;
    const Real u = h * x, w = fabs(u), e = w > 3000 ? Real(0) : Real(exp(Real(-w)));
    if (u < 0) {
      const Real d = 2 + e * (2 + e), slope = 4 * e * (1 + e) / (d * d);
      return truth<Real>(x, Real(e * (2 + e) / d), Real(u * slope), Real(x * x * slope), Real(h * slope), Real(2),
                         Real(u * ((1 + 2 * e) / (1 + e) - 4 * e * (1 + e) / d)));
    }
    const Real d = 1 + 2 * e * (1 + e), slope = 4 * e * e * (1 + e) / (d * d);
    return truth<Real>(x, Real(1 - 2 * e * e / d), Real(u * slope), Real(x * x * slope), Real(h * slope), Real(2),
                       Real(-u * ((2 + 3 * e) / (1 + e) - 4 * e * (1 + 2 * e) / d)));
  }
};

struct GompertzFacts : Facts {
  static constexpr const char* terms = "G(u) + |u|G'(u)";
  static constexpr double turning_point = -0.5671432904097838, least_slope = -0.11488, most_slope = 1.1134,
                          slope_at_0 = 0.36787944117144233, slope_is_within = 2;
  static constexpr bool mirrored = false;

  template <class Real>
  static Truth<Real> exact(const Real& x, const Real& h) {
    using std::exp;
    const Real u = h * x;
    if (u < -12) return {Real(0), Real(0), Real(0), Real(0), Real(0), Real(0)};
    const Real y = u > 11000 ? Real(0) : Real(exp(Real(-u))), gate = exp(Real(-y)), slope = y * gate;
    return truth<Real>(x, gate, Real(u * slope), Real(x * x * slope), Real(h * slope), Real(2), Real(u * (y - 1)));
  }
};

struct CauchyFacts : Facts {
  static constexpr const char* terms = "G(u) + |u|G'(u)";
  static constexpr double least_slope = 0, most_slope = 1, slope_at_0 = 0.5, left_limit = -0.3183098861837907;
  static constexpr bool exponential = false;

  template <class Real>
  static Truth<Real> exact(const Real& x, const Real& sigma) {
    using std::atan;
    const Real u = sigma * x, pi_q = pi<Real>() * (u * u + 1);
    const Real gate = u < -1 ? Real(-atan(Real(1 / u)) / pi<Real>()) : Real(Real(1) / 2 + atan(u) / pi<Real>());
    return truth<Real>(x, gate, Real(u / pi_q), Real(x * x / pi_q), Real(2 * sigma / pi_q * (pi<Real>() / pi_q)),
                       Real(1), Real(0));
  }
};

struct HardSigmoidFacts : Facts {
  static constexpr const char* terms = "G(u) + |u|G'(u)";
  static constexpr double turning_point = -1.5, least_slope = -0.5, most_slope = 1.5, slope_at_0 = 0.5, corner = 1;

  template <class Real>
  static Truth<Real> exact(const Real& x, const Real& h) {
    const Real u = h * x;
    if (u <= -3 || u >= 3) return {Real(u > 0 ? x : Real(0)), Real(u > 0 ? 1 : 0), Real(1), Real(0), Real(0), Real(0)};
    return truth<Real>(x, Real((u + 3) / 6), Real(u / 6), Real(x * x / 6), Real(h / 3), Real(1), Real(0));
  }
};

template <int N>
struct LogLogisticFacts : Facts {
  static constexpr double least_slope = 0, most_slope = (2.0 * N + 1) * (2 * N + 1) / (8 * N), slope_at_0 = 0;
  static constexpr bool exponential = false, mirrored = false;
  static constexpr int smoothness = 2 * N, roundings = 8 + 4 * N;

  template <class Real>
  static Truth<Real> exact(const Real& x, const Real& epsilon) {
    if (x <= 0) return {Real(0), Real(0), Real(0), Real(0), Real(0), Real(0)};
    const Real t = plain_power(x, 2 * N), sum = epsilon + t, g = t / sum;
    const Real rest = epsilon / sum, bend = g * (2 * N * rest);
    return truth<Real>(x, g, bend, Real(-x * g / sum), Real(bend / x), Real(1 + 2 * N), Real(-4 * N * g));
  }
};

template <int N>
struct ReflectedLogLogisticFacts : Facts {
  static constexpr const char* terms = "r + 2N·r(1−r)";
  static inline const double turning_point = -std::pow(2.0 * N - 1, -0.5 / N);
  static constexpr double least_slope = -(2.0 * N - 1) * (2 * N - 1) / (8 * N), most_slope = 1, slope_at_0 = 1;
  static constexpr bool exponential = false, mirrored = false;
  static constexpr int smoothness = 2 * N, roundings = 8 + 4 * N;

  template <class Real>
  static Truth<Real> exact(const Real& x, const Real& epsilon) {
    if (x >= 0) return {x, Real(1), Real(1), Real(0), Real(0), Real(0)};
    const Real t = plain_power(x, 2 * N), sum = epsilon + t, r = epsilon / sum, rest = t / sum;
    const Real bend = -r * (2 * N * rest);
    return truth<Real>(x, r, bend, Real(x * rest / sum), Real(bend / x), Real(1 - 2 * N), Real(4 * N * r));
  }
};

struct HeavisideFacts : Facts {
  static constexpr double least_slope = 0, most_slope = 1, slope_at_0 = 0;
  static constexpr bool mirrored = false;
  static constexpr int smoothness = 0;

  template <class Real>
  static Truth<Real> exact(const Real& x, const Real&) {
    return {Real(x > 0 ? x : Real(0)), Real(x > 0 ? 1 : 0), Real(1), Real(0), Real(0), Real(0)};
  }
};

// ---- The activations ----

/// The largest error allowed, in ulp, where a·b + c is one instruction and where it is not.
struct Bound {
  double with_fma = 0, without = 0;
  constexpr double here() const { return HARDGATE_HAS_FMA ? with_fma : without; }
};
/// Of the value, the derivative, the parameter gradient and the second derivative.
using Bounds = std::array<Bound, 4>;
inline constexpr const char* quantities[] = {"value", "derivative", "gradient", "second"};

/// What an activation has of its own: a gate; only a kernel, being another order of a gate; or only a name.
enum class Own { gate, kernel, name };
template <Own own>
inline constexpr std::integral_constant<Own, own> its{};

/// An activation of the list, at any parameter.
template <class Activation, class Facts_, Own own_>
struct Kind {
  using Facts = Facts_;                        ///< what the mathematics says of it
  using scalar = typename Activation::scalar;  ///< what it computes with
  static constexpr Own own = own_;             ///< what it has of its own

  std::string name;
  std::vector<std::string> parameters;  ///< as written; none where there is no parameter
  Bounds bounds;                        ///< of the errors for float and double

  /// The activation with a parameter, as text. One without a parameter takes any.
  static Activation at([[maybe_unused]] const std::string& parameter) {
    if constexpr (Activation::has_parameter) {
      return Activation(static_cast<scalar>(std::strtod(parameter.c_str(), nullptr)));
    } else {
      return {};
    }
  }
  /// visit(name, activation) at each of some parameters.
  template <class Visitor>
  void each(const std::vector<std::string>& some, const Visitor& visit) const {
    if constexpr (Activation::has_parameter) {
      for (const std::string& parameter : some) visit(name + '(' + parameter + ')', at(parameter));
    } else {
      visit(name, Activation());
    }
  }
};

/// add(own, name, activation, facts, parameters, bounds) for GEM, E-GEM and SE-GEM of order N.
template <class T, int N, class Add>
void add_gem_family(const Add& add, const std::vector<std::string>& parameters) {
  const std::string order = '<' + std::to_string(N) + '>';
  const LogLogisticFacts<N> facts;
  const ReflectedLogLogisticFacts<N> reflected;
  constexpr Own e = N == 3 ? Own::gate : Own::kernel, se = N == 1 ? Own::gate : Own::kernel;
  const auto of_order = [](Bound one, Bound two, Bound three) { return N == 1 ? one : N == 2 ? two : three; };
  const Bounds bounds{of_order({4, 4}, {5.5, 6}, {7.5, 7.5}), of_order({4.5, 4.5}, {6.5, 6.5}, {8.5, 10.5}),
                      of_order({8.5, 8.5}, {10.5, 10.5}, {12.5, 12.5}), of_order({8.5, 8.5}, {11.5, 11.5}, {14, 14})};
  add(its<Own::name>, "Gem" + order, Gem<T, N>(), facts, {}, bounds);
  add(its<e>, "EGem" + order, EGem<T, N>(), facts, parameters, bounds);
  add(its<se>, "SeGem" + order, SeGem<T, N>(), reflected, parameters, bounds);
}

/// visit(kind) for every activation. A line here brings a new one into the accuracy table, the sweeps of the whole
/// domain, the comparisons of packets, arrays, threads and platforms with single numbers, the gradient and smoothness
/// checks, and the fuzzer.
template <class T, class Visitor>
void every_kind(const Visitor& visit) {
  const auto add = [&visit](auto own, const std::string& name, auto activation, auto facts,
                            const std::vector<std::string>& parameters, const Bounds& bounds) {
    visit(Kind<decltype(activation), decltype(facts), own()>{name, parameters, bounds});
  };
  constexpr bool single = std::is_same_v<T, float>, by_tables = single && HARDGATE_TABLE_SIZE > 0;
  // In float proved, in double measured.
  const Bound any = by_tables ? Bound{3, 3} : single ? Bound{4.5, 7} : Bound{3, 4};
  const Bound at_1 = single ? Bound{3, 4} : Bound{2.5, 3}, slope{single && !by_tables ? 4.5 : 4, 5};
  const Bound gradient = single ? Bound{4.5, 5} : Bound{3.5, 4}, second{7.5, 7.5};
  const std::vector<std::string> none, lambdas{"1", "3.7", "100", "infinity"};

  add(its<Own::gate>, "LambdaGelu", LambdaGelu<T>(), NormalFacts(), lambdas, {any, slope, gradient, second});
  add(its<Own::name>, "Gelu", Gelu<T>(), NormalFacts(), none, {at_1, slope, {}, second});
  add_gem_family<T, 1>(add, {"1e-4", "0"});
  add_gem_family<T, 2>(add, {"10"});
  add_gem_family<T, 3>(add, {"1e-30"});
  add(its<Own::gate>, "Swish", Swish<T>(), LogisticFacts(), {"1.702"},
      {Bound{5, 5}, Bound{6.5, 7}, Bound{8, 8.5}, Bound{9, 9}});
  add(its<Own::name>, "Silu", Silu<T>(), LogisticFacts(), none, {Bound{4, 4}, Bound{5.5, 6}, {}, Bound{8, 8}});
  add(its<Own::gate>, "GeluTanh", GeluTanh<T>(), TanhNormalFacts(), none,
      {Bound{4, 4}, Bound{9.5, 9.5}, {}, Bound{11, 11}});
  add(its<Own::gate>, "Mish", Mish<T>(), MishFacts(), none, {Bound{5, 5}, Bound{6, 6}, {}, Bound{10, 10}});
  add(its<Own::gate>, "HardSwish", HardSwish<T>(), HardSigmoidFacts(), none,
      {Bound{3, 3}, Bound{2.5, 2.5}, {}, Bound{1, 1}});
  add(its<Own::gate>, "Golu", Golu<T>(), GompertzFacts(), none,
      single ? Bounds{Bound{8, 8}, Bound{9, 9}, {}, Bound{12, 12}}
             : Bounds{Bound{25, 25}, Bound{26, 26}, {}, Bound{30, 30}});
  add(its<Own::gate>, "Iglu", Iglu<T>(), CauchyFacts(), {"1.3"},
      {Bound{4.5, 5}, Bound{4, 4}, Bound{6, 6}, Bound{15, 15}});
  add(its<Own::gate>, "Relu", Relu<T>(), HeavisideFacts(), none, {Bound{0, 0}, Bound{0, 0}, {}, Bound{0, 0}});
}

/// visit(name, activation) for every activation at its parameters.
template <class T, class Visitor>
void every_activation(const Visitor& visit) {
  every_kind<T>([&visit](const auto& kind) { kind.each(kind.parameters, visit); });
}
/// The same without those that run another's code, for checks that cost much to compile.
template <class T, class Visitor>
void every_kernel(const Visitor& visit) {
  every_kind<T>([&visit](const auto& kind) {
    if constexpr (std::decay_t<decltype(kind)>::own != Own::name) kind.each(kind.parameters, visit);
  });
}
/// The same with one order of each gate, for those that cost most.
template <class T, class Visitor>
void every_gate(const Visitor& visit) {
  every_kind<T>([&visit](const auto& kind) {
    if constexpr (std::decay_t<decltype(kind)>::own == Own::gate) kind.each(kind.parameters, visit);
  });
}

}  // namespace hardgate_tests
