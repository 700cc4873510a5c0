// The array functions on dense Eigen objects: every storage order, blocks, maps, expressions; wrong sizes refused
// before anything is written, read-only outputs at compile time.
#include <hardgate/hardgate.hpp>

#include <initializer_list>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;
using Eigen::Dynamic;
using Eigen::Index;

namespace {

using ColumnMajor = Eigen::Array<double, Dynamic, Dynamic>;
using RowMajor = Eigen::Array<double, Dynamic, Dynamic, Eigen::RowMajor>;
using Strides = Eigen::Stride<Dynamic, Dynamic>;

constexpr Index rows = 7, columns = 5;

/// The four kernels from one input into three outputs of the same size, against one number at a time.
template <class Activation, class X, class DY, class Y, class D>
void check(const Activation& act, const X& x, const DY& dy, Y&& y, D&& d) {
  const ColumnMajor x0 = x.array(), dy0 = dy.array();
  ColumnMajor value(x0.rows(), x0.cols()), slope = value, product = value;
  double sum = 0;
  for (Index i = 0; i < x0.size(); ++i) {
    value(i) = act(x0(i));
    slope(i) = act.derivative(x0(i));
    product(i) = dy0(i) * slope(i);
    sum += dy0(i) * act.parameter_gradient(x0(i));
  }
  forward(act, x, y);
  CHECK((y.array() == value).all());
  y.setZero();
  forward_with_derivative(act, x, y, d);
  CHECK((y.array() == value).all());
  CHECK((d.array() == slope).all());
  y.setZero();
  backward(act, x, dy, y);
  CHECK((y.array() == product).all());
  d.setZero();
  CHECK(std::fabs(backward_with_parameter(act, x, dy, d) - sum) <= 1e-13 * (1 + std::fabs(sum)));
  CHECK((d.array() == product).all());
  CHECK((x.array() == x0).all());
  CHECK((dy.array() == dy0).all());
}

}  // namespace

TEST_CASE("Storage orders may be mixed", "[dense]") {
  const LambdaGelu<double> act(2.5);
  const ColumnMajor x = ColumnMajor::Random(rows, columns) * 3, dy = ColumnMajor::Random(rows, columns);
  const RowMajor x_rows = x, dy_rows = dy;
  const Eigen::MatrixXd x_matrix = x.matrix();
  const Eigen::Matrix<double, rows, columns> x_fixed = x.matrix();
  ColumnMajor y(rows, columns), d(rows, columns);
  RowMajor y_rows(rows, columns), d_rows(rows, columns);
  Eigen::MatrixXd y_matrix(rows, columns);
  Eigen::Array<double, rows, columns> y_fixed;
  Eigen::Matrix<double, rows, columns, Eigen::RowMajor> d_fixed;
  check(act, x, dy, y, d);
  check(act, x_rows, dy_rows, y_rows, d_rows);
  check(act, x, dy_rows, y, d_rows);
  check(act, x_rows, dy, y, d);
  check(act, x_rows, dy, y_rows, d);
  check(act, x, dy, y_rows, d_rows);
  check(act, x_matrix, dy, y, d_rows);
  check(act, x, dy, y_matrix, d);
  check(act, x_fixed, dy, y_fixed, d_fixed);
}

TEST_CASE("Vectors lie as they like", "[dense]") {
  const EGem<double, 2> act(0.1);
  const Eigen::VectorXd x = Eigen::VectorXd::Random(23) * 2, dy = Eigen::VectorXd::Random(23);
  Eigen::VectorXd y(23), d(23);
  check(act, x, dy, y, d);
  const Eigen::RowVectorXd x_row = x.transpose(), dy_row = dy.transpose();
  Eigen::RowVectorXd y_row(23), d_row(23);
  check(act, x_row, dy_row, y_row, d_row);
  check(act, x.transpose(), dy_row, y_row, d_row);
  const ColumnMajor x_column = x.array(), dy_column = dy.array();
  check(act, x_column, dy, y, d);
  check(act, x, dy_column, y, d);
  RowMajor y_wide(1, 23);
  ColumnMajor d_wide(1, 23);
  check(act, x_row, dy_row, y_wide, d_wide);
  check(act, ColumnMajor(x_row), dy_row, d_wide, y_wide);
}

TEST_CASE("Blocks and maps are inputs and outputs, also as temporaries, and their surroundings stay", "[dense]") {
  const SeGem<double> act(0.2);
  const ColumnMajor large = ColumnMajor::Random(20, 20) * 3, other = ColumnMajor::Random(20, 20);
  const RowMajor large_rows = large, other_rows = other;
  const ColumnMajor x = large.block(2, 3, rows, columns), dy = other.block(1, 1, rows, columns);
  ColumnMajor y = ColumnMajor::Constant(20, 20, 77), d = y;
  RowMajor y_rows = y, d_rows = y;

  const auto surroundings_stay = [&](auto& array, Index row, Index column, Index height, Index width) {
    array.block(row, column, height, width).setConstant(77);
    CHECK((array == 77).all());
  };
  check(act, large.block(2, 3, rows, columns), other.block(1, 1, rows, columns), y.block(3, 2, rows, columns),
        d.block(9, 9, rows, columns));
  surroundings_stay(y, 3, 2, rows, columns);
  surroundings_stay(d, 9, 9, rows, columns);
  check(act, large_rows.block(2, 3, rows, columns), other.block(1, 1, rows, columns), y_rows.block(3, 2, rows, columns),
        d.block(9, 9, rows, columns));
  surroundings_stay(y_rows, 3, 2, rows, columns);
  surroundings_stay(d, 9, 9, rows, columns);
  check(act, large.block(2, 3, rows, columns), other_rows.block(1, 1, rows, columns), y_rows.block(3, 2, rows, columns),
        d_rows.block(9, 9, rows, columns));
  surroundings_stay(y_rows, 3, 2, rows, columns);
  surroundings_stay(d_rows, 9, 9, rows, columns);

  check(act, large.topRows(4), other.topRows(4), y.topRows(4), d.bottomRows(4));
  surroundings_stay(y, 0, 0, 4, 20);
  surroundings_stay(d, 16, 0, 4, 20);
  check(act, large.leftCols(4), other.leftCols(4), y.leftCols(4), d.rightCols(4));
  surroundings_stay(y, 0, 0, 20, 4);
  surroundings_stay(d, 0, 16, 20, 4);
  check(act, large.row(4), other.row(5), y.row(6), d.row(7));
  surroundings_stay(y, 6, 0, 1, 20);
  surroundings_stay(d, 7, 0, 1, 20);
  check(act, large_rows.row(4), other.row(5), y_rows.row(6), d.row(7));
  surroundings_stay(y_rows, 6, 0, 1, 20);
  surroundings_stay(d, 7, 0, 1, 20);
  check(act, large.col(4), other.col(5), y_rows.col(6), d.col(7));
  surroundings_stay(y_rows, 0, 6, 20, 1);
  surroundings_stay(d, 0, 7, 20, 1);
  check(act, x.transpose(), dy.transpose(), y.block(3, 2, rows, columns).transpose(), d.block(9, 9, columns, rows));
  surroundings_stay(y, 3, 2, rows, columns);
  surroundings_stay(d, 9, 9, columns, rows);

  const Eigen::Map<const ColumnMajor, 0, Strides> strided(large.data(), rows, columns, Strides(40, 3));
  check(act, strided, dy, Eigen::Map<ColumnMajor, 0, Strides>(y.data(), rows, columns, Strides(40, 3)),
        Eigen::Map<ColumnMajor, 0, Eigen::OuterStride<>>(d.data(), rows, columns, Eigen::OuterStride<>(20)));
  surroundings_stay(d, 0, 0, rows, columns);
  for (Index j = 0; j < columns; ++j)
    for (Index i = 0; i < rows; ++i) y.data()[40 * j + 3 * i] = 77;
  CHECK((y == 77).all());

  ColumnMajor z(rows, columns);
  const Eigen::Ref<const ColumnMajor> x_ref = x;
  Eigen::Ref<ColumnMajor> z_ref = z;
  check(act, x_ref, dy, z_ref, d.topLeftCorner(rows, columns));
}

namespace {

/// A class of one's own that is a matrix.
struct Derived : Eigen::MatrixXd {
  using Eigen::MatrixXd::MatrixXd;
};

}  // namespace

TEST_CASE("Heads, segments, tails and classes derived from Eigen's are inputs and outputs", "[dense]") {
  const SeGem<double> act(0.2);
  const Eigen::VectorXd x = Eigen::VectorXd::Random(30) * 3, dy = Eigen::VectorXd::Random(30);
  Eigen::VectorXd y = Eigen::VectorXd::Constant(30, 77), d = y;
  check(act, x.head(11), dy.tail(11), y.segment(3, 11), d.head(11));
  CHECK((y.head(3).array() == 77).all());
  CHECK((y.tail(16).array() == 77).all());
  CHECK((d.tail(19).array() == 77).all());
  check(act, x.head<5>(), dy.segment<5>(7), y.tail<5>(), d.segment<5>(20));
  y.setConstant(77);
  const Eigen::VectorXd before = x;
  Eigen::VectorXd place = x;
  forward(act, place.segment(4, 9), place.segment(4, 9));
  for (Index i = 0; i < 30; ++i) CHECK(place(i) == (i >= 4 && i < 13 ? act(before(i)) : before(i)));

  Derived in(rows, columns), out(rows, columns), slopes(rows, columns);
  in.setRandom();
  const Eigen::MatrixXd up = Eigen::MatrixXd::Random(rows, columns);
  check(act, in, up, out, slopes);
}

TEST_CASE("Expressions are inputs", "[dense]") {
  const LambdaGelu<double> act(1.5);
  const ColumnMajor x = ColumnMajor::Random(rows, columns), dy = ColumnMajor::Random(rows, columns);
  const Eigen::MatrixXd left = Eigen::MatrixXd::Random(rows, 4), right = Eigen::MatrixXd::Random(4, columns);
  ColumnMajor y(rows, columns), d(rows, columns);
  RowMajor y_rows(rows, columns), d_rows(rows, columns);
  check(act, 2 * x + 1, -dy, y, d);
  check(act, 2 * x + 1, -dy, y_rows, d_rows);
  check(act, x.square() - dy, dy.matrix() * 2.0, y_rows, d);
  check(act, ColumnMajor::Constant(rows, columns, 0.5), dy, y, d);
  check(act, ColumnMajor(x), ColumnMajor(dy), y, d);

  const Eigen::MatrixXd product = left.lazyProduct(right);
  Eigen::MatrixXd z(rows, columns);
  forward(act, left.lazyProduct(right), z);
  CHECK((z - Eigen::MatrixXd(act(product))).norm() < 1e-13);
}

TEST_CASE("Everything works in place where it is documented to", "[dense]") {
  const LambdaGelu<double> act(1.5);
  const ColumnMajor x = ColumnMajor::Random(rows, columns), dy = ColumnMajor::Random(rows, columns);
  const ColumnMajor value = act(x), slope = act.derivative(x), product = dy * slope;
  ColumnMajor a = x, b = dy;
  forward(act, a, a);
  CHECK((a == value).all());
  a = x;
  forward_with_derivative(act, a, a, b);
  CHECK((a == value).all());
  CHECK((b == slope).all());
  a = x;
  forward_with_derivative(act, a, b, a);
  CHECK((a == slope).all());
  CHECK((b == value).all());
  a = x, b = dy;
  backward(act, a, b, a);
  CHECK((a == product).all());
  a = x;
  const double apart = backward_with_parameter(act, x, dy, a);
  a = x;
  CHECK(backward_with_parameter(act, a, b, b) == apart);
  CHECK((b == product).all());

  ColumnMajor large = ColumnMajor::Random(9, 9);
  const ColumnMajor before = large;
  forward(act, large.row(2), large.row(2));
  forward(act, large.block(4, 4, 3, 3), large.block(4, 4, 3, 3));
  for (Index j = 0; j < 9; ++j)
    for (Index i = 0; i < 9; ++i)
      CHECK(large(i, j) == ((i == 2 || (i >= 4 && i < 7 && j >= 4 && j < 7)) ? act(before(i, j)) : before(i, j)));
  ColumnMajor square = ColumnMajor::Random(6, 6);
  const ColumnMajor transposed = act(square.transpose());
  forward(act, square.transpose(), square);
  CHECK((square == transposed).all());
}

TEST_CASE("The other scalars too", "[dense]") {
  const Eigen::ArrayXXf x = Eigen::ArrayXXf::Random(33, 9) * 4;
  const LambdaGelu<float> act(3.0f);
  Eigen::ArrayXXf y(33, 9), d(33, 9);
  forward_with_derivative(act, x.topRows(31), y.topRows(31), d.topRows(31));
  CHECK((y.topRows(31) == act(x).topRows(31)).all());
  CHECK((d.topRows(31) == act.derivative(x).topRows(31)).all());
  const Eigen::Array<Eigen::half, Dynamic, Dynamic> x_half = x.cast<Eigen::half>();
  const LambdaGelu<Eigen::half> act_half(Eigen::half(3.0f));
  Eigen::Array<Eigen::half, Dynamic, Dynamic> y_half(33, 9);
  forward(act_half, x_half, y_half);
  for (Index i = 0; i < x.size(); ++i) CHECK(y_half(i) == act_half(x_half(i)));
}

TEST_CASE("Empty objects are no error", "[dense]") {
  const LambdaGelu<double> act(1.5);
  ColumnMajor none(0, 0), flat(0, 4), other(0, 4), thin(4, 0);
  forward(act, none, none);
  forward_with_derivative(act, flat, flat, other);
  backward(act, thin, thin, thin);
  CHECK(backward_with_parameter(act, thin, thin, thin) == 0);
}

TEST_CASE("Sizes that differ are refused by name, before anything is written", "[dense]") {
  const LambdaGelu<double> act(1.5);
  const ColumnMajor x = ColumnMajor::Random(4, 6);
  ColumnMajor good = ColumnMajor::Constant(4, 6, 7), tall = ColumnMajor::Constant(5, 6, 7),
              wide = ColumnMajor::Constant(4, 8, 7), turned = ColumnMajor::Constant(6, 4, 7), empty;

  CHECK(refuses<std::invalid_argument>([&] { forward(act, x, tall); }, {"y must be 4 x 6", "like x", "got 5 x 6"}));
  CHECK(refuses<std::invalid_argument>([&] { forward(act, x, turned); }, {"y must be 4 x 6", "got 6 x 4"}));
  CHECK(refuses<std::invalid_argument>([&] { forward(act, x, empty); }, {"y must be 4 x 6", "got 0 x 0"}));
  CHECK(refuses<std::invalid_argument>([&] { forward(act, x, wide.topRows(3)); }, {"y must be 4 x 6", "got 3 x 8"}));
  CHECK(refuses<std::invalid_argument>([&] { forward_with_derivative(act, x, wide, good); },
                                       {"y must be 4 x 6", "got 4 x 8"}));
  CHECK(refuses<std::invalid_argument>([&] { forward_with_derivative(act, x, good, wide); },
                                       {"dydx must be 4 x 6", "got 4 x 8"}));
  CHECK(refuses<std::invalid_argument>([&] { backward(act, x, wide, good); }, {"dy must be 4 x 6", "got 4 x 8"}));
  CHECK(refuses<std::invalid_argument>([&] { backward(act, x, good, tall); }, {"dx must be 4 x 6", "got 5 x 6"}));
  CHECK(refuses<std::invalid_argument>([&] { backward_with_parameter(act, x, tall, good); },
                                       {"dy must be 4 x 6", "got 5 x 6"}));
  CHECK(refuses<std::invalid_argument>([&] { backward_with_parameter(act, x, good, turned); },
                                       {"dx must be 4 x 6", "got 6 x 4"}));
  for (const ColumnMajor* a : {&good, &tall, &wide, &turned}) CHECK((*a == 7).all());
  CHECK(empty.size() == 0);

  const Eigen::VectorXd column = Eigen::VectorXd::Random(5);
  Eigen::RowVectorXd row = Eigen::RowVectorXd::Constant(5, 7);
  CHECK(refuses<std::invalid_argument>([&] { forward(act, column, row); }, {"y must be 5 x 1", "got 1 x 5"}));
  CHECK((row.array() == 7).all());
}
