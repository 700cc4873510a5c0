// Integer networks to the bit, beside other arithmetic; what quantising changes, beside what is expected; and the batch
// normalisation that is folded before. Returns the number of failures.
#include <cmath>
#include <functional>
#include <iostream>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>

#include "quantise.hpp"

namespace {

using namespace integer_inference;
using Wide = Eigen::Matrix<std::int64_t, Eigen::Dynamic, Eigen::Dynamic>;

int failures = 0;
std::mt19937 generator(1);

void check(bool holds, const std::string& what) {
  if (holds) return;
  ++failures;
  std::cerr << "FAILED: " << what << '\n';
}

std::int64_t draw(std::int64_t from, std::int64_t to) {
  return std::uniform_int_distribution<std::int64_t>(from, to)(generator);
}

/// To the nearest integer; halves upwards, and then away from zero.
std::int64_t reference(std::int64_t sum, std::int64_t multiplier, int shift) {
  const std::int64_t whole = std::int64_t(1) << 31, shifted = shift > 0 ? sum * (std::int64_t(1) << shift) : sum;
  const std::int64_t product = shifted * multiplier + whole / 2;
  const std::int64_t high = product / whole - (product % whole < 0 ? 1 : 0);
  const std::int64_t divisor = std::int64_t(1) << std::max(-shift, 0);
  const std::int64_t rounded = (std::abs(high) + divisor / 2) / divisor;
  return high < 0 ? -rounded : rounded;
}

void requantise_numbers() {
  const auto compare = [](std::int32_t sum, std::int32_t multiplier, int shift) {
    const std::int32_t found = requantise(sum, multiplier, shift);
    const std::string what = std::to_string(sum) + " times " + std::to_string(multiplier) + " shifted by " +
                             std::to_string(shift) + " is " + std::to_string(found);
    check(found == reference(sum, multiplier, shift), what);
    const double exact = std::ldexp(double(sum) * multiplier, shift - 31);  // rounded twice at most
    check(std::abs(found - exact) <= 0.5 + std::ldexp(0.5, std::min(shift, 0)) + 1e-6, what + ", far from exact");
  };
  constexpr std::int32_t half = 1 << 30, largest = std::numeric_limits<std::int32_t>::max();
  for (const std::int32_t multiplier : {half, half + 1, largest, 3 << 29})
    for (int shift = -31; shift <= 8; ++shift) {
      const int left = std::max(shift, 0);
      for (std::int32_t sum = -300; sum <= 300; ++sum) compare(sum, multiplier, shift);
      for (int i = 0; i < 100; ++i) compare(std::int32_t(draw(-largest, largest) >> left), multiplier, shift);
      for (int i = 0; i < 100; ++i) compare(std::int32_t(draw(-9999, 9999)), std::int32_t(draw(half, largest)), shift);
    }
}

Layer random_layer(std::size_t inputs, std::size_t outputs, bool with_table) {
  Layer layer{{}, {}, {}, {}, std::int8_t(draw(-128, 127)), std::int8_t(draw(-128, -50)), std::int8_t(draw(50, 127)),
              {}};
  for (std::size_t output = 0; output < outputs; ++output) {
    for (std::size_t i = 0; i < inputs; ++i) layer.weights.push_back(std::int8_t(draw(-127, 127)));
    layer.biases.push_back(std::int32_t(draw(-100000, 100000)));
    layer.multipliers.push_back(std::int32_t(draw(1 << 30, std::numeric_limits<std::int32_t>::max())));
    layer.shifts.push_back(std::int8_t(draw(-13, -8)));
  }
  for (int i = 0; i < 256 && with_table; ++i) layer.table.push_back(std::int8_t(draw(-128, 127)));
  return layer;
}

void layers_to_the_bit(std::size_t inputs, std::size_t outputs, bool with_table) {
  const Layer layer = random_layer(inputs, outputs, with_table);
  using ByRows = Eigen::Matrix<std::int8_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Wide weights =
      Eigen::Map<const ByRows>(layer.weights.data(), Index(outputs), Index(inputs)).cast<std::int64_t>();
  for (int repetition = 0; repetition < 20; ++repetition) {
    Bytes input;
    for (std::size_t i = 0; i < inputs; ++i) input.push_back(std::int8_t(draw(-128, 127)));
    const Wide sums = weights * Eigen::Map<const ByRows>(input.data(), Index(inputs), 1).cast<std::int64_t>();
    const Bytes found = forward(layer, input);
    check(found.size() == outputs, "number of results");
    for (std::size_t i = 0; i < outputs; ++i) {
      std::int64_t wanted = reference(sums(Index(i), 0) + layer.biases[i], layer.multipliers[i], layer.shifts[i]);
      wanted += layer.zero_point;
      if (wanted < layer.lowest) wanted = layer.lowest;
      if (wanted > layer.highest) wanted = layer.highest;
      if (with_table) wanted = layer.table.at(std::size_t(wanted + 128));
      check(found.at(i) == wanted, std::to_string(inputs) + " inputs, result " + std::to_string(i) + " is " +
                                       std::to_string(found[i]) + ", not " + std::to_string(wanted));
    }
  }
}

/// The mean square of the logits' errors, if rounding to a step is an error that is evenly spread over it.
double expected_error(SmallNetwork network, const Quantised& quantised, const Images& images) {
  network.forward(images);
  Matrix input = images, error = Matrix::Zero(images.rows(), images.cols());
  const auto round_to = [&](double step) { error.array() += float(step * step / 12); };
  round_to(quantised.grids[0].scale);
  for (Index unit = 0;; ++unit) {
    const Matrix& weights = network.layers()[std::size_t(unit)].weights();
    const Vector steps = weights.rowwise().lpNorm<Eigen::Infinity>() / 127;
    error = weights.cwiseAbs2() * error + steps.cwiseAbs2() / 12 * input.cwiseAbs2().colwise().sum();
    const double step = quantised.grids[std::size_t(unit) + 1].scale;
    if (unit == network.units()) {
      round_to(step);
      return double(error.mean());
    }
    const Matrix& before = network.outputs_behind(unit - 1);
    round_to(network.has_relu(unit) ? step : double(before.maxCoeff() - before.minCoeff()) / 255);
    Matrix slope;
    std::visit([&](const auto& act) { slope = act.derivative(before); }, network.unit(unit));
    error.array() *= slope.array().square();
    if (!network.has_relu(unit)) round_to(step);
    input = network.inputs_behind(unit);
  }
}

void errors_of_quantising(const Unit& unit, const std::string& name) {
  Random random(1);
  SmallNetwork network({60, 50, 40, 10}, unit, random);
  for (const Index i : {0, 1}) network.bias_behind(i) = Vector::Random(network.bias_behind(i).size());
  const Matrix images = Matrix::Random(60, 500).array() + 0.3f;
  const Quantised quantised = quantise(network, images, 8);
  const Matrix logits = network.forward(images);
  const Grid& grid = quantised.grids.back();
  double error = 0;
  for (Index i = 0; i < images.cols(); ++i) {
    const Bytes found = forward(quantised.network, quantised.grids[0].quantise(images.col(i)));
    for (Index k = 0; k < logits.rows(); ++k)
      error += std::pow(grid.scale * (found[std::size_t(k)] - grid.zero_point) - double(logits(k, i)), 2);
  }
  const double ratio = std::sqrt(error / double(logits.size()) / expected_error(network, quantised, images));
  std::cout << name << ": error of the logits is " << ratio << " times what is expected\n";
  check(ratio > 0.9 && ratio < 1.1, name + ": error of quantising");
}

void batch_normalisation() {
  const Matrix input = Matrix::Random(3, 7), direction = Matrix::Random(3, 7), weights = Matrix::Random(3, 7);
  const auto loss = [&](float step) {
    BatchNormalisation norm(3);
    Matrix x = input + step * direction;
    norm.forward(x);
    return x.cwiseProduct(weights).sum();
  };
  BatchNormalisation norm(3);
  Matrix x = input, gradient = weights;
  norm.forward(x);
  norm.backward(gradient);
  const float slope = (loss(0.01f) - loss(-0.01f)) / 0.02f, found = gradient.cwiseProduct(direction).sum();
  check(std::abs(slope - found) < 0.01f, "gradient of batch normalisation");

  const Dataset data = load_dataset(DIGITS_FOLDER);
  Random random(1);
  SmallNetwork network({64, 20, 10}, hardgate::Gelu<float>(), random, true);
  for (int i = 0; i < 5; ++i) network.train(data.train, 0.01f);
  const Matrix before = network.forward(data.train.images);
  network.fold(data.train.images);
  const Matrix after = network.forward(data.train.images);
  check((before - after).norm() < 1e-4f * before.norm(), "logits after folding batch normalisation");
}

void refused(const std::string& message, const std::function<void(Layer&)>& change) {
  Network network{random_layer(3, 5, true), random_layer(5, 2, false)};
  change(network[1]);
  try {
    integer_inference::check(network, 3);
    check(false, "not refused: " + message);
  } catch (const std::invalid_argument& error) {
    check(error.what() == "layer 2: " + message, error.what());
  }
}

}  // namespace

int main() {
  requantise_numbers();
  for (const std::size_t inputs : {1u, 3u, 16u, 37u, 784u})
    for (const std::size_t outputs : {1u, 2u, 10u, 33u})
      for (const bool with_table : {false, true}) layers_to_the_bit(inputs, outputs, with_table);
  errors_of_quantising(hardgate::Relu<float>(), "ReLU");
  errors_of_quantising(hardgate::Gelu<float>(), "GELU");
  batch_normalisation();

  refused("9 weights for 5 inputs and 2 outputs", [](Layer& layer) { layer.weights.pop_back(); });
  refused("2 multipliers and 3 shifts for 2 outputs", [](Layer& layer) { layer.shifts.push_back(0); });
  refused("a table of 1 entries", [](Layer& layer) { layer.table.push_back(0); });
  refused("output 2: a multiplier of -5 is negative", [](Layer& layer) { layer.multipliers[1] = -5; });
  refused("output 1: a shift of 31 is not between -31 and 30", [](Layer& layer) { layer.shifts[0] = 31; });
  refused("output 1: a sum may be more than 32 bits hold", [](Layer& layer) { layer.biases[0] = 2147483647; });
  refused("output 2: a sum may be more than 32 bits hold", [](Layer& layer) { layer.shifts[1] = 20; });
  refused("its smallest result is above its largest", [](Layer& layer) { std::swap(layer.lowest, layer.highest); });
  return failures;
}
