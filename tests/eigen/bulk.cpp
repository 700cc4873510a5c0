// The kernels for pointers: the bits of the activation at every alignment and size, no byte beyond, accurate
// sums.
#include <Eigen/Core>
#include <unsupported/Eigen/AutoDiff>

#include <hardgate/hardgate.hpp>
#include <unsupported/Eigen/CXX11/ThreadPool>

#include <cstdint>
#include <vector>

#include "catch.hpp"
#include "refusal.hpp"

namespace {

using Eigen::Index;
using hardgate::backward;
using hardgate::backward_with_parameter;
using hardgate::EGem;
using hardgate::forward;
using hardgate::Gelu;
using hardgate::GeluTanh;
using hardgate::Gem;
using hardgate::LambdaGelu;
using hardgate::Relu;
using hardgate::SeGem;
using hardgate::Silu;

/// visit(name, activation) for every activation.
template <class Scalar, class Visit>
void for_each_activation(const Visit& visit) {
  visit("LambdaGelu(1)", LambdaGelu<Scalar>());
  visit("LambdaGelu(3.7)", LambdaGelu<Scalar>(Scalar(3.7)));
  visit("LambdaGelu(infinity)", LambdaGelu<Scalar>(std::numeric_limits<Scalar>::infinity()));
  visit("LambdaGelu fast", LambdaGelu<Scalar, hardgate::Accuracy::fast>(Scalar(1.5)));
  visit("Gem<2>", Gem<Scalar, 2>());
  visit("EGem<1>(0.3)", EGem<Scalar>(Scalar(0.3)));
  visit("EGem<3>(1e-6)", EGem<Scalar, 3>(Scalar(1e-6)));
  visit("SeGem<1>(10)", SeGem<Scalar>(Scalar(10)));
  visit("SeGem<2>(1e-4)", SeGem<Scalar, 2>(Scalar(1e-4)));
  visit("Relu", Relu<Scalar>());
  visit("Gelu", Gelu<Scalar>());
  visit("GeluTanh", GeluTanh<Scalar>());
  visit("Silu", Silu<Scalar>());
}

template <class Scalar>
bool same(Scalar a, Scalar b) {
  return std::memcmp(&a, &b, sizeof a) == 0 || (a != a && b != b);
}

std::uint64_t state = 99;
double uniform() {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return static_cast<double>(state >> 11) / double(1ull << 53);
}

/// Mostly ordinary numbers, some special.
template <class Scalar>
std::vector<Scalar> inputs(std::size_t count, bool special) {
  using Limits = std::numeric_limits<Scalar>;
  const Scalar specials[] = {Limits::quiet_NaN(), Limits::infinity(),  -Limits::infinity(),
                             Scalar(0),           -Scalar(0),          (Limits::max)(),
                             Limits::lowest(),    Limits::denorm_min()};
  std::vector<Scalar> list(count);
  for (Scalar& x : list) {
    const double pick = uniform();
    x = special && pick < 0.1 ? specials[static_cast<int>(pick * 80)]
                              : static_cast<Scalar>(12 * uniform() - 6);
  }
  return list;
}

/// n numbers at an offset within a larger array that nobody else may touch.
template <class Scalar>
class Guarded {
 public:
  static constexpr Index margin = 80;
  Guarded(Index n, Index offset)
      : n_(n), offset_(margin + offset), numbers_(static_cast<std::size_t>(n + 2 * margin + 16)) {
    std::memset(static_cast<void*>(numbers_.data()), guard, numbers_.size() * sizeof(Scalar));
  }
  Guarded(const std::vector<Scalar>& content, Index n, Index offset) : Guarded(n, offset) {
    for (Index i = 0; i < n; ++i) data()[i] = content[static_cast<std::size_t>(i)];
  }
  Scalar* data() { return numbers_.data() + offset_; }
  /// Nothing was written outside, and inside is what was expected.
  bool holds(const std::vector<Scalar>& expected) const {
    for (Index i = 0; i < n_; ++i)
      if (!same(numbers_[static_cast<std::size_t>(offset_ + i)], expected[static_cast<std::size_t>(i)]))
        return false;
    return intact();
  }
  bool intact() const {
    const auto* bytes = reinterpret_cast<const unsigned char*>(numbers_.data());
    const std::size_t begin = static_cast<std::size_t>(offset_) * sizeof(Scalar);
    const std::size_t end = begin + static_cast<std::size_t>(n_) * sizeof(Scalar);
    for (std::size_t i = 0; i < numbers_.size() * sizeof(Scalar); ++i)
      if ((i < begin || i >= end) && bytes[i] != guard) return false;
    return true;
  }

 private:
  static constexpr unsigned char guard = 0xA5;
  Index n_, offset_;
  std::vector<Scalar> numbers_;
};

/// What every kernel should write for x and dy.
template <class Scalar>
struct Expected {
  std::vector<Scalar> value, derivative, gradient, backward;
  template <class Activation>
  Expected(const Activation& act, const std::vector<Scalar>& x, const std::vector<Scalar>& dy) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      value.push_back(act(x[i]));
      derivative.push_back(act.derivative(x[i]));
      backward.push_back(dy[i] * derivative[i]);
      if constexpr (Activation::has_parameter) gradient.push_back(act.parameter_gradient(x[i]));
    }
  }
};

}  // namespace

TEMPLATE_TEST_CASE(
    "Every kernel gives the bits of the activation at every size and offset, and touches nothing else",
    "[eigen][bulk]", float, double) {
  using Scalar = TestType;
  constexpr Index largest = 200;
  const std::vector<Scalar> x = inputs<Scalar>(largest, true), dy = inputs<Scalar>(largest, false);
  for_each_activation<Scalar>([&](const char* name, auto act) {
    CAPTURE(name);
    const Expected<Scalar> expected(act, x, dy);
    int wrong_forward = 0, wrong_both = 0, wrong_backward = 0, wrong_parameter = 0;
    for (Index n = 0; n <= largest; ++n) {
      for (Index offset = 0; offset<16; offset += n> 70 ? 5 : 1) {
        Guarded<Scalar> in(x, n, offset), other(dy, n, (3 * offset + n) % 16), y(n, (5 * offset + 1) % 16),
            d(n, (7 * offset + 2) % 16);
        forward(act, in.data(), y.data(), n);
        wrong_forward += !y.holds(expected.value);
        forward(act, in.data(), y.data(), d.data(), n);
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

TEMPLATE_TEST_CASE("Every kernel works in place", "[eigen][bulk]", float, double) {
  using Scalar = TestType;
  constexpr Index largest = 200;
  const std::vector<Scalar> x = inputs<Scalar>(largest, true), dy = inputs<Scalar>(largest, false);
  for_each_activation<Scalar>([&](const char* name, auto act) {
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
        forward(act, a.data(), a.data(), other.data(), n);
        wrong += !a.holds(expected.value) + !other.holds(expected.derivative);
      }
      {
        auto a = fresh_x(), other = fresh_dy();
        forward(act, a.data(), other.data(), a.data(), n);
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
        wrong += !same(apart, backward_with_parameter(act, a.data(), other.data(), other.data(), n));
        wrong += !other.holds(expected.backward);
        other = fresh_dy();
        wrong += !same(apart, backward_with_parameter(act, a.data(), other.data(), a.data(), n));
        wrong += !a.holds(expected.backward);
      }
    }
    CHECK(wrong == 0);
  });
}

TEMPLATE_TEST_CASE("Arrays larger than the caches go by the same rules", "[eigen][bulk]", float, double) {
  using Scalar = TestType;
  const auto n = static_cast<Index>(hardgate::bulk::cache_bytes / sizeof(Scalar) / 2 + 1037);
  const std::vector<Scalar> x = inputs<Scalar>(static_cast<std::size_t>(n), true),
                            dy = inputs<Scalar>(static_cast<std::size_t>(n), false);
  const auto check = [&](auto act) {
    const Expected<Scalar> expected(act, x, dy);
    Guarded<Scalar> in(x, n, 3), other(dy, n, 5), y(n, 1), d(n, 7);
    forward(act, in.data(), y.data(), n);
    CHECK(y.holds(expected.value));
    forward(act, in.data(), y.data(), d.data(), n);
    CHECK(y.holds(expected.value));
    CHECK(d.holds(expected.derivative));
    backward(act, in.data(), other.data(), d.data(), n);
    CHECK(d.holds(expected.backward));
    backward_with_parameter(act, in.data(), other.data(), y.data(), n);
    CHECK(y.holds(expected.backward));
    CHECK(in.holds(x));
    CHECK(other.holds(dy));
    forward(act, in.data(), in.data(), n);
    CHECK(in.holds(expected.value));
  };
  check(LambdaGelu<Scalar>(Scalar(3.7)));
  check(SeGem<Scalar, 2>(Scalar(1e-4)));
}

TEMPLATE_TEST_CASE("Asking for memory ahead changes nothing, on any processor", "[eigen][bulk]", float,
                   double) {
  using Scalar = TestType;
  using Activation = LambdaGelu<Scalar>;
  namespace bulk = hardgate::bulk;
  using Lane = bulk::Lane<Activation>;
  const Activation act(Scalar(3.7));
  for (const Index n : {1, 100, 1037}) {
    const std::vector<Scalar> x = inputs<Scalar>(static_cast<std::size_t>(n), true),
                              dy = inputs<Scalar>(static_cast<std::size_t>(n), false);
    const Expected<Scalar> expected(act, x, dy);
    Guarded<Scalar> in(x, n, 3), other(dy, n, 5), y(n, 1);
    const std::array<const Scalar*, 2> inputs = {in.data(), other.data()};
    const std::array<Scalar*, 1> output = {y.data()};
    bulk::pass<Lane, false, true>(bulk::Backward<Activation>{act}, inputs, output, n);
    CHECK(y.holds(expected.backward));
    Guarded<Scalar> streamed(n, 1);
    const std::array<Scalar*, 1> stream = {streamed.data()};
    bulk::pass<Lane, true, true>(bulk::Backward<Activation>{act}, inputs, stream, n);
    CHECK(streamed.holds(expected.backward));
  }
}

TEMPLATE_TEST_CASE("Streaming and threads change neither bits nor bounds", "[eigen][bulk]", float, double) {
  using Scalar = TestType;
  constexpr std::size_t largest = 5 * 16384 + 77;
  const std::vector<Scalar> x = inputs<Scalar>(largest, true), dy = inputs<Scalar>(largest, false);
  Eigen::ThreadPool pool(2);
  const std::vector<hardgate::Execution> executions = {
    hardgate::streaming(),
    hardgate::on(pool),
    hardgate::streaming(hardgate::on(pool)),
#if defined(_OPENMP)
    hardgate::openmp(3),
    hardgate::streaming(hardgate::openmp(2))
#endif
  };
  const LambdaGelu<Scalar> act(Scalar(2.5));
  const Expected<Scalar> expected(act, x, dy);
  std::vector<Index> sizes = {16383, 16384, 32767, 32768, 49153, static_cast<Index>(largest)};
  for (Index n = 0; n <= 140; ++n) sizes.push_back(n);
  for (const Index n : sizes) {
    for (Index offset = 0; offset<16; offset += n> 140 ? 7 : 1) {
      int wrong = 0;
      for (const hardgate::Execution& execution : executions) {
        Guarded<Scalar> in(x, n, 3), other(dy, n, offset), y(n, offset), d(n, (offset + n) % 16),
            dx(n, offset);
        forward(act, in.data(), y.data(), n, execution);
        wrong += !y.holds(expected.value);
        forward(act, in.data(), y.data(), d.data(), n, execution);
        wrong += !y.holds(expected.value) + !d.holds(expected.derivative);
        backward(act, in.data(), other.data(), d.data(), n, execution);
        wrong += !d.holds(expected.backward);
        const Scalar sum = backward_with_parameter(act, in.data(), other.data(), dx.data(), n, execution);
        wrong += !dx.holds(expected.backward);
        const Scalar again = backward_with_parameter(act, in.data(), other.data(), dx.data(), n, execution);
        wrong += !same(sum, again);
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

TEMPLATE_TEST_CASE("The sum over the pieces of several threads is the sum", "[eigen][bulk]", float, double) {
  using Scalar = TestType;
  constexpr std::size_t n = 7 * 16384 + 77;
  const std::vector<Scalar> x = inputs<Scalar>(n, false), dy = inputs<Scalar>(n, false);
  std::vector<Scalar> dx(n);
  Eigen::ThreadPool pool(3);
  const EGem<Scalar> act(Scalar(0.5));
  const Scalar alone = backward_with_parameter(act, x.data(), dy.data(), dx.data(), static_cast<Index>(n));
  const Scalar together =
      backward_with_parameter(act, x.data(), dy.data(), dx.data(), static_cast<Index>(n), hardgate::on(pool));
  double size = 0;
  for (std::size_t i = 0; i < n; ++i)
    size += std::fabs(static_cast<double>(dy[i]) * static_cast<double>(act.parameter_gradient(x[i])));
  CHECK(static_cast<double>(std::fabs(alone - together)) <=
        size * 4 * static_cast<double>(std::numeric_limits<Scalar>::epsilon()));
  CHECK(alone != Scalar(0));
}

TEMPLATE_TEST_CASE("The sum for the parameter takes in every element once", "[eigen][bulk]", float, double) {
  using Scalar = TestType;
  const std::vector<Scalar> x = inputs<Scalar>(4200, false), dy = inputs<Scalar>(4200, false);
  for_each_activation<Scalar>([&](const char* name, auto act) {
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
        const long double term =
            static_cast<long double>(dy[n]) * static_cast<long double>(expected.gradient[n]);
        sum += term;
        size += std::fabs(term);
      }
      CHECK(size >= 0);
    }
  });
}

TEMPLATE_TEST_CASE("The sum for the parameter stays accurate over millions of elements", "[eigen][bulk]",
                   float, double) {
  using Scalar = TestType;
  constexpr std::size_t n = 4u << 20;
  // Relative to the sum of magnitudes; a plain sum of this length is off by many times as much.
  const long double bound = std::is_same_v<Scalar, float> ? 3e-6L : 1e-13L;
  const auto check = [&](const char* name, const auto& act, const std::vector<Scalar>& x,
                         const std::vector<Scalar>& dy) {
    std::vector<Scalar> dx(n);
    const auto actual = static_cast<long double>(
        backward_with_parameter(act, x.data(), dy.data(), dx.data(), static_cast<Index>(n)));
    long double sum = 0, size = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const long double term =
          static_cast<long double>(dy[i]) * static_cast<long double>(act.parameter_gradient(x[i]));
      sum += term;
      size += std::fabs(term);
    }
    CAPTURE(name, sum, size, actual, std::fabs(actual - sum) / size);
    CHECK(std::fabs(actual - sum) <= bound * size);
  };
  std::vector<Scalar> x = inputs<Scalar>(n, false), dy = inputs<Scalar>(n, false);
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

TEST_CASE("Kernels do nothing to nothing", "[eigen][bulk]") {
  const LambdaGelu<float> act(2.0f);
  forward(act, static_cast<const float*>(nullptr), static_cast<float*>(nullptr), 0);
  CHECK(backward_with_parameter(act, static_cast<const float*>(nullptr), static_cast<const float*>(nullptr),
                                static_cast<float*>(nullptr), 0) == 0.0f);
}

TEST_CASE("Less than one piece is refused", "[eigen][bulk]") {
  const LambdaGelu<float> act(2.0f);
  std::vector<float> x(8), y(8, 7.0f);
  for (const int pieces : {0, -3}) {
    hardgate::Execution execution;
    execution.pieces = pieces;
    const std::string got = "got " + std::to_string(pieces);
    CHECK(refusal([&] { forward(act, x.data(), y.data(), 8, execution); },
                  {"pieces", "at least 1", got.c_str()}) == "");
    CHECK(refusal([&] { backward_with_parameter(act, x.data(), x.data(), y.data(), 8, execution); },
                  {got.c_str()}) == "");
#if defined(_OPENMP)
    CHECK(refusal([&] { hardgate::openmp(pieces); }, {"threads", "at least 1", got.c_str()}) == "");
#endif
  }
  CHECK(y == std::vector<float>(8, 7.0f));
}

TEST_CASE("Scalars without packets go through the same kernels", "[eigen][bulk]") {
  const auto check = [](auto act) {
    using Scalar = typename decltype(act)::scalar;
    using Compute = hardgate::compute_t<Scalar>;
    for (const std::size_t n : {0u, 1u, 5u, 64u, 67u, 1500u}) {
      std::vector<Scalar> x(n), dy(n), y(n), d(n), both(n), dx(n);
      for (std::size_t i = 0; i < n; ++i) {
        x[i] = static_cast<Scalar>(static_cast<float>(6 * uniform() - 3));
        dy[i] = static_cast<Scalar>(static_cast<float>(2 * uniform() - 1));
      }
      const auto count = static_cast<Index>(n);
      forward(act, x.data(), y.data(), count);
      forward(act, x.data(), both.data(), d.data(), count);
      const Scalar sum = backward_with_parameter(act, x.data(), dy.data(), dx.data(), count);
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

TEST_CASE("What is not computed in float or double is summed up in its own type", "[eigen][bulk]") {
  const LambdaGelu<long double> gelu(2.0L);
  const long double x[] = {1, 1}, dy[] = {1, 1e-18L}, huge[] = {1e4000L, 0};
  long double dx[2];
  const long double gradient = gelu.parameter_gradient(1);
  CHECK(backward_with_parameter(gelu, x, dy, dx, 2) == gradient + 1e-18L * gradient);
  CHECK(backward_with_parameter(gelu, x, huge, dx, 2) == 1e4000L * gradient);

  using Dual = Eigen::AutoDiffScalar<Eigen::Vector2d>;
  const SeGem<Dual> unit(Dual(0.5, 2, 1));
  Eigen::Array<Dual, 5, 1> points, upstream, out;
  for (int i = 0; i < 5; ++i) {
    points(i) = Dual(i - 3.5, 2, 0);
    upstream(i) = Dual(1.0 + i);
  }
  const Dual sum = backward_with_parameter(unit, points, upstream, out);
  Dual expected(0);
  for (int i = 0; i < 5; ++i) expected += upstream(i) * unit.parameter_gradient(points(i));
  CHECK(sum.value() == expected.value());
  CHECK(sum.derivatives() == expected.derivatives());
}
