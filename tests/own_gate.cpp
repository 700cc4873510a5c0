// A gate of one's own, added in one header of at most 40 lines, is an activation with everything that belongs to one.
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "cauchy.hpp"
#include "support.hpp"

namespace {

using Number = boost::multiprecision::cpp_bin_float_50;

/// The Taylor coefficients of ½ + atan(u)/π at u: with θ = arccot u, atan⁽ᵏ⁾(u)/k! = (-1)^(k-1)·sin(kθ)/(k·(1
/// + u²)^(k/2)).
std::vector<Number> gate_coefficients(const Number& u, int orders) {
  const Number pi = boost::math::constants::pi<Number>(), root = sqrt(1 + u * u);
  const Number theta = atan2(Number(1), u);
  std::vector<Number> c = {1 - theta / pi};
  if (u < 0) c[0] = atan(-1 / u) / pi;
  Number power = 1;
  for (int k = 1; k <= orders; ++k) {
    power /= root;
    c.push_back((k % 2 ? 1 : -1) * sin(k * theta) * power / (k * pi));
  }
  return c;
}

/// f, f', …, from the coefficients of the gate: f(x + δ) = (x + δ)·G(h(x + δ)); and the size of the terms.
struct Exact {
  std::vector<Number> derivatives, sizes;
  Number parameter_gradient;

  Exact(double x, double h, int orders) {
    const std::vector<Number> g = gate_coefficients(Number(h) * x, orders);
    Number factorial = 1, scale = 1;
    for (int k = 0; k <= orders; ++k) {
      const auto i = static_cast<std::size_t>(k);
      if (k > 0) factorial *= k;
      const Number first = x * g[i] * scale, second = k > 0 ? g[i - 1] * scale / h : Number(0);
      derivatives.push_back(factorial * (first + second));
      // the recurrence for the coefficients is as accurate as the largest value they could have
      const Number bound = scale / pow(sqrt(1 + Number(h) * x * Number(h) * x), k);
      sizes.push_back(factorial * (abs(first) + abs(second) + (k > 1 ? abs(x) * bound + bound / h : Number(0))));
      scale *= h;
    }
    parameter_gradient = Number(x) * x * g[1];
  }
};

bool near(const Number& actual, const Number& expected, const Number& tolerance) {
  return abs(actual - expected) <= tolerance;
}

const double points[] = {-1e6, -300, -20, -3, -1.01, -1, -0.99, -0.5, -1e-3, 0, 1e-3, 0.4, 1, 2.5, 40, 1e5};

}  // namespace

TEST_CASE("The header of the added gate has at most 40 lines", "[own_gate]") {
  std::string path = __FILE__;
  path = path.substr(0, path.find_last_of("/\\") + 1) + "cauchy.hpp";
  std::ifstream file(path);
  if (!file) {
    WARN("not found: " << path);
    return;
  }
  int lines = 0;
  for (std::string line; std::getline(file, line);) ++lines;
  CHECK(lines > 10);
  CHECK(lines <= 40);
}

TEMPLATE_TEST_CASE("Value and first derivatives are accurate everywhere, the left tail included", "[own_gate]", float,
                   double, long double) {
  using Scalar = TestType;
  const Number epsilon = std::numeric_limits<Scalar>::epsilon();
  for (const double h : {1.0, 0.25, 8.0}) {
    const Cauchy<Scalar> act(static_cast<Scalar>(h));
    for (const double point : points) {
      const auto x = static_cast<Scalar>(point);
      const Exact exact(static_cast<double>(x), h, 1);
      CAPTURE(h, point);
      CHECK(near(act(x), exact.derivatives[0], 8 * epsilon * abs(exact.derivatives[0])));
      CHECK(near(act.derivative(x), exact.derivatives[1], 16 * epsilon * exact.sizes[1]));
      CHECK(near(act.parameter_gradient(x), exact.parameter_gradient, 16 * epsilon * abs(exact.parameter_gradient)));
    }
  }
}

TEST_CASE("Derivatives of every order agree with the exact coefficients", "[own_gate]") {
  constexpr int orders = 10;
  for (const double h : {1.0, 4.0}) {
    const Cauchy<double> act(h);
    const Cauchy<Number> precise{Number(h)};
    for (const double point : points) {
      const auto actual = act.derivatives<orders>(point);
      const auto in_fifty_digits = precise.derivatives<orders>(Number(point));
      const Exact exact(point, h, orders);
      for (std::size_t k = 0; k <= orders; ++k) {
        CAPTURE(h, point, k);
        CHECK(near(actual[k], exact.derivatives[k], 1e-12 * exact.sizes[k]));
        CHECK(near(in_fifty_digits[k], exact.derivatives[k], Number("1e-42") * exact.sizes[k]));
      }
    }
  }
}

TEST_CASE("Special values", "[own_gate]") {
  const double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const Cauchy<double> act(2.0);
  CHECK(act(0.0) == 0);
  CHECK(act(infinity) == infinity);
  CHECK(act.derivative(infinity) == Approx(1));
  CHECK(act(std::numeric_limits<double>::max()) == std::numeric_limits<double>::max());
  CHECK(act.derivative(-infinity) == Approx(0).margin(1e-300));
  CHECK(std::isfinite(act(-infinity)));
  CHECK(act(-1e300) == Approx(-1 / (2 * 3.14159265358979324)));
  CHECK(std::isnan(act(nan)));
  CHECK(std::isnan(act.derivative(nan)));
  const Cauchy<double> relu(infinity);
  CHECK(relu(-3.0) == 0);
  CHECK(relu(3.0) == 3);
}

TEMPLATE_TEST_CASE("Eigen expressions and array functions take it", "[own_gate]", float, double) {
  using Scalar = TestType;
  using Table = Eigen::Array<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
  const Cauchy<Scalar> act(Scalar(3));
  const Table x = Table::Random(13, 11) * Scalar(5), dy = Table::Random(13, 11);
  const Table y = act(x), also = x.unaryExpr(act), d = act.derivative(x), g = act.parameter_gradient(x);
  const Table fused = Scalar(2) * act(x + Scalar(1)) - x;
  Table value(13, 11), slope(13, 11), back(13, 11), dx(13, 11), block = Table::Zero(13, 11);
  hardgate::forward_with_derivative(act, x, value, slope);
  hardgate::forward(act, x.topRows(5), block.topRows(5));
  hardgate::backward(act, x, dy, back);
  const Scalar gradient = hardgate::backward_with_parameter(act, x.data(), dy.data(), dx.data(), x.size());
  double expected = 0;
  for (Eigen::Index i = 0; i < x.size(); ++i) {
    CHECK(y(i) == act(x(i)));
    CHECK(also(i) == y(i));
    CHECK(d(i) == act.derivative(x(i)));
    CHECK(g(i) == act.parameter_gradient(x(i)));
    CHECK(std::fabs(fused(i) - (2 * act(x(i) + 1) - x(i))) <= 4 * std::numeric_limits<Scalar>::epsilon() * 12);
    CHECK(value(i) == y(i));
    CHECK(slope(i) == d(i));
    CHECK(back(i) == dy(i) * d(i));
    CHECK(dx(i) == back(i));
    expected += static_cast<double>(dy(i)) * static_cast<double>(g(i));
  }
  CHECK((block.topRows(5) == y.topRows(5)).all());
  CHECK((block.bottomRows(8) == 0).all());
  CHECK(static_cast<double>(gradient) == Approx(expected).epsilon(1e-4));
}

TEST_CASE("It is computed in float for 16-bit floats", "[own_gate]") {
  const Cauchy<Eigen::half> act(Eigen::half(2.0f));
  CHECK(act(Eigen::half(-3.0f)) == Eigen::half(Cauchy<float>(2.0f)(-3.0f)));
}

TEST_CASE("It can be learned and hardened", "[own_gate]") {
  const Cauchy<double> soft;
  CHECK(soft.lambda() == 1);
  CHECK(soft.with_hardness(4)(-0.5) == Cauchy<double>(4)(-0.5));

  const double target = hardgate::hardness_for_sup_tolerance<Cauchy<double>>(0.01);
  CHECK(target == Approx(100 / 3.14159265358979324).epsilon(1e-10));
  hardgate::LearnerOptions options;
  options.schedule = hardgate::HardeningSchedule(0.5, 0.75);
  options.target = target;
  hardgate::HardnessLearner<double> learner(2, options);
  const Eigen::Array3d x(-2.0, -0.5, 1.5), dy(1.0, -0.5, 1.0);
  Eigen::Array3d dx;
  for (int i = 0; i < 50; ++i) {
    Eigen::Array2d gradient;
    for (Eigen::Index layer = 0; layer < 2; ++layer)
      gradient(layer) = hardgate::backward_with_hardness(soft.with_hardness(learner.hardness()(layer)), x, dy, dx) *
                        (layer == 0 ? 1 : -1);
    learner.step(i / 100.0, gradient, 1e-3);
  }
  CHECK(learner.hardness()(0) < 1.69);
  CHECK(learner.hardness()(1) > 1.70);

  learner.step(1, Eigen::Array2d::Zero(), 1e-3);
  CHECK((learner.hardness() == target).all());
  const Cauchy<double> hard = soft.with_hardness(learner.hardness()(0));
  const Eigen::ArrayXd samples = Eigen::ArrayXd::LinSpaced(2001, -100, 100);
  const hardgate::Disruption before = hardgate::substitution_disruption(soft, samples);
  const hardgate::Disruption after = hardgate::substitution_disruption(hard, samples);
  CHECK(after.sup <= 0.01);
  CHECK(after.sup > 0.0099);
  CHECK(after.mean < before.mean / 20);
  CHECK(hardgate::substitute(hard)(-1.0) == 0);

  const hardgate::ChannelUnits<Cauchy<double>> channels(learner.hardness());
  CHECK(channels[1](-0.25) == hard(-0.25));
}

TEST_CASE("A target from its gate's distance to the step is refused, for that is infinite", "[own_gate]") {
  CHECK(hardgate_tests::refuses([] { hardgate::hardness_for_gate_tolerance<Cauchy<double>>(0.01); },
                                {"L1 distance of the gate", "finite", "got inf"}));
  CHECK_THROWS_AS(hardgate::hardness_for_lp_tolerance<Cauchy<double>>(2, 0.01), std::domain_error);
}

TEMPLATE_TEST_CASE("The library's own checks pass it", "[own_gate]", float, double) {
  using Scalar = TestType;
  for (const double h : {1.0, 7.5}) {
    const hardgate::GradientReport report = hardgate::check_gradient(Cauchy<Scalar>(static_cast<Scalar>(h)));
    CHECK(report.checks > 500);
    CHECK(report.passed());
    for (const auto& failure : report.failures) {
      CAPTURE(failure.what, failure.x, failure.expected, failure.actual, failure.tolerance);
      CHECK(failure.expected == failure.actual);
    }
    CHECK(hardgate::check_smoothness<6>(Cauchy<Scalar>(static_cast<Scalar>(h))).passed());
    CHECK(hardgate::check_smoothness<6>(Cauchy<Scalar>(static_cast<Scalar>(h)), Scalar(-1) / Scalar(2)).passed());
  }
}
