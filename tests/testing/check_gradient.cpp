// The checker of gradients passes what is right and says where what is wrong goes wrong.
#include <hardgate/hardgate.hpp>

#include <string>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;

namespace {

template <class Activation>
void passes(const std::string& name, const Activation& act) {
  const GradientReport report = check_gradient(act);
  CAPTURE(name, sizeof(typename Activation::scalar), report.failures.size());
  CHECK(report.checks >= 2u * 57u * 6u);
  CHECK(report.passed());
  if (!report.passed()) {
    const GradientFailure& first = report.failures.front();
    CAPTURE(first.what, first.x, first.expected, first.actual, first.tolerance);
    CHECK(first.actual == first.expected);
  }
}

/// The logistic gate through the algebra, and the wrong ones below made of it.
struct Right : Gate<Right> {
  template <class T>
  static T value(const T& u) {
    return LogisticGate::value(u);
  }
};

/// Right except for what Wrong::spoil does to it in float and double.
template <class Wrong>
struct Spoiled : Gate<Wrong> {
  template <class T>
  static T value(const T& u) {
    return Right::value(u);
  }
  template <class T, class S>
  static Response<T> kernel(const T& x, const HardnessScale<S>& scale) {
    Response<T> response = GatedUnit<S, Right>(scale.hardness).response(x);
    Wrong::spoil(x, response);
    return response;
  }
};

/// Wrong sign of f' for x in (1, 2).
struct WrongSign : Spoiled<WrongSign> {
  template <class T>
  static void spoil(const T& x, Response<T>& right) {
    if (x > T(1) && x < T(2)) right.derivative = -right.derivative;
  }
};

/// ∂f/∂h too large by a hundredth where x < 0.
struct WrongParameterGradient : Spoiled<WrongParameterGradient> {
  template <class T>
  static void spoil(const T& x, Response<T>& right) {
    if (x < T(0)) right.parameter_gradient *= T(1.01);
  }
};

/// Values in float that are off by a ten-thousandth near x = 4.
struct Inaccurate : Spoiled<Inaccurate> {
  template <class T>
  static void spoil(const T& x, Response<T>& right) {
    if (std::is_same_v<T, float> && x > T(3) && x < T(5)) right.value *= T(1.0001);
  }
};

/// A derivative that is never a number.
struct NotANumber : Spoiled<NotANumber> {
  template <class T>
  static void spoil(const T&, Response<T>& right) {
    right.derivative = std::numeric_limits<T>::quiet_NaN();
  }
};

/// A third coefficient that is off, so that f''' and f'''' are.
struct WrongTaylor : Gate<WrongTaylor> {
  template <class T>
  static T value(const T& u) {
    return Right::value(u);
  }
  template <int K, class T>
  static GateSeries<T, K> taylor(const T& x, const HardnessScale<T>& scale) {
    auto g = Right::taylor<K>(x, scale);
    if constexpr (K >= 3) g.c[3] *= T(1.5);
    return g;
  }
};

/// A jump of the value at u = 1, which its derivative knows nothing of.
struct Jump : Gate<Jump> {
  template <class T>
  static T value(const T& u) {
    return u > T(1) ? T(Right::value(u) + T(0.125)) : Right::value(u);
  }
};

/// A kink at u = 1.
struct Kink : Gate<Kink> {
  template <class T>
  static T value(const T& u) {
    return u > T(1) ? T(Right::value(u) + (u - T(1)) / T(4)) : Right::value(u);
  }
};

template <class Gate>
using InDouble = GatedUnit<double, Gate>;

}  // namespace

TEMPLATE_TEST_CASE("The library's activations pass", "[testing][check_gradient]", float, double) {
  using Scalar = TestType;
  every_activation<Scalar>([](const std::string& name, const auto& act) { passes(name, act); });
}

TEST_CASE("A tolerance that cannot be kept, or says nothing, is refused", "[testing][check_gradient]") {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double tolerance : {0.0, -1.0, infinity, std::numeric_limits<double>::quiet_NaN()})
    CHECK_THROWS_WITH(check_gradient(Gelu<double>(), tolerance),
                      Catch::Contains("tolerance must be greater than 0 and finite, got "));
}

TEST_CASE("A user's gate passes", "[testing][check_gradient]") {
  passes("Right", InDouble<Right>(2.0));
  passes("Right", GatedUnit<float, Right>(0.5f));
}

TEST_CASE("A derivative of the wrong sign is found, and only where it is wrong", "[testing][check_gradient]") {
  const GradientReport report = check_gradient(InDouble<WrongSign>());
  CHECK(!report.passed());
  bool seen = false;
  for (const GradientFailure& failure : report.failures) {
    CAPTURE(failure.what, failure.x);
    if (failure.what != "derivative") continue;
    seen = true;
    CHECK(failure.x > 1);
    CHECK(failure.x < 2);
    const double right = InDouble<Right>().derivative(failure.x);
    CHECK(failure.expected == Approx(right).epsilon(1e-8));
    CHECK(failure.actual == Approx(-right).epsilon(1e-12));
    CHECK(failure.tolerance < 1e-3);
  }
  CHECK(seen);
}

TEST_CASE("A wrong gradient with respect to the parameter is found", "[testing][check_gradient]") {
  const GradientReport report = check_gradient(InDouble<WrongParameterGradient>(3.0));
  CHECK(!report.passed());
  for (const GradientFailure& failure : report.failures) {
    CAPTURE(failure.what, failure.x);
    CHECK(failure.what == "parameter_gradient");
    CHECK(failure.x < 0);
    CHECK(failure.actual == Approx(1.01 * failure.expected).epsilon(1e-6));
  }
}

TEST_CASE("Wrong higher derivatives are found, by order", "[testing][check_gradient]") {
  const GradientReport report = check_gradient(InDouble<WrongTaylor>());
  CHECK(!report.passed());
  bool third = false;
  for (const GradientFailure& failure : report.failures) {
    CAPTURE(failure.what, failure.x);
    CHECK((failure.what == "derivatives<4>[3]" || failure.what == "derivatives<4>[4]"));
    third = third || failure.what == "derivatives<4>[3]";
  }
  CHECK(third);
}

TEST_CASE("Inaccurate values are found", "[testing][check_gradient]") {
  const GradientReport report = check_gradient(GatedUnit<float, Inaccurate>());
  bool seen = false;
  for (const GradientFailure& failure : report.failures) {
    if (failure.what != "value") continue;
    seen = true;
    CHECK(failure.x > 3);
    CHECK(failure.x < 5);
    CHECK(failure.actual == Approx(failure.expected * 1.0001).epsilon(1e-6));
  }
  CHECK(seen);
  CHECK(check_gradient(GatedUnit<float, Inaccurate>(), 1e4).passed());
}

TEST_CASE("A kink is found where it is", "[testing][check_gradient]") {
  const GradientReport report = check_gradient(InDouble<Kink>(0.5));
  CHECK(!report.passed());
  for (const GradientFailure& failure : report.failures) {
    CAPTURE(failure.what, failure.x);
    if (std::isinf(failure.x) || failure.what == "complement") continue;  // the gate does not tend to 1 either
    CHECK(failure.x == Approx(2).epsilon(0.3));
  }
}

TEST_CASE("A value that jumps is found where it does", "[testing][check_gradient]") {
  const GradientReport report = check_gradient(InDouble<Jump>(0.5));
  CHECK(!report.passed());
  for (const GradientFailure& failure : report.failures) {
    if (failure.what == "complement") continue;
    CAPTURE(failure.what, failure.x);
    if (std::isinf(failure.x)) continue;  // the gate does not tend to 1 either
    CHECK(failure.x == Approx(2).epsilon(0.3));
  }
}

TEST_CASE("A derivative that is no number fails", "[testing][check_gradient]") {
  const GradientReport report = check_gradient(InDouble<NotANumber>());
  CHECK(!report.passed());
  CHECK(report.failures.size() >= 2 * 57);
}
