// Eigen's own scalars: half and bfloat16 through float, derivatives by AutoDiffScalar.
#include <Eigen/Core>
#include <unsupported/Eigen/AutoDiff>

#include <hardgate/activations.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;

namespace {

using Dual = Eigen::AutoDiffScalar<Eigen::Vector2d>;
using Series = Jet<double, 4>;

}  // namespace

TEMPLATE_TEST_CASE("A 16-bit float is computed in float and rounded once, whatever its bits", "[scalars]", Eigen::half,
                   Eigen::bfloat16) {
  using Half = TestType;
  STATIC_REQUIRE(std::is_same_v<detail::compute_t<Half>, float>);
  Eigen::Array<Half, Eigen::Dynamic, 1> x(1 << 16);
  for (int i = 0; i < 1 << 16; ++i) x(i) = from_bits<Half>(static_cast<std::uint16_t>(i));
  every_kernel<Half>([&](const std::string& name, auto act) {
    CAPTURE(name);
    const auto wide = act.template cast<float>();
    const Eigen::Array<Half, Eigen::Dynamic, 1> y = act(x), d = act.derivative(x);
    int wrong = 0;
    for (int i = 0; i < 1 << 16; ++i) {
      const auto a = static_cast<float>(x(i));
      wrong += !same_bits(y(i), Half(wide(a))) + !same_bits(act(x(i)), y(i)) +
               !same_bits(d(i), Half(wide.derivative(a))) + !same_bits(act.derivative(x(i)), d(i));
      if constexpr (decltype(act)::has_parameter)
        wrong += !same_bits(act.parameter_gradient(x(i)), Half(wide.parameter_gradient(a)));
    }
    CHECK(wrong == 0);
    const auto orders = act.template derivatives<4>(Half(0.5f));
    const auto wide_orders = wide.template derivatives<4>(0.5f);
    for (std::size_t k = 0; k <= 4; ++k) CHECK(same_bits(orders[k], Half(wide_orders[k])));
  });
}

TEMPLATE_TEST_CASE("16-bit floats keep their parameter and their special values", "[scalars]", Eigen::half,
                   Eigen::bfloat16) {
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

TEST_CASE("AutoDiffScalar finds the value and the derivative of every activation", "[scalars]") {
  every_kernel<double>([](const std::string& name, auto exact) {
    if (!std::isfinite(exact.hardness())) return;
    const auto act = exact.template cast<Dual>();
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

TEST_CASE("AutoDiffScalar finds the third derivative of the second", "[scalars]") {
  every_kernel<double>([](const std::string& name, auto exact) {
    if (!std::isfinite(exact.hardness())) return;
    const auto act = exact.template cast<Dual>();
    for (const double point : {-2.5, -0.3, 0.4, 3.5}) {
      CAPTURE(name, point);
      const auto orders = exact.template derivatives<3>(point);
      const double size = 1 + std::fabs(orders[2]) + std::fabs(orders[3]);
      const Dual second = act.second_derivative(Dual(point, Eigen::Vector2d(1.0, -3.0)));
      CHECK(std::fabs(second.value() - orders[2]) <= 1e-12 * size);
      CHECK(std::fabs(second.derivatives()(0) - orders[3]) <= 1e-12 * size);
    }
  });
}

TEST_CASE("So it does at 0, far out, and where the number of derivatives is known at run time", "[scalars]") {
  using Dynamic = Eigen::AutoDiffScalar<Eigen::VectorXd>;
  every_kernel<double>([](const std::string& name, auto exact) {
    if (!std::isfinite(exact.hardness())) return;
    for (const double point : {-1e308, -1e160, -2.5, -0.3, 0.0, 0.4, 3.5, 1e160, 1e308}) {
      CAPTURE(name, point);
      const double value = exact.second_derivative(point), slope = exact.template derivatives<3>(point)[3];
      const Dynamic second = exact.template cast<Dynamic>().second_derivative(Dynamic(point, 3, 1));
      CHECK(std::fabs(second.value() - value) <= 1e-12 * (1 + std::fabs(value)));
      CHECK(second.derivatives()(0) == 0);
      CHECK(std::fabs(second.derivatives()(1) - slope) <= 1e-12 * (1 + std::fabs(slope)));
    }
  });
}

TEST_CASE("A jet as the scalar finds the derivatives of every activation", "[scalars]") {
  every_kernel<double>([](const std::string& name, auto exact) {
    if (!std::isfinite(exact.hardness())) return;
    const auto act = exact.template cast<Series>();
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

TEST_CASE("Φ and φ of an AutoDiffScalar carry φ and -u·φ, by the gate's series too", "[scalars]") {
  const double u = 0.7, density = std::exp(-u * u / 2) / std::sqrt(2 * pi<double>());
  const Dual at(u, 2, 0), phi = NormalGate::value(at),
                          series = NormalGate::taylor<1>(at, HardnessScale<Dual>(1.0)).c[1];
  CHECK(phi.derivatives()(0) == Approx(density).epsilon(1e-14));
  CHECK(series.value() == Approx(density).epsilon(1e-14));
  CHECK(series.derivatives()(0) == Approx(-u * density).epsilon(1e-14));
}

TEST_CASE("AutoDiffScalar finds the gradient with respect to the parameter", "[scalars]") {
  const auto check = [](const char* name, auto make, double parameter) {
    for (const double point : {-7.25, -2.5, -1.0, -0.3, -1e-3, 1e-3, 0.4, 1.0, 3.0, 6.5}) {
      CAPTURE(name, point, parameter);
      const auto exact = make(parameter);
      const auto act = make(Dual(parameter, Eigen::Vector2d(0.0, 1.0)));
      const Dual y = act(Dual(point, Eigen::Vector2d(1.0, 0.0)));
      CHECK(std::fabs(y.value() - exact(point)) <= 1e-12 * std::fabs(exact(point)));
      const double gradient = exact.parameter_gradient(point);
      CHECK(std::fabs(y.derivatives()(1) - gradient) <= 1e-12 * std::fabs(gradient) + 1e-15 * std::fabs(exact(point)));

      const Dual second = act.second_derivative(Dual(point, Eigen::Vector2d(1.0, 0.0)));
      const double step = 1e-5 * parameter, above = make(parameter + step).second_derivative(point),
                   below = make(parameter - step).second_derivative(point);
      CHECK(second.derivatives()(1) == Approx((above - below) / (2 * step)).epsilon(1e-6).margin(1e-8));
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

TEST_CASE("AutoDiffScalar keeps the digits of second derivatives with respect to the parameter", "[scalars]") {
  const auto by_parameter = [](const Dual& y) { return y.derivatives()(1); };
  const auto dual = [](double x) { return Dual(x, 2, 0); };
  for (const double epsilon : {0.0, 1e-300, 1e-100, 1e-18, 1e-6, 0.3, 1e4, 1e30})
    for (const double x : {1e-3, 0.4, 2.0, 30.0}) {
      CAPTURE(epsilon, x);
      const EGem<Dual, 2> e(Dual(epsilon, 2, 1));
      const SeGem<Dual> se(Dual(epsilon, 2, 1));
      const double t4 = std::pow(x, 4), s4 = epsilon + t4, t2 = x * x, s2 = epsilon + t2;
      CHECK(by_parameter(e.parameter_gradient(dual(x))) == Approx(2 * x * t4 / s4 / s4 / s4).epsilon(1e-12));
      CHECK(by_parameter(se.parameter_gradient(dual(-x))) == Approx(2 * x * t2 / s2 / s2 / s2).epsilon(1e-12));
      // f' is g(1 + 4(1 - g)) and r(1 - 2(1 - r)) with g = t/(ε + t), r = ε/(ε + t)
      CHECK(by_parameter(e.derivative(dual(x))) ==
            Approx(-(t4 / s4) * ((5 * epsilon - 3 * t4) / s4) / s4).epsilon(1e-12));
      CHECK(by_parameter(se.derivative(dual(-x))) == Approx(t2 / s2 * ((3 * epsilon - t2) / s2) / s2).epsilon(1e-12));
      CHECK(by_parameter(e.parameter_gradient(dual(-x))) == 0);
      CHECK(by_parameter(e.derivative(dual(0))) == 0);
    }
  const double at_0 = EGem<Dual>(Dual(0, 2, 1)).derivatives<2>(dual(2))[2].derivatives()(1);
  CHECK(at_0 == Approx(-2 / std::pow(2.0, 3)));  // the second derivative of -1/x
  for (const double lambda : {1e-90, 1e-3, 1.0, 50.0, 1e200})
    for (const double u : {-6.0, -1.0, 1e-8, 0.5, 6.0}) {  // x³·Φ''(u)
      CAPTURE(lambda, u);
      const double x = u / lambda, density = std::exp(-u * u / 2) / std::sqrt(2 * pi<double>());
      const Dual gradient = LambdaGelu<Dual>(Dual(lambda, 2, 1)).parameter_gradient(dual(x));
      CHECK(by_parameter(gradient) == Approx(-x * x * x * u * density).epsilon(1e-12));
    }
  CHECK(by_parameter(LambdaGelu<Dual>(Dual(HUGE_VAL, 2, 1)).parameter_gradient(dual(2))) == 0);
  for (const double x : {-1e15, -3.0, 1e-5, 0.5, 1e15}) {  // IGLU: -2σx⁴/(π(1 + (σx)²)²)
    const double q = 1 / (1 + 4 * x * x);
    CHECK(by_parameter(Iglu<Dual>(Dual(2, 2, 1)).parameter_gradient(dual(x))) ==
          Approx(-4 * x * x * q * (x * x * q) / pi<double>()).epsilon(1e-12));
  }
}

TEST_CASE("Over float AutoDiffScalar neither overflows nor underflows, nor cancels, between", "[scalars]") {
  using Single = Eigen::AutoDiffScalar<Eigen::Vector2f>;
  const auto by_parameter = [](const auto& y) { return y.derivatives()(1); };
  const auto check = [&](const auto& wide, float parameter, float x) {
    using Wide = std::decay_t<decltype(wide)>;
    CAPTURE(parameter, x);
    const auto act = GatedUnit<Single, typename Wide::gate>(Single(parameter, 2, 1));
    const Dual at(x, 2, 0);
    const auto expect = [](float found, double exact) {
      const double most = std::numeric_limits<float>::max();
      CHECK(found == Approx(std::fmax(-most, std::fmin(exact, most))).epsilon(1e-6).margin(1e-45));
    };
    expect(by_parameter(act.derivative(Single(x, 2, 0))), by_parameter(wide.derivative(at)));
    expect(by_parameter(act.second_derivative(Single(x, 2, 0))), by_parameter(wide.second_derivative(at)));
    expect(by_parameter(act.parameter_gradient(Single(x, 2, 0))), by_parameter(wide.parameter_gradient(at)));
  };
  const auto at = [&](auto gate, float parameter, float x) {
    check(GatedUnit<Dual, decltype(gate)>(Dual(parameter, 2, 1)), parameter, x);
  };
  at(LogLogisticGate<1>(), 1.0f, 1e15f);
  at(LogLogisticGate<2>(), 1e-6f, 1e9f);
  at(LogLogisticGate<1>(), 1e-6f, 1e12f);
  at(LogLogisticGate<1>(), 0x1.4e9742p-99f, 0x1.2cbf26p-47f);
  at(ReflectedLogLogisticGate<2>(), 0x1.039d66p-103f, -0x1.b58p+14f);
  at(CauchyGate(), 1.0f, 1e15f);
  at(NormalGate(), 1e-11f, 1e-3f);
  at(NormalGate(), 1e22f, 1e-26f);
  at(GompertzGate(), 1.0f, -4.5f);
  at(TanhNormalGate(), 1.0f, -6.0f);
  at(MishGate(), 0x1.5af1d8p+66f, 0.0f);
}

TEST_CASE("A nested AutoDiffScalar has the same second derivatives, at ε = 0 too", "[scalars]") {
  using Inner = Eigen::AutoDiffScalar<Eigen::Matrix<double, 1, 1>>;
  using Nested = Eigen::AutoDiffScalar<Eigen::Matrix<Inner, 1, 1>>;
  const auto number = [](double value, double derivative) {  // with that derivative, inside and outside
    return Nested(Inner(value, Eigen::Matrix<double, 1, 1>(derivative)), Eigen::Matrix<Inner, 1, 1>(Inner(derivative)));
  };
  for (const double epsilon : {0.0, 1e-3, 1.0})
    for (const double x : {0.5, 2.0, 30.0}) {
      CAPTURE(epsilon, x);
      const double t = std::pow(x, 4), sum = epsilon + t, exact = 2 * x * t / sum / sum / sum;
      const EGem<Nested, 2> act(number(epsilon, 1));
      CHECK(act(number(x, 0)).derivatives()(0).derivatives()(0) == Approx(exact).epsilon(1e-12));
      CHECK(act.parameter_gradient(number(x, 0)).derivatives()(0).value() == Approx(exact).epsilon(1e-12));
    }
}

TEST_CASE("Arrays of AutoDiffScalar go through the same expressions", "[scalars]") {
  const LambdaGelu<Dual> act(Dual(2.0));
  Eigen::Array<Dual, 3, 1> x;
  for (int i = 0; i < 3; ++i) x(i) = Dual(i - 1.5, 2, i % 2);
  const Eigen::Array<Dual, 3, 1> y = act(x);
  for (int i = 0; i < 3; ++i) {
    CHECK(y(i).value() == act(x(i)).value());
    CHECK(y(i).derivatives() == act(x(i)).derivatives());
  }
}

TEST_CASE("A parameter outside its domain is refused by name and value, in every scalar", "[scalars]") {
  const auto check = [](auto zero) {
    using Scalar = decltype(zero);
    const auto number = [](float x) { return static_cast<Scalar>(x); };
    const Scalar infinity = std::numeric_limits<Scalar>::infinity(), nan = std::numeric_limits<Scalar>::quiet_NaN();
    CHECK(refuses([&] { LambdaGelu<Scalar> act(zero); }, {"lambda", "greater than 0", "got 0"}));
    CHECK(refuses([&] { LambdaGelu<Scalar> act(number(-2.5f)); }, {"lambda", "got -2.5"}));
    CHECK(refuses([&] { LambdaGelu<Scalar> act(nan); }, {"lambda", "got", "nan"}));
    CHECK(refuses([&] { EGem<Scalar> act(number(-0.5f)); }, {"epsilon", "got -0.5"}));
    CHECK(refuses([&] { EGem<Scalar, 2> act(infinity); }, {"epsilon", "got inf"}));
    CHECK(refuses([&] { SeGem<Scalar> act(nan); }, {"epsilon", "got", "nan"}));
    CHECK(refuses([&] { LambdaGelu<Scalar>().with_hardness(number(-3)); }, {"got -3"}));
    CHECK(refuses([&] { EGem<Scalar>().with_hardness(zero); }, {"got 0"}));
    CHECK(refuses([&] { Gem<Scalar>().with_hardness(nan); }, {"got", "nan"}));
    CHECK_NOTHROW(EGem<Scalar>(zero));
    CHECK_NOTHROW(LambdaGelu<Scalar>(infinity));
  };
  check(0.0f);
  check(0.0);
  check(0.0L);
  check(Eigen::half(0.0f));
  check(Eigen::bfloat16(0.0f));
}

TEST_CASE("With AutoDiffScalar the hardness has a derivative, and ReLU the slope 0 at 0", "[scalars]") {
  const Dual hardness = EGem<Dual, 2>(Dual(0.3, 2, 0)).hardness();  // ε^(-1/4)
  CHECK(hardness.value() == std::pow(0.3, -0.25));
  CHECK(hardness.derivatives()(0) == Approx(-0.25 * std::pow(0.3, -1.25)).epsilon(1e-14));
  CHECK(Relu<Dual>()(Dual(0.0, 2, 0)).derivatives()(0) == 0);
  CHECK(EGem<Dual>(Dual(0.0))(Dual(0.0, 2, 0)).derivatives()(0) == 0);
  CHECK(Relu<Dual>().derivative(Dual(0.0, 2, 0)).value() == 0);
  CHECK(EGem<Dual>(Dual(0.0)).derivative(Dual(0.0, 2, 0)).value() == 0);
}

TEST_CASE("As many derivatives come out as went in, where the activation is flat too", "[scalars]") {
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
