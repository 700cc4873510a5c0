// Streaming and threads change neither bits nor bounds, on pointers and on Eigen objects.
#include <Eigen/Core>

#include <hardgate/hardgate.hpp>
#include <unsupported/Eigen/CXX11/ThreadPool>

#include <functional>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;
using Eigen::Index;

TEMPLATE_TEST_CASE("Streaming and threads change neither bits nor bounds", "[execution]", float, double) {
  using Scalar = TestType;
  constexpr std::size_t largest = 5 * 16384 + 77;
  const std::vector<Scalar> x = mixed_numbers<Scalar>(largest), dy = ordinary_numbers<Scalar>(largest, 5);
  Eigen::ThreadPool pool(2);
  const std::vector<Execution> executions = {
    streaming(),
    on(pool),
    streaming(on(pool)),
#if defined(_OPENMP)
    openmp(3),
    streaming(openmp(2))
#endif
  };
  const LambdaGelu<Scalar> act(Scalar(2.5));
  const Expected<Scalar> expected(act, x, dy);
  std::vector<Index> sizes = {16383, 16384, 32767, 32768, 49153, static_cast<Index>(largest)};
  for (Index n = 0; n <= 140; ++n) sizes.push_back(n);
  for (const Index n : sizes) {
    for (Index offset = 0; offset<16; offset += n> 140 ? 7 : 1) {
      int wrong = 0;
      for (const Execution& execution : executions) {
        Guarded<Scalar> in(x, n, 3), other(dy, n, offset), y(n, offset), d(n, (offset + n) % 16), dx(n, offset);
        forward(act, in.data(), y.data(), n, execution);
        wrong += !y.holds(expected.value);
        forward_with_derivative(act, in.data(), y.data(), d.data(), n, execution);
        wrong += !y.holds(expected.value) + !d.holds(expected.derivative);
        backward(act, in.data(), other.data(), d.data(), n, execution);
        wrong += !d.holds(expected.backward);
        const Scalar sum = backward_with_parameter(act, in.data(), other.data(), dx.data(), n, execution);
        wrong += !dx.holds(expected.backward);
        const Scalar again = backward_with_parameter(act, in.data(), other.data(), dx.data(), n, execution);
        wrong += !same_bits(sum, again);
        backward(act, in.data(), other.data(), other.data(), n, execution);
        wrong += !other.holds(expected.backward);
        forward(act, in.data(), in.data(), n, execution);
        wrong += !in.holds(expected.value);
      }
      CAPTURE(n, offset);
      if (wrong != 0) CHECK(wrong == 0);
    }
  }
  SUCCEED();
}

TEMPLATE_TEST_CASE("The sum over the pieces of several threads is the sum", "[execution]", float, double) {
  using Scalar = TestType;
  constexpr std::size_t n = 7 * 16384 + 77;
  const std::vector<Scalar> x = ordinary_numbers<Scalar>(n), dy = ordinary_numbers<Scalar>(n, 5);
  std::vector<Scalar> dx(n);
  Eigen::ThreadPool pool(3);
  const EGem<Scalar> act(Scalar(0.5));
  const Scalar alone = backward_with_parameter(act, x.data(), dy.data(), dx.data(), static_cast<Index>(n));
  const Scalar together = backward_with_parameter(act, x.data(), dy.data(), dx.data(), static_cast<Index>(n), on(pool));
  double size = 0;
  for (std::size_t i = 0; i < n; ++i)
    size += std::fabs(static_cast<double>(dy[i]) * static_cast<double>(act.parameter_gradient(x[i])));
  CHECK(static_cast<double>(std::fabs(alone - together)) <=
        size * 4 * static_cast<double>(std::numeric_limits<Scalar>::epsilon()));
  CHECK(alone != Scalar(0));
}

TEMPLATE_TEST_CASE("Eigen objects take an execution too, with and without gaps between their columns", "[execution]",
                   float, double) {
  using Scalar = TestType;
  using Table = Eigen::Array<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
  using Rows = Eigen::Array<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Eigen::ThreadPool pool(2);
  std::vector<int> calls;
  Execution counting = on(pool);
  counting.run = [&calls, run = counting.run](int pieces, const std::function<void(int)>& piece) {
    calls.push_back(pieces);
    run(pieces, piece);
  };
  const EGem<Scalar> act(Scalar(0.5));
  const Index rows = 3 * 16384 + 5, columns = 3;
  const Table x = Table::Random(rows, columns) * Scalar(3), dy = Table::Random(rows, columns);
  const Table value = act(x), slope = act.derivative(x), product = dy * slope;
  const auto check = [&](const auto& in, const auto& upstream, auto&& y, auto&& d, const Execution& execution,
                         std::size_t expected_calls) {
    calls.clear();
    y.setZero();
    forward(act, in, y, execution);
    CHECK(all_same_bits(Table(y), value));
    y.setZero();
    forward_with_derivative(act, in, y, d, execution);
    CHECK(all_same_bits(Table(y), value));
    CHECK(all_same_bits(Table(d), slope));
    backward(act, in, upstream, y, execution);
    CHECK(all_same_bits(Table(y), product));
    d.setZero();
    const Scalar sum = backward_with_parameter(act, in, upstream, d, execution);
    CHECK(all_same_bits(Table(d), product));
    CHECK(std::fabs(sum - backward_with_parameter(act, x, dy, d)) <=
          Scalar(rows * columns) * std::numeric_limits<Scalar>::epsilon());
    CHECK(backward_with_hardness(act, in, upstream, d, execution) ==
          Approx(sum * act.parameter_derivative()).epsilon(1e-5));
    CHECK(calls.size() == expected_calls);
  };
  Table y(rows, columns), d(rows, columns), large(rows + 7, columns), other(rows + 7, columns);
  Rows y_rows(rows, columns), d_rows(rows, columns);
  check(x, dy, y, d, streaming(), 0);
  check(x, dy, y, d, counting, 5);
  check(x, dy, y, d, streaming(counting), 5);
  check(x, dy, y_rows, d_rows, counting, 5);
  check(x, dy, large.topRows(rows), other.bottomRows(rows), streaming(counting), 5 * columns);
  check(Scalar(1) * x, dy, y, d, counting, 5);
}

TEST_CASE("Less than one piece, pieces that nobody runs and a negative number of elements are refused", "[execution]") {
  const LambdaGelu<float> act(2.0f);
  std::vector<float> x(8), y(8, 7.0f);
  for (const int pieces : {0, -3}) {
    Execution execution;
    execution.pieces = pieces;
    const std::string got = "got " + std::to_string(pieces);
    CHECK(refuses([&] { forward(act, x.data(), y.data(), 8, execution); }, {"pieces", "at least 1", got.c_str()}));
    CHECK(refuses([&] { backward_with_parameter(act, x.data(), x.data(), y.data(), 8, execution); }, {got.c_str()}));
    const Eigen::Map<const Eigen::ArrayXf> in(x.data(), 8);
    Eigen::Map<Eigen::ArrayXf> out(y.data(), 8);
    CHECK(refuses([&] { forward(act, in, out, execution); }, {"pieces", got.c_str()}));
#if defined(_OPENMP)
    CHECK(refuses([&] { openmp(pieces); }, {"threads", "at least 1", got.c_str()}));
#endif
  }
  Execution nobody;
  nobody.pieces = 2;
  CHECK(refuses([&] { forward(act, x.data(), y.data(), 8, nobody); }, {"pieces", "nothing runs them", "got 2"}));
  CHECK(refuses([&] { forward(act, x.data(), y.data(), -1); }, {"n must be at least 0", "got -1"}));
  CHECK(y == std::vector<float>(8, 7.0f));
}
