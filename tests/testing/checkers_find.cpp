// What the checkers find in gates that are wrong in ways of their own, with the reason; and that they pass what is
// right, however extreme.
#include <hardgate/hardgate.hpp>

#include <cmath>
#include <string>
#include <type_traits>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;

namespace {

/// Right, but for a jump by `thousandths` at u = `place`/10000.
template <int thousandths, int place = 7003>
struct Jump : Gate<Jump<thousandths, place>> {
  template <class T>
  static T value(const T& u) {
    const T g = LogisticGate::value(u);
    return u > T(T(place) / T(10000)) ? T(g + T(thousandths) / T(1000)) : g;
  }
};

/// The step itself, which only jumps.
struct Step : Gate<Step> {
  template <class T>
  static T value(const T& u) {
    return u < T(1) ? T(0) : T(1);
  }
};

template <class T>
inline constexpr bool is_jet = false;
template <class T, int K>
inline constexpr bool is_jet<Jet<T, K>> = true;

/// Another function on jets than on numbers.
struct TwoFaced : Gate<TwoFaced> {
  template <class T>
  static T value(const T& u) {
    return LogisticGate::value(is_jet<T> ? T(u + u) : u);
  }
};

/// A complement that is twice 1 - G, taken by value.
struct WrongComplement : Gate<WrongComplement> {
  template <class T>
  static T value(const T& u) {
    return LogisticGate::value(u);
  }
  template <class T>
  static T complement(T u) {
    return T(2) * LogisticGate::value(T(-u));
  }
};

/// Overflows where |u| is beyond the root of the largest number, and is ½ there.
struct Overflowing : Gate<Overflowing> {
  template <class T>
  static T value(const T& u) {
    using std::sqrt;
    const T r = sqrt(T(T(1) + u * u));
    return u < T(0) ? T(T(0.5) / (r * (r - u))) : T(T(0.5) * (T(1) + u / r));
  }
};

/// ½(1 + erf(u/√2)): no digit is right from u = -8 on.
struct Cancelling : Gate<Cancelling> {
  template <class T>
  static T value(const T& u) {
    using std::erf;
    using std::sqrt;
    return T(T(0.5) * (T(1) + erf(T(u / T(sqrt(T(2)))))));
  }
};

/// From `from`/10 to `to`/10 instead of from 0 to 1.
template <int from, int to>
struct Between : Gate<Between<from, to>> {
  template <class T>
  static T value(const T& u) {
    return T(T(from) / T(10) + T(to - from) / T(10) * LogisticGate::value(u));
  }
};

/// 3s² - 2s³ from -1 to 1: f'' jumps at the ends.
struct Smoothstep : Gate<Smoothstep> {
  template <class T>
  static T value(const T& u) {
    if (u <= T(-1)) return T(0);
    if (u >= T(1)) return T(1);
    const T s = (u + T(1)) / T(2);
    return T(s * s * (T(3) - T(2) * s));
  }
};

/// u^2.5/(1 + u^2.5) for u > 0: C² at 0.
struct RealPower : Gate<RealPower> {
  template <class T>
  static T value(const T& u) {
    using std::pow;
    if (u <= T(0)) return T(0);
    if (u > T(1)) return T(T(1) / (T(1) + pow(u, -2.5)));
    const T power = pow(u, 2.5);
    return T(power / (T(1) + power));
  }
};

template <class Gate>
using InDouble = GatedUnit<double, Gate>;

/// Every failure has the reason that it says: the two differ by more than they may, or it names another.
void reasons_are_true(const GradientReport& report) {
  for (const GradientFailure& failure : report.failures) {
    CAPTURE(failure.what, failure.x, failure.expected, failure.actual, failure.tolerance);
    const bool named = failure.what.find(':') != std::string::npos;
    CHECK((named || !(std::fabs(failure.expected - failure.actual) <= failure.tolerance)));
    CHECK((failure.expected == failure.expected || failure.actual != failure.actual));
  }
}
bool says(const GradientReport& report, const std::string& what) {
  for (const GradientFailure& failure : report.failures)
    if (failure.what.find(what) != std::string::npos) return true;
  return false;
}

template <class Activation>
void passes(const std::string& name, const Activation& act) {
  const GradientReport report = check_gradient(act);
  CAPTURE(name, sizeof(typename Activation::scalar), report.failures.size());
  if (!report.passed()) {
    const GradientFailure& first = report.failures.front();
    CAPTURE(first.what, first.x, first.expected, first.actual, first.tolerance);
    CHECK(report.passed());
  }
  CHECK(report.passed());
}

}  // namespace

TEST_CASE("A jump is found wherever it is, with its reason and its place", "[testing][check_gradient]") {
  const auto found = [](auto gate, double place) {
    CAPTURE(place);
    const GradientReport report = check_gradient(InDouble<decltype(gate)>(1.0));
    CHECK(!report.passed());
    reasons_are_true(report);
    bool there = false;
    for (const GradientFailure& failure : report.failures)
      there = there || (failure.what == "value: jumps before here" && std::fabs(failure.x / place - 1) < 0.02);
    CHECK(there);
  };
  found(Jump<300>(), 0.7003);
  found(Jump<3000>(), 0.7003);
  found(Jump<-300>(), 0.7003);
  found(Jump<20>(), 0.7003);
  found(Jump<10>(), 0.7003);
  found(Jump<300, 123>(), 0.0123);
  found(Jump<300, -7003>(), -0.7003);
  found(Jump<300, 123456>(), 12.3456);
  found(Jump<50, -314159>(), -31.4159);
  CHECK(!check_gradient(GatedUnit<float, Jump<300>>(17.0f)).passed());
}

TEST_CASE("Formulas that overflow, cancel, or tend to another number are found", "[testing][check_gradient]") {
  const auto found = [](const char* name, const GradientReport& report, const char* what) {
    CAPTURE(name, what);
    CHECK(!report.passed());
    CHECK(says(report, what));
    reasons_are_true(report);
  };
  found("overflows, float", check_gradient(GatedUnit<float, Overflowing>(2.0f)), "derivative");
  found("overflows, double", check_gradient(InDouble<Overflowing>(2.0)), "derivative");
  found("overflows, long double", check_gradient(GatedUnit<long double, Overflowing>(2.0L)), "derivative");
  found("cancels, float", check_gradient(GatedUnit<float, Cancelling>(1.0f)), "value");
  found("cancels, double", check_gradient(InDouble<Cancelling>(1.0)), "value");
  found("does not reach 1", check_gradient(InDouble<Between<0, 9>>()), "derivative");
  found("does not begin at 0", check_gradient(InDouble<Between<1, 10>>()), "derivative");
  found("jets differ from numbers", check_gradient(InDouble<TwoFaced>()), "derivative");
  found("C1 and no more", check_gradient(InDouble<Smoothstep>(2.0)), "derivatives<4>[2]");
}

TEST_CASE("What is right passes, however extreme its parameter", "[testing][check_gradient]") {
  for (const float h : {1e-3f, 1.0f, 40.0f, 2000.0f}) passes("LambdaGelu<half>", LambdaGelu<Eigen::half>(h));
  for (const float h : {1e-6f, 1.0f, 1e30f}) passes("LambdaGelu<bfloat16>", LambdaGelu<Eigen::bfloat16>(h));
  for (const float h : {1e-6f, 3.0f, 1e10f, 1e30f, HUGE_VALF}) {
    CAPTURE(h);
    passes("LambdaGelu<float>", LambdaGelu<float>(h));
    passes("Swish<float>", Swish<float>(h));
  }
  for (const double h : {1e-150, 1e-100, 1e100, 1e200, HUGE_VAL}) {
    CAPTURE(h);
    passes("LambdaGelu<double>", LambdaGelu<double>(h));
    passes("Swish<double>", Swish<double>(h));
  }
  for (const double epsilon : {0.0, 1e-200, 1e-30, 1e30, 1e200}) {
    CAPTURE(epsilon);
    passes("EGem<double, 1>", EGem<double, 1>(epsilon));
    passes("EGem<double, 2>", EGem<double, 2>(epsilon));
    passes("SeGem<double, 1>", SeGem<double, 1>(epsilon));
    passes("SeGem<double, 3>", SeGem<double, 3>(epsilon));
  }
  passes("long double", LambdaGelu<long double>(2.0L));
  passes("RealPower", InDouble<RealPower>(2.0));
}

TEST_CASE("Below 1e-6 nothing but the far tail of the gradient is amiss in float", "[testing][check_gradient]") {
  for (const float h : {1e-15f, 1e-10f}) {
    for (const auto& failure : check_gradient(LambdaGelu<float>(h)).failures) {
      CAPTURE(h, failure.x);
      CHECK(failure.what == "parameter_gradient");
      CHECK(std::fabs(failure.x * h) > 14);
      CHECK((failure.actual == 0 && failure.expected > 0));
    }
  }
}

TEST_CASE("check_smoothness sees a jump in order 0", "[testing][check_smoothness]") {
  const InDouble<Step> act(1.0);
  CHECK(!check_smoothness<0>(act, 1.0).passed());
  CHECK(!check_smoothness<1>(act, 1.0).passed());
  CHECK(check_smoothness<0>(act, 0.5).passed());
  const auto report = check_smoothness<0>(InDouble<Jump<300, 7500>>(1.0), 0.75);
  REQUIRE(report.failures.size() == 1);
  CHECK(report.failures[0].order == 0);
  CHECK(report.failures[0].from_right - report.failures[0].from_left == Approx(0.75 * 0.3));
  CHECK(check_smoothness<0>(Relu<double>()).passed());
}

TEST_CASE("check_gradient finds a complement that is not 1 - G, and check_smoothness takes real powers",
          "[testing][checkers]") {
  const auto report = check_gradient(InDouble<WrongComplement>(2.0));
  REQUIRE(!report.passed());
  for (const auto& failure : report.failures) CHECK(failure.what == "complement");
  CHECK(gate_distance<InDouble<WrongComplement>>() > 2);  // a complement is one whatever its signature
  CHECK(check_smoothness<2>(InDouble<RealPower>(2.0), 1).passed());
}
