// What has to be computed is an input too.
#include <Eigen/LU>

#include "dense_expressions/reads.hpp"

using namespace hardgate_tests;

TEST_CASE("Whatever has to be computed is an input", "[dense_expressions]") {
  const Table a = eighths(6, 6), b = eighths(6, 6);
  const Matrix m = a.matrix(), n = b.matrix(), two = Matrix::Identity(6, 6) * 2;
  const Eigen::VectorXf v = eighths(6, 1).matrix();
  reads("sum", a + b);
  reads("sum of storage orders", Rows(a) + Rows(b));
  reads("function of a function", (a * b).abs() - 1);
  reads("constant", Table::Constant(5, 7, 0.5f));
  reads("equally spaced", Eigen::ArrayXf::LinSpaced(41, -3, 3));
  reads("other scalar", a.cast<double>().cast<float>());
  reads("selection", (a > 0).select(a, b));
  reads("own function", a.unaryExpr([](float x) { return x + 1; }));
  reads("another activation", Relu<float>()(a));
  reads("product", m * n);
  reads("product, lazy", m.lazyProduct(n));
  reads("product in a sum", (m * n).colwise() + v);
  reads("product as an array", (m * n).array() * 2);
  reads("transposed product", (m * n).transpose());
  reads("block of a product", (m * n).block(1, 1, 3, 4));
  reads("outer product", v * v.transpose());
  reads("product with a vector", m * v);
  reads("diagonal matrix times matrix", v.asDiagonal() * m);
  reads("triangular product", m.triangularView<Eigen::Upper>() * n);
  reads("inverse", two.inverse());
  reads("solution", two.partialPivLu().solve(m));
  reads("repeated", v.replicate(2, 3));
  reads("row sums", m.rowwise().sum());
  reads("block of a sum", (a + b).block(1, 2, 3, 3));
  reads("diagonal of a product", (m * n).diagonal());
}
