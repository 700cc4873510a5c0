// Learning, channels and reports with options and numbers at the ends of their ranges, and by the documented loop with
// every activation.
#include <hardgate/hardgate.hpp>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;

namespace {

/// Whether what a learner says of itself is finite, and the hardness at least 1.
template <class Scalar>
bool is_sound(const HardnessLearner<Scalar>& learner) {
  for (const double number : learner.state())
    if (!std::isfinite(number)) return false;
  return (learner.hardness() >= Scalar(1)).all() && learner.hardness().isFinite().all();
}

}  // namespace

// ---- The learner ----

TEMPLATE_TEST_CASE("Options that are not in their domain when rounded are refused", "[hardening][extremes]", float,
                   double) {
  using Scalar = TestType;
  const auto refused = [](double LearnerOptions::*option, double value, const char* name) {
    LearnerOptions options;
    options.*option = value;
    CAPTURE(name, value);
    CHECK(refuses([&] { HardnessLearner<Scalar> learner(1, options); }, {name}));
  };
  const double almost_1 = 1 - std::numeric_limits<double>::epsilon() / 2, infinity = HUGE_VAL;
  for (const double one : {1.0, 1 + 1e-9, infinity}) {
    refused(&LearnerOptions::momentum, one, "momentum");
    refused(&LearnerOptions::second_moment, one, "second_moment");
  }
  if (std::is_same_v<Scalar, float>) {
    refused(&LearnerOptions::momentum, almost_1, "momentum");
    refused(&LearnerOptions::second_moment, almost_1, "second_moment");
    refused(&LearnerOptions::second_moment, 1 - 1e-9, "second_moment");
    refused(&LearnerOptions::stabilizer, 1e-40, "stabilizer");
    refused(&LearnerOptions::temperature, 1e-50, "temperature");
    refused(&LearnerOptions::temperature, 1e39, "temperature");
    refused(&LearnerOptions::start, 1e39, "start");
  }
  refused(&LearnerOptions::stabilizer, 1e-310, "stabilizer");
  refused(&LearnerOptions::stabilizer, infinity, "stabilizer");
}

TEMPLATE_TEST_CASE("The hardness stays finite and at least 1, whatever the options, gradients and rates",
                   "[hardening][extremes]", float, double) {
  using Scalar = TestType;
  using Limits = std::numeric_limits<Scalar>;
  const auto largest = static_cast<double>((Limits::max)()), least = static_cast<double>((Limits::min)());
  int runs = 0;
  Findings findings;
  for (const Optimizer optimizer : {Optimizer::adam, Optimizer::sgd})
    for (const double temperature : {least, 1e-20, 0.1, 1e20, largest})
      for (const double multiplier : {0.0, 1e-30, 10.0, 1e30})
        for (const double stabilizer : {least, 1e-8, largest})
          for (const double start : {1.0, 1.7, 1e15, largest / 8}) {
            LearnerOptions options;
            options.optimizer = optimizer;
            options.temperature = temperature;
            options.multiplier = multiplier;
            options.stabilizer = stabilizer;
            options.start = start;
            HardnessLearner<Scalar> learner(1, options);
            for (const double gradient : {0.0, 1.0, -largest, largest, -1e-30, -largest, -largest}) {
              for (const double rate : {0.0, 1e-3, 1e6}) {
                learner.step(0.1, Eigen::Array<Scalar, 1, 1>(static_cast<Scalar>(gradient)), rate);
                findings.expect(is_sound(learner), "sound", static_cast<int>(optimizer), temperature, multiplier,
                                stabilizer, start, gradient, rate, learner.hardness()(0));
              }
            }
            ++runs;
          }
  INFO(findings.report());
  CHECK(findings.none());
  CHECK(runs == 2 * 5 * 4 * 3 * 4);
}

TEST_CASE("Progress that was summed up in float may end beyond 1 by its rounding", "[hardening][extremes]") {
  LearnerOptions options;
  options.target = 20;
  for (const int epochs : {3, 10, 30, 70, 1000}) {
    CAPTURE(epochs);
    HardnessLearner<double> learner(1, options);
    float progress = 0;
    for (int i = 0; i <= epochs; ++i, progress += 1.0f / static_cast<float>(epochs))
      learner.step(static_cast<double>(std::fmin(progress, 1.0000001f)), Eigen::Array<double, 1, 1>(0.1), 1e-3);
    CHECK(learner.hardness()(0) == Approx(20));
  }
  HardnessLearner<double> learner(1, options);
  learner.step(1.0000001, Eigen::Array<double, 1, 1>(0.1), 1e-3);
  CHECK(learner.hardness()(0) == 20);
  CHECK(refuses([&] { learner.step(1.5, Eigen::Array<double, 1, 1>(0.1), 1e-3); }, {"progress", "got 1.5"}));
  CHECK(HardeningSchedule().phase(1.0000001) == Phase::hold);
  CHECK(HardeningSchedule(0.5, 1.0).hardness(1.0000001, 2, 8) == 8);
}

TEST_CASE("The documented loop learns in the right direction with every parameter, layer by layer and by channels",
          "[hardening][extremes]") {
  const auto learns = [](const std::string& name, auto act) {
    using Activation = decltype(act);
    using Scalar = typename Activation::scalar;
    using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
    if constexpr (Activation::has_parameter) {
      const Matrix x = Eigen::MatrixXf::Random(4, 64).cast<Scalar>() * Scalar(2);
      for (const double wanted : {4.0, 1.1}) {
        CAPTURE(name, sizeof(Scalar), wanted);
        const Matrix y_wanted = act.with_hardness(wanted)(x);
        HardnessLearner<float> layer, channels(4);
        const double start = static_cast<double>(layer.hardness()(0));
        Matrix y(4, 64), dx(4, 64);
        for (int step = 0; step < 50; ++step) {
          const auto now = act.with_hardness(layer.hardness()(0));
          forward(now, x, y);
          const Matrix dy = y - y_wanted;
          layer.step(step / 50.0,
                     Eigen::ArrayXf::Constant(1, static_cast<float>(backward_with_hardness(now, x, dy, dx))), 1e-3);
          const ChannelUnits<Activation> units(channels.hardness());
          units.forward(x, y);
          const Matrix by_channel = y - y_wanted;
          channels.step(step / 50.0, units.backward(x, by_channel, dx).template cast<float>(), 1e-3);
        }
        const bool up = wanted > start;
        CHECK((static_cast<double>(layer.hardness()(0)) > start + 0.1) == up);
        CHECK((static_cast<double>(layer.hardness()(0)) < start - 0.1) == !up);
        CHECK((channels.hardness().cast<double>() > start + 0.1).all() == up);
        CHECK((channels.hardness().cast<double>() < start - 0.1).all() == !up);
      }
    }
  };
  const auto all = [&learns](auto like) {
    using Scalar = decltype(like);
    learns("LambdaGelu", LambdaGelu<Scalar>());
    learns("Swish", Swish<Scalar>());
    learns("EGem<1>", EGem<Scalar>());
    learns("EGem<3>", EGem<Scalar, 3>());
    learns("SeGem<1>", SeGem<Scalar>());
    learns("SeGem<2>", SeGem<Scalar, 2>());
  };
  all(0.0f);
  all(0.0);
  all(Eigen::bfloat16(0.0f));
}

// ---- Channels ----

TEST_CASE("Channels of infinite hardness are ReLU, without NaN", "[hardening][extremes]") {
  const auto check = [](auto act) {
    using Activation = decltype(act);
    const double infinity = HUGE_VAL;
    const ChannelUnits<Activation> units(Eigen::Array3d(infinity, 2, infinity));
    Eigen::ArrayXXd x(3, 7), y(3, 7), dx(3, 7);
    for (int i = 0; i < 3; ++i) x.row(i) << -infinity, -1e200, -1, 0, 1, 1e200, infinity;
    const Eigen::ArrayXXd dy = Eigen::ArrayXXd::Constant(3, 7, 2);
    units.forward(x, y);
    const Eigen::ArrayXd gradient = units.backward(x, dy, dx);
    for (const int i : {0, 2})
      for (int j = 0; j < 7; ++j) {
        CHECK(y(i, j) == (x(i, j) > 0 ? x(i, j) : 0));
        CHECK(dx(i, j) == (x(i, j) > 0 ? 2 : 0));
      }
    CHECK(gradient(0) == 0);
    CHECK(gradient(2) == 0);
    CHECK(std::isfinite(gradient(1)));
    double one = 1, out = 0;
    for (const double point : {-infinity, -1.0, 0.0, 1.0, infinity})
      CHECK(backward_with_hardness(units[0], &point, &one, &out, 1) == 0);
  };
  check(LambdaGelu<double>());
  check(Swish<double>());
  check(EGem<double>());
  check(EGem<double, 3>());
  check(SeGem<double>());
  check(SeGem<double, 2>());
}

// ---- Reports ----

TEST_CASE("Predictions are compared in their order, whatever the order in memory", "[hardening][extremes]") {
  const Eigen::ArrayXXi before = (Eigen::ArrayXXd::Random(7, 5) * 100).cast<int>();
  Eigen::ArrayXXi after = before;
  after(2, 3) += 1;
  using Rows = Eigen::Array<int, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  CHECK(flips(before, Rows(before)) == 0);
  CHECK(flips(Rows(before), before) == 0);
  CHECK(flips(Rows(before), Rows(after)) == Approx(1.0 / 35));
  CHECK(flips(before, Rows(after)) == Approx(1.0 / 35));
  CHECK(flips(before.transpose(), Rows(after).transpose()) == Approx(1.0 / 35));
  CHECK(flips(before.block(1, 1, 4, 4), Rows(after).block(1, 1, 4, 4)) == Approx(1.0 / 16));
  const Eigen::VectorXi column = before.col(0).matrix();
  CHECK(flips(column, column.transpose()) == 0);
  CHECK(flips(column.transpose(), column) == 0);
  CHECK(refuses<std::invalid_argument>([&] { flips(before, before.transpose()); }, {"after must be 7 x 5"}));
}

TEST_CASE("The drift of whole numbers is not rounded", "[hardening][extremes]") {
  Eigen::ArrayXXi history(2, 3);
  history << 1, 2, 2, 4, 3, 5;
  CHECK(hardness_drift(history) == Approx((1 + 0 + 1 + 2) / 4.0));
  history << 1, 2, 2, 4, 3, 3;
  CHECK(hardness_drift(history) == Approx(0.5));
  CHECK(hardness_drift(history.cast<unsigned>()) == Approx(0.5));
  CHECK(hardness_drift(history.cast<float>()) == Approx(0.5));
}

// ---- Gradients ----

TEST_CASE("The gradient by the hardness is right where that by epsilon would overflow or underflow",
          "[hardening][extremes]") {
  const auto check = [](const auto& act, float x, float dy) {
    const auto wide = act.template cast<double>();
    const double x_wide = x, dy_wide = dy;
    float dx = 0;
    double dx_wide = 0;
    CAPTURE(act.hardness(), x);
    const double expected = backward_with_hardness(wide, &x_wide, &dy_wide, &dx_wide, 1);
    CHECK(backward_with_hardness(act, &x, &dy, &dx, 1) == Approx(expected).epsilon(1e-5).margin(1e-37));
    const Eigen::ArrayXXf one = Eigen::ArrayXXf::Constant(1, 1, x), upstream = Eigen::ArrayXXf::Constant(1, 1, dy);
    Eigen::ArrayXXf out(1, 1);
    const ChannelUnits<std::decay_t<decltype(act)>> units(Eigen::ArrayXf::Constant(1, act.hardness()));
    CHECK(units.backward(one, upstream, out)(0) == Approx(expected).epsilon(1e-4).margin(1e-37));
  };
  check(EGem<float, 1>(1e30f), 1, 1);
  check(EGem<float, 1>(0x1.97d912p+84f), 0x1.7fda38p+117f, 1);  // beyond reach, where ε^1.5 would overflow
  check(SeGem<float, 1>(1e30f), -3e38f, 1e-10f);
  check(EGem<float, 1>().with_hardness(1e15), 1e-15f, 1);
  check(EGem<float, 2>().with_hardness(1e9), 1e-9f, 1);
  check(EGem<float, 6>().with_hardness(1e-3), 1, 1);
  check(EGem<float, 10>().with_hardness(75), 0.01f, 1e6f);
  check(EGem<float, 20>().with_hardness(8.7), 0.1f, 1e6f);
  check(EGem<float, 20>().with_hardness(0.12), 1, 1);
  check(SeGem<float, 3>().with_hardness(2e6), -5e-7f, 1);
  check(SeGem<float, 10>().with_hardness(0.014), -3, 1000);
  for (const float x : {1e5f, 1e9f, 1e20f}) {  // where f is ReLU to the last bit
    check(EGem<float, 1>().with_hardness(10), x, 1);
    check(SeGem<float, 2>().with_hardness(0.1), -x, 1);
  }
}
