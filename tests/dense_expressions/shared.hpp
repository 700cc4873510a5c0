// What the tests of dense expressions share: numbers that sums and products of are exact, and what every array function
// should give for them.
#pragma once

#include <hardgate/hardgate.hpp>

#include <string>

#include "catch.hpp"
#include "support.hpp"

namespace hardgate_tests {

using namespace hardgate;
using Eigen::Dynamic;
using Eigen::Index;

using Act = EGem<float>;
using Table = Eigen::ArrayXXf;
using Matrix = Eigen::MatrixXf;
using Rows = Eigen::Array<float, Dynamic, Dynamic, Eigen::RowMajor>;
using Strides = Eigen::Stride<Dynamic, Dynamic>;

inline const Act act(0.3f);

/// Multiples of 1/8 in [-2, 2].
inline Table eighths(Index rows, Index columns) { return (Table::Random(rows, columns) * 16).round() / 8; }

/// Classes of one's own that are an Eigen class.
struct MyMatrix : Matrix {
  using Matrix::Matrix;
  MyMatrix(const Matrix& other) : Matrix(other) {}
};
struct MyArray : Table {
  using Table::Table;
};
struct MyMap : Eigen::Map<Table> {
  using Eigen::Map<Table>::Map;
};

/// What all functions write for x and dy, one number at a time, and the sum that some return.
struct Right {
  Table value, slope, product;
  double sum = 0, size = 0;

  Right(const Table& x, const Table& dy) : value(x), slope(x), product(x) {
    for (Index i = 0; i < x.size(); ++i) {
      value(i) = act(x(i));
      slope(i) = act.derivative(x(i));
      product(i) = dy(i) * slope(i);
      const double term = static_cast<double>(dy(i)) * static_cast<double>(act.parameter_gradient(x(i)));
      sum += term;
      size += std::fabs(term);
    }
  }
  bool sums_to(float actual, double factor = 1) const {
    return std::fabs(static_cast<double>(actual) - factor * sum) <= 1e-6 * std::fabs(factor) * (size + 1e-30);
  }
};

}  // namespace hardgate_tests
