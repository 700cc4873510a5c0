// The checker of smoothness finds the order at which an activation stops being smooth, and where.
#include <hardgate/hardgate.hpp>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;

namespace {

double factorial(int n) { return n < 2 ? 1 : n * factorial(n - 1); }

/// Smooth but for a kink of its own at u = 1, where the slope doubles.
struct Kink : Gate<Kink> {
  template <class T>
  static T value(const T& u) {
    return u < T(1) ? T(u / T(4)) : T((u - T(1)) / T(2) + T(1) / T(4));
  }
};

/// Discontinuous at u = -2.
struct Jump : Gate<Jump> {
  template <class T>
  static T value(const T& u) {
    return u < T(-2) ? T(0) : T(1) / T(2);
  }
};

}  // namespace

TEMPLATE_TEST_CASE("Every activation is as smooth as the mathematics says, and no smoother",
                   "[testing][check_smoothness]", float, double) {
  using Scalar = TestType;
  every_kind<Scalar>([](const auto& kind) {
    constexpr int smoothness = std::decay_t<decltype(kind)>::Facts::smoothness;
    constexpr int tried = smoothness < 8 ? smoothness : 8;
    const auto act = kind.at("1");
    CAPTURE(kind.name);
    CHECK(check_smoothness<tried>(act).passed());
    for (const Scalar point : {Scalar(-0.75), Scalar(1.5)}) {
      const auto report = check_smoothness<8>(act, point);
      CHECK(report.point == point);
      CHECK(report.passed());
    }
    if constexpr (smoothness < 8) {
      const auto beyond = check_smoothness<smoothness + 1>(act);
      REQUIRE(beyond.failures.size() == 1);
      CHECK(beyond.failures[0].order == smoothness + 1);
    }
  });
}

TEMPLATE_TEST_CASE("The GEM family is C^2N at 0, and the next derivative jumps", "[testing][check_smoothness]", float,
                   double) {
  using Scalar = TestType;
  const auto check = [](const auto& act, auto order, double left, double right) {
    constexpr int N = decltype(order)::value;
    CAPTURE(N, left, right);
    CHECK(check_smoothness<2 * N>(act).passed());
    const auto report = check_smoothness<2 * N + 1>(act);
    REQUIRE(report.failures.size() == 1);
    CHECK(report.point == 0);
    CHECK(report.failures[0].order == 2 * N + 1);
    CHECK(static_cast<double>(report.failures[0].from_left) == Approx(left).epsilon(1e-5));
    CHECK(static_cast<double>(report.failures[0].from_right) == Approx(right).epsilon(1e-5));
    CHECK(check_smoothness<2 * N + 1>(act, Scalar(0.5)).passed());
    CHECK(check_smoothness<2 * N + 1>(act, Scalar(-0.5)).passed());
  };
  using One = std::integral_constant<int, 1>;
  using Two = std::integral_constant<int, 2>;
  using Three = std::integral_constant<int, 3>;
  check(Gem<Scalar, 1>(), One{}, 0, factorial(3));
  check(Gem<Scalar, 2>(), Two{}, 0, factorial(5));
  check(EGem<Scalar, 1>(Scalar(0.25)), One{}, 0, factorial(3) / 0.25);
  check(EGem<Scalar, 3>(Scalar(2)), Three{}, 0, factorial(7) / 2);
  check(SeGem<Scalar, 1>(Scalar(0.25)), One{}, -factorial(3) / 0.25, 0);
  check(SeGem<Scalar, 2>(Scalar(10)), Two{}, -factorial(5) / 10, 0);
}

TEST_CASE("ReLU is continuous and no more", "[testing][check_smoothness]") {
  CHECK(check_smoothness<0>(Relu<double>()).passed());
  const auto report = check_smoothness<3>(Relu<double>());
  REQUIRE(report.failures.size() == 1);
  CHECK(report.failures[0].order == 1);
  CHECK(report.failures[0].from_left == 0);
  CHECK(report.failures[0].from_right == 1);
  CHECK(check_smoothness<3>(Relu<double>(), 1.0).passed());
}

TEST_CASE("A kink is found where it is", "[testing][check_smoothness]") {
  const GatedUnit<double, Kink> act(2.0);  // the kink is at x = 1/2, f = x·2x/4 and x·((2x - 1)/2 + 1/4)
  CHECK(check_smoothness<4>(act, 0.25).passed());
  CHECK(check_smoothness<4>(act, 0.75).passed());
  CHECK(check_smoothness<0>(act, 0.5).passed());
  const auto report = check_smoothness<4>(act, 0.5);
  CHECK(!report.passed());
  CHECK(report.point == 0.5);
  REQUIRE(report.failures.size() == 2);
  CHECK(report.failures[0].order == 1);
  CHECK(report.failures[0].from_left == Approx(0.5));
  CHECK(report.failures[0].from_right == Approx(0.75));
  CHECK(report.failures[1].order == 2);
  CHECK(report.failures[1].from_left == Approx(1));
  CHECK(report.failures[1].from_right == Approx(2));
}

TEST_CASE("A jump is found where it is", "[testing][check_smoothness]") {
  const GatedUnit<float, Jump> act(0.5f);  // at x = -4
  CHECK(check_smoothness<3>(act).passed());
  CHECK(check_smoothness<3>(act, 4.0f).passed());
  const auto report = check_smoothness<3>(act, -4.0f);
  REQUIRE(report.failures.size() == 2);
  CHECK(report.failures[0].order == 0);
  CHECK(report.failures[0].from_left == 0);
  CHECK(report.failures[0].from_right == -2);
  CHECK(report.failures[1].order == 1);
  CHECK(report.failures[1].from_right == 0.5f);
}

TEST_CASE("The tolerance is relative and may be chosen", "[testing][check_smoothness]") {
  const GatedUnit<double, Kink> act(2.0);
  CHECK(check_smoothness<1>(act, 0.5, 0.5).passed());
  CHECK(!check_smoothness<1>(act, 0.5, 0.2).passed());
}
