// The same blocks with oneDNN, one thread.
#pragma once

#include <memory>
#include <string>

#include "sparse.hpp"

namespace sparse_inference {

class OneDnn {
 public:
  virtual ~OneDnn() = default;
  virtual void multiply_down(const Vector& hidden, Vector& result) = 0;
  virtual void relu_block(const Vector& bias, const Vector& token,
                          Vector& result) = 0;  // the gate's weights, then ReLU
  virtual void reglu_block(const Vector& bias, const Vector& token, Vector& result) = 0;
};

/// By rows the weights stay where they are; in the layout that oneDNN chooses they are a copy.
enum class Layout { by_rows, own };

// Null, and empty, where the program was configured without oneDNN.
std::unique_ptr<OneDnn> make_onednn(const ByRows& gate, const ByRows& up, const ByRows& down, Layout layout);
std::string onednn_version();

}  // namespace sparse_inference
