// The same blocks with Eigen's own product, which reads every weight.
#pragma once

#include "sparse.hpp"

namespace sparse_inference {

/// result = down · max(up · token + bias, 0)
template <class Matrix>
void dense_relu_block(const Matrix& up, const Vector& bias, const Matrix& down, const Vector& token, Vector& hidden,
                      Vector& result) {
  relu_layer(up, bias, token, hidden);
  result.noalias() = down * hidden;
}

/// result = down · (max(gate · token + bias, 0) ∘ (up · token))
template <class Matrix>
void dense_reglu_block(const Matrix& gate, const Vector& bias, const Matrix& up, const Matrix& down,
                       const Vector& token, Vector& hidden, Vector& beside, Vector& result) {
  relu_layer(gate, bias, token, hidden);
  beside.noalias() = up * token;
  hidden.array() *= beside.array();
  result.noalias() = down * hidden;
}

}  // namespace sparse_inference
