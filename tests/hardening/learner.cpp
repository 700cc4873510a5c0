// Learning the hardness: the same drift under each optimizer, never below 1, frozen and annealed without a
// way back.
#include <hardgate/hardgate.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "catch.hpp"
#include "refusal.hpp"

namespace {

using Eigen::ArrayXd;
using hardgate::HardeningSchedule;
using hardgate::hardness_drift;
using hardgate::HardnessLearner;
using hardgate::LearnerOptions;
using hardgate::Optimizer;
using hardgate::Reparameterization;
using hardgate::Shape;

constexpr Optimizer optimizers[] = {Optimizer::adam, Optimizer::sgd};

LearnerOptions options_for(Optimizer optimizer, double multiplier = 10) {
  LearnerOptions options;
  options.optimizer = optimizer;
  options.multiplier = multiplier;
  return options;
}

/// Standard normal noise around a mean, the same stream for the same seed.
std::vector<double> gradient_stream(std::size_t steps, double mean, std::uint64_t seed = 1) {
  std::vector<double> stream;
  const auto uniform = [&] {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (static_cast<double>(seed >> 11) + 0.5) / double(1ull << 53);
  };
  while (stream.size() < steps) {
    const double radius = std::sqrt(-2 * std::log(uniform()));
    stream.push_back(mean + radius * std::cos(6.283185307179586 * uniform()));
  }
  return stream;
}

ArrayXd one(double gradient) { return ArrayXd::Constant(1, gradient); }

struct Drift {
  double total, per_step;  // how far λ has come; its mean absolute change in a step
};
/// Runs a learner over a stream of gradients, scaled.
Drift run(const LearnerOptions& options, const std::vector<double>& stream, double scale, double rate) {
  HardnessLearner<double> learner(1, options);
  Drift drift{0, 0};
  for (const double g : stream) {
    const double before = learner.hardness()(0);
    learner.learn(one(scale * g), rate);
    drift.per_step += std::fabs(learner.hardness()(0) - before) / static_cast<double>(stream.size());
  }
  drift.total = learner.hardness()(0) - HardnessLearner<double>(1, options).hardness()(0);
  return drift;
}

/// How a learner with this value of an option is refused.
template <class Scalar>
std::string refuse(double LearnerOptions::*option, double value, std::initializer_list<const char*> parts) {
  LearnerOptions options;
  options.*option = value;
  return refusal([&] { HardnessLearner<Scalar> learner(2, options); }, parts);
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
    for (int i = 0; i < 5; ++i) learner.learn(Eigen::Array3d(2.0, -0.5, 0.0), 1e-4);
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
            learner.learn(Eigen::Array2d(g, -g), rate);
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
    learner.learn(one(1e25), 1e-4);
    for (int i = 0; i < 2000; ++i) learner.learn(one(-1), 1e-4);
    const float before = learner.hardness()(0);
    for (int i = 0; i < 20; ++i) learner.learn(one(-1), 1e-4);
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
      for (int i = 0; i < 100; ++i) learner.learn(ArrayXd::Zero(2), 0.1);
      CHECK((learner.hardness() == before).all());
    }
    HardnessLearner<double> still(1, options_for(optimizer, 0));
    const double before = still.hardness()(0);
    for (int i = 0; i < 10; ++i) still.learn(one(3), 0.1);
    CHECK(still.hardness()(0) == before);
    HardnessLearner<double> no_rate(1, options_for(optimizer));
    no_rate.learn(one(3), 0);
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
          learner.learn(one(sign * 0.3), rate);
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
        single.learn(Eigen::ArrayXf::Constant(1, g), 1e-4);
        twice.learn(one(static_cast<double>(g)), 1e-4);
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
      CHECK(run(options_for(optimizer, 10 * factor), stream, 1, 1e-7).total / base ==
            Approx(factor).epsilon(0.02));
      CHECK(run(options_for(optimizer, 10), stream, 1, factor * 1e-7).total / base ==
            Approx(factor).epsilon(0.02));
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
    s -= options.multiplier * 1e-3 * (m / (1 - std::pow(0.8, n))) /
         (std::sqrt(v / (1 - std::pow(0.95, n))) + 1e-6);
    learner.learn(one(stream[i]), 1e-3);
    CHECK(learner.hardness()(0) == Approx(map.hardness(s)).epsilon(1e-10));
  }
}

TEST_CASE("A refused step changes nothing, now or later", "[hardening][learner]") {
  const double nan = std::numeric_limits<double>::quiet_NaN(),
               infinity = std::numeric_limits<double>::infinity();
  for (const Optimizer optimizer : optimizers) {
    HardnessLearner<double> learner(3, options_for(optimizer)), twin(3, options_for(optimizer));
    const std::vector<double> stream = gradient_stream(50, -1);
    for (const double g : stream) {
      const ArrayXd before = learner.hardness();
      CHECK(refusal([&] { learner.learn(Eigen::Array3d(1, 2, nan), 0.1); }, {"gradient", "finite", "nan"}) ==
            "");
      CHECK(refusal([&] { learner.learn(Eigen::Array3d(1, -infinity, 2), 0.1); }, {"gradient", "got -inf"}) ==
            "");
      CHECK(refusal([&] { learner.learn(Eigen::Array3d(1, 2, 3), -0.5); }, {"learning_rate", "got -0.5"}) ==
            "");
      CHECK(refusal([&] { learner.learn(Eigen::Array3d(1, 2, 3), nan); }, {"learning_rate", "nan"}) == "");
      CHECK(refusal<std::invalid_argument>([&] { learner.learn(Eigen::Array2d(1, 2), 0.1); },
                                           {"gradient must have 3", "got 2"}) == "");
      CHECK(refusal([&] { learner.anneal(HardeningSchedule(), 0.5, nan); }, {"target", "nan"}) == "");
      CHECK(refusal([&] { learner.anneal(HardeningSchedule(), 1.5, 10); }, {"progress", "got 1.5"}) == "");
      CHECK(!learner.frozen());
      CHECK((learner.hardness() == before).all());
      learner.learn(Eigen::Array3d(g, -g, 2 * g), 1e-3);
      twin.learn(Eigen::Array3d(g, -g, 2 * g), 1e-3);
      CHECK((learner.hardness() == twin.hardness()).all());
    }
  }
}

TEST_CASE("Annealing freezes what was learned, hardens it along the schedule, and holds",
          "[hardening][learner]") {
  const HardeningSchedule schedule(0.25, 0.75, Shape::cosine);
  HardnessLearner<double> learner(3);
  for (int i = 0; i < 300; ++i) learner.learn(Eigen::Array3d(-1, 1, -3 + 0.02 * i), 1e-3);
  const ArrayXd learned = learner.hardness();
  const double target = 0.5 * (learned.maxCoeff() + learned.minCoeff());
  REQUIRE(learned.maxCoeff() > target);

  HardnessLearner<double> early = learner;
  early.anneal(schedule, 0.2499, target);
  CHECK(!early.frozen());
  CHECK((early.hardness() == learned).all());

  ArrayXd before = learned;
  for (int i = 0; i <= 75; ++i) {
    const double progress = 0.25 + i / 100.0;
    learner.anneal(schedule, progress, target);
    CHECK(learner.frozen());
    CHECK((learner.hardness() >= before).all());
    for (Eigen::Index k = 0; k < 3; ++k)
      CHECK(learner.hardness()(k) == Approx(schedule.hardness(progress, learned(k), target)).epsilon(1e-14));
    before = learner.hardness();
  }
  CHECK((before == learned.max(target)).all());
  CHECK(refusal<std::logic_error>([&] { learner.learn(Eigen::Array3d(1, 1, 1), 0.1); }, {"annealed"}) == "");
  CHECK((learner.hardness() == before).all());
  learner.anneal(schedule, 0.3, target);  // no way back
  CHECK((learner.hardness() == before).all());
  learner.anneal(schedule, 1, 1000);  // a harder target is still followed
  CHECK((learner.hardness() == 1000).all());
}

TEST_CASE("Annealing in one step goes straight to the target", "[hardening][learner]") {
  HardnessLearner<float> learner(2);
  learner.anneal(HardeningSchedule(0.5, 0.5), 1, 64);
  CHECK((learner.hardness() == 64.0f).all());
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
  const double nan = std::numeric_limits<double>::quiet_NaN(),
               infinity = std::numeric_limits<double>::infinity();
  CHECK(refuse<double>(&LearnerOptions::temperature, 0, {"temperature", "got 0"}) == "");
  CHECK(refuse<double>(&LearnerOptions::temperature, -2, {"temperature", "got -2"}) == "");
  CHECK(refuse<double>(&LearnerOptions::temperature, nan, {"temperature", "nan"}) == "");
  CHECK(refuse<double>(&LearnerOptions::multiplier, -1, {"multiplier", "got -1"}) == "");
  CHECK(refuse<double>(&LearnerOptions::multiplier, infinity, {"multiplier", "got inf"}) == "");
  CHECK(refuse<double>(&LearnerOptions::multiplier, nan, {"multiplier", "nan"}) == "");
  CHECK(refuse<double>(&LearnerOptions::start, 1, {"start", "greater than 1", "got 1"}) == "");
  CHECK(refuse<double>(&LearnerOptions::start, 0.5, {"start", "got 0.5"}) == "");
  CHECK(refuse<double>(&LearnerOptions::start, nan, {"start", "nan"}) == "");
  CHECK(refuse<double>(&LearnerOptions::momentum, 1, {"momentum", "got 1"}) == "");
  CHECK(refuse<double>(&LearnerOptions::momentum, -0.5, {"momentum", "got -0.5"}) == "");
  CHECK(refuse<double>(&LearnerOptions::second_moment, 1, {"second_moment", "got 1"}) == "");
  CHECK(refuse<double>(&LearnerOptions::second_moment, nan, {"second_moment", "nan"}) == "");
  CHECK(refuse<double>(&LearnerOptions::stabilizer, 0, {"stabilizer", "got 0"}) == "");
  CHECK(refuse<double>(&LearnerOptions::stabilizer, -1, {"stabilizer", "got -1"}) == "");
  CHECK(refuse<double>(&LearnerOptions::stabilizer, nan, {"stabilizer", "nan"}) == "");
  CHECK(refusal([] { HardnessLearner<double> learner(0); }, {"count", "got 0"}) == "");
  CHECK(refusal([] { HardnessLearner<double> learner(-3); }, {"count", "got -3"}) == "");
}

TEST_CASE("What a float cannot hold is refused as it was given", "[hardening][learner]") {
  CHECK(refuse<float>(&LearnerOptions::start, 1e300, {"start", "e+300"}) == "");
  CHECK(refuse<float>(&LearnerOptions::start, 1 + 1e-10, {"start", "got 1.0000000001"}) == "");
  CHECK(refuse<float>(&LearnerOptions::temperature, 1e-50, {"temperature", "e-50"}) == "");
  CHECK(refuse<float>(&LearnerOptions::stabilizer, 1e-50, {"stabilizer", "e-50"}) == "");

  HardnessLearner<float> learner(2);
  CHECK(refusal([&] { learner.learn(Eigen::Array2f(0, -1), 1e38); }, {"learning_rate", "multiplier"}) == "");
  for (int i = 0; i < 5; ++i) {
    learner.learn(Eigen::Array2f(0, i % 2 == 0 ? -1.0f : 1.0f), 3e37);
    CHECK((learner.hardness() >= 1).all());
  }
}
