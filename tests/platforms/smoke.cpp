// What must hold on every processor, with every compiler and flag, in a program that needs Eigen and nothing else, no
// test framework, exceptions or run-time types: values and derivatives are near those of long double; numbers, packets
// and array functions give the same bits; so do threads; infinities and NaN are what they should be.
//
// With -ffast-math less holds: finite, normal numbers, in packets not always the same bits. The GEM family is within 8
// ulp, f' of the sum of its terms' sizes; so is what contains an exponential where multiplication is fused. Elsewhere,
// and for tanh-GELU everywhere, the compiler undoes the compensation of rounding errors, and the tail is within 128 ulp.
#include <hardgate/hardgate.hpp>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "../support.hpp"

namespace {

using namespace hardgate_tests;

int passed = 0, failed = 0;

template <class Activation>
class Check {
  using T = typename Activation::scalar;
  using Array = Eigen::Array<T, Eigen::Dynamic, 1>;
  std::string name_;
  Activation act_;

  void expect(bool holds, const char* what, double x = 0, double found = 0, double expected = 0) const {
    ++(holds ? passed : failed);
    if (!holds)
      std::printf("%s<%d bit>: %s at %.17g: %.17g instead of %.17g\n", name_.c_str(), static_cast<int>(8 * sizeof(T)),
                  what, x, found, expected);
  }
  void expect_bits(const Array& found, const Array& expected, const char* what) const {
    expect(all_same_bits(found, expected), what);
  }
  template <class Function>
  static Array one_by_one(const Array& x, const Function& function) {
    Array y(x.size());
    for (Eigen::Index i = 0; i < x.size(); ++i) y[i] = function(x[i]);
    return y;
  }

 public:
  Check(std::string name, const Activation& act) : name_(std::move(name)), act_(act) {}

  /// Of the values of f = x·G and f' = G + xG', the latter relative to its two terms, which may cancel.
  void accuracy(double ulp) const {
    using Real = long double;
    const auto exact = act_.template cast<Real>();
    const Array x = Array::LinSpaced(1999, T(-8), T(8)), y = act_(x),
                slope = act_.derivative(x);  // 0 is not among them
    for (Eigen::Index i = 0; i < x.size(); ++i) {
      const Real at = static_cast<Real>(x[i]), value = exact(at), derivative = exact.derivative(at);
      const Real size = std::fabs(derivative) + std::fabs(value / at);
      if (std::fabs(value) < static_cast<Real>(1e-30)) continue;  // where double is near its end, float beyond
      const Real allowed = static_cast<Real>(ulp) * static_cast<Real>(std::numeric_limits<T>::epsilon());
      const auto near = [&](const char* what, T found, Real expected, Real of) {
        expect(std::fabs(static_cast<Real>(found) - expected) <= allowed * of, what, static_cast<double>(x[i]),
               static_cast<double>(found), static_cast<double>(expected));
      };
      near("value", act_(x[i]), value, std::fabs(value));
      near("value in a packet", y[i], value, std::fabs(value));
      near("derivative", act_.derivative(x[i]), derivative, size);
      near("derivative in a packet", slope[i], derivative, size);
    }
  }

  void derivatives() const {
    const GradientReport report = check_gradient(act_);
    for (const auto& f : report.failures) expect(false, f.what.c_str(), f.x, f.actual, f.expected);
    expect(report.checks > 300, "number of gradient checks");
  }

  /// left_limit: of f at -∞, at hardness 1.
  void limits(double left_limit) const {
    constexpr T infinity = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
    expect(act_(infinity) == infinity && act_.derivative(infinity) == 1, "limits", HUGE_VAL);
    const T limit = T(left_limit) / act_.hardness();
    expect(std::fabs(act_(-infinity) - limit) <= std::fabs(limit) * T(1e-6) && act_.derivative(-infinity) == 0,
           "limits", -HUGE_VAL, double(act_(-infinity)), double(limit));
    expect(std::isnan(act_(nan)) && std::isnan(act_.derivative(nan)), "NaN passes through");
  }

  void bits(const Execution& execution, Eigen::Index size) const {
    Array x = Array::LinSpaced(size, T(-9), T(7));
    const std::vector<T> special = special_values<T>();
    for (Eigen::Index i = 0; i < size; i += 7) x[i] = special[static_cast<std::size_t>(i / 7) % special.size()];
    bits(execution, x);
  }
  void bits(const Execution& execution, const Array& x) const {
    const Eigen::Index size = x.size();
    const Array value = one_by_one(x, act_), slope = one_by_one(x, [this](T at) { return act_.derivative(at); });
    expect_bits(act_(x), value, "an expression");
    expect_bits(act_.derivative(x), slope, "an expression of the derivative");
    const Array dy = Array::LinSpaced(size, T(0.5), T(2));
    Array y(size), d(size);
    forward_with_derivative(act_, x.data(), y.data(), d.data(), size, execution);
    expect_bits(y, value, "forward");
    expect_bits(d, slope, "forward with the derivative");
    if constexpr (!std::is_same_v<hardgate::detail::compute_t<T>, T>) return;  // a product in float is rounded once
    if constexpr (Activation::has_parameter) {
      backward_with_parameter(act_, x.data(), dy.data(), d.data(), size, execution);
    } else {
      backward(act_, x.data(), dy.data(), d.data(), size, execution);
    }
    expect_bits(d, dy * slope, "backward");
  }
};

/// A pool that starts a thread for each task: what `on` asks of a pool, and no more.
class Pool {
  std::vector<std::thread> threads_;

 public:
  static int NumThreads() { return 2; }
  template <class Task>
  void Schedule(Task task) {
    threads_.emplace_back(std::move(task));
  }
  ~Pool() {
    for (std::thread& thread : threads_) thread.join();
  }
};

template <class Activation>
void check(const std::string& name, const Activation& act, [[maybe_unused]] double ulp_with_fast_math,
           [[maybe_unused]] double left_limit) {
  const Check<Activation> check(name, act);
#if defined(__FAST_MATH__) || defined(FAST_MATH)
  check.accuracy(ulp_with_fast_math);
#else
  check.accuracy(5);
  check.derivatives();
  check.limits(left_limit);
  for (Eigen::Index size = 0; size < 40; ++size) check.bits({}, size);
  Pool pool;
  check.bits(on(pool), 3 << 15);
  check.bits(streaming(on(pool)), 3 << 15);
  // So hard that the activation bends where results are subnormal, and are rounded twice if they are fused again.
  using T = typename Activation::scalar;
  using Array = Eigen::Array<T, Eigen::Dynamic, 1>;
  const auto hard = act.with_hardness(std::numeric_limits<T>::max() / 2);
  const T least = (std::numeric_limits<T>::min)();
  Check(name + ", hard", hard).bits({}, Array(Array::LinSpaced(4099, -4 * least, 4 * least)));
#endif
}

template <class T>
void check_all() {
  every_kind<T>([](const auto& kind) {
    using OfKind = std::decay_t<decltype(kind)>;
    using Facts = typename OfKind::Facts;
    const bool undone = std::is_same_v<Facts, TanhNormalFacts> || (Facts::exponential && !HARDGATE_HAS_FMA);
    const double ulp_with_fast_math = undone ? 128 : 8;
    std::vector<std::string> parameters = kind.parameters;
#if defined(__FAST_MATH__) || defined(FAST_MATH)
    parameters = {"0.01", "0.3", "2"};  // neither infinite nor so small that something is subnormal on the way
#endif
    if constexpr (OfKind::own == Own::gate)
      kind.each(parameters, [=](const std::string& name, const auto& act) {
        check(name, act, ulp_with_fast_math, Facts::left_limit);
      });
  });
}

/// 16-bit floats compute in float.
template <class T>
void check_bits() {
  for (Eigen::Index size = 0; size < 40; ++size) {
    Check("LambdaGelu", LambdaGelu<T>(T(2))).bits({}, size);
    Check("EGem<1>", EGem<T>(T(0.3))).bits({}, size);
  }
}

}  // namespace

int main() {
  check_all<float>();
  check_all<double>();
#if !defined(__FAST_MATH__) && !defined(FAST_MATH) && !defined(WITHOUT_SIXTEEN_BITS)
  check_bits<Eigen::half>();
  check_bits<Eigen::bfloat16>();
#endif
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 && passed > 0 ? 0 : 1;
}
