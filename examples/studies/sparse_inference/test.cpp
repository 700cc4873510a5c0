// Sparse blocks give what dense ones do, and refuse what does not fit. Returns the number of failures.
#include <iostream>
#include <stdexcept>

#include "dense.hpp"

namespace {

using namespace sparse_inference;

int failures = 0;

void check(bool holds, const char* what, Index width, Index hidden, double zeros) {
  if (holds) return;
  ++failures;
  std::cerr << "FAILED: " << what << ", " << width << " x " << hidden << ", zeros " << zeros << '\n';
}

bool same(const Vector& a, const Vector& b) { return (a - b).norm() <= 1e-5f * b.norm(); }

/// Numbers of which about this share are 0, some of them -0.
Vector with_zeros(Index size, double zeros) {
  Vector numbers = Vector::Random(size), chance = Vector::Random(size);  // from -1 to 1
  for (Index i = 0; i < size; ++i)
    if ((chance[i] + 1) / 2 < zeros) numbers[i] = i % 2 == 0 ? 0.0f : -0.0f;
  return numbers;
}

void compare(Index width, Index hidden, double zeros) {
  const ByRows gate = ByRows::Random(hidden, width), up = ByRows::Random(hidden, width);
  const ByRows down_by_rows = ByRows::Random(width, hidden);
  const ByColumns down = down_by_rows;
  const Vector token = Vector::Random(width), numbers = with_zeros(hidden, zeros);
  // Some hidden numbers are below 0 whatever the token.
  const Vector bias =
      (with_zeros(hidden, zeros).array() == 0).select(Vector::Constant(hidden, -1e4f), Vector::Random(hidden));

  Buffers buffers;
  Nonzeros& nonzeros = buffers.nonzeros;
  nonzeros.find(Vector::Ones(hidden + 5));  // what is left from another token must not matter
  nonzeros.find(numbers);
  check(nonzeros.size() == (numbers.array() != 0).count(), "number of nonzeros", width, hidden, zeros);
  for (const Index i : nonzeros) check(numbers[i] != 0, "position of a nonzero", width, hidden, zeros);

  Vector result, hidden_numbers, beside, wanted = down * numbers;
  multiply_by_columns(down, numbers, nonzeros, result);
  check(same(result, wanted), "down-projection", width, hidden, zeros);
  multiply_by_columns<1>(down, numbers, nonzeros, result);
  check(same(result, wanted), "down-projection, one column at a time", width, hidden, zeros);

  dense_relu_block(gate, bias, down_by_rows, token, hidden_numbers, wanted);
  relu_block(gate, bias, down, token, buffers, result);
  check(same(result, wanted), "block with ReLU", width, hidden, zeros);
  check(nonzeros.size() == (hidden_numbers.array() > 0).count(), "zeros behind ReLU", width, hidden, zeros);

  dense_reglu_block(gate, bias, up, down_by_rows, token, hidden_numbers, beside, wanted);
  reglu_block(gate, bias, up, down, token, buffers, result);
  check(same(result, wanted), "block with ReGLU", width, hidden, zeros);
}

template <class Call>
void check_refused(const char* what, const Call& call) {
  try {
    call();
  } catch (const std::invalid_argument&) {
    return;
  }
  check(false, what, 3, 5, 0);
}

}  // namespace

int main() {
  for (const Index width : {1, 3, 16, 37, 256})
    for (const Index hidden : {1, 2, 7, 8, 9, 23, 300})
      for (const double zeros : {0.0, 0.3, 0.8, 0.97, 1.0}) compare(width, hidden, zeros);

  const ByRows gate = ByRows::Random(5, 3), other = ByRows::Random(4, 3);
  const ByColumns down = ByColumns::Random(3, 5), other_down = ByColumns::Random(3, 4);
  const Vector bias = Vector::Random(5), token = Vector::Random(3);
  Buffers buffers;
  Vector result;
  check_refused("token", [&] { relu_block(gate, bias, down, bias, buffers, result); });
  check_refused("bias", [&] { relu_block(gate, token, down, token, buffers, result); });
  check_refused("down", [&] { relu_block(gate, bias, other_down, token, buffers, result); });
  check_refused("up", [&] { reglu_block(gate, bias, other, down, token, buffers, result); });
  return failures;
}
