// An expression is evaluated once, before anything is written.
#include "dense_expressions/shared.hpp"

using namespace hardgate_tests;

namespace {

/// How often a function of elements has been called.
struct Counted {
  int* calls;
  float operator()(float x) const {
    ++*calls;
    return x;
  }
};

}  // namespace

TEST_CASE("Every function evaluates an expression once, whatever its nesting", "[dense_expressions]") {
  const Table x = Table::Random(6, 5), dy = Table::Random(6, 5);
  Table y(6, 5), d(6, 5);
  Rows y_rows(6, 5);
  int calls = 0;
  const auto counted = x.unaryExpr(Counted{&calls});
  const auto once = [&calls](const char* what, const auto& call, int count = 30) {
    CAPTURE(what);
    calls = 0;
    call();
    CHECK(calls == count);
  };
  const ChannelUnits<Act> units(Eigen::ArrayXf::Constant(6, 1.0f));
  once("forward", [&] { forward(act, counted, y); });
  once("forward, other order", [&] { forward(act, counted, y_rows); });
  once("forward_with_derivative", [&] { forward_with_derivative(act, counted, y, d); });
  once("backward, x", [&] { backward(act, counted, dy, d); });
  once("backward, dy", [&] { backward(act, x, counted, d); });
  once(
      "backward_with_parameter", [&] { backward_with_parameter(act, counted, counted, d); }, 60);
  once(
      "backward_with_hardness", [&] { backward_with_hardness(act, counted, counted, d); }, 60);
  once("ChannelUnits::forward", [&] { units.forward(counted, y); });
  once(
      "ChannelUnits::backward", [&] { units.backward(counted, counted, d); }, 60);
  once("ChannelUnits", [&] { ChannelUnits<Act> built(counted.abs() + 1); });
  once("substitution_disruption", [&] { substitution_disruption(act, counted); });
  once(
      "flips", [&] { flips(counted, counted); }, 60);
  once("hardness_drift", [&] { hardness_drift(counted); });
  HardnessLearner<float> learner(30);
  once("HardnessLearner::step", [&] { learner.step(0, counted.reshaped(), 1e-3); });
}

TEST_CASE("An output may stand in the expression that it is computed from", "[dense_expressions]") {
  const Matrix w = eighths(6, 6).matrix(), before = eighths(6, 6).matrix();
  const ChannelUnits<Act> units(Eigen::ArrayXf::Constant(6, 1.0f));
  const EGem<float> plain;
  const auto check = [&](const char* what, const auto& expression) {
    CAPTURE(what);
    Matrix y = before;
    const Matrix x = expression(y), value = plain(x), product = x.cwiseProduct(Matrix(plain.derivative(w)));
    forward(plain, expression(y), y);
    CHECK(all_same_bits(y, value));
    y = before;
    units.forward(expression(y), y);
    CHECK(all_same_bits(y, value));
    y = before;
    Matrix d(6, 6);
    forward_with_derivative(plain, expression(y), d, y);
    CHECK(all_same_bits(d, value));
    y = before;
    backward(plain, w, expression(y), y);
    CHECK(all_same_bits(y, product));
    y = before;
    backward_with_parameter(act, w, expression(y), y);
    CHECK(all_same_bits(y, Matrix(x.cwiseProduct(Matrix(act.derivative(w))))));
    y = before;
    units.backward(w, expression(y), y);
    CHECK(all_same_bits(y, product));
  };
  check("itself", [](Matrix& y) -> Matrix& { return y; });
  check("product", [&w](Matrix& y) { return w * y; });
  check("product in a sum", [&w](Matrix& y) { return w * y + y; });
  check("reversed", [](Matrix& y) { return y.colwise().reverse(); });
  check("transposed", [](Matrix& y) { return y.transpose(); });
  check("transposed, in a sum", [](Matrix& y) { return y.transpose() + y; });
}
