// Learning the hardness: the same drift under each optimizer, never below 1, annealed without a way back, resumed bit
// by bit; and with the activations' own gradients, towards the hardness that is wanted.
#include <hardgate/hardgate.hpp>

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;

namespace {

using Eigen::ArrayXd;

constexpr Optimizer optimizers[] = {Optimizer::adam, Optimizer::sgd};

LearnerOptions options_for(Optimizer optimizer, double multiplier = 10) {
  LearnerOptions options;
  options.optimizer = optimizer;
  options.multiplier = multiplier;
  return options;
}

/// Standard normal noise around a mean, the same stream for the same seed.
std::vector<double> gradient_stream(std::size_t steps, double mean, std::uint64_t seed = 1) {
  Random random(seed);
  std::vector<double> stream;
  while (stream.size() < steps) {
    const double radius = std::sqrt(-2 * std::log(1 - random.unit()));
    stream.push_back(mean + radius * std::cos(6.283185307179586 * random.unit()));
  }
  return stream;
}

ArrayXd one(double gradient) { return ArrayXd::Constant(1, gradient); }

/// A step while the hardness is learned.
template <class Scalar, class Gradient>
void learn(HardnessLearner<Scalar>& learner, const Gradient& gradient, double rate) {
  learner.step(0, gradient, rate);
}

struct Drift {
  double total, per_step;  // how far λ has come; its mean absolute change in a step
};
/// Runs a learner over a stream of gradients, scaled.
Drift run(const LearnerOptions& options, const std::vector<double>& stream, double scale, double rate) {
  HardnessLearner<double> learner(1, options);
  Drift drift{0, 0};
  for (const double g : stream) {
    const double before = learner.hardness()(0);
    learn(learner, one(scale * g), rate);
    drift.per_step += std::fabs(learner.hardness()(0) - before) / static_cast<double>(stream.size());
  }
  drift.total = learner.hardness()(0) - HardnessLearner<double>(1, options).hardness()(0);
  return drift;
}

/// Whether a learner with this value of an option is refused.
template <class Scalar>
Refusal refuses_option(double LearnerOptions::*option, double value, std::initializer_list<const char*> parts) {
  LearnerOptions options;
  options.*option = value;
  return refuses([&] { HardnessLearner<Scalar> learner(2, options); }, parts);
}

}  // namespace

TEST_CASE("A learner starts at the hardness it is given", "[hardening][learner]") {
  LearnerOptions options;
  options.start = 3.5;
  const HardnessLearner<double> learner(4, options);
  CHECK(learner.hardness().size() == 4);
  for (const double hardness : learner.hardness()) CHECK(hardness == Approx(3.5).epsilon(1e-14));
  CHECK(HardnessLearner<double>().hardness()(0) == Approx(1.6931471805599454).epsilon(1e-14));
  CHECK(HardnessLearner<float>(2).hardness()(1) == Approx(1.6931471805599454).epsilon(1e-6));
  CHECK(learner.options().start == 3.5);
  CHECK(!learner.frozen());
}

TEST_CASE("The hardness moves against its gradient, each for itself", "[hardening][learner]") {
  for (const Optimizer optimizer : optimizers) {
    HardnessLearner<double> learner(3, options_for(optimizer));
    const double start = learner.hardness()(0);
    for (int i = 0; i < 5; ++i) learn(learner, Eigen::Array3d(2.0, -0.5, 0.0), 1e-4);
    CHECK(learner.hardness()(0) < start);
    CHECK(learner.hardness()(1) > start);
    CHECK(learner.hardness()(2) == start);
  }
}

TEST_CASE("The hardness stays at least 1 and finite, whatever the gradient", "[hardening][learner]") {
  const auto check = [](auto zero) {
    using Scalar = decltype(zero);
    for (const Optimizer optimizer : optimizers) {
      for (const double size : {1e30, 1e15, 1.0, 1e-15, 1e-30}) {
        for (const double rate : {1e-3, 1.0, 1e4}) {
          HardnessLearner<Scalar> learner(2, options_for(optimizer));
          bool right = true;
          for (int i = 0; i < 200; ++i) {
            const double g = i % 50 == 49 ? -size : size;
            learn(learner, Eigen::Array2d(g, -g), rate);
            right = right && (learner.hardness() >= 1).all() && learner.hardness().isFinite().all();
          }
          CAPTURE(sizeof(Scalar), size, rate, static_cast<int>(optimizer));
          CHECK(right);
        }
      }
    }
  };
  check(0.0f);
  check(0.0);
}

TEST_CASE("Learning goes on after a gradient that was huge for once", "[hardening][learner]") {
  for (const Optimizer optimizer : optimizers) {
    LearnerOptions options = options_for(optimizer);
    options.second_moment = 0.9;  // forgets within a few hundred steps
    HardnessLearner<float> learner(1, options);
    learn(learner, one(1e25), 1e-4);
    for (int i = 0; i < 2000; ++i) learn(learner, one(-1), 1e-4);
    const float before = learner.hardness()(0);
    for (int i = 0; i < 20; ++i) learn(learner, one(-1), 1e-4);
    CHECK(learner.hardness()(0) > before);
  }
}

TEST_CASE("There is no weight decay: without a gradient nothing moves", "[hardening][learner]") {
  for (const Optimizer optimizer : optimizers) {
    for (const double start : {1.01, 1.7, 30.0}) {
      LearnerOptions options = options_for(optimizer);
      options.start = start;
      HardnessLearner<double> learner(2, options);
      const ArrayXd before = learner.hardness();
      for (int i = 0; i < 100; ++i) learn(learner, ArrayXd::Zero(2), 0.1);
      CHECK((learner.hardness() == before).all());
    }
    HardnessLearner<double> still(1, options_for(optimizer, 0));
    const double before = still.hardness()(0);
    for (int i = 0; i < 10; ++i) learn(still, one(3), 0.1);
    CHECK(still.hardness()(0) == before);
    HardnessLearner<double> no_rate(1, options_for(optimizer));
    learn(no_rate, one(3), 0);
    CHECK(no_rate.hardness()(0) == before);
  }
}

TEST_CASE("A step is near c·lr·sigmoid(s/t)/t for a gradient of constant sign", "[hardening][learner]") {
  for (const Optimizer optimizer : optimizers) {
    for (const double temperature : {0.05, 0.1, 1.0}) {
      for (const double sign : {-1.0, 1.0}) {
        LearnerOptions options = options_for(optimizer, 8);
        options.temperature = temperature;
        options.start = 2.5;
        HardnessLearner<double> learner(1, options);
        const Reparameterization<double> map(temperature);
        constexpr double rate = 1e-6;
        for (int i = 0; i < 200; ++i) {
          const double before = learner.hardness()(0);
          learn(learner, one(sign * 0.3), rate);
          const double step = learner.hardness()(0) - before;
          const double expected = -sign * options.multiplier * rate * map.derivative(map.inverse(before));
          CAPTURE(static_cast<int>(optimizer), temperature, sign, i, step, expected);
          if (optimizer == Optimizer::adam || i > 60) {
            if (std::fabs(step / expected - 1) > 0.02) CHECK(step == expected);
          } else {
            if (!(step / expected > 0 && step / expected < 1.02)) CHECK(step == expected);
          }
        }
        SUCCEED();
      }
    }
  }
}

TEST_CASE("c means the same drift under Adam and under SGD with momentum, at every scale of the gradient",
          "[hardening][learner]") {
  constexpr double rate = 1e-4;
  const double reference = run(options_for(Optimizer::adam), gradient_stream(800, -1), 1, rate).total;
  CHECK(reference > 0.5);
  for (const double mean : {-1.0, -0.3, 0.5, 3.0}) {
    for (const double scale : {1e-6, 1e-3, 1.0, 1e3, 1e6}) {
      for (const std::uint64_t seed : {1u, 2u, 3u}) {
        const std::vector<double> stream = gradient_stream(800, mean, seed);
        const Drift adam = run(options_for(Optimizer::adam), stream, scale, rate);
        const Drift sgd = run(options_for(Optimizer::sgd), stream, scale, rate);
        CAPTURE(mean, scale, seed, adam.total, sgd.total, adam.per_step, sgd.per_step);
        CHECK(sgd.total / adam.total == Approx(1).margin(0.2));
        CHECK(sgd.per_step / adam.per_step == Approx(1).margin(0.2));
      }
    }
  }
}

TEST_CASE("It does so for gradients that are noise alone, and in float", "[hardening][learner]") {
  const std::vector<double> stream = gradient_stream(3000, 0, 7);
  for (const double scale : {1e-6, 1.0, 1e6}) {
    const Drift adam = run(options_for(Optimizer::adam), stream, scale, 1e-4);
    const Drift sgd = run(options_for(Optimizer::sgd), stream, scale, 1e-4);
    CAPTURE(scale, adam.per_step, sgd.per_step);
    CHECK(sgd.per_step / adam.per_step == Approx(1).margin(0.2));
  }
  for (const Optimizer optimizer : optimizers) {
    for (const float scale : {1e-6f, 1.0f, 1e6f}) {
      HardnessLearner<float> single(1, options_for(optimizer));
      HardnessLearner<double> twice(1, options_for(optimizer));
      for (std::size_t i = 0; i < 500; ++i) {
        const float g = scale * static_cast<float>(stream[i] - 1);
        learn(single, Eigen::ArrayXf::Constant(1, g), 1e-4);
        learn(twice, one(static_cast<double>(g)), 1e-4);
      }
      CHECK(static_cast<double>(single.hardness()(0)) == Approx(twice.hardness()(0)).epsilon(1e-3));
    }
  }
}

TEST_CASE("The drift is proportional to c and to the learning rate", "[hardening][learner]") {
  for (const Optimizer optimizer : optimizers) {
    const std::vector<double> stream = gradient_stream(400, -1);
    const double base = run(options_for(optimizer, 10), stream, 1, 1e-7).total;
    for (const double factor : {0.1, 2.0, 5.0}) {
      CHECK(run(options_for(optimizer, 10 * factor), stream, 1, 1e-7).total / base == Approx(factor).epsilon(0.02));
      CHECK(run(options_for(optimizer, 10), stream, 1, factor * 1e-7).total / base == Approx(factor).epsilon(0.02));
    }
  }
}

TEST_CASE("Adam's step is that of Adam on s", "[hardening][learner]") {
  LearnerOptions options;
  options.momentum = 0.8;
  options.second_moment = 0.95;
  options.stabilizer = 1e-6;
  HardnessLearner<double> learner(1, options);
  const Reparameterization<double> map(options.temperature);
  double s = map.inverse(options.start), m = 0, v = 0;
  const std::vector<double> stream = gradient_stream(100, -0.5);
  for (std::size_t i = 0; i < stream.size(); ++i) {
    const double g = stream[i] * map.derivative(s), n = static_cast<double>(i + 1);
    m = 0.8 * m + 0.2 * g;
    v = 0.95 * v + 0.05 * g * g;
    s -= options.multiplier * 1e-3 * (m / (1 - std::pow(0.8, n))) / (std::sqrt(v / (1 - std::pow(0.95, n))) + 1e-6);
    learn(learner, one(stream[i]), 1e-3);
    CHECK(learner.hardness()(0) == Approx(map.hardness(s)).epsilon(1e-10));
  }
}

TEST_CASE("A refused step changes nothing, now or later", "[hardening][learner]") {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  using Wrong = std::invalid_argument;
  for (const Optimizer optimizer : optimizers) {
    LearnerOptions options = options_for(optimizer);
    options.target = 10;
    HardnessLearner<double> learner(3, options), twin(3, options);
    const std::vector<double> stream = gradient_stream(50, -1);
    for (std::size_t i = 0; i < stream.size(); ++i) {
      const double g = stream[i], progress = static_cast<double>(i) / 100;  // beyond 0.25 it is annealed
      const std::vector<double> before = learner.state();
      const Eigen::Array3d good(1, 2, 3);
      if (!learner.frozen()) {
        CHECK(refuses([&] { learner.step(0, Eigen::Array3d(1, 2, nan), 0.1); }, {"gradient", "finite", "nan"}));
        CHECK(refuses([&] { learner.step(0, Eigen::Array3d(1, -infinity, 2), 0.1); }, {"gradient", "got -inf"}));
        CHECK(refuses([&] { learner.step(0, good, -0.5); }, {"learning_rate", "got -0.5"}));
        CHECK(refuses([&] { learner.step(0, good, nan); }, {"learning_rate", "nan"}));
      } else {
        CHECK(refuses([&] { learner.step(0.125, good, 0.1); }, {"progress", "annealing", "got 0.125"}));
      }
      CHECK(
          refuses<Wrong>([&] { learner.step(progress, Eigen::Array2d(1, 2), 0.1); }, {"gradient must", "3", "got 2"}));
      CHECK(refuses<Wrong>([&] { learner.step(progress, ArrayXd(), 0.1); }, {"gradient must", "3", "got 0"}));
      CHECK(refuses([&] { learner.step(1.5, good, 0.1); }, {"progress", "got 1.5"}));
      CHECK(refuses([&] { learner.step(nan, good, 0.1); }, {"progress", "nan"}));
      CHECK(learner.state() == before);
      learner.step(progress, Eigen::Array3d(g, -g, 2 * g), 1e-3);
      twin.step(progress, Eigen::Array3d(g, -g, 2 * g), 1e-3);
      CHECK(learner.state() == twin.state());
    }
    CHECK(learner.frozen());
  }
}

TEST_CASE("The schedule says when to learn; what was learned is then hardened along it, and held",
          "[hardening][learner]") {
  LearnerOptions options;
  options.schedule = HardeningSchedule(0.25, 0.75, Shape::cosine);
  options.target = 2;
  HardnessLearner<double> learner(3, options);
  for (int i = 0; i < 300; ++i) learner.step(i / 1200.1, Eigen::Array3d(-1, 1, -3 + 0.02 * i), 1e-3);
  const ArrayXd learned = learner.hardness();
  CHECK(!learner.frozen());
  REQUIRE(learned.maxCoeff() > 2);
  REQUIRE(learned.minCoeff() < 2);

  ArrayXd before = learned;
  for (int i = 0; i <= 75; ++i) {
    const double progress = 0.25 + i / 100.0;
    learner.step(progress, Eigen::Array3d(5, -5, 5), 1e-3);  // the gradient does not matter any more
    CHECK(learner.frozen());
    CHECK((learner.hardness() >= before).all());
    for (Eigen::Index k = 0; k < 3; ++k)
      CHECK(learner.hardness()(k) == Approx(options.schedule.hardness(progress, learned(k), 2)).epsilon(1e-14));
    before = learner.hardness();
  }
  CHECK((before == learned.max(2)).all());
  learner.step(0.3, ArrayXd::Zero(3), 1e-3);  // never softer again
  CHECK((learner.hardness() == before).all());
}

TEST_CASE("Annealing in one step goes straight to the target", "[hardening][learner]") {
  LearnerOptions options;
  options.schedule = HardeningSchedule(0.5, 0.5);
  options.target = 64;
  HardnessLearner<float> learner(2, options);
  learner.step(1, Eigen::Array2f::Zero(), 1e-3);
  CHECK((learner.hardness() == 64.0f).all());
}

TEST_CASE("Without a target the hardness is learned to the end", "[hardening][learner]") {
  LearnerOptions options;
  options.schedule = HardeningSchedule(0.25, 0.5);
  HardnessLearner<double> learner(1, options), twin(1);
  for (const double progress : {0.0, 0.25, 0.4, 0.6, 1.0}) {
    const double before = learner.hardness()(0);
    learner.step(progress, one(-1), 1e-3);
    learn(twin, one(-1), 1e-3);
    CHECK(learner.hardness()(0) > before);
    CHECK(learner.hardness()(0) == twin.hardness()(0));
    CHECK(!learner.frozen());
  }
}

TEST_CASE("A learner may start at 1, where λ-GELU is GELU, and leave it", "[hardening][learner]") {
  const auto check = [](auto zero) {
    using Scalar = decltype(zero);
    for (const Optimizer optimizer : optimizers) {
      LearnerOptions options = options_for(optimizer);
      options.start = 1;
      HardnessLearner<Scalar> up(2, options), still(1, options), down(1, options), fixed(1, options_for(optimizer, 0));
      CHECK((up.hardness() == 1).all());
      CHECK(LambdaGelu<Scalar>(up.hardness()(0))(Scalar(-0.75)) == Gelu<Scalar>()(Scalar(-0.75)));
      for (int i = 0; i < 500; ++i) {
        learn(up, Eigen::Array2d(-1, -0.01), 1e-3);
        learn(down, one(1), 1e-3);
        learn(still, one(-1), 0);
        CHECK((up.hardness() >= 1).all());
        CHECK(down.hardness()(0) >= 1);
      }
      CHECK((up.hardness() > Scalar(1.5)).all());
      CHECK(down.hardness()(0) < Scalar(1.001));
      CHECK(still.hardness()(0) == 1);
    }
    LearnerOptions options;
    options.start = 1;
    options.multiplier = 0;
    options.target = 8;
    HardnessLearner<Scalar> learner(1, options);
    for (int i = 0; i < 25; ++i) {
      learner.step(i / 100.0, one(-1), 1e-3);
      CHECK(learner.hardness()(0) == 1);
    }
    learner.step(0.9, one(-1), 1e-3);
    CHECK(learner.hardness()(0) == 8);
  };
  check(0.0f);
  check(0.0);
}

TEST_CASE("A run that is saved and resumed at any step goes on bit by bit", "[hardening][learner]") {
  const auto check = [](auto zero) {
    using Scalar = decltype(zero);
    constexpr int steps = 40;
    const std::vector<double> stream = gradient_stream(steps, -0.5, 11);
    for (const Optimizer optimizer : optimizers) {
      for (const double start : {1.0, 1.7}) {
        LearnerOptions options = options_for(optimizer);
        options.start = start;
        options.schedule = HardeningSchedule(0.4, 0.8);
        options.target = 5;
        const auto step = [&](HardnessLearner<Scalar>& learner, int i) {
          const double g = stream[static_cast<std::size_t>(i)];
          learner.step(i / double(steps - 1), Eigen::Array3d(g, -g, 3 * g), 1e-2);
        };
        HardnessLearner<Scalar> whole(3, options);
        std::vector<std::vector<double>> states{whole.state()};
        bool learned = false, annealed = false;
        for (int i = 0; i < steps; ++i) {
          (whole.frozen() ? annealed : learned) = true;
          step(whole, i);
          states.push_back(whole.state());
        }
        CHECK((learned && annealed && whole.frozen()));
        for (int from = 0; from <= steps; ++from) {
          HardnessLearner<Scalar> resumed(3, options);
          resumed.restore(states[static_cast<std::size_t>(from)]);
          CHECK(resumed.state() == states[static_cast<std::size_t>(from)]);
          for (int i = from; i < steps; ++i) {
            step(resumed, i);
            if (resumed.state() != states[static_cast<std::size_t>(i + 1)]) {
              CAPTURE(from, i, static_cast<int>(optimizer));
              CHECK(resumed.state() == states[static_cast<std::size_t>(i + 1)]);
            }
          }
          CHECK(resumed.frozen() == whole.frozen());
          CHECK(all_same_bits(resumed.hardness(), whole.hardness()));
        }
      }
    }
  };
  check(0.0f);
  check(0.0);
}

TEST_CASE("A state that is not one of this learner's is refused and changes nothing", "[hardening][learner]") {
  HardnessLearner<double> learner(3), other(2);
  for (int i = 0; i < 5; ++i) learn(learner, Eigen::Array3d(1, -1, 2), 1e-2);
  const std::vector<double> before = learner.state();
  CHECK(refuses<std::invalid_argument>([&] { learner.restore(other.state()); }, {"state must", "got"}));
  CHECK(refuses<std::invalid_argument>([&] { learner.restore({}); }, {"state must", "got 0"}));
  for (std::size_t i = 0; i < before.size(); ++i) {
    std::vector<double> bad = before;
    bad[i] = std::numeric_limits<double>::quiet_NaN();
    CHECK(refuses([&] { learner.restore(bad); }, {"state", "finite", "nan"}));
  }
  CHECK(learner.state() == before);
}

TEST_CASE("A state with numbers that no learner has is refused", "[hardening][learner]") {
  HardnessLearner<float> learner(1);
  learner.step(0, 0.5f, 0.1);
  const std::vector<double> before = learner.state();
  const auto refused = [&](std::size_t which, double number, const char* why) {
    std::vector<double> bad = before;
    bad[which] = number;
    CAPTURE(which, number);
    CHECK(refuses([&] { learner.restore(bad); }, {"state", why}));
    CHECK(learner.state() == before);
  };
  refused(2, 1e300, "finite");
  refused(3, 0.5, "hardness");
  refused(3, -5, "hardness");
  refused(0, -1, "steps");
  refused(0, 1e30, "steps");
}

TEST_CASE("A learner of one hardness takes its gradient as a number, others do not", "[hardening][learner]") {
  HardnessLearner<double> by_number, by_array, two(2);
  for (int i = 0; i < 5; ++i) {
    by_number.step(0.1, -0.3, 0.01);
    by_array.step(0.1, Eigen::ArrayXd::Constant(1, -0.3), 0.01);
  }
  CHECK(by_number.state() == by_array.state());
  CHECK(refuses<std::invalid_argument>([&] { two.step(0.1, -0.3, 0.01); }, {"gradient", "got 1"}));
}

TEST_CASE("Every activation with a hardness learns towards the one that is wanted", "[hardening][learner]") {
  every_kernel<double>([](const std::string& name, const auto& act) {
    if constexpr (std::decay_t<decltype(act)>::has_parameter) {
      if (!std::isfinite(act.hardness())) return;
      const Eigen::ArrayXd x = Eigen::ArrayXd::LinSpaced(81, -2, 2);
      for (const Optimizer optimizer : optimizers) {
        for (const double wanted : {3.0, 1.2}) {
          CAPTURE(name, wanted, static_cast<int>(optimizer));
          const Eigen::ArrayXd y = act.with_hardness(wanted)(x);
          HardnessLearner<double> learner(1, options_for(optimizer));
          const double start = learner.hardness()(0);
          Eigen::ArrayXd f(x.size()), dx(x.size());
          for (int i = 0; i < 2000; ++i) {
            const auto now = act.with_hardness(learner.hardness()(0));
            forward(now, x, f);
            const Eigen::ArrayXd error = f - y;  // of the loss ½·Σ error²
            const double before = learner.hardness()(0);
            learn(learner, one(backward_with_hardness(now, x, error, dx)), 2e-4);
            if (i < 10) CHECK((learner.hardness()(0) > before) == (wanted > start));
          }
          CHECK(learner.hardness()(0) == Approx(wanted).epsilon(0.02));
        }
      }
    }
  });
}

TEST_CASE("The drift is the mean absolute change from epoch to epoch", "[hardening][learner]") {
  Eigen::ArrayXXd history(2, 4);
  history << 1, 2, 2, 5,  // 1 + 0 + 3
      4, 3, 3.5, 3.5;     // 1 + 0.5 + 0
  CHECK(hardness_drift(history) == Approx(5.5 / 6));
  CHECK(hardness_drift(history.matrix()) == Approx(5.5 / 6));
  CHECK(hardness_drift(history.leftCols(2)) == Approx(1));
  CHECK(hardness_drift(history.leftCols(1)) == 0);
  CHECK(hardness_drift(Eigen::ArrayXXd(0, 4)) == 0);
  CHECK(hardness_drift(Eigen::ArrayXXd(3, 0)) == 0);
  CHECK(hardness_drift(history.cast<float>()) == Approx(5.5 / 6));
}

TEST_CASE("Options outside their domains are refused by name and value", "[hardening][learner]") {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  CHECK(refuses_option<double>(&LearnerOptions::temperature, 0, {"temperature", "got 0"}));
  CHECK(refuses_option<double>(&LearnerOptions::temperature, -2, {"temperature", "got -2"}));
  CHECK(refuses_option<double>(&LearnerOptions::temperature, nan, {"temperature", "nan"}));
  CHECK(refuses_option<double>(&LearnerOptions::multiplier, -1, {"multiplier", "got -1"}));
  CHECK(refuses_option<double>(&LearnerOptions::multiplier, infinity, {"multiplier", "got inf"}));
  CHECK(refuses_option<double>(&LearnerOptions::multiplier, nan, {"multiplier", "nan"}));
  CHECK(refuses_option<double>(&LearnerOptions::start, 0.875, {"start", "at least 1", "got 0.875"}));
  CHECK(refuses_option<double>(&LearnerOptions::start, 0.5, {"start", "got 0.5"}));
  CHECK(refuses_option<double>(&LearnerOptions::start, nan, {"start", "nan"}));
  CHECK(refuses_option<double>(&LearnerOptions::momentum, 1, {"momentum", "got 1"}));
  CHECK(refuses_option<double>(&LearnerOptions::momentum, -0.5, {"momentum", "got -0.5"}));
  CHECK(refuses_option<double>(&LearnerOptions::second_moment, 1, {"second_moment", "got 1"}));
  CHECK(refuses_option<double>(&LearnerOptions::second_moment, nan, {"second_moment", "nan"}));
  CHECK(refuses_option<double>(&LearnerOptions::stabilizer, 0, {"stabilizer", "got 0"}));
  CHECK(refuses_option<double>(&LearnerOptions::stabilizer, -1, {"stabilizer", "got -1"}));
  CHECK(refuses_option<double>(&LearnerOptions::stabilizer, nan, {"stabilizer", "nan"}));
  for (const auto& [target, got] : {std::pair{0.0, "got 0"}, {-2.0, "got -2"}, {nan, "nan"}, {infinity, "got inf"}}) {
    LearnerOptions options;
    options.target = target;
    CHECK(refuses([&] { HardnessLearner<double> learner(2, options); }, {"target", got}));
  }
  CHECK(refuses([] { HardnessLearner<double> learner(0); }, {"count", "got 0"}));
  CHECK(refuses([] { HardnessLearner<double> learner(-3); }, {"count", "got -3"}));
}

TEST_CASE("What a float cannot hold is refused as it was given", "[hardening][learner]") {
  CHECK(refuses_option<float>(&LearnerOptions::start, 1e300, {"start", "e+300"}));
  CHECK(refuses_option<float>(&LearnerOptions::temperature, 1e-50, {"temperature", "e-50"}));
  CHECK(refuses_option<float>(&LearnerOptions::stabilizer, 1e-50, {"stabilizer", "e-50"}));

  HardnessLearner<float> learner(2);
  CHECK(refuses([&] { learn(learner, Eigen::Array2f(0, -1), 1e38); }, {"learning_rate", "multiplier"}));
  for (int i = 0; i < 5; ++i) {
    learn(learner, Eigen::Array2f(0, i % 2 == 0 ? -1.0f : 1.0f), 3e37);
    CHECK((learner.hardness() >= 1).all());
  }
}
