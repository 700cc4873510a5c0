// Learn, anneal, hold: every shape of the way from the learned hardness to the target.
#include <hardgate/hardgate.hpp>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;

namespace {

constexpr Shape shapes[] = {Shape::linear, Shape::cosine, Shape::geometric, Shape::inverse_linear};

}  // namespace

TEST_CASE("The phases follow each other at their boundaries", "[hardening][schedule]") {
  const HardeningSchedule schedule(0.25, 0.75);
  CHECK(schedule.phase(0) == Phase::learn);
  CHECK(schedule.phase(0.2499999) == Phase::learn);
  CHECK(schedule.phase(0.25) == Phase::anneal);
  CHECK(schedule.phase(0.7499999) == Phase::anneal);
  CHECK(schedule.phase(0.75) == Phase::anneal);
  CHECK(schedule.phase(0.7500001) == Phase::hold);
  CHECK(schedule.phase(1) == Phase::hold);
  CHECK(schedule.learn_until() == 0.25);
  CHECK(schedule.anneal_until() == 0.75);
  CHECK(HardeningSchedule().learn_until() == 0.25);
  CHECK(HardeningSchedule(0.1, 0.2, Shape::cosine).shape() == Shape::cosine);
}

TEST_CASE("Every shape starts at the learned hardness and ends at the target", "[hardening][schedule]") {
  for (const Shape shape : shapes) {
    const HardeningSchedule schedule(0.25, 0.75, shape);
    CAPTURE(static_cast<int>(shape));
    CHECK(schedule.hardness(0, 2, 50) == 2);
    CHECK(schedule.hardness(0.2, 2, 50) == 2);
    CHECK(schedule.hardness(0.25, 2, 50) == Approx(2).epsilon(1e-14));
    CHECK(schedule.hardness(0.25 + 1e-12, 2, 50) == Approx(2).epsilon(1e-9));
    CHECK(schedule.hardness(0.75 - 1e-12, 2, 50) == Approx(50).epsilon(1e-9));
    CHECK(schedule.hardness(0.75, 2, 50) == 50);
    CHECK(schedule.hardness(1, 2, 50) == 50);
  }
}

TEST_CASE("Half way each shape is where its name says", "[hardening][schedule]") {
  const auto at = [](Shape shape, double progress) {
    return HardeningSchedule(0.2, 0.6, shape).hardness(progress, 2, 50);
  };
  CHECK(at(Shape::linear, 0.4) == Approx(26));
  CHECK(at(Shape::cosine, 0.4) == Approx(26));
  CHECK(at(Shape::geometric, 0.4) == Approx(10));
  CHECK(at(Shape::inverse_linear, 0.4) == Approx(1 / (0.5 / 2 + 0.5 / 50)));
  CHECK(at(Shape::linear, 0.3) == Approx(14));
  CHECK(at(Shape::cosine, 0.3) == Approx(2 + 48 * (1 - std::sqrt(0.5)) / 2));
  CHECK(at(Shape::geometric, 0.3) == Approx(2 * std::sqrt(5.0)));
  CHECK(at(Shape::inverse_linear, 0.3) == Approx(1 / (0.75 / 2 + 0.25 / 50)));
}

TEST_CASE("The way is monotone, never softer than learned and never past the target", "[hardening][schedule]") {
  for (const Shape shape : shapes) {
    for (const double learned : {1.0, 1.3, 1.51, 3.298017328688668, 49.0, 0.01}) {
      for (const double target : {1.0, 3.7, 12.855065193236692, 103.0, 1e6}) {
        for (const double p0 : {0.0, 0.25, 0.3}) {
          CAPTURE(static_cast<int>(shape), learned, target, p0);
          const HardeningSchedule schedule(p0, 0.9, shape);
          const double end = target > learned ? target : learned;
          double before = learned;
          int fell = 0, softer = 0, past = 0;
          for (int i = 0; i <= 20000; ++i) {
            const double now = schedule.hardness(i / 20000.0, learned, target);
            // a rounding or two between neighbours is no fall
            fell += !(now >= before * (1 - 1e-15));
            softer += !(now >= learned);
            past += !(now <= end);
            before = now;
          }
          softer += !(schedule.hardness(p0, learned, target) >= learned);
          past += !(schedule.hardness(std::nextafter(0.9, 0.0), learned, target) <= end);
          CHECK(fell == 0);
          CHECK(softer == 0);
          CHECK(past == 0);
        }
      }
    }
  }
}

TEST_CASE("What was learned harder than the target stays", "[hardening][schedule]") {
  for (const Shape shape : shapes)
    for (int i = 0; i <= 100; ++i) CHECK(HardeningSchedule(0.25, 0.9, shape).hardness(i / 100.0, 7, 5) == 7);
}

TEST_CASE("A phase may be empty", "[hardening][schedule]") {
  for (const Shape shape : shapes) {
    CAPTURE(static_cast<int>(shape));
    const HardeningSchedule jump(0.5, 0.5, shape);
    CHECK(jump.hardness(0.4999, 2, 50) == 2);
    CHECK(jump.hardness(0.5, 2, 50) == 50);
    const HardeningSchedule at_once(0, 1, shape);
    CHECK(at_once.phase(0) == Phase::anneal);
    CHECK(at_once.hardness(0, 2, 50) == Approx(2).epsilon(1e-14));
    CHECK(at_once.hardness(0.999999999999, 2, 50) == Approx(50).epsilon(1e-9));
    CHECK(at_once.hardness(1, 2, 50) == 50);
    CHECK(HardeningSchedule(0, 0, shape).hardness(0, 2, 50) == 50);
    const HardeningSchedule never(1, 1, shape);
    CHECK(never.hardness(0.9999, 2, 50) == 2);
    CHECK(never.hardness(1, 2, 50) == 50);
  }
}

TEST_CASE("Boundaries, progress and hardnesses outside their domains are refused by name and value",
          "[hardening][schedule]") {
  const double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(refuses([] { HardeningSchedule s(-0.125, 0.5); }, {"learn_until", "got -0.125"}));
  CHECK(refuses([] { HardeningSchedule s(1.5, 1.75); }, {"learn_until", "got 1.5"}));
  CHECK(refuses([&] { HardeningSchedule s(nan, 0.5); }, {"learn_until", "nan"}));
  CHECK(refuses([] { HardeningSchedule s(0.5, 0.25); }, {"anneal_until", "learn_until", "got 0.25"}));
  CHECK(refuses([] { HardeningSchedule s(0.5, 1.25); }, {"anneal_until", "got 1.25"}));
  CHECK(refuses([&] { HardeningSchedule s(0.5, nan); }, {"anneal_until", "nan"}));
  const HardeningSchedule schedule;
  CHECK(refuses([&] { schedule.phase(-0.5); }, {"progress", "got -0.5"}));
  CHECK(refuses([&] { schedule.phase(1.5); }, {"progress", "got 1.5"}));
  CHECK(refuses([&] { schedule.phase(nan); }, {"progress", "nan"}));
  CHECK(refuses([&] { schedule.hardness(2, 2, 50); }, {"progress", "got 2"}));
  CHECK(refuses([&] { schedule.hardness(0.5, 0, 50); }, {"learned", "got 0"}));
  CHECK(refuses([&] { schedule.hardness(0.5, nan, 50); }, {"learned", "nan"}));
  CHECK(refuses([&] { schedule.hardness(0.5, infinity, 50); }, {"learned", "got inf"}));
  CHECK(refuses([&] { schedule.hardness(0.5, 2, -50); }, {"target", "got -50"}));
  CHECK(refuses([&] { schedule.hardness(0.5, 2, nan); }, {"target", "nan"}));
  CHECK(refuses([&] { schedule.hardness(0.5, 2, infinity); }, {"target", "got inf"}));
}
