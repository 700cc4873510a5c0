// Eigen's own scalars: half and bfloat16 through float, derivatives by AutoDiffScalar.
#include <Eigen/Core>
#include <unsupported/Eigen/AutoDiff>

#include <hardgate/hardgate.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>

#include "catch.hpp"
#include "refusal.hpp"

namespace {

using hardgate::EGem;
using hardgate::Gelu;
using hardgate::GeluTanh;
using hardgate::Gem;
using hardgate::LambdaGelu;
using hardgate::Relu;
using hardgate::SeGem;
using hardgate::Silu;

using Dual = Eigen::AutoDiffScalar<Eigen::Vector2d>;
using Series = hardgate::math::Jet<double, 4>;

template <class To, class From>
To plain(const From& x) {
  if constexpr (std::is_same_v<From, Dual>) {
    return x.value();
  } else if constexpr (std::is_same_v<From, Series>) {
    return x.c[0];
  } else {
    return static_cast<To>(x);
  }
}

/// visit(name, activation over From, the same over To) for every activation. From converts to To exactly.
template <class From, class To, class Visit>
void for_each_activation(const Visit& visit) {
  const auto with = [](double parameter) { return From(static_cast<float>(parameter)); };
  const auto to = [](const From& parameter) { return plain<To>(parameter); };
  visit("LambdaGelu(1)", LambdaGelu<From>(), LambdaGelu<To>());
  visit("LambdaGelu(3.7)", LambdaGelu<From>(with(3.7)), LambdaGelu<To>(to(with(3.7))));
  visit("Gem<1>", Gem<From>(), Gem<To>());
  visit("Gem<2>", Gem<From, 2>(), Gem<To, 2>());
  visit("EGem<1>(0.3)", EGem<From>(with(0.3)), EGem<To>(to(with(0.3))));
  visit("EGem<3>(1e-3)", EGem<From, 3>(with(1e-3)), EGem<To, 3>(to(with(1e-3))));
  visit("SeGem<1>(10)", SeGem<From>(with(10)), SeGem<To>(to(with(10))));
  visit("SeGem<2>(1e-2)", SeGem<From, 2>(with(1e-2)), SeGem<To, 2>(to(with(1e-2))));
  visit("Relu", Relu<From>(), Relu<To>());
  visit("Gelu", Gelu<From>(), Gelu<To>());
  if constexpr (!std::is_same_v<From, Dual>) visit("GeluTanh", GeluTanh<From>(), GeluTanh<To>());
  visit("Silu", Silu<From>(), Silu<To>());
}

template <class Half>
bool same(Half a, Half b) {
  return std::memcmp(&a, &b, sizeof a) == 0 || ((Eigen::numext::isnan)(a) && (Eigen::numext::isnan)(b));
}

template <class Half>
Half from_bits(std::uint16_t bits) {
  Half x;
  std::memcpy(static_cast<void*>(&x), &bits, sizeof x);
  return x;
}

}  // namespace

TEMPLATE_TEST_CASE("A 16-bit float is computed in float and rounded once, whatever its bits",
                   "[eigen][scalars]", Eigen::half, Eigen::bfloat16) {
  using Half = TestType;
  STATIC_REQUIRE(std::is_same_v<hardgate::compute_t<Half>, float>);
  Eigen::Array<Half, Eigen::Dynamic, 1> x(1 << 16);
  for (int i = 0; i < 1 << 16; ++i) x(i) = from_bits<Half>(static_cast<std::uint16_t>(i));
  for_each_activation<Half, float>([&](const char* name, auto act, auto wide) {
    CAPTURE(name);
    const Eigen::Array<Half, Eigen::Dynamic, 1> y = act(x), d = act.derivative(x);
    int wrong = 0;
    for (int i = 0; i < 1 << 16; ++i) {
      const auto a = static_cast<float>(x(i));
      wrong += !same(y(i), Half(wide(a))) + !same(act(x(i)), y(i)) + !same(d(i), Half(wide.derivative(a))) +
               !same(act.derivative(x(i)), d(i));
      if constexpr (decltype(act)::has_parameter)
        wrong += !same(act.parameter_gradient(x(i)), Half(wide.parameter_gradient(a)));
    }
    CHECK(wrong == 0);
    const auto orders = act.template derivatives<4>(Half(0.5f));
    const auto wide_orders = wide.template derivatives<4>(0.5f);
    for (std::size_t k = 0; k <= 4; ++k) CHECK(same(orders[k], Half(wide_orders[k])));
  });
}

TEMPLATE_TEST_CASE("16-bit floats keep their parameter and their special values", "[eigen][scalars]",
                   Eigen::half, Eigen::bfloat16) {
  using Half = TestType;
  const LambdaGelu<Half> act(Half(2.0f));
  CHECK(act.lambda() == Half(2.0f));
  CHECK(act.hardness() == Half(2.0f));
  CHECK(act.with_hardness(Half(4.0f)).lambda() == Half(4.0f));
  CHECK(EGem<Half>(Half(0.25f)).epsilon() == Half(0.25f));
  CHECK(EGem<Half>(Half(0.25f)).hardness() == Half(2.0f));
  CHECK(EGem<Half>(Half(0.25f)).with_hardness(Half(4.0f)).epsilon() == Half(0.0625f));
  const Half infinity = std::numeric_limits<Half>::infinity(), nan = std::numeric_limits<Half>::quiet_NaN();
  CHECK(act(infinity) == infinity);
  CHECK(act(-infinity) == Half(0.0f));
  CHECK((Eigen::numext::isnan)(act(nan)));
  CHECK((Eigen::numext::isnan)(act.derivative(nan)));
  const LambdaGelu<Half> relu(infinity);
  CHECK(relu(Half(1.5f)) == Half(1.5f));
  CHECK(relu(Half(-1.5f)) == Half(0.0f));
}

TEST_CASE("AutoDiffScalar finds the value and the derivative of every activation", "[eigen][scalars]") {
  for_each_activation<Dual, double>([](const char* name, auto act, auto exact) {
    for (const double point : {-7.25, -2.5, -1.0, -0.3, -1e-3, 1e-3, 0.4, 1.0, 3.0, 6.5}) {
      CAPTURE(name, point);
      const Dual y = act(Dual(point, Eigen::Vector2d(1.0, -3.0)));
      const double value = exact(point), slope = exact.derivative(point);
      const double size = std::fabs(value / point) + std::fabs(slope);  // the terms of f', which may cancel
      CHECK(std::fabs(y.value() - value) <= 1e-12 * std::fabs(value));
      CHECK(std::fabs(y.derivatives()(0) - slope) <= 1e-13 * size);
      CHECK(std::fabs(y.derivatives()(1) + 3 * slope) <= 3e-13 * size);

      const Dual d = act.derivative(Dual(point, Eigen::Vector2d(1.0, -3.0)));
      CHECK(std::fabs(d.value() - slope) <= 1e-13 * size);
      const double bend = exact.template derivatives<2>(point)[2];
      CHECK(std::fabs(d.derivatives()(0) - bend) <= 1e-11 * (std::fabs(bend) + size));
    }
  });
}

TEST_CASE("A jet as the scalar finds the derivatives of every activation", "[eigen][scalars]") {
  for_each_activation<Series, double>([](const char* name, auto act, auto exact) {
    for (const double point : {-7.25, -2.5, -1.0, -0.3, -1e-3, 1e-3, 0.4, 1.0, 3.0, 6.5}) {
      const Series series = act(Series::variable(point));
      const auto derivatives = exact.template derivatives<4>(point);
      double factorial = 1, size = 0;
      for (std::size_t k = 0; k <= 4; ++k) {
        CAPTURE(name, point, k);
        factorial *= k > 1 ? double(k) : 1;
        size = std::fmax(size, std::fabs(derivatives[k]));
        CHECK(std::fabs(factorial * series.c[k] - derivatives[k]) <= 1e-12 * size);
      }
    }
  });
}

TEST_CASE("AutoDiffScalar finds the gradient by the parameter", "[eigen][scalars]") {
  const auto check = [](const char* name, auto make, double parameter) {
    for (const double point : {-7.25, -2.5, -1.0, -0.3, -1e-3, 1e-3, 0.4, 1.0, 3.0, 6.5}) {
      CAPTURE(name, point, parameter);
      const auto exact = make(parameter);
      const auto act = make(Dual(parameter, Eigen::Vector2d(0.0, 1.0)));
      const Dual y = act(Dual(point, Eigen::Vector2d(1.0, 0.0)));
      CHECK(std::fabs(y.value() - exact(point)) <= 1e-12 * std::fabs(exact(point)));
      const double gradient = exact.parameter_gradient(point);
      CHECK(std::fabs(y.derivatives()(1) - gradient) <=
            1e-12 * std::fabs(gradient) + 1e-15 * std::fabs(exact(point)));
    }
  };
  const auto lambda_gelu = [](const auto& p) { return LambdaGelu<std::decay_t<decltype(p)>>(p); };
  const auto egem = [](const auto& p) { return EGem<std::decay_t<decltype(p)>, 2>(p); };
  const auto segem = [](const auto& p) { return SeGem<std::decay_t<decltype(p)>>(p); };
  for (const double parameter : {1.0, 2.5}) {
    check("LambdaGelu", lambda_gelu, parameter);
    check("EGem<2>", egem, parameter);
    check("SeGem<1>", segem, parameter);
  }
}

TEST_CASE("Arrays of AutoDiffScalar go through the same expressions", "[eigen][scalars]") {
  const LambdaGelu<Dual> act(Dual(2.0));
  Eigen::Array<Dual, 3, 1> x;
  for (int i = 0; i < 3; ++i) x(i) = Dual(i - 1.5, 2, i % 2);
  const Eigen::Array<Dual, 3, 1> y = act(x);
  for (int i = 0; i < 3; ++i) {
    CHECK(y(i).value() == act(x(i)).value());
    CHECK(y(i).derivatives() == act(x(i)).derivatives());
  }
}

TEST_CASE("A parameter outside its domain is refused by name and value, in every scalar",
          "[eigen][scalars]") {
  const auto check = [](auto zero) {
    using Scalar = decltype(zero);
    const auto number = [](float x) { return static_cast<Scalar>(x); };
    const Scalar infinity = std::numeric_limits<Scalar>::infinity(),
                 nan = std::numeric_limits<Scalar>::quiet_NaN();
    CHECK(refusal([&] { LambdaGelu<Scalar> act(zero); }, {"lambda", "greater than 0", "got 0"}) == "");
    CHECK(refusal([&] { LambdaGelu<Scalar> act(number(-2.5f)); }, {"lambda", "got -2.5"}) == "");
    CHECK(refusal([&] { LambdaGelu<Scalar> act(nan); }, {"lambda", "got", "nan"}) == "");
    CHECK(refusal([&] { EGem<Scalar> act(number(-0.5f)); }, {"epsilon", "got -0.5"}) == "");
    CHECK(refusal([&] { EGem<Scalar, 2> act(infinity); }, {"epsilon", "got inf"}) == "");
    CHECK(refusal([&] { SeGem<Scalar> act(nan); }, {"epsilon", "got", "nan"}) == "");
    CHECK(refusal([&] { LambdaGelu<Scalar>().with_hardness(number(-3)); }, {"got -3"}) == "");
    CHECK(refusal([&] { EGem<Scalar>().with_hardness(zero); }, {"got 0"}) == "");
    CHECK(refusal([&] { Gem<Scalar>().with_hardness(nan); }, {"got", "nan"}) == "");
    CHECK(refusal([&] { EGem<Scalar> act(zero); }, {}) == "nothing was thrown");
    CHECK(refusal([&] { static_cast<void>(LambdaGelu<Scalar>(infinity)); }, {}) == "nothing was thrown");
  };
  check(0.0f);
  check(0.0);
  check(0.0L);
  check(Eigen::half(0.0f));
  check(Eigen::bfloat16(0.0f));
}

TEST_CASE("With AutoDiffScalar the hardness has a derivative, and ReLU the slope 0 at 0",
          "[eigen][scalars]") {
  const Dual hardness = EGem<Dual, 2>(Dual(0.3, 2, 0)).hardness();  // ε^(-1/4)
  CHECK(hardness.value() == std::pow(0.3, -0.25));
  CHECK(hardness.derivatives()(0) == Approx(-0.25 * std::pow(0.3, -1.25)).epsilon(1e-14));
  CHECK(Relu<Dual>()(Dual(0.0, 2, 0)).derivatives()(0) == 0);
  CHECK(EGem<Dual>(Dual(0.0))(Dual(0.0, 2, 0)).derivatives()(0) == 0);
}

TEST_CASE("As many derivatives come out as went in, where the unit is flat too", "[eigen][scalars]") {
  using Dynamic = Eigen::AutoDiffScalar<Eigen::VectorXd>;
  const auto check = [](const char* name, const auto& act) {
    for (const double point : {-2.0, 0.0, 2.0}) {
      CAPTURE(name, point);
      const Dynamic x(point, 3, 1);
      CHECK(act(x).derivatives().size() == 3);
      CHECK(act(x).derivatives()(1) == Approx(act.derivative(x).value()).epsilon(1e-14));
      CHECK(act.derivative(x).derivatives().size() == 3);
    }
  };
  check("Gem", Gem<Dynamic>());
  check("EGem<2>", EGem<Dynamic, 2>(Dynamic(0.5)));
  check("SeGem", SeGem<Dynamic>(Dynamic(0.5)));
  check("Relu", Relu<Dynamic>());
}
