// The named activations: their types, and their values on the whole domain.
#include <hardgate/activations.hpp>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;

// ---- Types ----

static_assert(std::is_trivially_copyable_v<LambdaGelu<float>> && std::is_trivially_copyable_v<EGem<double, 3>>);
static_assert(std::is_trivially_copyable_v<SeGem<float>> && std::is_trivially_copyable_v<Relu<float>>);
static_assert(std::is_trivially_copyable_v<Silu<double>> && std::is_trivially_copyable_v<GeluTanh<double>>);
static_assert(std::is_nothrow_copy_constructible_v<LambdaGelu<float>> && std::is_copy_assignable_v<Gem<float>>);
static_assert(sizeof(LambdaGelu<float>) <= 14 * sizeof(float) && sizeof(LambdaGelu<double>) <= 12 * sizeof(double));
static_assert(sizeof(EGem<float, 2>) <= 10 * sizeof(float) && sizeof(SeGem<double>) <= 10 * sizeof(double));
static_assert(!std::is_polymorphic_v<LambdaGelu<float>>);
static_assert(std::is_same_v<LambdaGelu<float>::scalar, float> && std::is_same_v<Gem<double, 2>::scalar, double>);
static_assert(LambdaGelu<float>::has_parameter && EGem<float>::has_parameter && SeGem<float>::has_parameter &&
              Swish<float>::has_parameter);
static_assert(!Gem<float>::has_parameter && !Relu<float>::has_parameter && !Gelu<float>::has_parameter &&
              !GeluTanh<float>::has_parameter && !Silu<float>::has_parameter);
static_assert(std::is_same_v<Gem<float>, Gem<float, 1>> && std::is_same_v<EGem<float>, EGem<float, 1>>);
static_assert(std::is_same_v<decltype(LambdaGelu<float>(2).with_hardness(3)), LambdaGelu<float>>);
static_assert(std::is_same_v<decltype(EGem<double, 2>(2).with_hardness(3)), EGem<double, 2>>);
static_assert(std::is_same_v<decltype(SeGem<double, 2>(2).with_hardness(3)), SeGem<double, 2>>);
// An activation without a parameter becomes the one that has it.
static_assert(std::is_same_v<decltype(Gem<float, 2>().with_hardness(3)), EGem<float, 2>>);
static_assert(std::is_same_v<decltype(Gelu<float>().with_hardness(3)), LambdaGelu<float>>);
static_assert(std::is_same_v<decltype(Silu<float>().with_hardness(3)), Swish<float>>);
static_assert(!std::is_convertible_v<float, LambdaGelu<float>>, "a number is not an activation by accident");
static_assert(!std::is_constructible_v<Gem<float>, float>, "GEM takes no parameter");

TEMPLATE_TEST_CASE("An activation keeps its parameter to the last bit", "[activations]", float, double, long double) {
  using T = TestType;
  for (const T p : {T(1), T(1e-6), T(3.7), T(100), T(1e30), T(0.1)}) {
    CHECK(LambdaGelu<T>(p).lambda() == p);
    CHECK(LambdaGelu<T>(p).hardness() == p);
    CHECK(LambdaGelu<T>(p).parameter() == p);
    CHECK(LambdaGelu<T>(p).parameter_derivative() == 1);
    CHECK(Swish<T>(p).beta() == p);
    CHECK(Swish<T>(p).hardness() == p);
    CHECK(Swish<T>(p).parameter_derivative() == 1);
    CHECK(EGem<T, 3>(p).epsilon() == p);
    CHECK(SeGem<T, 2>(p).epsilon() == p);
    CHECK(SeGem<T, 2>(p).parameter() == p);
    const LambdaGelu<T> copy = LambdaGelu<T>(p);
    CHECK(copy.lambda() == p);
  }
  CHECK(EGem<T>(0).epsilon() == 0);
  CHECK(EGem<T>(0).hardness() == std::numeric_limits<T>::infinity());
  CHECK(LambdaGelu<T>().lambda() == 1);
  CHECK(Swish<T>().beta() == 1);
  CHECK(EGem<T>().epsilon() == 1);
  CHECK(Gelu<T>().hardness() == 1);
  CHECK(Gem<T, 2>().hardness() == 1);
  CHECK(Silu<T>().hardness() == 1);
  CHECK(Relu<T>().hardness() == std::numeric_limits<T>::infinity());
}

TEMPLATE_TEST_CASE("Hardness and parameter determine each other", "[activations]", float, double, long double) {
  using T = TestType;
  const T relative = 32 * std::numeric_limits<T>::epsilon();
  for (const T h : {T(0.01), T(1), T(2), T(7.3), T(1000)}) {
    CHECK(LambdaGelu<T>(5).with_hardness(h).lambda() == h);
    CHECK(Swish<T>(5).with_hardness(h).beta() == h);
    CHECK(std::fabs(EGem<T, 1>().with_hardness(h).hardness() / h - 1) < relative);
    CHECK(std::fabs(SeGem<T, 3>().with_hardness(h).hardness() / h - 1) < relative);
    CHECK(std::fabs(EGem<T, 2>().with_hardness(h).epsilon() * h * h * h * h - 1) < relative);
  }
  CHECK(EGem<T, 1>(T(0.25)).hardness() == 2);
  CHECK(std::fabs(SeGem<T, 2>(T(16)).hardness() - T(0.5)) < relative);
}

TEST_CASE("parameter_derivative is the derivative of the parameter with respect to the hardness", "[activations]") {
  const auto check = [](const auto& act) {
    const double h = act.hardness(), step = 1e-6 * h;
    const double slope =
        (act.with_hardness(h + step).parameter() - act.with_hardness(h - step).parameter()) / (2 * step);
    CHECK(std::fabs(act.parameter_derivative() / slope - 1) < 1e-8);
  };
  check(LambdaGelu<double>(2.5));
  check(Swish<double>(0.4));
  for (const double epsilon : {1.0, 0.01, 30.0}) {
    check(EGem<double, 1>(epsilon));
    check(EGem<double, 2>(epsilon));
    check(SeGem<double, 3>(epsilon));
  }
  CHECK(EGem<double, 2>(0).parameter_derivative() == 0);
}

TEST_CASE("The activations are their formulas", "[activations]") {
  // By hand: the definitions at a few points, so that no reference of the other tests is trusted alone.
  CHECK(Gem<double, 1>()(2.0) == 8.0 / 5);
  CHECK(Gem<double, 2>()(2.0) == 32.0 / 17);
  CHECK(EGem<double, 1>(4)(2.0) == 1);
  CHECK(EGem<double, 1>(4).derivative(2.0) == 1);  // g(1 + 2(1 - g)) at g = ½
  CHECK(EGem<double, 1>(4).parameter_gradient(2.0) == -0.125);
  CHECK(SeGem<double, 1>(4)(-2.0) == -1);
  CHECK(SeGem<double, 1>(4).derivative(-2.0) == 0);
  CHECK(SeGem<double, 1>(4).parameter_gradient(-2.0) == -0.125);
  CHECK(SeGem<double, 1>(4)(3.0) == 3);
  CHECK(std::fabs(LambdaGelu<double>(2)(0.5) - 0.5 * 0.8413447460685429) < 1e-16);
  CHECK(std::fabs(LambdaGelu<double>(2).derivative(0.5) - (0.8413447460685429 + 0.24197072451914337)) < 1e-15);
  CHECK(std::fabs(LambdaGelu<double>(2).parameter_gradient(0.5) - 0.25 * 0.24197072451914337) < 1e-16);
  CHECK(std::fabs(Silu<double>()(1) - 0.7310585786300049) < 1e-15);
  CHECK(std::fabs(Swish<double>(2)(0.5) - 0.5 * 0.7310585786300049) < 1e-15);
  CHECK(std::fabs(Swish<double>(2).parameter_gradient(0.5) - 0.25 * 0.19661193324148185) < 1e-15);
  CHECK(std::fabs(GeluTanh<double>()(1) - 0.8411919906082768) < 1e-15);
}

// ---- The whole domain ----

TEMPLATE_TEST_CASE("Special values are those of the table, for every activation", "[special]", float, double,
                   long double) {
  using T = TestType;
  const T nan = std::numeric_limits<T>::quiet_NaN(), infinity = std::numeric_limits<T>::infinity();
  const T largest = (std::numeric_limits<T>::max)();
  every_kind<T>([&](const auto& kind) {
    using Facts = typename std::decay_t<decltype(kind)>::Facts;
    kind.each(kind.parameters, [&](const std::string& name, const auto& act) {
      CAPTURE(name);
      CHECK(std::isnan(act(nan)));
      CHECK(std::isnan(act.derivative(nan)));
      CHECK(act(infinity) == infinity);
      CHECK(act.derivative(infinity) == 1);
      const bool is_relu = !std::isfinite(act.hardness());
      CHECK(act(-infinity) == Approx(is_relu ? 0 : Facts::left_limit / static_cast<double>(act.hardness())));
      CHECK(std::fabs(act.derivative(-infinity)) <= (Facts::left_limit < 0 ? (std::numeric_limits<T>::min)() : T(0)));
      CHECK(act(largest) == largest);
      CHECK(act.derivative(largest) == 1);
      CHECK(act(-largest) <= 0);
      CHECK(act(-largest) >= -largest * std::numeric_limits<T>::epsilon());
      CHECK(act(T(0)) == 0);
      CHECK(act(-T(0)) == 0);
      CHECK(!std::signbit(act(T(0))));
      if (Facts::turning_point > -HUGE_VAL && !is_relu) CHECK(std::signbit(act(-T(0))));
      const T slope = is_relu ? T(0) : T(Facts::slope_at_0);
      CHECK(is_slope_at_0<Facts>(act.derivative(T(0)), is_relu));
      CHECK(is_slope_at_0<Facts>(act.derivative(-T(0)), is_relu));
      if constexpr (std::decay_t<decltype(act)>::has_parameter) {
        CHECK(!std::isnan(act.parameter_gradient(infinity)));
        CHECK(!std::isnan(act.parameter_gradient(-infinity)));
        CHECK(!std::isnan(act.parameter_gradient(T(0))));
      }
      // Subnormals: f = x·G(0) to the rounding of a subnormal.
      const T tiny = std::numeric_limits<T>::denorm_min();
      for (const T x : {tiny, 10 * tiny, 1000 * tiny}) {
        CHECK(std::fabs(act(x) - (is_relu ? x : slope * x)) <= tiny);
        CHECK(std::fabs(act(-x) + (is_relu ? T(0) : slope * x)) <= tiny);
      }
    });
  });
}
