// Feed-forward blocks with ReLU, for one token at a time, that skip the hidden numbers that are exactly 0: their columns of
// the matrix behind them, and in a gated block their rows of the matrix beside the gate, are not read from memory.
#pragma once

#include <Eigen/Core>
#include <hardgate/activations.hpp>
#include <stdexcept>
#include <utility>

namespace sparse_inference {

using Eigen::Index;
using Vector = Eigen::VectorXf;
using ByColumns = Eigen::MatrixXf;  // a column lies in one piece in memory
using ByRows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Where the numbers are that are not 0. Keeps its memory from call to call.
class Nonzeros {
 public:
  void find(const Vector& numbers) {
    if (positions_.size() < numbers.size()) positions_.resize(numbers.size());
    count_ = 0;
    for (Index i = 0; i < numbers.size(); ++i) {
      positions_[count_] = i;
      count_ += Index(numbers[i] != 0);  // not a branch: which are 0 cannot be predicted
    }
  }

  Index size() const { return count_; }
  const Index* begin() const { return positions_.data(); }
  const Index* end() const { return begin() + count_; }

 private:
  Eigen::Matrix<Index, Eigen::Dynamic, 1> positions_;
  Index count_ = 0;
};

/// sum += the columns at some positions, each times its number: one pass over the sum, however many columns.
template <Index... k>
void add_columns(const ByColumns& weights, const Vector& numbers, const Index* at, Vector& sum,
                 std::integer_sequence<Index, k...>) {
  sum.noalias() += (... + (numbers[at[k]] * weights.col(at[k])));
}

/// Likewise for all positions, so many columns at a time, then half as many for those that are left, and so on.
template <Index columns>
void add_all_columns(const ByColumns& weights, const Vector& numbers, const Index* at, const Index* end, Vector& sum) {
  for (; end - at >= columns; at += columns)
    add_columns(weights, numbers, at, sum, std::make_integer_sequence<Index, columns>());
  if constexpr (columns > 1) add_all_columns<columns / 2>(weights, numbers, at, end, sum);
}

/// result = weights · numbers. `nonzeros` are those of the numbers.
template <Index columns = 8>
void multiply_by_columns(const ByColumns& weights, const Vector& numbers, const Nonzeros& nonzeros, Vector& result) {
  result.setZero(weights.rows());
  add_all_columns<columns>(weights, numbers, nonzeros.begin(), nonzeros.end(), result);
}

/// Multiplies those of the numbers that are not 0 by what weights · input is there.
inline void scale_by_rows(const ByRows& weights, const Vector& input, const Nonzeros& nonzeros, Vector& numbers) {
  for (const Index i : nonzeros) numbers[i] *= weights.row(i).dot(input);
}

/// Throws std::invalid_argument unless a block of these sizes takes the token.
inline void check_sizes(Index width, Index hidden, const Vector& token, Index bias, Index down_columns) {
  if (token.size() != width)
    throw std::invalid_argument("the token has not as many numbers as the weights have columns");
  if (bias != hidden)
    throw std::invalid_argument("the bias has not as many numbers as the weights before it have rows");
  if (down_columns != hidden)
    throw std::invalid_argument("the weights behind ReLU have not a column for each hidden number");
}

/// hidden = max(weights · token + bias, 0)
template <class Matrix>
void relu_layer(const Matrix& weights, const Vector& bias, const Vector& token, Vector& hidden) {
  hidden.noalias() = weights * token;
  hidden = hardgate::Relu<float>()((hidden + bias).array()).matrix();
}

/// What a block works in, kept from token to token.
struct Buffers {
  Vector hidden;
  Nonzeros nonzeros;
};

/// result = down · max(up · token + bias, 0)
inline void relu_block(const ByRows& up, const Vector& bias, const ByColumns& down, const Vector& token,
                       Buffers& buffers, Vector& result) {
  check_sizes(up.cols(), up.rows(), token, bias.size(), down.cols());
  auto& [hidden, nonzeros] = buffers;
  relu_layer(up, bias, token, hidden);
  nonzeros.find(hidden);
  multiply_by_columns(down, hidden, nonzeros, result);
}

/// result = down · (max(gate · token + bias, 0) ∘ (up · token))
inline void reglu_block(const ByRows& gate, const Vector& bias, const ByRows& up, const ByColumns& down,
                        const Vector& token, Buffers& buffers, Vector& result) {
  check_sizes(gate.cols(), gate.rows(), token, bias.size(), down.cols());
  if (up.rows() != gate.rows() || up.cols() != gate.cols())
    throw std::invalid_argument("the two matrices before the product differ in size");
  auto& [hidden, nonzeros] = buffers;
  relu_layer(gate, bias, token, hidden);
  nonzeros.find(hidden);
  scale_by_rows(up, token, nonzeros, hidden);
  multiply_by_columns(down, hidden, nonzeros, result);
}

}  // namespace sparse_inference
