// What is timed: the sparse blocks, the dense ones, and variants of the sparse product.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "onednn.hpp"
#include "sparse.hpp"

namespace sparse_inference {

struct Size {
  Index width, hidden;
};

/// Of one block, by rows, by columns, and in oneDNN's layout.
struct Weights {
  ByRows gate, up, down;  // `gate` is what stands before ReLU, in a block that is not gated too
  ByColumns gate_by_columns, up_by_columns, down_by_columns;
  std::unique_ptr<OneDnn> onednn_by_rows, onednn_own;  // or null
};

/// As many blocks as are more than any cache holds. Calls take one after the other, as a network of many layers does, so
/// that weights come from memory at every size.
std::vector<Weights> make_blocks(const Size& size);

/// What a block is called with: a token, and a bias before ReLU that leaves the wanted share of zeros.
struct Case {
  const Weights* weights;
  Vector token, bias;
  Vector hidden;  // what is then behind ReLU: the input of the down-projection when that is timed alone
};

std::vector<Case> make_cases(const std::vector<Weights>& blocks, double percent_zeros);

struct Workspace {
  Buffers sparse;
  Vector hidden, beside;
};

/// One way to compute what all in its group compute.
struct Way {
  std::string group, name;
  std::function<void(const Case&, Workspace&, Vector& result)> call;
  std::vector<double> times = {};
};

/// The one that skips zeros comes first in its group: "down", "ReLU", "ReGLU", "variants".
std::vector<Way> all_ways();

}  // namespace sparse_inference
