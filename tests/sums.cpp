// The gradient that backward_with_parameter returns is one sum by one rule: accurate relative to the sizes of its
// addends, in every layout, at every address and for every scalar; no overflow on the way where the sum is finite.
#include <hardgate/hardgate.hpp>
#include <unsupported/Eigen/CXX11/ThreadPool>

#include <cmath>
#include <string>
#include <type_traits>
#include <vector>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;
using Eigen::Dynamic;
using Eigen::Index;

namespace {

/// Σ dy·∂f/∂p one number at a time, and the sum of the sizes, in what the activation computes with.
struct Sum {
  long double value = 0, size = 0;

  template <class Activation, class X, class DY>
  Sum(const Activation& act, const X& x, const DY& dy) {
    using Compute = typename Activation::parameter_type;
    for (Index j = 0; j < x.cols(); ++j)
      for (Index i = 0; i < x.rows(); ++i) {
        const auto gradient = act.response(static_cast<Compute>(x(i, j))).parameter_gradient;
        const long double term =
            static_cast<long double>(static_cast<Compute>(dy(i, j))) * static_cast<long double>(gradient);
        value += term;
        size += std::fabs(term);
      }
  }
  template <class Number>
  bool is(const Number& actual) const {
    const long double epsilon = std::numeric_limits<Number>::epsilon();
    return std::fabs(static_cast<long double>(actual) - value) <= 8 * epsilon * size + epsilon * std::fabs(value);
  }
};

template <class Scalar>
using Table = Eigen::Array<Scalar, Dynamic, Dynamic>;
template <class Scalar>
using Rows = Eigen::Array<Scalar, Dynamic, Dynamic, Eigen::RowMajor>;

template <class Scalar>
Table<Scalar> random(Index rows, Index columns, float size) {
  return (Eigen::ArrayXXf::Random(rows, columns) * size).template cast<Scalar>();
}

}  // namespace

TEMPLATE_TEST_CASE("The sum is as accurate in every layout", "[sums]", float, double, Eigen::half, Eigen::bfloat16,
                   long double) {
  using Scalar = TestType;
  const LambdaGelu<Scalar> act(1.5f);
  using Parameter = typename LambdaGelu<Scalar>::parameter_type;
  struct Shape {
    Index rows, columns;
  };
  for (const auto& [rows, columns] :
       {Shape{1, 900}, {3, 700}, {16, 150}, {255, 9}, {256, 9}, {300, 8}, {1000, 200}, {5000, 2}}) {
    CAPTURE(rows, columns);
    // Columns that cancel each other: rounding each before it is added would show.
    const Table<Scalar> x = random<Scalar>(rows + 1, columns, 2);
    Table<Scalar> dy(rows + 1, columns), out(rows + 1, columns);
    for (Index j = 0; j < columns; ++j) dy.col(j).setConstant(Scalar(j % 2 ? -1.0f : 1.01f));
    const auto part = [rows = rows](auto& a) { return a.topRows(rows); };
    const Table<Scalar> x_whole = part(x), dy_whole = part(dy);
    const Rows<Scalar> x_rows = x, dy_rows = dy;
    Table<Scalar> whole(rows, columns);
    Rows<Scalar> out_rows(rows + 1, columns);
    const Sum right(act, x_whole, dy_whole);
    CHECK(right.is(Parameter(backward_with_parameter(act, x_whole, dy_whole, whole))));
    CHECK(right.is(Parameter(backward_with_parameter(act, part(x), part(dy), part(out)))));
    CHECK(right.is(Parameter(backward_with_parameter(act, part(x_rows), part(dy_rows), part(out_rows)))));
    CHECK(right.is(Parameter(backward_with_parameter(act, part(x), part(dy_rows), part(out_rows)))));
    CHECK(right.is(Parameter(
        backward_with_parameter(act, part(x).transpose(), part(dy).transpose(), part(out_rows).transpose()))));
    CHECK(right.is(Parameter(backward_with_parameter(act, part(x).reverse(), part(dy).reverse(), part(out)))));
    CHECK(right.is(Parameter(backward_with_parameter(act, part(x), part(dy), part(out), streaming()))));
  }
}

TEMPLATE_TEST_CASE("With streaming the sum depends on no address", "[sums]", float, double) {
  using Scalar = TestType;
  const Index n = 100003;
  const Table<Scalar> x = Table<Scalar>::Random(n, 1) * 3, dy = Table<Scalar>::Random(n, 1);
  std::vector<Scalar> dx(n + 80);
  const LambdaGelu<Scalar> act(2);
  const auto at = [&](Index offset, const Execution& execution) {
    return backward_with_parameter(act, x.data(), dy.data(), dx.data() + offset, n, execution);
  };
  Eigen::ThreadPool pool(2);
  for (Index offset = 0; offset < 40; ++offset) {
    CAPTURE(offset);
    CHECK(same_bits(at(offset, streaming()), at(0, {})));
    CHECK(same_bits(at(offset, streaming(on(pool))), at(0, on(pool))));
  }
}

TEMPLATE_TEST_CASE("No part of the sum overflows where the whole does not", "[sums]", float, double) {
  using Scalar = TestType;
  const Scalar huge = (std::numeric_limits<Scalar>::max)() / 16;
  const LambdaGelu<Scalar> act(1);
  for (const Index run : {1, 8, 512, 2048}) {  // of one sign
    CAPTURE(run);
    const Index n = 4 * 2048;
    const Table<Scalar> x = Table<Scalar>::Ones(n, 1);
    Table<Scalar> dy(n, 1), dx(n, 1);
    for (Index i = 0; i < n; ++i) dy(i) = i / run % 2 ? -huge : huge;
    CHECK(std::fabs(backward_with_parameter(act, x, dy, dx)) <= huge);
  }
}

TEST_CASE("Where the sum itself overflows it is infinite, and NaN stays NaN", "[sums]") {
  const LambdaGelu<float> act(1);
  Eigen::ArrayXf x = Eigen::ArrayXf::Ones(4096), dy = Eigen::ArrayXf::Constant(4096, 3e37f), dx(4096);
  CHECK(backward_with_parameter(act, x, dy, dx) == std::numeric_limits<float>::infinity());
  x(4000) = std::numeric_limits<float>::quiet_NaN();
  CHECK(std::isnan(backward_with_parameter(act, x, dy, dx)));
}

TEMPLATE_TEST_CASE("Gradients with respect to the parameter of 16-bit activations are float", "[sums]", Eigen::half,
                   Eigen::bfloat16) {
  using Half = TestType;
  const auto check = [](auto act) {
    using Activation = decltype(act);
    static_assert(std::is_same_v<typename Activation::parameter_type, float>);
    const Index n = 1 << 20;
    const Table<Half> x = Eigen::ArrayXf::LinSpaced(n, -4, 4).template cast<Half>(),
                      dy = Table<Half>::Constant(n, 1, Half(4.0f));
    Table<Half> dx(n, 1);
    const auto sum = backward_with_parameter(act, x, dy, dx);
    const auto by_hardness = backward_with_hardness(act, x.data(), dy.data(), dx.data(), n);
    static_assert(std::is_same_v<decltype(sum), const float> && std::is_same_v<decltype(by_hardness), const float>);
    const Sum right(act, x, dy);
    CHECK(std::fabs(static_cast<double>(right.value)) > 70000);  // more than half can hold
    CHECK(right.is(sum));
    CHECK(by_hardness == Approx(sum * act.parameter_derivative()).epsilon(1e-5));
    HardnessLearner<float> learner;  // takes it as it is
    learner.step(0, Eigen::Array<float, 1, 1>(by_hardness), 1e-3);
    CHECK(std::isfinite(learner.hardness()(0)));
    const ChannelUnits<Activation> units(Eigen::ArrayXf::Ones(1));
    const Table<Half> x_row = x.transpose(), dy_row = dy.transpose();
    Table<Half> dx_row(1, n);
    const Eigen::ArrayXf each = units.backward(x_row, dy_row, dx_row);
    CHECK(std::isfinite(each(0)));
  };
  check(LambdaGelu<Half>(1.5f));
  check(Swish<Half>(1.5f));
  check(EGem<Half>(0.3f));
  check(SeGem<Half, 2>(0.3f));
}

TEMPLATE_TEST_CASE("Parameters of 16-bit activations are float, and learned in small steps", "[sums]", Eigen::half,
                   Eigen::bfloat16) {
  using Half = TestType;
  CHECK(LambdaGelu<Half>(1.6931f).lambda() == 1.6931f);
  CHECK(EGem<Half>(1e-6f).epsilon() == 1e-6f);
  CHECK(Swish<Half>().with_hardness(1.702).beta() == 1.702f);
  CHECK(LambdaGelu<float>(1.6931f).cast<Half>().lambda() == 1.6931f);
  CHECK(LambdaGelu<Half>(1.6931f).template cast<float>().lambda() == 1.6931f);
  CHECK(LambdaGelu<Half>(Half(2.0f)).lambda() == 2.0f);
  CHECK(LambdaGelu<Half>(100.0f)(Half(-0.015625f)) ==
        static_cast<Half>(LambdaGelu<float>(100.0f)(static_cast<float>(Half(-0.015625f)))));
}
