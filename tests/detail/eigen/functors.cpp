// Activations of Eigen expressions: lazy, fused, in packets, and the same bits as one number at a time.
#include <hardgate/activations.hpp>

#include <cstdint>
#include <type_traits>
#include <vector>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;

namespace {

template <class Scalar>
using Column = Eigen::Array<Scalar, Eigen::Dynamic, 1>;
template <class Scalar>
using Table = Eigen::Array<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

/// f(x) for each x, one number at a time.
template <class F, class X>
auto one_by_one(const F& f, const X& x) {
  Table<typename X::Scalar> y(x.rows(), x.cols());
  for (Eigen::Index j = 0; j < x.cols(); ++j)
    for (Eigen::Index i = 0; i < x.rows(); ++i) y(i, j) = f(typename X::Scalar(x(i, j)));
  return y;
}

template <class Activation>
using Derivative = detail::ResponseFunctor<Activation, detail::DerivativeMember>;
template <class Activation>
using ParameterGradient = detail::ResponseFunctor<Activation, detail::GradientMember>;

template <class T>
using bare = std::remove_cv_t<std::remove_reference_t<T>>;

template <class Expression>
constexpr bool in_packets = (Eigen::internal::evaluator<bare<Expression>>::Flags & Eigen::PacketAccessBit) != 0;

/// A gate that tells by whom it was asked, and is a different one for each: 1 for packets, 2 for numbers.
struct Witness : Gate<Witness> {
  static inline int packets = 0, numbers = 0;

  template <class T>
  static T value(const T&) {
    return T(2);
  }
  template <class V, class S>
  static Response<V> kernel(const V& x, const HardnessScale<S>&) {
    constexpr bool is_number = std::is_same_v<V, S>;
    ++(is_number ? numbers : packets);
    return {x * V(S(is_number ? 2 : 1)), V(S(is_number ? 20 : 10)), V(S(is_number ? 200 : 100))};
  }
};

/// The same without packets.
struct Plain : Gate<Plain> {
  template <class T>
  static T value(const T& u) {
    return u > T(0) ? T(1) : T(0.25);
  }
};

}  // namespace

TEST_CASE("An activation of an array is an expression, computed when it is assigned", "[functors]") {
  using Act = LambdaGelu<float>;
  const Act act(2.0f);
  Eigen::ArrayXXf x = Eigen::ArrayXXf::Constant(3, 4, 1.0f);

  STATIC_REQUIRE(std::is_same_v<bare<decltype(act(x))>, Eigen::CwiseUnaryOp<Act, const Eigen::ArrayXXf>>);
  STATIC_REQUIRE(
      std::is_same_v<bare<decltype(act.derivative(x))>, Eigen::CwiseUnaryOp<Derivative<Act>, const Eigen::ArrayXXf>>);
  STATIC_REQUIRE(std::is_same_v<bare<decltype(act.parameter_gradient(x))>,
                                Eigen::CwiseUnaryOp<ParameterGradient<Act>, const Eigen::ArrayXXf>>);
  STATIC_REQUIRE(std::is_same_v<bare<decltype(act(x))>, bare<decltype(x.unaryExpr(act))>>);

  const auto y = act(x);
  x(1, 2) = -0.5f;
  CHECK(y(1, 2) == act(-0.5f));
  CHECK(y(0, 0) == act(1.0f));
}

TEST_CASE("Arrays, matrices, blocks, maps and expressions are taken alike", "[functors]") {
  const EGem<double, 2> act(0.05);
  const auto value = [&](double x) { return act(x); };
  const auto slope = [&](double x) { return act.derivative(x); };
  const auto gradient = [&](double x) { return act.parameter_gradient(x); };
  const auto check = [&](const auto& x) {
    const Table<double> plain = x;
    Table<double> y = act(x), u = x.unaryExpr(act), d = act.derivative(x), g = act.parameter_gradient(x);
    CHECK(all_same_bits(y, one_by_one(value, plain)));
    CHECK(all_same_bits(u, y));
    CHECK(all_same_bits(d, one_by_one(slope, plain)));
    CHECK(all_same_bits(g, one_by_one(gradient, plain)));
  };
  const std::vector<double> numbers = mixed_numbers<double>(400);
  const Eigen::Map<const Eigen::ArrayXXd> map(numbers.data(), 20, 20);
  const Eigen::ArrayXXd array = map;
  const Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> rows = map;
  const Eigen::MatrixXd matrix = map.matrix();
  using Strides = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;

  check(map);
  check(array);
  check(rows);
  check(array.block(1, 2, 13, 7));
  check(array.row(3));
  check(array.col(5));
  check(rows.row(3));
  check(array.topRows(9));
  check(array.transpose());
  check(Eigen::Map<const Eigen::ArrayXXd, 0, Strides>(numbers.data(), 9, 4, Strides(40, 3)));
  check(Eigen::Map<const Eigen::ArrayXd, 0, Eigen::InnerStride<3>>(numbers.data() + 1, 101));
  check(
      Eigen::Map<const Eigen::ArrayXXd, 0, Eigen::OuterStride<>>(numbers.data() + 1, 7, 11, Eigen::OuterStride<>(13)));
  check(2.0 * array - rows.abs());
  check(array.square());
  check(act(array));

  Eigen::MatrixXd y = act(matrix), d = act.derivative(matrix), g = act.parameter_gradient(matrix);
  CHECK(all_same_bits(y, one_by_one(value, matrix)));
  CHECK(all_same_bits(d, one_by_one(slope, matrix)));
  CHECK(all_same_bits(g, one_by_one(gradient, matrix)));
  const Eigen::MatrixXd weights = Eigen::MatrixXd::Random(6, 20), samples = Eigen::MatrixXd::Random(20, 9);
  const Eigen::VectorXd bias = Eigen::VectorXd::Random(6);
  const Eigen::MatrixXd before = weights.lazyProduct(samples).colwise() + bias;
  const Eigen::MatrixXd layer = act(weights.lazyProduct(samples).colwise() + bias);
  CHECK((layer.array() - one_by_one(value, before)).matrix().norm() < 1e-13);
}

TEST_CASE("Activations fuse with the operations around them", "[functors]") {
  const LambdaGelu<float> act(2.0f);
  const Eigen::ArrayXXf x = Eigen::ArrayXXf::Random(37, 11) * 4.0f;
  const auto fused = 2.0f * act(x + 1.0f) - x.square() * act.derivative(x);
  STATIC_REQUIRE(in_packets<decltype(fused)> == in_packets<decltype(x + x)>);

  const Eigen::ArrayXXf y = fused;
  for (Eigen::Index i = 0; i < x.size(); ++i) {
    const float expected = 2.0f * act(x(i) + 1.0f) - x(i) * x(i) * act.derivative(x(i));
    CHECK(std::fabs(y(i) - expected) <= 1e-5f * (1.0f + x(i) * x(i)));
  }
  const double sum = static_cast<double>(act(x).sum());
  double expected = 0;
  for (Eigen::Index i = 0; i < x.size(); ++i) expected += static_cast<double>(act(x(i)));
  CHECK(std::fabs(sum - expected) < 1e-3);

  Eigen::ArrayXXf in_place = x;
  in_place = act(in_place);
  CHECK(all_same_bits(in_place, one_by_one([&](float a) { return act(a); }, x)));
}

TEST_CASE("Packets are announced to Eigen for float and double, not for scalars without a kernel", "[functors]") {
  const auto check = [](auto number, bool packets) {
    using Scalar = decltype(number);
    every_kernel<Scalar>([&](const std::string& name, auto act) {
      using Act = decltype(act);
      CAPTURE(name, sizeof(Scalar));
      using Eigen::internal::functor_traits;
      CHECK(bool(functor_traits<Act>::PacketAccess) == packets);
      CHECK(bool(functor_traits<Derivative<Act>>::PacketAccess) == packets);
      CHECK(in_packets<Eigen::CwiseUnaryOp<Act, const Column<Scalar>>> == packets);
      CHECK(in_packets<Eigen::CwiseUnaryOp<Derivative<Act>, const Column<Scalar>>> == packets);
      if constexpr (Act::has_parameter) {
        CHECK(bool(functor_traits<ParameterGradient<Act>>::PacketAccess) == packets);
        CHECK(in_packets<Eigen::CwiseUnaryOp<ParameterGradient<Act>, const Column<Scalar>>> == packets);
      }
    });
  };
  check(0.0f, bool(Eigen::internal::packet_traits<float>::Vectorizable));
  check(0.0, bool(Eigen::internal::packet_traits<double>::Vectorizable));
  check(0.0L, false);
  using Unvectorized = GatedUnit<float, Plain>;
  STATIC_REQUIRE(!bool(Eigen::internal::functor_traits<Unvectorized>::PacketAccess));
  constexpr bool sixteen_bit = HARDGATE_HAS_SIXTEEN_BIT_PACKETS;
  STATIC_REQUIRE(bool(Eigen::internal::functor_traits<LambdaGelu<Eigen::half>>::PacketAccess) ==
                 (sixteen_bit && bool(Eigen::internal::packet_traits<Eigen::half>::Vectorizable)));
}

TEST_CASE("Packets are what Eigen calls: a gate that counts says so", "[functors]") {
  if constexpr (Eigen::internal::packet_traits<float>::Vectorizable) {
    using Activation = GatedUnit<float, Witness>;
    constexpr int size = Eigen::internal::packet_traits<float>::size;
    const Activation act;
    for (const int n : {8 * size, 8 * size + size - 1}) {
      const Eigen::ArrayXf x = Eigen::ArrayXf::Constant(n, 3.0f);
      const auto counted = [&](const auto& expression, float by_packet, float by_number) {
        Witness::packets = Witness::numbers = 0;
        const Eigen::ArrayXf y = expression;
        CHECK(Witness::packets == 8);
        CHECK(Witness::numbers == n % size);
        CHECK((y.head(8 * size) == by_packet).all());
        CHECK((y.tail(n - 8 * size) == by_number).all());
      };
      counted(act(x), 3.0f, 6.0f);
      counted(x.unaryExpr(act), 3.0f, 6.0f);
      counted(act.derivative(x), 10.0f, 20.0f);
      counted(act.parameter_gradient(x), 100.0f, 200.0f);
      counted(act((x + x) - x), 3.0f, 6.0f);
    }
    using Small = Eigen::Array4f;
    Witness::packets = Witness::numbers = 0;
    const Small y = act(Small(Small::Ones()));
    CHECK(Witness::numbers == 0);
    CHECK((y == 1.0f).all());
  }
  SUCCEED();
}

TEMPLATE_TEST_CASE("A packet gives the same bits as a number, for every length and offset", "[functors]", float,
                   double) {
  using Scalar = TestType;
  constexpr Eigen::Index longest = 67, offsets = 16;
  const std::vector<Scalar> x = mixed_numbers<Scalar>(longest + offsets);
  every_kernel<Scalar>([&](const std::string& name, auto act) {
    using Act = decltype(act);
    const auto check = [&](const char* what, const auto& number, const auto& expression) {
      std::vector<Scalar> expected, y(longest + 3 * offsets);
      for (const Scalar a : x) expected.push_back(number(a));
      int wrong = 0;
      for (Eigen::Index n = 0; n <= longest; ++n) {
        for (Eigen::Index from = 0; from < offsets; ++from) {
          const Eigen::Index to = (from * 5 + n) % offsets;
          Eigen::Map<Column<Scalar>>(y.data() + to, n) =
              expression(Eigen::Map<const Column<Scalar>>(x.data() + from, n));
          for (Eigen::Index i = 0; i < n; ++i)
            wrong += !same_bits(y[static_cast<std::size_t>(to + i)], expected[static_cast<std::size_t>(from + i)]);
        }
      }
      CAPTURE(name, what);
      CHECK(wrong == 0);
    };
    check(
        "value", [&](Scalar a) { return act(a); }, [&](const auto& a) { return act(a); });
    check(
        "derivative", [&](Scalar a) { return act.derivative(a); }, [&](const auto& a) { return act.derivative(a); });
    if constexpr (Act::has_parameter)
      check(
          "parameter_gradient", [&](Scalar a) { return act.parameter_gradient(a); },
          [&](const auto& a) { return act.parameter_gradient(a); });
  });
}

TEMPLATE_TEST_CASE("A packet gives the same bits as a number, over the whole range", "[functors]", float, double) {
  using Scalar = TestType;
  const std::vector<Scalar> numbers = mixed_numbers<Scalar>(20000);
  const Eigen::Map<const Column<Scalar>> x(numbers.data(), 20000);
  every_kernel<Scalar>([&](const std::string& name, auto act) {
    CAPTURE(name);
    const Column<Scalar> y = act(x), d = act.derivative(x);
    CHECK(all_same_bits(y, one_by_one([&](Scalar a) { return act(a); }, x)));
    CHECK(all_same_bits(d, one_by_one([&](Scalar a) { return act.derivative(a); }, x)));
    if constexpr (decltype(act)::has_parameter) {
      const Column<Scalar> g = act.parameter_gradient(x);
      CHECK(all_same_bits(g, one_by_one([&](Scalar a) { return act.parameter_gradient(a); }, x)));
    }
  });
}

TEMPLATE_TEST_CASE("Special values keep to their lane", "[functors]", float, double) {
  using Scalar = TestType;
  using Limits = std::numeric_limits<Scalar>;
  constexpr Eigen::Index n = 35;
  const Scalar infinity = Limits::infinity();
  every_kernel<Scalar>([&](const std::string& name, auto act) {
    CAPTURE(name);
    const Column<Scalar> ordinary = Column<Scalar>::LinSpaced(n, Scalar(-3), Scalar(4));
    const Column<Scalar> y0 = act(ordinary), d0 = act.derivative(ordinary);
    int wrong = 0;
    const auto check = [&](Scalar special, auto&& value_holds, auto&& slope_holds) {
      for (Eigen::Index lane = 0; lane < n; ++lane) {
        Column<Scalar> x = ordinary;
        x(lane) = special;
        const Column<Scalar> y = act(x), d = act.derivative(x);
        for (Eigen::Index i = 0; i < n; ++i)
          wrong +=
              i == lane ? !value_holds(y(i)) + !slope_holds(d(i)) : !same_bits(y(i), y0(i)) + !same_bits(d(i), d0(i));
      }
    };
    const auto is_nan = [](Scalar a) { return a != a; };
    const auto is = [](Scalar b) { return [b](Scalar a) { return a == b; }; };
    const auto is_finite = [](Scalar a) { return std::isfinite(a); };
    check(Limits::quiet_NaN(), is_nan, is_nan);
    CHECK(wrong == 0);
    check(infinity, is(infinity), is(Scalar(1)));
    CHECK(wrong == 0);
    check(-infinity, is(act(-infinity)), is(Scalar(0)));
    CHECK(wrong == 0);
    check((Limits::max)(), is((Limits::max)()), is(Scalar(1)));
    CHECK(wrong == 0);
    check(
        Limits::lowest(), [&](Scalar a) { return std::isfinite(a) && std::fabs(a) < Scalar(1); }, is_finite);
    CHECK(wrong == 0);
    check(Scalar(0), is(Scalar(0)), is_finite);
    check(-Scalar(0), is(Scalar(0)), is_finite);
    check(Limits::denorm_min(), is_finite, is_finite);
    check(-Limits::denorm_min(), is_finite, is_finite);
    CHECK(wrong == 0);
  });
}

TEST_CASE("Small arrays of fixed size give the same bits", "[functors]") {
  const auto check = [](auto x) {
    using Array = decltype(x);
    using Scalar = typename Array::Scalar;
    const std::vector<Scalar> numbers = mixed_numbers<Scalar>(1000);
    every_gate<Scalar>([&](const std::string& name, auto act) {
      CAPTURE(name, x.size(), sizeof(Scalar));
      bool right = true;
      for (std::size_t i = 0; i + static_cast<std::size_t>(x.size()) <= numbers.size(); i += 3) {
        x = Eigen::Map<const Array>(numbers.data() + i);
        const Array y = act(x), d = act.derivative(x);
        right = right && all_same_bits(y, one_by_one([&](Scalar a) { return act(a); }, x)) &&
                all_same_bits(d, one_by_one([&](Scalar a) { return act.derivative(a); }, x));
      }
      CHECK(right);
    });
  };
  check(Eigen::Array2f());
  check(Eigen::Array3f());
  check(Eigen::Array4f());
  check(Eigen::Array<float, 8, 1>());
  check(Eigen::Array<float, 16, 1>());
  check(Eigen::Array33f());
  check(Eigen::Array2d());
  check(Eigen::Array3d());
  check(Eigen::Array4d());
  check(Eigen::Array<double, 8, 1>());
  check(Eigen::Array<double, 2, 3, Eigen::RowMajor>());
}

TEST_CASE("A gate without packets works in expressions all the same", "[functors]") {
  const GatedUnit<float, Plain> act(2.0f);
  const Eigen::ArrayXf x = Eigen::ArrayXf::LinSpaced(21, -1.0f, 1.0f);
  const Eigen::ArrayXf y = act(x), d = act.derivative(x), g = act.parameter_gradient(x);
  for (Eigen::Index i = 0; i < x.size(); ++i) {
    CHECK(y(i) == act(x(i)));
    CHECK(d(i) == act.derivative(x(i)));
    CHECK(g(i) == 0.0f);
  }
}
