// What goes wrong in one piece goes wrong for the caller, once, and after all pieces have ended; what cannot be run is
// refused at any size, before anything is written.
#include <Eigen/Core>

#include <hardgate/hardgate.hpp>
#include <unsupported/Eigen/CXX11/ThreadPool>

#include <atomic>
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "catch.hpp"
#include "support.hpp"

namespace {

std::atomic<int> divisions{0};

/// A number that refuses to divide 7, as checked and exact types refuse what they cannot do.
struct Checked {
  double v = 0;
  Checked() = default;
  Checked(double x) : v(x) {}
  explicit operator double() const { return v; }
  friend Checked operator+(Checked a, Checked b) { return a.v + b.v; }
  friend Checked operator-(Checked a, Checked b) { return a.v - b.v; }
  friend Checked operator-(Checked a) { return -a.v; }
  friend Checked operator*(Checked a, Checked b) { return a.v * b.v; }
  friend Checked operator/(Checked a, Checked b) {
    ++divisions;
    if (a.v == 7 || b.v == 7 || b.v == 50) throw std::runtime_error("7 was divided");
    return a.v / b.v;
  }
  Checked& operator+=(Checked b) { return *this = *this + b; }
  Checked& operator*=(Checked b) { return *this = *this * b; }
  friend bool operator<(Checked a, Checked b) { return a.v < b.v; }
  friend bool operator<=(Checked a, Checked b) { return a.v <= b.v; }
  friend bool operator==(Checked a, Checked b) { return a.v == b.v; }
};

}  // namespace

template <>
struct std::numeric_limits<Checked> : std::numeric_limits<double> {
  static Checked infinity() { return HUGE_VAL; }
  static Checked(max)() { return (std::numeric_limits<double>::max)(); }
};
namespace Eigen {
template <>
struct NumTraits<Checked> : NumTraits<double> {
  using Real = Checked;
};
}  // namespace Eigen

using namespace hardgate;
using namespace hardgate_tests;
using Eigen::Index;

namespace {

/// A pool whose tasks begin late, and that counts those that run.
class LatePool {
  std::vector<std::thread> threads_;

 public:
  std::atomic<int> running{0}, ended{0};
  int NumThreads() const { return 3; }
  void Schedule(std::function<void()> task) {
    ++running;
    threads_.emplace_back([this, task] {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      task();
      ++ended;
      --running;
    });
  }
  ~LatePool() {
    for (std::thread& thread : threads_) thread.join();
  }
};

constexpr Index grain = 1 << 14;

}  // namespace

TEST_CASE("An exception in any piece reaches the caller after all pieces have ended", "[execution_faults]") {
  const Gem<Checked> act;
  const Index n = 4 * grain;
  for (const Index wrong : {Index(10), grain + 10, 3 * grain, n - 1}) {
    CAPTURE(wrong);
    std::vector<Checked> x(static_cast<std::size_t>(n), Checked(0.5)), y(x);
    x[static_cast<std::size_t>(wrong)] = Checked(7);
    std::string message;
    divisions = 0;
    {
      LatePool pool;
      try {
        forward(act, x.data(), y.data(), n, on(pool));
      } catch (const std::runtime_error& error) {
        message = error.what();
        const int then = divisions;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        CHECK(divisions == then);  // nobody computes any more
      }
    }
    CHECK(message == "7 was divided");
    CHECK(divisions >= 3 * (n / 4));
  }
  std::vector<Checked> all(static_cast<std::size_t>(n), Checked(7)), y(all);
  Eigen::ThreadPool pool(3);
  for (int i = 0; i < 20; ++i) CHECK_THROWS_AS(forward(act, all.data(), y.data(), n, on(pool)), std::runtime_error);
}

TEST_CASE("Pieces with nothing to run them are refused at any size, by every function", "[execution_faults]") {
  const LambdaGelu<float> act(2.0f);
  Execution nobody;
  nobody.pieces = 4;
  for (const Index n : {Index(0), Index(1), Index(7), grain, 4 * grain, 40 * grain}) {
    CAPTURE(n);
    const Eigen::ArrayXf x = Eigen::ArrayXf::Ones(n);
    Eigen::ArrayXf y = Eigen::ArrayXf::Constant(n, 7), d = y;
    const float* in = x.data();
    const auto refused = [](const auto& call) { CHECK(refuses(call, {"pieces", "nothing runs them", "got 4"})); };
    refused([&] { forward(act, in, y.data(), n, nobody); });
    refused([&] { forward_with_derivative(act, in, y.data(), d.data(), n, nobody); });
    refused([&] { backward(act, in, in, d.data(), n, nobody); });
    refused([&] { backward_with_parameter(act, in, in, d.data(), n, nobody); });
    refused([&] { backward_with_hardness(act, in, in, d.data(), n, nobody); });
    refused([&] { forward(act, x, y, nobody); });
    CHECK(((y == 7).all() && (d == 7).all()));
  }
  Eigen::ArrayXXf gaps = Eigen::ArrayXXf::Constant(9, 5, 7);
  CHECK(refuses([&] { forward(act, gaps.topRows(3), gaps.topRows(3), nobody); }, {"nothing runs them"}));
  CHECK((gaps == 7).all());
}

TEST_CASE("There are never more pieces than are worth it, however many are asked for", "[execution_faults]") {
  const LambdaGelu<float> act(2.0f);
  int most = 0;
  Execution execution;
  execution.pieces = std::numeric_limits<int>::max();
  execution.run = [&most](int pieces, const std::function<void(int)>& piece) {
    most = pieces > most ? pieces : most;
    for (int i = pieces; i-- > 0;) piece(i);
  };
  for (const Index n : {Index(0), Index(1), grain, 2 * grain - 1, 5 * grain + 3}) {
    most = 0;
    const Eigen::ArrayXf x = Eigen::ArrayXf::Random(n) * 3;
    Eigen::ArrayXf y(n), d(n);
    forward(act, x, y, execution);
    CHECK(all_same_bits(y, Eigen::ArrayXf(act(x))));
    const float sum = backward_with_parameter(act, x, y, d, execution), alone = backward_with_parameter(act, x, y, d);
    CHECK(sum == Approx(alone).epsilon(1e-5));
    CHECK(most == (n >= 2 * grain ? static_cast<int>(n / grain) : 0));
  }
}

TEST_CASE("A negative number of elements is refused by every function", "[execution_faults]") {
  const LambdaGelu<float> act(2.0f);
  Eigen::ThreadPool pool(2);
  const float x[4] = {1, 1, 1, 1};
  float y[4] = {7, 7, 7, 7}, d[4] = {7, 7, 7, 7};
  for (const Index n : {Index(-1), Index(-4), std::numeric_limits<Index>::min()}) {
    const std::string got = "got " + std::to_string(n);
    const auto refused = [&got](const auto& call) { CHECK(refuses(call, {"n must be at least 0", got.c_str()})); };
    for (const Execution& execution : {Execution(), streaming(), on(pool)}) {
      refused([&] { forward(act, x, y, n, execution); });
      refused([&] { forward_with_derivative(act, x, y, d, n, execution); });
      refused([&] { backward(act, x, x, d, n, execution); });
      refused([&] { backward_with_parameter(act, x, x, d, n, execution); });
      refused([&] { backward_with_hardness(act, x, x, d, n, execution); });
    }
  }
  for (int i = 0; i < 4; ++i) CHECK((y[i] == 7 && d[i] == 7));
}

TEST_CASE("Where a pool takes only some of the tasks, those are waited for before the caller hears of it",
          "[execution_faults]") {
  /// Takes a number of tasks, and counts threads in a type of its own.
  class ShortPool {
    LatePool pool_;
    int left_;

   public:
    explicit ShortPool(int takes) : left_(takes) {}
    std::size_t NumThreads() const { return 3; }
    void Schedule(std::function<void()> task) {
      if (left_-- == 0) throw std::runtime_error("no more threads");
      pool_.Schedule(std::move(task));
    }
  };
  const Gem<float> act;
  for (const int takes : {0, 1, 2}) {
    const Eigen::ArrayXf x = Eigen::ArrayXf::Ones(4 * grain);
    Eigen::ArrayXf y(x.size());
    ShortPool pool(takes);
    CHECK_THROWS_AS(forward(act, x, y, on(pool)), std::runtime_error);
    y.setConstant(7);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    CHECK((y == 7).all());
  }
}
