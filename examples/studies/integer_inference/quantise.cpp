#include "quantise.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace integer_inference {
namespace {

constexpr int byte = 8;

/// Appends what makes sums of weights and inputs integers of the grid `to`.
void add_output(Layer& layer, const Eigen::RowVectorXf& weights, double bias, const Grid& from, const Grid& to,
                int bits) {
  const int largest = (1 << (bits - 1)) - 1;
  const auto refuse = [&](const std::string& what) {
    throw std::invalid_argument("output " + std::to_string(layer.outputs() + 1) + ": " + what);
  };
  double scale = double(weights.cwiseAbs().maxCoeff()) / largest;
  if (scale == 0) scale = to.scale / from.scale / 256;  // a bias alone: to a part of a step
  int sum = 0;
  for (const float weight : weights) {
    layer.weights.push_back(std::int8_t(std::lround(double(weight) / scale)));
    sum += layer.weights.back();
  }
  const double steps = bias / (from.scale * scale) - from.zero_point * sum;
  if (!(std::abs(steps) < 1 << 30)) refuse("its bias of " + std::to_string(bias) + " is too large beside its weights");
  layer.biases.push_back(std::int32_t(std::lround(steps)));

  int shift = 0;
  const double mantissa = std::frexp(from.scale * scale / to.scale, &shift);
  const std::int64_t multiplier = std::min(std::llround(std::ldexp(mantissa, 31)), (1LL << 31) - 1);
  layer.multipliers.push_back(std::int32_t(multiplier));
  layer.shifts.push_back(std::int8_t(shift));
}

Layer quantise(const Dense& dense, const Grid& from, const Grid& to, int bits) {
  Layer layer{{}, {}, {}, {}, std::int8_t(to.zero_point), std::int8_t(to.lowest), std::int8_t(to.highest), {}};
  for (Index i = 0; i < dense.bias().size(); ++i)
    add_output(layer, dense.weights().row(i), double(dense.bias()[i]), from, to, bits);
  return layer;
}

Bytes table_of(const Unit& unit, const Grid& from, const Grid& to) {
  Bytes table;
  for (int i = from.lowest; i <= from.highest; ++i) {
    const auto value = float(from.scale * (i - from.zero_point));
    table.push_back(to.quantise(double(std::visit([&](const auto& act) { return act(value); }, unit))));
  }
  return table;
}

}  // namespace

Grid grid(const Images& values, int bits) {
  const double smallest = std::min(0.0, double(values.minCoeff())), largest = std::max(0.0, double(values.maxCoeff()));
  const int half = 1 << (bits - 1);
  const double scale = largest > smallest ? (largest - smallest) / (2 * half - 1) : 1;
  return {scale, -half - int(std::lround(smallest / scale)), -half, half - 1};
}

std::int8_t Grid::quantise(double value) const {
  return std::int8_t(std::clamp(std::round(value / scale) + zero_point, double(lowest), double(highest)));
}

Bytes Grid::quantise(const Eigen::Ref<const Vector>& values) const {
  Bytes bytes;
  for (const float value : values) bytes.push_back(quantise(double(value)));
  return bytes;
}

Quantised quantise(const SmallNetwork& network, const Images& images, int bits) {
  SmallNetwork original = network;
  original.forward(images);
  Quantised result{{grid(images, byte)}, {}};
  for (Index unit = 0; unit < network.units(); ++unit) {
    const Dense& dense = network.layers()[std::size_t(unit)];
    const Grid from = result.grids.back(), to = grid(original.inputs_behind(unit), bits);
    if (network.has_relu(unit)) {  // the smallest result that the grid has is 0
      result.network.push_back(quantise(dense, from, to, bits));
    } else {
      const Grid before = grid(original.outputs_behind(unit - 1), byte);
      result.network.push_back(quantise(dense, from, before, bits));
      result.network.back().table = table_of(network.unit(unit), before, to);
    }
    result.grids.push_back(to);
  }
  const Grid logits = grid(original.outputs_behind(network.units() - 1), byte);
  result.network.push_back(quantise(network.layers().back(), result.grids.back(), logits, bits));
  result.grids.push_back(logits);
  check(result.network, std::size_t(images.rows()));
  return result;
}

Eigen::VectorXi classes(const Network& network, const Grid& input, const Images& images) {
  Eigen::VectorXi classes(images.cols());
  for (Index i = 0; i < images.cols(); ++i) {
    const Bytes logits = forward(network, input.quantise(images.col(i)));
    classes[i] = int(std::max_element(logits.begin(), logits.end()) - logits.begin());
  }
  return classes;
}

}  // namespace integer_inference
