// Gates as users write them: with real powers, with formulas that overflow far out, with a compact support, without a
// complement. Values and derivatives hold everywhere, distances to ReLU are right or refused.
#include <hardgate/hardgate.hpp>

#include <cmath>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;

namespace {

// ---- Real powers ----

/// ½(1 + u/(1 + |u|^q)^(1/q)) for q = 2.5.
struct RealPower : Gate<RealPower> {
  template <class T>
  static T value(const T& u) {
    using std::abs;
    using std::pow;
    return T(T(0.5) * (T(1) + u * pow(T(T(1) + pow(T(abs(u)), 2.5)), -0.4)));
  }
};

// ---- Formulas that overflow ----

/// e^(-e^(-u)): the inner power is infinite where G has long been 0.
struct Gompertz : Gate<Gompertz> {
  template <class T>
  static T value(const T& u) {
    using std::exp;
    return T(exp(T(-exp(T(-u)))));
  }
};

/// ½(1 + u/√(1 + u²)), right up to the largest number.
struct Algebraic : Gate<Algebraic> {
  template <class T>
  static T value(const T& u) {
    using std::sqrt;
    if (u > T(-1) && u < T(1)) return T(T(0.5) * (T(1) + u / sqrt(T(T(1) + u * u))));
    const T v = T(1) / u, root = sqrt(T(T(1) + v * v));
    return u > T(0) ? T(T(0.5) * (T(1) + T(1) / root)) : T(T(0.5) * v * v / (root * (T(1) + root)));
  }
  template <class T>
  static T complement(const T& u) {
    return value(T(-u));
  }
};

/// 1/(1 + e^(-u)) as one writes it.
struct PlainLogistic : Gate<PlainLogistic> {
  template <class T>
  static T value(const T& u) {
    using std::exp;
    return T(T(1) / (T(1) + exp(T(-u))));
  }
};

// ---- Compact supports ----

/// 3s² - 2s³ from -1 to 1.
struct Smoothstep : Gate<Smoothstep> {
  template <class T>
  static T value(const T& u) {
    if (u <= T(-1)) return T(0);
    if (u >= T(1)) return T(1);
    const T s = (u + T(1)) / T(2);
    return T(s * s * (T(3) - T(2) * s));
  }
};

/// C^∞ and constant outside [-1, 1]: a/(a + b) with a = e^(-1/s), b = e^(-1/(1-s)).
struct Bump : Gate<Bump> {
  template <class T>
  static T value(const T& u) {
    using std::exp;
    if (u <= T(-1)) return T(0);
    if (u >= T(1)) return T(1);
    const T a = exp(T(T(-2) / (T(1) + u))), b = exp(T(T(-2) / (T(1) - u)));
    return T(a / (a + b));
  }
};

/// (u + 3)/6, as in hard-swish.
struct HardSigmoid : Gate<HardSigmoid> {
  template <class T>
  static T value(const T& u) {
    return u < T(-3) ? T(0) : u > T(3) ? T(1) : T((u + T(3)) / T(6));
  }
};

// ---- Gates without a complement, as one writes them ----

struct PlainCauchy : Gate<PlainCauchy> {
  template <class T>
  static T value(const T& u) {
    using std::atan;
    return T(0.5) + atan(u) / pi<T>();
  }
};
struct Softsign : Gate<Softsign> {
  template <class T>
  static T value(const T& u) {
    return T(0.5) * (T(1) + u / (T(1) + (u < T(0) ? T(-u) : u)));
  }
};
struct PlainAlgebraic : Gate<PlainAlgebraic> {
  template <class T>
  static T value(const T& u) {
    using std::sqrt;
    return T(T(0.5) * (T(1) + u / sqrt(T(T(1) + u * u))));
  }
};
/// Student's t with three degrees of freedom.
struct Student : Gate<Student> {
  template <class T>
  static T value(const T& u) {
    using std::atan;
    using std::sqrt;
    const T v = u / T(sqrt(T(3)));
    return T(0.5) + (v / (T(1) + v * v) + atan(v)) / pi<T>();
  }
};
struct PlainNormal : Gate<PlainNormal> {
  template <class T>
  static T value(const T& u) {
    using std::erf;
    using std::sqrt;
    return T(0.5) * (T(1) + erf(T(u / T(sqrt(T(2))))));
  }
};
struct PlainTanh : Gate<PlainTanh> {
  template <class T>
  static T value(const T& u) {
    using std::tanh;
    return T(0.5) * (T(1) + tanh(T(u / T(2))));
  }
};
/// The normal gate, 10^exponent times as wide.
template <int exponent>
struct Wide : Gate<Wide<exponent>> {
  template <class T>
  static T value(const T& u) {
    return NormalGate::value(T(u / T(std::pow(10.0, exponent))));
  }
  template <class T>
  static T complement(const T& u) {
    return value(T(-u));
  }
};

template <class Gate>
using InDouble = GatedUnit<double, Gate>;

/// Everything that an activation says, at points of every size and at the edges of the supports above.
template <class Scalar, class Gate>
void is_a_number_everywhere(const std::string& name) {
  using Limits = std::numeric_limits<Scalar>;
  for (const Scalar hardness : {Scalar(1), Scalar(2), Scalar(0.01), Scalar(1000)}) {
    const GatedUnit<Scalar, Gate> act(hardness);
    std::vector<Scalar> points = on_every_exponent<Scalar>(2, 1, sizeof(Scalar) > 8 ? 37 : 1);
    for (const Scalar edge : {Scalar(-3), Scalar(-1), Scalar(0), Scalar(1), Scalar(3)}) {
      for (Scalar x = edge / hardness, step = Limits::denorm_min(); step < Scalar(1); step *= 16)
        for (const Scalar near : {Scalar(x - step), Scalar(x + step)}) points.push_back(near);
      points.push_back(edge / hardness);
    }
    for (int i = -200; i <= 200; ++i) points.push_back(Scalar(i) / hardness);
    Findings findings;
    for (const Scalar x : points) {
      const Scalar f = act(x), slope = act.derivative(x), gradient = act.parameter_gradient(x);
      findings.expect(f == f && slope == slope && gradient == gradient, name + ": a number", hardness, x, f, slope,
                      gradient);
      findings.expect(std::fabs(f) <= std::fabs(x) * (1 + 4 * Limits::epsilon()), name + ": between 0 and x", hardness,
                      x, f);
      const Scalar u = hardness * x;
      if (std::fabs(u) > Scalar(1e12))
        findings.expect(std::fabs(slope - (x > 0 ? 1 : 0)) <= Scalar(1e-9), name + ": straight", hardness, x, slope);
      for (const Scalar d : act.template derivatives<4>(x))
        findings.expect(d == d, name + ": all derivatives are numbers", hardness, x, d);
    }
    CHECK(act(Limits::infinity()) == Limits::infinity());
    CHECK(act.derivative(Limits::infinity()) == 1);
    CHECK(std::fabs(act(-Limits::infinity())) <= Scalar(1e-3));
    CHECK(act.derivative(-Limits::infinity()) == 0);
    CHECK(act.parameter_gradient(Limits::infinity()) == act.parameter_gradient(Limits::infinity()));
    CHECK(act.parameter_gradient(-Limits::infinity()) == act.parameter_gradient(-Limits::infinity()));
    CHECK(!(act(Limits::quiet_NaN()) == act(Limits::quiet_NaN())));
    INFO(findings.report());
    CHECK(findings.none());
  }
}

}  // namespace

TEMPLATE_TEST_CASE("A gate with real powers has the values and derivatives of its formula", "[users_gates]", float,
                   double, long double) {
  using Scalar = TestType;
  const GatedUnit<Scalar, RealPower> act(Scalar(1));
  const auto exact = [](long double x) {
    return x / 2 * (1 + x * std::pow(1 + std::pow(std::fabs(x), 2.5L), static_cast<long double>(-0.4)));
  };
  for (const Scalar x : {Scalar(-3), Scalar(-0.75), Scalar(-0.125), Scalar(0), Scalar(0.5), Scalar(0.8), Scalar(7)}) {
    CAPTURE(x);
    const long double y = exact(x), d = 1e-5L;
    const long double slope = (exact(x - 2 * d) - 8 * exact(x - d) + 8 * exact(x + d) - exact(x + 2 * d)) / (12 * d);
    const long double epsilon = std::numeric_limits<Scalar>::epsilon() * 16;
    CHECK(std::fabs(static_cast<long double>(act(x)) - y) <= epsilon * std::fabs(static_cast<long double>(x)));
    CHECK(std::fabs(static_cast<long double>(act.derivative(x)) - slope) <= epsilon * 4 + 1e-10L);
    CHECK(act.template derivatives<1>(x)[1] == act.derivative(x));
    Eigen::Array<Scalar, 4, 1> points = Eigen::Array<Scalar, 4, 1>::Constant(x), values;
    forward(act, points, values);
    CHECK(values(2) == act(x));
  }
}

TEST_CASE("A real power of a jet holds at 0 too", "[users_gates]") {
  using J = Jet<double, 4>;
  const J x = J::variable(0.0), negative = J::variable(-2.0);
  const auto infinite_from = [](const J& y, std::size_t order) {
    for (std::size_t k = 0; k <= 4; ++k) CHECK((y.c[k] == 0) == (k < order));
  };
  infinite_from(pow(x, 2.5), 3);
  infinite_from(pow(x, 0.5), 1);
  infinite_from(pow(x, 4.5), 5);
  CHECK(pow(x, 3.0) == x * x * x);
  CHECK(pow(x, 0.0) == J(1));
  CHECK(pow(negative, 2.0).c[1] == -4);
  CHECK(pow(negative, 2) == negative * negative);
  CHECK(pow(J::variable(4.0), -0.5).c[1] == Approx(-0.0625).epsilon(1e-15));
}

TEMPLATE_TEST_CASE("Values and derivatives are numbers, and tend to those of ReLU", "[users_gates]", float, double) {
  using Scalar = TestType;
  is_a_number_everywhere<Scalar, Gompertz>("Gompertz");
  is_a_number_everywhere<Scalar, Algebraic>("Algebraic");
  is_a_number_everywhere<Scalar, PlainLogistic>("PlainLogistic");
  is_a_number_everywhere<Scalar, PlainTanh>("PlainTanh");
  is_a_number_everywhere<Scalar, PlainNormal>("PlainNormal");
  is_a_number_everywhere<Scalar, Smoothstep>("Smoothstep");
  is_a_number_everywhere<Scalar, Bump>("Bump");
  is_a_number_everywhere<Scalar, HardSigmoid>("HardSigmoid");
}

TEMPLATE_TEST_CASE("Array functions give the same far out", "[users_gates]", float, double) {
  using Scalar = TestType;
  const Scalar infinity = std::numeric_limits<Scalar>::infinity();
  const GatedUnit<Scalar, Gompertz> act(Scalar(2));
  Eigen::Array<Scalar, 5, 1> x(Scalar(-1), Scalar(-45), Scalar(-400), -infinity, infinity), dx;
  backward(act, x, Eigen::Array<Scalar, 5, 1>::Ones().eval(), dx);
  CHECK(std::fabs(dx(0)) > 0);
  CHECK((dx(1) == 0 && dx(2) == 0 && dx(3) == 0 && dx(4) == 1));
}

// ---- Distances ----

namespace {

constexpr double infinite = HUGE_VAL;

template <class Gate>
void distances_are(const char* name, double gate, double sup, double l2, double tolerance) {
  using Activation = InDouble<Gate>;
  CAPTURE(name);
  const auto near = [tolerance](double actual, double expected) {
    CAPTURE(actual, expected);
    CHECK((actual == expected || std::fabs(actual - expected) <= tolerance * expected));
  };
  near(gate_distance<Activation>(), gate);
  near(relu_distance_sup<Activation>(), sup);
  near(relu_distance<Activation>(2), l2);
  if (gate < infinite) {
    near(hardness_for_gate_tolerance<Activation>(0.02), gate / 0.02);
  } else {
    CHECK(refuses([] { hardness_for_gate_tolerance<Activation>(0.02); }, {"must be finite", "got inf"}));
    CHECK(refuses([] { hardness_for_lp_tolerance<Activation>(1, 0.02); }, {"must be finite", "got inf"}));
    CHECK(refuses([] { hardness_for_lp_tolerance<Activation>(2, 0.02); }, {"must be finite", "got inf"}));
  }
}

}  // namespace

TEST_CASE("Distances of gates without a complement are right, or infinite where they are", "[users_gates]") {
  const double pi = 3.14159265358979324, normal = 0.79788456080286536, normal_sup = 0.16997120747990369;
  const double normal_l2 = std::sqrt(0.0617650543);
  distances_are<PlainCauchy>("Cauchy", infinite, 1 / pi, infinite, 1e-4);
  distances_are<Softsign>("softsign", infinite, 0.5, infinite, 1e-4);
  distances_are<Student>("Student", 2 * std::sqrt(3.0) / pi, 0.19579421211164355, 0.38766743368109063, 1e-5);
  CHECK(gate_distance<InDouble<Algebraic>>() == Approx(1).epsilon(1e-9));
  CHECK(gate_distance<InDouble<PlainAlgebraic>>() == Approx(1).epsilon(1e-4));
  const double largest = std::pow((1 + std::sqrt(5.0)) / 2, -2.5) / 2;
  CHECK(relu_distance_sup<InDouble<Algebraic>>() == Approx(largest).epsilon(1e-12));
  CHECK(relu_distance_sup<InDouble<PlainAlgebraic>>() == Approx(largest).epsilon(1e-12));
  CHECK(relu_distance<InDouble<PlainAlgebraic>>(1) == infinite);  // u·G(-u) falls as 1/4u
  CHECK(refuses([] { hardness_for_lp_tolerance<InDouble<PlainAlgebraic>>(1, 0.01); }, {"must be finite"}));
  distances_are<PlainNormal>("normal", normal, normal_sup, normal_l2, 1e-7);
  distances_are<PlainTanh>("tanh", 2 * std::log(2.0), 0.27846454276107380, relu_distance<Silu<double>>(2), 1e-7);
  distances_are<Wide<13>>("wide", normal * 1e13, normal_sup * 1e13, normal_l2 * std::pow(1e13, 1.5), 1e-8);
  distances_are<Wide<-20>>("narrow", normal * 1e-20, normal_sup * 1e-20, normal_l2 * std::pow(1e-20, 1.5), 1e-8);
  distances_are<HardSigmoid>("hard sigmoid", 1.5, 0.375, std::sqrt(2 * 81.0 / 360), 1e-4);
  distances_are<Smoothstep>("smoothstep", 0.375, relu_distance_sup<InDouble<Smoothstep>>(),
                            relu_distance<InDouble<Smoothstep>>(2), 1e-4);
}

TEST_CASE("A p too large to be told from the largest distance is refused", "[users_gates]") {
  CHECK(refuses([] { relu_distance<LambdaGelu<double>>(1e10); }, {"p must be in [1, 1e6]", "relu_distance_sup"}));
  CHECK(refuses([] { hardness_for_lp_tolerance<LambdaGelu<double>>(1e300, 0.1); }, {"p must be in [1, 1e6]"}));
  CHECK(relu_distance<LambdaGelu<double>>(1e6) == Approx(relu_distance_sup<LambdaGelu<double>>()).epsilon(1e-4));
  CHECK(relu_distance<LambdaGelu<double>>(1e4) == Approx(relu_distance_sup<LambdaGelu<double>>()).epsilon(2e-3));
}

namespace {

/// ½e^(-√|u|) on the left: rises vertically at 0.
struct Root : Gate<Root> {
  template <class T>
  static T value(const T& u) {
    using std::exp;
    using std::sqrt;
    return u < T(0) ? T(exp(T(-sqrt(T(-u)))) / T(2)) : T(T(1) - exp(T(-sqrt(u))) / T(2));
  }
};

/// The logistic gate made steep away from 0.
struct Steep : Gate<Steep> {
  template <class T>
  static T value(const T& u) {
    return LogisticGate::value(T(T(1000) * (u - T(1))));
  }
  template <class T>
  static T complement(const T& u) {
    return LogisticGate::value(T(T(-1000) * (u - T(1))));
  }
};

}  // namespace

TEMPLATE_TEST_CASE("Where G rises vertically at 0, f'(0) is G(0), f''(0) infinite and the gradient 0", "[users_gates]",
                   float, double) {
  using T = TestType;
  const GatedUnit<T, Root> act(2);
  CHECK(act.derivative(T(0)) == T(0.5));
  CHECK(act.template derivatives<2>(T(0))[2] == std::numeric_limits<T>::infinity());
  CHECK(act.parameter_gradient(T(0)) == 0);
  const std::vector<T> x{-1, 0, 1}, dy(3, T(1));
  std::vector<T> dx(3);
  CHECK(std::isfinite(backward_with_hardness(act, x.data(), dy.data(), dx.data(), 3)));
  CHECK(dx[1] == T(0.5));
}

TEST_CASE("Distances in L^p find a peak however narrow", "[users_gates]") {
  using Activation = GatedUnit<double, Steep>;
  const double sup = relu_distance_sup<Activation>();
  CHECK(sup == Approx(0.9921).epsilon(1e-4));
  double before = 0;
  for (const double p : {1e3, 1e5, 2e5, 3e5, 1e6}) {
    CAPTURE(p);
    const double distance = relu_distance<Activation>(p);
    CHECK((distance > before && distance < sup));
    CHECK(distance > sup * std::pow(1e-3 / p, 1 / p));
    before = distance;
  }
}
