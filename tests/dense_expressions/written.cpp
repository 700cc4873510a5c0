// What can be written is an output, and nothing around it changes.
#include <vector>

#include "dense_expressions/shared.hpp"

using namespace hardgate_tests;

namespace {

/// Every function that writes, into part(whole), whose surroundings stay.
template <class Whole, class Part>
void writes(const std::string& kind, Whole whole, const Part& part) {
  CAPTURE(kind);
  Whole second = whole;
  const auto rows = part(whole).rows(), columns = part(whole).cols();
  const Table x = eighths(rows, columns), dy = eighths(rows, columns);
  const Right right(x, dy);
  const auto gives = [&part](Whole& actual, const Table& expected) {
    const bool same = all_same_bits(Table(part(actual).array()), expected);
    part(actual).setConstant(77);
    return same && (actual.array() == 77).all();
  };
  whole.setConstant(77);
  second.setConstant(77);
  forward(act, x, part(whole));
  CHECK(gives(whole, right.value));
  forward_with_derivative(act, x, part(whole), part(second));
  CHECK((gives(whole, right.value) && gives(second, right.slope)));
  backward(act, x, dy, part(whole));
  CHECK(gives(whole, right.product));
  CHECK((right.sums_to(backward_with_parameter(act, x, dy, part(whole))) && gives(whole, right.product)));
  CHECK((
      right.sums_to(backward_with_hardness(act, x, dy, part(whole)), static_cast<double>(act.parameter_derivative())) &&
      gives(whole, right.product)));
  const ChannelUnits<Act> units(Eigen::ArrayXf::Constant(rows, 1.0f));
  units.forward(x, part(whole));
  CHECK(gives(whole, EGem<float>()(x)));
  units.backward(x, dy, part(whole));
  CHECK(gives(whole, dy * EGem<float>().derivative(x)));

  // In place.
  part(whole) = x;
  auto&& place = part(whole);
  forward(act, place, place);
  CHECK(gives(whole, right.value));
}

/// The same for a matrix as the whole, where part() of it is a matrix too.
template <class Part>
void writes_matrix(const std::string& kind, const Part& part) {
  CAPTURE(kind);
  Matrix whole = Matrix::Constant(9, 9, 77);
  const Matrix x = Matrix::Random(part(whole).rows(), part(whole).cols());
  const Right right(x.array(), x.array());
  forward(act, x, part(whole));
  CHECK(all_same_bits(Matrix(part(whole)), right.value.matrix()));
  backward(act, x, x, part(whole));
  CHECK(all_same_bits(Matrix(part(whole)), right.product.matrix()));
  part(whole).setConstant(77);
  CHECK((whole.array() == 77).all());
}

}  // namespace

TEST_CASE("Whatever can be written is an output, and its surroundings stay", "[dense_expressions]") {
  const Table whole(9, 9);
  const Rows rows(9, 9);
  const Eigen::ArrayXf vector(45);
  writes(
      "array", whole, [](auto& a) -> auto& { return a; });
  writes(
      "row-major", rows, [](auto& a) -> auto& { return a; });
  writes("block", whole, [](auto& a) { return a.block(2, 3, 5, 4); });
  writes("block of fixed size", whole, [](auto& a) { return a.template block<5, 4>(1, 2); });
  writes("block of a row-major array", rows, [](auto& a) { return a.block(2, 3, 5, 4); });
  writes("block of a block", whole, [](auto& a) { return a.block(1, 1, 8, 7).block(1, 1, 3, 3); });
  writes("columns", whole, [](auto& a) { return a.middleCols(2, 5); });
  writes("rows", whole, [](auto& a) { return a.bottomRows(3); });
  writes("column", whole, [](auto& a) { return a.col(4); });
  writes("row", whole, [](auto& a) { return a.row(4); });
  writes("head", vector, [](auto& a) { return a.head(11); });
  writes("segment of fixed size", vector, [](auto& a) { return a.template segment<7>(5); });
  writes("tail", vector, [](auto& a) { return a.tail(3); });
  writes("head of a column", whole, [](auto& a) { return a.col(2).head(5); });
  writes("transpose", whole, [](auto& a) { return a.transpose(); });
  writes("transpose of a block", whole, [](auto& a) { return a.block(2, 3, 5, 4).transpose(); });
  writes("reversed", whole, [](auto& a) { return a.reverse(); });
  writes("columns reversed", whole, [](auto& a) { return a.colwise().reverse(); });
  writes("map", whole, [](auto& a) { return Eigen::Map<Table>(a.data() + 3, 7, 5); });
  writes("map with gaps", whole, [](auto& a) {
    return Eigen::Map<Table, 0, Eigen::OuterStride<>>(a.data() + 1, 7, 5, Eigen::OuterStride<>(11));
  });
  writes("map with both strides", whole,
         [](auto& a) { return Eigen::Map<Table, 0, Strides>(a.data(), 7, 3, Strides(25, 3)); });
  writes("Ref", whole, [](auto& a) { return Eigen::Ref<Table>(a.block(1, 1, 4, 4)); });
  writes("every second row", whole, [](auto& a) { return a(Eigen::seq(0, 8, 2), Eigen::all); });
  writes("chosen columns", whole, [](auto& a) { return a(Eigen::all, std::vector<int>{4, 1, 7}); });
  writes("reshaped", whole, [](auto& a) { return a.reshaped(27, 3); });
  writes(
      "class derived from Array", MyArray(4, 3), [](auto& a) -> auto& { return a; });

  writes_matrix(
      "matrix", [](auto& m) -> auto& { return m; });
  writes_matrix("diagonal", [](auto& m) { return m.diagonal(); });
  writes_matrix("superdiagonal", [](auto& m) { return m.diagonal(2); });
  writes_matrix("matrix as an array, as a matrix", [](auto& m) { return m.array().matrix(); });
  writes_matrix("matrix as an array", [](auto& m) { return m.topRows(4).array(); });
  writes_matrix("segment of a row", [](auto& m) { return m.row(3).segment(2, 4); });
}

TEST_CASE("Matrices are written from arrays, and vectors of fixed size from tables", "[dense_expressions]") {
  const Table x = Table::Random(5, 1);
  Eigen::Matrix<float, 5, 1> y;
  forward(act, x, y);
  CHECK(all_same_bits(y, Table(act(x)).matrix()));
  MyMatrix mine(5, 1);
  forward(act, x, mine);
  CHECK(all_same_bits(mine, y));
}
