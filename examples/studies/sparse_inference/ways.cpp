#include "ways.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include "dense.hpp"

namespace sparse_inference {

std::vector<Weights> make_blocks(const Size& size) {
  constexpr double enough = 256 * 1024 * 1024;
  const double bytes = 3 * sizeof(float) * double(size.width) * double(size.hidden);
  const int count = int(std::min(64., std::ceil(enough / bytes)));
  std::minstd_rand random(1);
  const auto fill = [&](ByRows& weights, ByColumns& copy, Index rows, Index columns) {
    const float largest = std::sqrt(3 / float(columns));  // products with numbers of deviation 1 have deviation 1
    std::uniform_real_distribution<float> uniform(-largest, largest);
    weights = ByRows::NullaryExpr(rows, columns, [&] { return uniform(random); });
    copy = weights;
  };
  std::vector<Weights> blocks;
  for (int i = 0; i < count; ++i) {
    Weights& block = blocks.emplace_back();
    fill(block.gate, block.gate_by_columns, size.hidden, size.width);
    fill(block.up, block.up_by_columns, size.hidden, size.width);
    fill(block.down, block.down_by_columns, size.width, size.hidden);
    block.onednn_by_rows = make_onednn(block.gate, block.up, block.down, Layout::by_rows);
    block.onednn_own = make_onednn(block.gate, block.up, block.down, Layout::own);
  }
  return blocks;
}

std::vector<Case> make_cases(const std::vector<Weights>& blocks, double percent_zeros) {
  std::mt19937 random(2);
  std::normal_distribution<float> normal;
  std::vector<Case> cases(std::max<std::size_t>(16, blocks.size()));
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Weights& weights = blocks[i % blocks.size()];
    const Vector token = Vector::NullaryExpr(weights.gate.cols(), [&] { return normal(random); });
    const Vector before = weights.gate * token;
    Vector sorted = before;
    std::sort(sorted.begin(), sorted.end());
    const Index size = sorted.size(), zeros = std::lround(percent_zeros / 100 * double(size));
    const float below = zeros > 0 ? sorted[zeros - 1] : sorted[0] - 1;
    const float above = zeros < size ? sorted[zeros] : sorted[size - 1] + 1;
    const Vector bias = Vector::Constant(size, -(below + above) / 2);
    cases[i] = {&weights, token, bias, (before + bias).cwiseMax(0)};
  }
  return cases;
}

namespace {

template <Index columns>
void down(const Case& c, Workspace& work, Vector& result) {
  work.sparse.nonzeros.find(c.hidden);
  multiply_by_columns<columns>(c.weights->down_by_columns, c.hidden, work.sparse.nonzeros, result);
}

/// The product in one line, of the columns and the numbers that Eigen picks.
void indexed_down(const Case& c, Workspace& work, Vector& result) {
  const Nonzeros& nonzeros = work.sparse.nonzeros;
  work.sparse.nonzeros.find(c.hidden);
  const Eigen::Map<const Eigen::Matrix<Index, Eigen::Dynamic, 1>> at(nonzeros.begin(), nonzeros.size());
  result.noalias() = c.weights->down_by_columns(Eigen::all, at) * c.hidden(at);
}

}  // namespace

std::vector<Way> all_ways() {
  std::vector<Way> ways{
      {"down", "sparse", down<8>},
      {"down", "Eigen, by rows",
       [](const Case& c, Workspace&, Vector& result) { result.noalias() = c.weights->down * c.hidden; }},
      {"down", "Eigen, by columns",
       [](const Case& c, Workspace&, Vector& result) { result.noalias() = c.weights->down_by_columns * c.hidden; }},
      {"down", "oneDNN, by rows",
       [](const Case& c, Workspace&, Vector& result) { c.weights->onednn_by_rows->multiply_down(c.hidden, result); }},
      {"down", "oneDNN, own layout",
       [](const Case& c, Workspace&, Vector& result) { c.weights->onednn_own->multiply_down(c.hidden, result); }},

      {"ReLU", "sparse",
       [](const Case& c, Workspace& work, Vector& result) {
         relu_block(c.weights->gate, c.bias, c.weights->down_by_columns, c.token, work.sparse, result);
       }},
      {"ReLU", "Eigen, by rows",
       [](const Case& c, Workspace& work, Vector& result) {
         dense_relu_block(c.weights->gate, c.bias, c.weights->down, c.token, work.hidden, result);
       }},
      {"ReLU", "Eigen, by columns",
       [](const Case& c, Workspace& work, Vector& result) {
         dense_relu_block(c.weights->gate_by_columns, c.bias, c.weights->down_by_columns, c.token, work.hidden, result);
       }},
      {"ReLU", "oneDNN, by rows",
       [](const Case& c, Workspace&, Vector& result) {
         c.weights->onednn_by_rows->relu_block(c.bias, c.token, result);
       }},
      {"ReLU", "oneDNN, own layout",
       [](const Case& c, Workspace&, Vector& result) { c.weights->onednn_own->relu_block(c.bias, c.token, result); }},

      {"ReGLU", "sparse",
       [](const Case& c, Workspace& work, Vector& result) {
         const Weights& w = *c.weights;
         reglu_block(w.gate, c.bias, w.up, w.down_by_columns, c.token, work.sparse, result);
       }},
      {"ReGLU", "Eigen, by rows",
       [](const Case& c, Workspace& work, Vector& result) {
         const Weights& w = *c.weights;
         dense_reglu_block(w.gate, c.bias, w.up, w.down, c.token, work.hidden, work.beside, result);
       }},
      {"ReGLU", "Eigen, by columns",
       [](const Case& c, Workspace& work, Vector& result) {
         const Weights& w = *c.weights;
         dense_reglu_block(w.gate_by_columns, c.bias, w.up_by_columns, w.down_by_columns, c.token, work.hidden,
                           work.beside, result);
       }},
      {"ReGLU", "oneDNN, by rows",
       [](const Case& c, Workspace&, Vector& result) {
         c.weights->onednn_by_rows->reglu_block(c.bias, c.token, result);
       }},
      {"ReGLU", "oneDNN, own layout",
       [](const Case& c, Workspace&, Vector& result) { c.weights->onednn_own->reglu_block(c.bias, c.token, result); }},

      {"variants", "8 columns", down<8>},
      {"variants", "4 columns", down<4>},
      {"variants", "2 columns", down<2>},
      {"variants", "1 column", down<1>},
      {"variants", "Eigen's indexed product", indexed_down}};
  if (onednn_version().empty()) {
    const auto missing = [](const Way& way) { return way.name.rfind("oneDNN", 0) == 0; };
    ways.erase(std::remove_if(ways.begin(), ways.end(), missing), ways.end());
  }
  return ways;
}

}  // namespace sparse_inference
