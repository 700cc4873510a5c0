// The array functions on pointers: the bits of the activation at every alignment and size, no byte beyond, in place
// where documented, accurate sums. How they run is in execution.cpp, what Eigen objects they take in
// detail/eigen/dense.cpp.
#include <Eigen/Core>
#include <unsupported/Eigen/AutoDiff>

#include <hardgate/hardgate.hpp>
#include <unsupported/Eigen/CXX11/ThreadPool>

#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "callable.hpp"
#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;
using Eigen::Index;

TEMPLATE_TEST_CASE(
    "Every array function gives the bits of the activation at every size and offset, and touches nothing else",
    "[arrays]", float, double) {
  using Scalar = TestType;
  constexpr Index largest = 200;
  const std::vector<Scalar> x = mixed_numbers<Scalar>(largest), dy = ordinary_numbers<Scalar>(largest, 5);
  every_kernel<Scalar>([&](const std::string& name, auto act) {
    CAPTURE(name);
    const Expected<Scalar> expected(act, x, dy);
    int wrong_forward = 0, wrong_both = 0, wrong_backward = 0, wrong_parameter = 0;
    for (Index n = 0; n <= largest; ++n) {
      for (Index offset = 0; offset<16; offset += n> 70 ? 5 : 1) {
        Guarded<Scalar> in(x, n, offset), other(dy, n, (3 * offset + n) % 16), y(n, (5 * offset + 1) % 16),
            d(n, (7 * offset + 2) % 16);
        forward(act, in.data(), y.data(), n);
        wrong_forward += !y.holds(expected.value);
        forward_with_derivative(act, in.data(), y.data(), d.data(), n);
        wrong_both += !y.holds(expected.value) + !d.holds(expected.derivative);
        backward(act, in.data(), other.data(), d.data(), n);
        wrong_backward += !d.holds(expected.backward);
        if constexpr (decltype(act)::has_parameter) {
          Guarded<Scalar> dx(n, offset);
          backward_with_parameter(act, in.data(), other.data(), dx.data(), n);
          wrong_parameter += !dx.holds(expected.backward);
        }
        wrong_forward += !in.holds(x) + !other.holds(dy);
      }
    }
    CHECK(wrong_forward == 0);
    CHECK(wrong_both == 0);
    CHECK(wrong_backward == 0);
    CHECK(wrong_parameter == 0);
  });
}

TEMPLATE_TEST_CASE("Every array function works in place", "[arrays]", float, double) {
  using Scalar = TestType;
  constexpr Index largest = 200;
  const std::vector<Scalar> x = mixed_numbers<Scalar>(largest), dy = ordinary_numbers<Scalar>(largest, 5);
  every_kernel<Scalar>([&](const std::string& name, auto act) {
    CAPTURE(name);
    const Expected<Scalar> expected(act, x, dy);
    int wrong = 0;
    for (Index n = 0; n <= largest; ++n) {
      const Index offset = n % 16;
      const auto fresh_x = [&] { return Guarded<Scalar>(x, n, offset); };
      const auto fresh_dy = [&] { return Guarded<Scalar>(dy, n, offset); };
      {
        auto a = fresh_x();
        forward(act, a.data(), a.data(), n);
        wrong += !a.holds(expected.value);
      }
      {
        auto a = fresh_x(), other = fresh_dy();
        forward_with_derivative(act, a.data(), a.data(), other.data(), n);
        wrong += !a.holds(expected.value) + !other.holds(expected.derivative);
      }
      {
        auto a = fresh_x(), other = fresh_dy();
        forward_with_derivative(act, a.data(), other.data(), a.data(), n);
        wrong += !a.holds(expected.derivative) + !other.holds(expected.value);
      }
      {
        auto a = fresh_x(), other = fresh_dy();
        backward(act, a.data(), other.data(), other.data(), n);
        wrong += !other.holds(expected.backward) + !a.holds(x);
      }
      {
        auto a = fresh_x(), other = fresh_dy();
        backward(act, a.data(), other.data(), a.data(), n);
        wrong += !a.holds(expected.backward) + !other.holds(dy);
      }
      if constexpr (decltype(act)::has_parameter) {
        auto a = fresh_x(), other = fresh_dy(), dx = fresh_dy();
        const Scalar apart = backward_with_parameter(act, a.data(), other.data(), dx.data(), n);
        wrong += !same_bits(apart, backward_with_parameter(act, a.data(), other.data(), other.data(), n));
        wrong += !other.holds(expected.backward);
        other = fresh_dy();
        wrong += !same_bits(apart, backward_with_parameter(act, a.data(), other.data(), a.data(), n));
        wrong += !a.holds(expected.backward);
      }
    }
    CHECK(wrong == 0);
  });
}

TEMPLATE_TEST_CASE("The sum for the parameter takes in every element once", "[arrays]", float, double) {
  using Scalar = TestType;
  const std::vector<Scalar> x = ordinary_numbers<Scalar>(4200), dy = ordinary_numbers<Scalar>(4200, 5);
  every_kernel<Scalar>([&](const std::string& name, auto act) {
    if constexpr (decltype(act)::has_parameter) {
      CAPTURE(name);
      const Expected<Scalar> expected(act, x, dy);
      std::vector<Scalar> dx(x.size());
      long double sum = 0, size = 0;
      for (std::size_t n = 0; n <= x.size(); ++n) {
        if (n < 300 || n % 97 == 0 || n % 1024 < 2) {
          const auto actual = static_cast<long double>(
              backward_with_parameter(act, x.data(), dy.data(), dx.data(), static_cast<Index>(n)));
          if (!(std::fabs(actual - sum) <= size * 16 * std::numeric_limits<Scalar>::epsilon())) {
            CAPTURE(n, sum, actual);
            CHECK(actual == sum);
          }
        }
        if (n == x.size()) break;
        const long double term = static_cast<long double>(dy[n]) * static_cast<long double>(expected.gradient[n]);
        sum += term;
        size += std::fabs(term);
      }
      CHECK(size >= 0);
    }
  });
}

TEMPLATE_TEST_CASE("The sum for the parameter stays accurate over millions of elements", "[arrays]", float, double) {
  using Scalar = TestType;
  constexpr std::size_t n = 4u << 20;
  // Relative to the sum of magnitudes; a plain sum of this length is off by many times as much.
  const long double bound = std::is_same_v<Scalar, float> ? 3e-6L : 1e-13L;
  const auto check = [&](const char* name, const auto& act, const std::vector<Scalar>& x,
                         const std::vector<Scalar>& dy) {
    std::vector<Scalar> dx(n);
    const auto actual =
        static_cast<long double>(backward_with_parameter(act, x.data(), dy.data(), dx.data(), static_cast<Index>(n)));
    long double sum = 0, size = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const long double term = static_cast<long double>(dy[i]) * static_cast<long double>(act.parameter_gradient(x[i]));
      sum += term;
      size += std::fabs(term);
    }
    CAPTURE(name, sum, size, actual, std::fabs(actual - sum) / size);
    CHECK(std::fabs(actual - sum) <= bound * size);
  };
  std::vector<Scalar> x = ordinary_numbers<Scalar>(n), dy = ordinary_numbers<Scalar>(n, 5);
  const LambdaGelu<Scalar> lambda_gelu(Scalar(1.3));
  const EGem<Scalar> egem(Scalar(0.7));
  SECTION("of mixed sign") {
    check("LambdaGelu", lambda_gelu, x, dy);
    check("EGem", egem, x, dy);
  }
  SECTION("of one sign") {
    for (Scalar& a : dy) a = std::fabs(a);
    check("LambdaGelu", lambda_gelu, x, dy);
    check("EGem", egem, x, dy);
  }
  SECTION("all equal, so that every rounding errs to the same side") {
    x.assign(n, Scalar(0.7));
    dy.assign(n, Scalar(0.1));
    check("LambdaGelu", lambda_gelu, x, dy);
    check("EGem", egem, x, dy);
  }
}

TEMPLATE_TEST_CASE("backward_with_hardness is backward_with_parameter times dp/dh, on pointers and on Eigen objects",
                   "[arrays]", float, double) {
  using Scalar = TestType;
  using Array = Eigen::Array<Scalar, Eigen::Dynamic, 1>;
  every_kernel<Scalar>([](const std::string& name, auto act) {
    if constexpr (decltype(act)::has_parameter) {
      CAPTURE(name);
      const Array x = Array::Random(1037) * Scalar(4), dy = Array::Random(1037).abs();
      Array dx(1037), also(1037);
      const Scalar by_parameter = backward_with_parameter(act, x, dy, dx),
                   by_hardness = backward_with_hardness(act, x, dy, also);
      const Scalar derivative = act.parameter_derivative();  // 0 for ReLU, where by_parameter may be infinite
      CHECK(by_hardness == Approx(derivative == 0 ? Scalar(0) : by_parameter * derivative).epsilon(1e-5));
      CHECK(all_same_bits(dx, also));
      also.setZero();
      CHECK(same_bits(backward_with_hardness(act, x.data(), dy.data(), also.data(), 1037), by_hardness));
      CHECK(same_bits(backward_with_hardness(act, x.data(), dy.data(), also.data(), 1037, streaming()), by_hardness));
      CHECK(all_same_bits(dx, also));
    }
  });
  const SeGem<double> act(0.3);  // ∂f/∂h by differences of f in h
  const double x = -0.8, one = 1, h = act.hardness(), step = 1e-5;
  double dx = 0;
  const double difference = (act.with_hardness(h + step)(x) - act.with_hardness(h - step)(x)) / (2 * step);
  CHECK(backward_with_hardness(act, &x, &one, &dx, 1) == Approx(difference).epsilon(1e-8));
}

// ---- What may be called ----

namespace {

template <class Call, class... Arguments>
constexpr bool takes = std::is_invocable_v<Call, Arguments...>;

using Act = LambdaGelu<float>;
using In = const float*;
using Out = float*;
using ArrayF = Eigen::ArrayXXf;
using ConstArray = const Eigen::ArrayXXf&;
using ConstMap = Eigen::Map<const Eigen::ArrayXXf>&;
using ConstRef = Eigen::Ref<const Eigen::ArrayXXf>&;
using Sum = decltype(std::declval<ConstArray>() + std::declval<ConstArray>());
using Segment = Eigen::VectorBlock<Eigen::VectorXf>;

// Pointers.
static_assert(takes<CallForward, Act, In, Out, Index> && takes<CallForward, Act, Out, Out, int>);
static_assert(takes<CallForward, Act, In, Out, Index, Execution>);
static_assert(takes<CallBoth, Act, In, Out, Out, Index> && takes<CallBoth, Act, In, Out, Out, Index, Execution>);
static_assert(takes<CallBackward, Act, In, In, Out, Index> && takes<CallParameter, Act, In, In, Out, Index>);
static_assert(takes<CallHardness, Act, In, In, Out, Index> && takes<CallHardness, Act, In, In, Out, Index, Execution>);
static_assert(!takes<CallForward, Act, In, In, Index>, "y is written");
static_assert(!takes<CallBoth, Act, In, Out, In, Index> && !takes<CallBackward, Act, In, In, In, Index>);
static_assert(!takes<CallForward, Act, In, Out>, "how many?");
static_assert(!takes<CallForward, Act, In, Out, Out, Index>, "that is forward_with_derivative");
static_assert(!takes<CallForward, Act, const double*, double*, Index> && !takes<CallForward, Act, In, double*, Index>);
static_assert(!takes<CallForward, In, Out, Act> && !takes<CallForward, Act, Index, In, Out>);
static_assert(!takes<CallParameter, Gem<float>, In, In, Out, Index> &&
              takes<CallBackward, Gem<float>, In, In, Out, Index>);
static_assert(!takes<CallHardness, Gem<float>, In, In, Out, Index>);
// Eigen objects.
static_assert(takes<CallForward, Act, ConstArray, ArrayF&> && takes<CallForward, Act, Sum, ArrayF&>);
static_assert(takes<CallForward, Act, ConstArray, ArrayF&, Execution>);
static_assert(takes<CallForward, Act, ConstMap, Eigen::Map<ArrayF>> &&
              takes<CallForward, Act, ConstRef, Eigen::Ref<ArrayF>>);
static_assert(takes<CallForward, Act, Segment, Segment> && takes<CallForward, Act, ConstArray, Eigen::Block<ArrayF>>);
static_assert(takes<CallBoth, Act, ConstArray, ArrayF&, ArrayF&> &&
              takes<CallBoth, Act, ConstArray, ArrayF&, ArrayF&, Execution>);
static_assert(takes<CallBackward, Act, ConstArray, Sum, ArrayF&> &&
              takes<CallParameter, Act, Sum, ConstArray, ArrayF&, Execution>);
static_assert(takes<CallHardness, Act, ConstArray, ConstArray, ArrayF&, Execution>);
static_assert(!takes<CallForward, Act, ConstArray, ConstArray> && !takes<CallForward, Act, ConstArray, ConstMap>);
static_assert(!takes<CallForward, Act, ConstArray, ConstRef> && !takes<CallForward, Act, ConstArray, Sum>);
static_assert(!takes<CallForward, Act, ConstArray, ArrayF>, "nobody would see what a temporary array holds");
static_assert(!takes<CallBoth, Act, ConstArray, ArrayF&, ConstMap> &&
              !takes<CallBackward, Act, ConstArray, ConstArray, ConstRef>);
static_assert(!takes<CallForward, Act, const Eigen::ArrayXXd&, ArrayF&> &&
              !takes<CallForward, Act, ConstArray, Eigen::ArrayXXd&>);
static_assert(!takes<CallForward, Act, const std::vector<float>&, std::vector<float>&>);
static_assert(!takes<CallForward, ConstArray, ArrayF&, Act> && !takes<CallBackward, Act, ConstArray, ArrayF&>);
static_assert(!takes<CallForward, Act, ConstArray, Out> && !takes<CallForward, float, float, float>);
static_assert(!takes<CallParameter, Gem<float>, ConstArray, ConstArray, ArrayF&>);

}  // namespace

TEMPLATE_TEST_CASE("Gated products have the bits of the activation times the other half, in place too", "[arrays][glu]",
                   float, double) {
  using Scalar = TestType;
  using Array = Eigen::Array<Scalar, Eigen::Dynamic, 1>;
  every_kernel<Scalar>([](const std::string& name, auto act) {
    CAPTURE(name);
    for (const Eigen::Index n : {0, 1, 7, 16, 61, 1037}) {
      const Array a = Array::Random(n) * Scalar(4), b = Array::Random(n) * Scalar(2), dy = Array::Random(n);
      const Array value = act(a), slope = act.derivative(a), y = value * b, da = (dy * slope) * b, db = dy * value;
      Array out(n), other(n), place;
      glu_forward(act, a.data(), b.data(), out.data(), n);
      CHECK(all_same_bits(out, y));
      glu_forward(act, place = a, b, place);
      CHECK(all_same_bits(place, y));
      place = b;
      glu_forward(act, a, place, place, streaming());
      CHECK(all_same_bits(place, y));

      glu_backward(act, a.data(), b.data(), dy.data(), out.data(), other.data(), n);
      CHECK((all_same_bits(out, da) && all_same_bits(other, db)));
      const Array* inputs[] = {&a, &b, &dy};
      for (std::size_t first = 0; first < 3; ++first)
        for (std::size_t second = 0; second < 3; ++second) {
          if (first == second) continue;
          Array held[] = {a, b, dy};
          glu_backward(act, held[0], held[1], held[2], held[first], held[second]);
          CHECK((all_same_bits(held[first], da) && all_same_bits(held[second], db)));
          const std::size_t third = 3 - first - second;
          CHECK(all_same_bits(held[third], *inputs[third]));
        }
      if constexpr (decltype(act)::has_parameter) {
        Array dx(n), dx_and_b = dy * b;
        const Scalar sum = glu_backward_with_parameter(act, a, b, dy, out, other),
                     expected = backward_with_parameter(act, a, dx_and_b, dx);
        CHECK((all_same_bits(out, da) && all_same_bits(other, db)));
        const Scalar size = (dx_and_b * act.parameter_gradient(a)).abs().sum();
        CHECK((!std::isfinite(size) || std::fabs(sum - expected) <= size * Scalar(1e-5)));
        const Scalar by_hardness = glu_backward_with_hardness(act, a, b, dy, out, other);
        CHECK((all_same_bits(out, da) && std::isfinite(by_hardness)));
      }
    }
  });
}

TEST_CASE("A gated product takes the halves of one matrix, and refuses others", "[arrays][glu]") {
  const Eigen::MatrixXf x = Eigen::MatrixXf::Random(10, 6);
  Eigen::MatrixXf y(5, 6), d = Eigen::MatrixXf::Zero(10, 6);
  glu_forward(Gelu<float>(), x.topRows(5), x.bottomRows(5), y);
  CHECK(y.isApprox(Eigen::MatrixXf(Gelu<float>()(x.topRows(5))).cwiseProduct(x.bottomRows(5))));
  glu_backward(Gelu<float>(), x.topRows(5), x.bottomRows(5), y, d.topRows(5), d.bottomRows(5));
  CHECK(d.bottomRows(5).isApprox(Eigen::MatrixXf(Gelu<float>()(x.topRows(5))).cwiseProduct(y)));
  CHECK_THROWS_WITH(glu_forward(Gelu<float>(), x.topRows(5), x.topRows(4), y),
                    Catch::Contains("hardgate: b must be 5 x 6 like a, got 4 x 6"));
}

TEST_CASE("Where f' is 0 a large dy·b does not make NaN", "[arrays][glu]") {
  const Eigen::ArrayXf a = Eigen::ArrayXf::Constant(20, -40), large = Eigen::ArrayXf::Constant(20, 1e20f);
  Eigen::ArrayXf da(20), db(20);
  glu_backward(LambdaGelu<float>(2.0f), a, large, large, da, db);
  CHECK((da == 0).all());
  CHECK(glu_backward_with_parameter(LambdaGelu<float>(2.0f), a, large, large, da, db) == 0);
  double_backward(Relu<float>(), a, large, large, da, db);
  CHECK((db == 0).all());
}

TEST_CASE("Arrays that overlap are refused, and nothing is written", "[arrays]") {
  const Gelu<float> act;
  std::vector<float> v(100, 1.0f);
  float* const p = v.data();
  const char* message = "hardgate: y must be x itself, or apart from x, got arrays that overlap";
  CHECK_THROWS_WITH(forward(act, p, p + 49, 50), message);
  CHECK_THROWS_WITH(forward(act, p + 1, p, 50), message);
  Eigen::Map<Eigen::ArrayXf> map(p, 100);
  CHECK_THROWS_WITH(forward(act, map.head(50), map.segment(49, 50)), message);
  CHECK_THROWS_WITH(backward(act, p, p + 50, p + 60, 40),
                    "hardgate: dx must be dy itself, or apart from dy, got arrays that overlap");
  CHECK_THROWS_WITH(forward_with_derivative(act, p, p + 40, p + 60, 30),
                    "hardgate: dydx must be apart from y, got arrays that overlap");
  CHECK((map == 1).all());
  CHECK_NOTHROW(forward(act, p, p + 50, 50));
  CHECK_NOTHROW(forward(act, p + 50, p, 50));
  CHECK_NOTHROW(forward_with_derivative(act, p, p + 50, p + 50, 0));
  CHECK_NOTHROW(forward_with_derivative(act, map.head(0), map.segment(50, 0), map.segment(50, 0)));
  std::vector<float> wide(3000, 0.5f);
  using Columns = Eigen::Map<Eigen::ArrayXXf, 0, Eigen::OuterStride<>>;
  const Columns x(wide.data(), 300, 2, Eigen::OuterStride<>(600));
  Columns y(wide.data() + 500, 300, 2, Eigen::OuterStride<>(300));  // the second columns overlap, the first do not
  CHECK_THROWS_WITH(forward(act, x, y), message);
  CHECK(std::count(wide.begin(), wide.end(), 0.5f) == 3000);
}

TEST_CASE("Two outputs that are one array are refused, and nothing is written", "[arrays]") {
  const Eigen::MatrixXf x = Eigen::MatrixXf::Random(40, 3);
  const Eigen::Matrix<float, -1, -1, Eigen::RowMajor> turned = x;
  Eigen::MatrixXf one = Eigen::MatrixXf::Zero(40, 3), big = Eigen::MatrixXf::Zero(50, 3);
  const Gelu<float> act;
  const char* message = "hardgate: db must be another array than da, got the same";
  CHECK_THROWS_WITH(glu_backward(act, x, x, x, one, one), message);
  CHECK_THROWS_WITH(glu_backward(act, turned, x, x, one, one), message);
  CHECK_THROWS_WITH(glu_backward(act, x, x, x, big.topRows(40), big.topRows(40)), message);
  CHECK_THROWS_WITH(glu_backward(act, x.data(), x.data(), x.data(), one.data(), one.data(), 120), message);
  CHECK_THROWS_WITH(forward_with_derivative(act, x, one, one), Catch::Contains("dydx must be another array than y"));
  CHECK((one.array() == 0).all());
  CHECK((big.array() == 0).all());
}

TEST_CASE("Array functions do nothing to nothing", "[arrays]") {
  const LambdaGelu<float> act(2.0f);
  forward(act, static_cast<const float*>(nullptr), static_cast<float*>(nullptr), 0);
  CHECK(backward_with_parameter(act, static_cast<const float*>(nullptr), static_cast<const float*>(nullptr),
                                static_cast<float*>(nullptr), 0) == 0.0f);
}

TEST_CASE("Scalars without packets go through the same functions", "[arrays]") {
  const auto check = [](auto act) {
    using Scalar = typename decltype(act)::scalar;
    using Compute = detail::compute_t<Scalar>;
    Random random;
    for (const std::size_t n : {0u, 1u, 5u, 64u, 67u, 1500u}) {
      std::vector<Scalar> x(n), dy(n), y(n), d(n), both(n), dx(n);
      for (std::size_t i = 0; i < n; ++i) {
        x[i] = static_cast<Scalar>(static_cast<float>(random.between(-3, 3)));
        dy[i] = static_cast<Scalar>(static_cast<float>(random.between(-1, 1)));
      }
      const auto count = static_cast<Index>(n);
      forward(act, x.data(), y.data(), count);
      forward_with_derivative(act, x.data(), both.data(), d.data(), count);
      const auto sum = backward_with_parameter(act, x.data(), dy.data(), dx.data(), count);
      double expected = 0, size = 0;
      bool right = true;
      for (std::size_t i = 0; i < n; ++i) {
        const auto response = act.response(static_cast<Compute>(x[i]));
        right = right && y[i] == act(x[i]) && both[i] == y[i] && d[i] == act.derivative(x[i]) &&
                dx[i] == static_cast<Scalar>(static_cast<Compute>(dy[i]) * response.derivative);
        const double term = static_cast<double>(dy[i]) * static_cast<double>(response.parameter_gradient);
        expected += term;
        size += std::fabs(term);
      }
      CHECK(right);
      CHECK(std::fabs(static_cast<double>(sum) - expected) <=
            size * 4 * static_cast<double>(std::numeric_limits<Scalar>::epsilon()) + 1e-12);
    }
  };
  check(LambdaGelu<Eigen::half>(Eigen::half(2.0f)));
  check(EGem<Eigen::half>(Eigen::half(0.25f)));
  check(LambdaGelu<Eigen::bfloat16>(Eigen::bfloat16(2.0f)));
  check(SeGem<Eigen::bfloat16, 2>(Eigen::bfloat16(0.25f)));
  check(LambdaGelu<long double>(2.0L));
  check(SeGem<long double>(0.5L));
}

TEST_CASE("What is not computed in float or double is summed up in its own type", "[arrays]") {
  const LambdaGelu<long double> gelu(2.0L);
  const long double x[] = {1, 1}, dy[] = {1, 1e-18L}, huge[] = {1e4000L, 0};
  long double dx[2];
  const long double gradient = gelu.parameter_gradient(1);
  CHECK(backward_with_parameter(gelu, x, dy, dx, 2) == gradient + 1e-18L * gradient);
  CHECK(backward_with_parameter(gelu, x, huge, dx, 2) == 1e4000L * gradient);

  using Dual = Eigen::AutoDiffScalar<Eigen::Vector2d>;
  const SeGem<Dual> act(Dual(0.5, 2, 1));
  Eigen::Array<Dual, 5, 1> points, upstream, out;
  for (int i = 0; i < 5; ++i) {
    points(i) = Dual(i - 3.5, 2, 0);
    upstream(i) = Dual(1.0 + i);
  }
  const Dual sum = backward_with_parameter(act, points, upstream, out);
  Dual expected(0);
  for (int i = 0; i < 5; ++i) expected += upstream(i) * act.parameter_gradient(points(i));
  CHECK(sum.value() == expected.value());
  CHECK(sum.derivatives() == expected.derivatives());
}
