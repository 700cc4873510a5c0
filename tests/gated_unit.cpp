// The algebra itself: identities between activations, refusals of bad parameters, and smoothness as double sees it.
#include <hardgate/hardgate.hpp>

#include <unsupported/Eigen/AutoDiff>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;

namespace {

template <class T>
std::vector<T> all_points() {
  std::vector<T> points = special_values<T>();
  const auto more = on_every_exponent<T>(3, 5, std::is_same_v<T, long double> ? 16 : 1);
  points.insert(points.end(), more.begin(), more.end());
  const auto dense = around<T>(T(1), 2000, 20);
  points.insert(points.end(), dense.begin(), dense.end());
  return points;
}

/// Two activations that are the same function: every bit of value and derivative.
template <class A, class B>
void check_same(const A& a, const B& b) {
  Findings findings;
  for (const auto x : all_points<typename A::scalar>()) {
    findings.expect(same_bits(a(x), b(x)), "value", x, a(x), b(x));
    findings.expect(same_bits(a.derivative(x), b.derivative(x)), "derivative", x, a.derivative(x), b.derivative(x));
    const auto second = a.second_derivative(x), other = b.second_derivative(x);  // the zero may have either sign
    findings.expect(second == other || same_bits(second, other), "second derivative", x, second, other);
  }
  INFO(findings.report());
  CHECK(findings.none());
}

}  // namespace

// ---- One function by several names ----

TEMPLATE_TEST_CASE("GELU is λ-GELU at λ = 1, GEM is E-GEM at epsilon = 1, SiLU is Swish at β = 1, bit for bit",
                   "[identities]", float, double, long double) {
  using T = TestType;
  check_same(Gelu<T>(), LambdaGelu<T>(1));
  check_same(Gem<T, 1>(), EGem<T, 1>(1));
  check_same(Gem<T, 2>(), EGem<T, 2>(1));
  check_same(Gem<T, 5>(), EGem<T, 5>(1));
  check_same(LambdaGelu<T>(), LambdaGelu<T>(1));
  check_same(SeGem<T, 2>(), SeGem<T, 2>(1));
  check_same(Silu<T>(), Swish<T>(1));
}

TEMPLATE_TEST_CASE("At infinite hardness every activation is ReLU, bit for bit", "[identities]", float, double,
                   long double) {
  using T = TestType;
  const T infinity = std::numeric_limits<T>::infinity();
  every_kernel<T>([&](const std::string& name, const auto& act) {
    CAPTURE(name);
    check_same(act.with_hardness(infinity), Relu<T>());
  });
  check_same(LambdaGelu<T>(infinity), Relu<T>());
  check_same(EGem<T, 1>(0), Relu<T>());
  check_same(SeGem<T, 3>(0), Relu<T>());
  Findings findings;  // and ReLU is what it should be
  for (const T x : all_points<T>()) {
    const T expected = std::isnan(x) ? x : x > 0 ? x : T(0);
    const T slope = std::isnan(x) ? x : x > 0 ? T(1) : T(0);
    findings.expect(std::isnan(x) ? std::isnan(Relu<T>()(x)) : Relu<T>()(x) == expected, "relu", x);
    findings.expect(std::isnan(x) ? std::isnan(Relu<T>().derivative(x)) : Relu<T>().derivative(x) == slope, "slope", x);
  }
  INFO(findings.report());
  CHECK(findings.none());
}

TEMPLATE_TEST_CASE("The parameter gradient at the limit is the one-sided derivative", "[identities]", float, double,
                   long double) {
  using T = TestType;
  const LambdaGelu<T> hard(std::numeric_limits<T>::infinity());
  Findings findings;
  for (const T x : around<T>(T(1), 500, 20)) {
    if (x == 0) continue;
    const T expected = 1 / plain_power(x, 3), relative = 8 * std::numeric_limits<T>::epsilon();
    const T e = EGem<T, 2>(0).parameter_gradient(x), se = SeGem<T, 2>(0).parameter_gradient(x);
    findings.expect(x > 0 ? std::fabs(e + expected) <= relative * std::fabs(expected) : e == 0, "EGem", x, e);
    findings.expect(x < 0 ? std::fabs(se - expected) <= relative * std::fabs(expected) : se == 0, "SeGem", x, se);
    findings.expect(hard.parameter_gradient(x) == 0, "LambdaGelu", x);
  }
  // The limit is reached continuously.
  const T step = T(1e-6);
  findings.expect(std::fabs((EGem<T, 1>(step)(T(2)) - T(2)) / step + T(0.5)) < T(0.3), "difference quotient");
  INFO(findings.report());
  CHECK(findings.none());
}

TEMPLATE_TEST_CASE("Hardness only stretches an activation: f(x; h) = f(hx; 1)/h", "[identities]", float, double,
                   long double) {
  using T = TestType;
  Findings findings;
  for (const int exponent : {-9, -1, 1, 3, 12}) {
    const T h = std::ldexp(T(1), exponent);  // a power of two: hx and the quotient are exact
    every_kernel<T>([&](const std::string& name, const auto& act) {
      if (!std::isfinite(act.hardness())) return;
      const auto one = act.with_hardness(1), hard = act.with_hardness(h);
      findings.expect(std::fabs(hard.hardness() / h - 1) < 32 * std::numeric_limits<T>::epsilon(), name, "hardness", h);
      for (const T x : around<T>(1 / h, 300, 12)) {
        const T stretched = one(h * x) / h, tiny = 4 * std::numeric_limits<T>::denorm_min() * (h < 1 ? 1 / h : 1);
        const T size = std::fabs(stretched) * 8 * std::numeric_limits<T>::epsilon() + tiny;
        findings.expect(std::fabs(hard(x) - stretched) <= size, name, h, x, hard(x), stretched);
        const T slope = one.derivative(h * x), found = hard.derivative(x);
        findings.expect(std::fabs(found - slope) <= 16 * std::numeric_limits<T>::epsilon(), name, "slope", h, x);
      }
    });
  }
  INFO(findings.report());
  CHECK(findings.none());
}

TEMPLATE_TEST_CASE("Activations mirror each other: f(x) - f(-x) = x, and SE-GEM(x) = x + E-GEM(-x)", "[identities]",
                   float, double, long double) {
  using T = TestType;
  Findings findings;
  const auto points = around<T>(T(1), 2000, 16);
  every_kind<T>([&](const auto& kind) {
    if constexpr (std::decay_t<decltype(kind)>::Facts::mirrored)
      kind.each({"1.7"}, [&](const std::string& name, const auto& act) {
        for (const T x : points) {
          const T epsilon = std::numeric_limits<T>::epsilon();
          findings.expect(std::fabs(act(x) - act(-x) - x) <= 4 * epsilon * std::fabs(x), name, x);
          findings.expect(std::fabs(act.derivative(x) + act.derivative(-x) - 1) <= 16 * epsilon, name, "slope", x);
        }
      });
  });
  for (const T x : points) {
    const T allowed = 4 * std::numeric_limits<T>::epsilon() * std::fabs(x);
    for (const T epsilon : {T(1), T(0.03), T(12)}) {
      const T sum1 = x + EGem<T, 1>(epsilon)(-x), sum2 = x + EGem<T, 2>(epsilon)(-x);
      findings.expect(std::fabs(SeGem<T, 1>(epsilon)(x) - sum1) <= allowed, "SeGem<1>", epsilon, x);
      findings.expect(std::fabs(SeGem<T, 2>(epsilon)(x) - sum2) <= allowed, "SeGem<2>", epsilon, x);
      const T a = SeGem<T, 2>(epsilon).parameter_gradient(x), b = EGem<T, 2>(epsilon).parameter_gradient(-x);
      findings.expect(std::fabs(a - b) <= 32 * std::numeric_limits<T>::epsilon() * std::fabs(b), "gradient", epsilon,
                      x);
    }
  }
  INFO(findings.report());
  CHECK(findings.none());
}

TEST_CASE("cast keeps the activation and its parameter over another scalar", "[identities]") {
  static_assert(std::is_same_v<decltype(SeGem<float, 2>().cast<long double>()), SeGem<long double, 2>>);
  static_assert(std::is_same_v<decltype(Gem<float>().cast<double>()), Gem<double>>);
  static_assert(std::is_same_v<decltype(Gelu<double>().cast<float>()), Gelu<float>>);
  every_activation<float>([](const std::string& name, const auto& act) {
    CAPTURE(name);
    const auto wide = act.template cast<double>();
    CHECK(wide.parameter() == static_cast<double>(act.parameter()));
    check_same(wide.template cast<float>(), act);
    for (const float x : around<float>(1.0f, 50, 6)) {
      const double exact = wide(static_cast<double>(x));
      CHECK(std::fabs(static_cast<double>(act(x)) - exact) <= 1e-6 * std::fabs(exact) + 1e-37);
    }
  });
  CHECK(LambdaGelu<double>(0.1).cast<float>().lambda() == 0.1f);
  CHECK(EGem<double>(1e-60).cast<float>().epsilon() == 0);  // ReLU: what float can hold of it
  CHECK(refuses([] { LambdaGelu<double>(1e-60).cast<float>(); }, {"lambda", "greater than 0", "got 0"}));
}

// ---- Parameters ----

TEMPLATE_TEST_CASE("A bad λ or β is refused by name and value", "[parameters]", float, double, long double) {
  using T = TestType;
  const T nan = std::numeric_limits<T>::quiet_NaN(), infinity = std::numeric_limits<T>::infinity();
  const auto check = [&](const char* name, auto make) {
    const std::string expected = std::string("hardgate: ") + name + " must be greater than 0";
    for (const auto& [bad, got] :
         {std::pair{T(0), "got 0"}, {-T(0), "got -0"}, {T(-1.5), "got -1.5"}, {nan, "nan"}, {-infinity, "got -inf"}}) {
      const T parameter = bad;
      CHECK(refuses([&] { make(parameter); }, {expected.c_str(), got}));
    }
    CHECK_NOTHROW(make(infinity));
    CHECK_NOTHROW(make(std::numeric_limits<T>::denorm_min()));
    CHECK_NOTHROW(make((std::numeric_limits<T>::max)()));
  };
  check("lambda", [](T lambda) { return LambdaGelu<T>(lambda); });
  check("beta", [](T beta) { return Swish<T>(beta); });
}

TEMPLATE_TEST_CASE("A bad epsilon is refused by name and value", "[parameters]", float, double, long double) {
  using T = TestType;
  const T nan = std::numeric_limits<T>::quiet_NaN(), infinity = std::numeric_limits<T>::infinity();
  const auto check = [&](auto make) {
    for (const auto& [bad, got] : {std::pair{T(-1.5), "got -1.5"},
                                   {-std::numeric_limits<T>::denorm_min(), "got -"},
                                   {nan, "nan"},
                                   {infinity, "got inf"},
                                   {-infinity, "got -inf"}}) {
      const T epsilon = bad;
      CHECK(refuses([&] { make(epsilon); }, {"hardgate: epsilon must be in [0, infinity)", got}));
    }
    CHECK_NOTHROW(make(T(0)));
    CHECK_NOTHROW(make((std::numeric_limits<T>::max)()));
  };
  check([](T epsilon) { return EGem<T, 1>(epsilon); });
  check([](T epsilon) { return EGem<T, 4>(epsilon); });
  check([](T epsilon) { return SeGem<T, 2>(epsilon); });
}

TEMPLATE_TEST_CASE("A bad hardness is refused by every activation", "[parameters]", float, double, long double) {
  using T = TestType;
  const T nan = std::numeric_limits<T>::quiet_NaN();
  every_activation<T>([&](const std::string& name, const auto& act) {
    CAPTURE(name);
    for (const auto& [bad, got] : {std::pair{T(0), "got 0"},
                                   {T(-2.5), "got -2.5"},
                                   {nan, "nan"},
                                   {-std::numeric_limits<T>::infinity(), "got -inf"}}) {
      const T hardness = bad;
      CHECK(refuses([&] { act.with_hardness(hardness); }, {"hardness must be greater than 0", got}));
    }
  });
}

TEST_CASE("A hardness gives the parameter as far as its range goes", "[parameters]") {
  CHECK(EGem<float, 4>().with_hardness(7e4f).epsilon() == Approx(1.73467e-39).epsilon(1e-4));
  CHECK(EGem<float, 6>().with_hardness(2000.0f).epsilon() == Approx(2.44141e-40).epsilon(1e-3));
  CHECK(SeGem<float>().with_hardness(1.5e19f).epsilon() == Approx(4.44444e-39).epsilon(1e-4));
  CHECK(EGem<float, 4>().with_hardness(std::numeric_limits<float>::infinity()).epsilon() == 0);
  const std::initializer_list<const char*> parts = {"hardness must be large enough", "got 9.99"};
  CHECK(refuses([] { EGem<float>().with_hardness(1e-20f); }, parts));
  CHECK(refuses([] { SeGem<float, 4>().with_hardness(1e-20f); }, parts));
}

TEST_CASE("Activations with their parameters can be constants", "[parameters]") {
  constexpr LambdaGelu<float> gelu(2.0f);
  constexpr EGem<float> egem(1e-4f);
  constexpr SeGem<double, 3> segem(1e-6);
  STATIC_REQUIRE(gelu.lambda() == 2.0f);
  STATIC_REQUIRE(egem.epsilon() == 1e-4f);
  CHECK(egem(0.5f) == EGem<float>(1e-4f)(0.5f));
  CHECK(segem(-0.5) == SeGem<double, 3>(1e-6)(-0.5));
}

// ---- Smoothness as double sees it ----

namespace {

/// The difference of order k of f at 0 with nodes on one side, divided by step^k: the one-sided derivative of
/// order k, but for the step.
template <class Activation>
double quotient(const Activation& act, int k, double step) {
  double sum = 0, binomial = 1;
  for (int i = 0; i <= k; ++i) {
    sum += ((k - i) % 2 == 0 ? binomial : -binomial) * act(i * step);
    binomial *= static_cast<double>(k - i) / (i + 1);
  }
  return sum / std::pow(step, k);
}

/// How fast the quotient of order k falls as the step is halved: an exponent.
template <class Activation>
double order_of_convergence(const Activation& act, int k, double step) {
  return std::log2(std::fabs(quotient(act, k, step) / quotient(act, k, step / 2)));
}

}  // namespace

TEST_CASE("In double, difference quotients at 0 vanish at the order that C^2N predicts, and not beyond",
          "[smoothness]") {
  const auto check = [](auto order) {
    constexpr int n = order();
    for (const double epsilon : {1.0, 1e-3, 10.0}) {
      const double step = std::pow(epsilon, 1.0 / (2 * n)) / 64;
      const EGem<double, n> e(epsilon);
      const SeGem<double, n> se(epsilon);
      double factorial = 1;
      for (int k = 1; k <= 2 * n + 1; ++k) factorial *= k;
      CAPTURE(n, epsilon);
      for (int k = 1; k <= 2 * n; ++k) {
        // f = x^(2N+1)/ε + …: the quotient of order k falls with step^(2N+1-k).
        CHECK(std::fabs(order_of_convergence(e, k, step) - (2 * n + 1 - k)) < 0.1);
        CHECK(quotient(e, k, -step) == 0);
        CHECK(std::fabs(quotient(e, k, step)) < 0.1 * factorial / epsilon * std::pow(step * 64, 2 * n + 1 - k));
      }
      CHECK(std::fabs(quotient(e, 2 * n + 1, step) * epsilon / factorial - 1) < 0.1);
      CHECK(quotient(e, 2 * n + 1, -step) == 0);
      CHECK(std::fabs(quotient(se, 1, -step) - 1) < 0.01);
      if (n > 3) continue;  // there the rounding of f = x + … outweighs what is looked for
      CHECK(std::fabs(quotient(se, 2 * n + 1, -step) * epsilon / factorial + 1) < 0.1);
      CHECK(std::fabs(quotient(se, 2 * n + 1, step)) < 0.01 * factorial / epsilon);
    }
  };
  check(std::integral_constant<int, 1>());
  check(std::integral_constant<int, 2>());
  check(std::integral_constant<int, 3>());
  check(std::integral_constant<int, 4>());
  check(std::integral_constant<int, 5>());
  check(std::integral_constant<int, 6>());
}

TEST_CASE("In double, the quotients of λ-GELU at 0 tend to ½ and 2λφ(0) from both sides", "[smoothness]") {
  for (const double lambda : {1.0, 3.7, 100.0}) {
    const LambdaGelu<double> act(lambda);
    for (const double step : {1e-3 / lambda, -1e-3 / lambda}) {
      CHECK(std::fabs(quotient(act, 1, step) - 0.5) < 1e-3);
      CHECK(std::fabs(quotient(act, 2, step) / (2 * lambda * 0.3989422804014327) - 1) < 1e-2);
    }
  }
}

// ---- Derivatives of every order, in floating point ----

TEMPLATE_TEST_CASE("derivatives<K> begins with the value and the derivative, whatever K is", "[derivatives]", float,
                   double) {
  using T = TestType;
  Findings findings;
  every_activation<T>([&](const std::string& name, const auto& act) {
    for (const T x : all_points<T>()) {
      const auto five = act.template derivatives<5>(x);
      const auto two = act.template derivatives<2>(x);
      findings.expect(same_bits(five[0], act(x)), name, "value", x);
      findings.expect(same_bits(five[1], act.derivative(x)), name, "derivative", x);
      findings.expect(same_bits(act.template derivatives<0>(x)[0], act(x)), name, "K = 0", x);
      findings.expect(same_bits(act.template derivatives<1>(x)[1], act.derivative(x)), name, "K = 1", x);
      // Up to rounding of its terms: the compiler may fuse products and sums of one jet and not of the other.
      const T terms = std::fabs(two[2]) + std::fabs(two[1] / x) + std::fabs(two[0] / x / x);
      const T slack = 64 * (std::numeric_limits<T>::epsilon() * terms + std::numeric_limits<T>::denorm_min());
      findings.expect(same_bits(five[2], two[2]) || std::fabs(five[2] - two[2]) <= slack, name, "K = 2", x);
      if (!std::isnan(x))
        for (std::size_t k = 2; k <= 5; ++k) findings.expect(!std::isnan(five[k]), name, "NaN in order", k, "at", x);
      else
        for (const T order : five) findings.expect(std::isnan(order), name, "at NaN");
    }
  });
  INFO(findings.report());
  CHECK(findings.none());
}

namespace {

/// σ with a kernel that gives first derivatives only.
struct FirstOrderGate : Gate<FirstOrderGate> {
  template <class T>
  static T value(const T& u) {
    using std::exp;
    return T(1) / (T(1) + exp(T(-u)));
  }
  template <class V, class S>
  HARDGATE_INLINE static Response<V> kernel(const V& x, const HardnessScale<S>& scale) {
    return LogisticGate::kernel(x, LogisticGate::Scale<S>(scale.hardness));
  }
};

}  // namespace

TEMPLATE_TEST_CASE("Without a kernel for it f'' is that of the Taylor series, in expressions and arrays too",
                   "[derivatives]", float, double, Eigen::half) {
  using T = TestType;
  const auto check = [](const auto& act) {
    Eigen::Array<T, Eigen::Dynamic, 1> x(37), y(37), d(37), second(37);
    for (int i = 0; i < 37; ++i) x[i] = T(static_cast<float>(i - 18) / 3);
    const Eigen::Array<T, Eigen::Dynamic, 1> lazy = act.second_derivative(x);
    forward_with_second_derivative(act, x, y, d, second);
    for (int i = 0; i < 37; ++i) {
      const auto exact = act.template cast<detail::compute_t<T>>().template derivatives<2>(detail::compute_t<T>(x[i]));
      const T expected = T(exact[2]);
      CHECK(same_bits(act.second_derivative(x[i]), expected));
      CHECK(same_bits(lazy[i], expected));
      CHECK(same_bits(second[i], expected));
    }
  };
  check(GatedUnit<T, FirstOrderGate>(detail::compute_t<T>(2)));
  check(GatedUnit<T, FirstOrderGate, Fixed>());
}

TEST_CASE("f'' of any scalar", "[derivatives]") {
  using Dual = Eigen::AutoDiffScalar<Eigen::Vector2d>;
  const double expected = LambdaGelu<double>(2).second_derivative(0.3);
  CHECK(std::fabs(LambdaGelu<Dual>(Dual(2)).second_derivative(Dual(0.3)).value() - expected) < 1e-15);
  CHECK(std::fabs(static_cast<double>(LambdaGelu<long double>(2).second_derivative(0.3L)) - expected) < 1e-15);
  CHECK(std::fabs(float(LambdaGelu<Eigen::half>(2).second_derivative(Eigen::half(0.3f))) - expected) < 1e-3);
}

TEST_CASE("Derivatives at 0 are the limits, however hard the activation", "[derivatives]") {
  CHECK(LambdaGelu<double>(1e200).derivatives<4>(0.0)[3] == 0);
  CHECK(Silu<float>().with_hardness(1e13f).derivatives<4>(0.0f)[4] == -std::numeric_limits<float>::infinity());
}

TEST_CASE("In float, higher derivatives are numbers of float where those of the gate are too small", "[derivatives]") {
  const auto check = [](const auto& act, float x) {
    const auto derivatives = act.template derivatives<4>(x);
    const auto expected = act.template cast<long double>().template derivatives<4>(static_cast<long double>(x));
    CAPTURE(act.parameter(), x);
    for (std::size_t k = 2; k <= 4; ++k)
      CHECK(derivatives[k] == Approx(static_cast<double>(expected[k])).epsilon(1e-6).margin(3e-45));
  };
  check(LambdaGelu<float>(1e9f), -1.45e-8f);
  check(LambdaGelu<float>(1000.0f), -0.0145f);
  check(LambdaGelu<float>(40.0f), -0.3625f);
  check(Swish<float>(1e5f), -100 / 1e5f);
  check(EGem<float, 3>(1e-30f), 1e-20f);
  check(EGem<float, 1>(1e-10f), 1e-36f);
}
