// Quantises trained networks to integers of few bits: one with GELU, the same after replacing GELU by ReLU, and one
// that was hardened before replacing. Per tensor, symmetric, after training, scales from held-out images.

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "table.hpp"
#include "trained.hpp"
#include "training.hpp"

namespace {

using namespace deployment;

/// Whole numbers q in [-limit, limit], kept in floats, that represent scale·q. Sums of their products are exact: for
/// 8 bits and the 784 pixels of an image they are at most 784·127², less than 2²⁴.
struct Scale {
  float scale, limit;

  Scale(float largest, int bits) : scale(0), limit(float((1 << (bits - 1)) - 1)) { scale = largest / limit; }

  Matrix quantise(const Matrix& values, float lowest) const {
    return (values.array() / scale).round().cwiseMax(lowest).cwiseMin(limit);
  }
  Matrix quantise(const Matrix& values) const { return quantise(values, -limit); }
};

/// What turns the integers of one layer into those of the next.
enum class Between {
  clamp,     ///< ReLU: integers are cut off at 0 instead of -limit. Nothing is evaluated.
  function,  ///< GELU in floating point, for every number
  table      ///< GELU from a table with an entry for every integer, so its input is rounded too
};

/// The network in integers. LayerNorm stays in floating point, in every network alike.
class QuantisedNetwork {
 public:
  QuantisedNetwork(const Network& network, Between between, int bits, const Images& calibration)
      : network_(network), between_(between), bits_(bits) {
    Matrix values = calibration, before;
    for (const HiddenLayer& layer : network.layers()) {
      inputs_.push_back(largest(values));
      layer.dense().forward(values, before);
      LayerNorm(layer.norm()).forward(before);
      before_.push_back(largest(before));
      std::visit([&](const auto& act) { values = act(before.array()).matrix(); }, layer.activation());
    }
    inputs_.push_back(largest(values));
  }

  /// Logits, classes × images.
  const Matrix& forward(const Images& images) {
    Matrix integers = Scale(inputs_[0], bits_).quantise(images);
    for (std::size_t i = 0; i < network_.layers().size(); ++i) {
      const HiddenLayer& layer = network_.layers()[i];
      Matrix before = dense(layer.dense(), integers, inputs_[i]);
      LayerNorm(layer.norm()).forward(before);
      integers = activate(before, before_[i], Scale(inputs_[i + 1], bits_));
    }
    return logits_ = dense(network_.classifier(), integers, inputs_.back());
  }

 private:
  static float largest(const Matrix& values) { return values.cwiseAbs().maxCoeff(); }

  Matrix dense(const Dense& layer, const Matrix& integers, float largest_input) const {
    const Scale weights(largest(layer.weights()), bits_), input(largest_input, bits_);
    const Matrix sums = weights.quantise(layer.weights()) * integers;
    return (weights.scale * input.scale * sums).colwise() + layer.bias();
  }

  Matrix activate(const Matrix& before, float largest_before, const Scale& next) const {
    const hardgate::Gelu<float> gelu;
    if (between_ == Between::clamp) return next.quantise(before, 0);
    if (between_ == Between::function) return next.quantise(gelu(before.array()).matrix());
    const Scale input(largest_before, bits_);
    const Matrix every_integer = Vector::LinSpaced(2 * Index(input.limit) + 1, -input.limit, input.limit);
    const Matrix table = next.quantise(gelu(input.scale * every_integer.array()).matrix());
    return input.quantise(before).unaryExpr([&](float q) { return table(Index(q + input.limit)); });
  }

  const Network& network_;
  Between between_;
  int bits_;
  std::vector<float> inputs_, before_;  // largest |value| that enters each layer and each activation
  Matrix logits_;
};

struct Line {
  std::string title;
  Between between;
  std::vector<std::vector<double>> accuracies;  // in percent: float, then for each number of bits, by seed
};

const std::vector<int> all_bits{8, 6, 5, 4};

void add(Line& line, Network& network, const Dataset& data) {
  line.accuracies.resize(all_bits.size() + 1);
  line.accuracies[0].push_back(100 * predict(network, data.test).accuracy);
  for (std::size_t i = 0; i < all_bits.size(); ++i) {
    QuantisedNetwork quantised(network, line.between, all_bits[i], data.held_out.images);
    line.accuracies[i + 1].push_back(100 * predict(quantised, data.test).accuracy);
  }
}

}  // namespace

int main(int argc, char** argv) try {
  std::string folder = FASHION_MNIST_FOLDER;
  int epochs = 8;
  unsigned seeds = 3;
  CLI::App app(
      "Quantises networks to few bits: with GELU, with GELU replaced by ReLU, and with ReLU after "
      "hardening.");
  app.add_option("--data", folder, "Folder of the images, as relu_ization takes it");
  app.add_option("--epochs", epochs, "Epochs of training")->check(CLI::Range(1, 10000))->capture_default_str();
  app.add_option("--seeds", seeds, "Networks of each kind")->check(CLI::Range(1, 100))->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  const Dataset data = load_dataset(folder);
  std::vector<Line> table{{"GELU, in floating point between the integers", Between::function, {}},
                          {"GELU, from a table", Between::table, {}},
                          {"GELU, replaced by ReLU", Between::clamp, {}},
                          {"λ-GELU, hardened, replaced by ReLU", Between::clamp, {}}};
  const Row gelu_row{"gelu", "GELU", hardgate::Gelu<float>()};
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    Network gelu = trained(gelu_row, seed, epochs, data);
    add(table[0], gelu, data);
    add(table[1], gelu, data);
    gelu.substitute();
    add(table[2], gelu, data);
    Network hardened = trained(hardened_row(0.02), seed, epochs, data);
    hardened.substitute();
    add(table[3], hardened, data);
  }

  std::vector<Cells> lines{{"accuracy, %", "float"}};
  for (const int bits : all_bits) lines[0].push_back(std::to_string(bits) + " bits");
  for (const Line& line : table) {
    lines.push_back({line.title});
    for (const auto& accuracies : line.accuracies)
      lines.back().push_back(format(summarise(accuracies, [](double accuracy) { return accuracy; }), 2));
  }
  print_aligned(std::cout, lines);
} catch (const std::exception& error) {
  std::cerr << "to_int8: " << error.what() << '\n';
  return 1;
}
