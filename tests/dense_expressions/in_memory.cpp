// Numbers that lie in memory are read there.
#include "dense_expressions/reads.hpp"

using namespace hardgate_tests;

TEST_CASE("Arrays, matrices and parts of them are inputs", "[dense_expressions]") {
  const Table a = eighths(11, 9);
  const Matrix m = a.matrix();
  const Rows r = a;
  const Eigen::VectorXf v = eighths(37, 1).matrix();
  const Eigen::RowVectorXf w = v.transpose();
  const Eigen::Matrix<float, 5, 3> fixed = m.topLeftCorner<5, 3>();
  reads("array", a);
  reads("matrix", m);
  reads("row-major", r);
  reads("fixed size", fixed);
  reads("vector", v);
  reads("row vector", w);
  reads("one number", Table(Table::Constant(1, 1, 2)));
  reads("block", a.block(2, 3, 5, 4));
  reads("block of fixed size", a.block<5, 4>(1, 2));
  reads("block of a row-major array", r.block(2, 3, 5, 4));
  reads("block of a block", a.block(1, 1, 8, 7).block(1, 1, 3, 3));
  reads("columns", a.middleCols(2, 5));
  reads("rows", a.bottomRows(3));
  reads("column", m.col(4));
  reads("row", m.row(4));
  reads("row of a row-major array", r.row(4));
  reads("head", v.head(11));
  reads("head of fixed size", v.head<7>());
  reads("segment", v.segment(3, 20));
  reads("tail of a row vector", w.tail(5));
  reads("head of a column", m.col(2).head(5));
  reads("transpose", m.transpose());
  reads("transpose of a block", a.block(2, 3, 5, 4).transpose());
  reads("diagonal", m.diagonal());
  reads("subdiagonal", m.diagonal(-2));
  reads("matrix as an array", m.array());
  reads("array as a matrix", a.matrix());
  reads("block as an array, transposed", m.block(1, 1, 4, 3).array().transpose());
}
