#include "encoding.hpp"

#include <limits>
#include <stdexcept>

namespace proof {

PiecewiseLinear piecewise_linear(const SmallNetwork& network) {
  for (Index i = 0; i < network.units(); ++i)
    if (!network.has_relu(i))
      throw std::invalid_argument(
          "unit " + std::to_string(i + 1) +
          " is not ReLU: it is not piecewise linear, so a mixed-integer program cannot say what "
          "it does; replace it by ReLU first");
  PiecewiseLinear layers;
  for (const Dense& layer : network.layers())
    layers.push_back({layer.weights().cast<double>(), layer.bias().cast<double>()});
  return layers;
}

Eigen::VectorXd logits(const PiecewiseLinear& network, const Eigen::VectorXd& image) {
  Eigen::VectorXd values = image;
  for (std::size_t i = 0; i < network.size(); ++i) {
    values = network[i].weights * values + network[i].bias;
    if (i + 1 < network.size()) values = values.cwiseMax(0).eval();
  }
  return values;
}

Box box_around(const Eigen::VectorXd& image, double radius) {
  return {(image.array() - radius).max(0), (image.array() + radius).min(1)};
}

namespace {

/// Linear functions of the image, one a row: factors · image + constants.
struct Functions {
  Eigen::MatrixXd factors;
  Eigen::VectorXd constants;
};

/// The largest that weights · values + bias may be, for values between `lower` and `upper`; or, with these two exchanged,
/// the smallest.
Eigen::VectorXd extreme(const Eigen::MatrixXd& weights, const Eigen::VectorXd& bias, const Eigen::VectorXd& lower,
                        const Eigen::VectorXd& upper) {
  return weights.cwiseMax(0) * upper + weights.cwiseMin(0) * lower + bias;
}
Functions extreme(const LinearLayer& layer, const Functions& lower, const Functions& upper) {
  const Eigen::MatrixXd positive = layer.weights.cwiseMax(0), negative = layer.weights.cwiseMin(0);
  return {positive * upper.factors + negative * lower.factors,
          positive * upper.constants + negative * lower.constants + layer.bias};
}

}  // namespace

std::vector<Box> bounds(const PiecewiseLinear& network, const Box& images) {
  const Index pixels = images.lower.size();
  std::vector<Box> all;
  Box values = images;
  Functions low{Eigen::MatrixXd::Identity(pixels, pixels), Eigen::VectorXd::Zero(pixels)}, high = low;
  for (const LinearLayer& layer : network) {
    const Functions next_low = extreme(layer, high, low), next_high = extreme(layer, low, high);
    low = next_low;
    high = next_high;
    Box before{extreme(layer.weights, layer.bias, values.upper, values.lower),
               extreme(layer.weights, layer.bias, values.lower, values.upper)};
    before.lower = before.lower.cwiseMax(extreme(low.factors, low.constants, images.upper, images.lower));
    before.upper = before.upper.cwiseMin(extreme(high.factors, high.constants, images.lower, images.upper));
    all.push_back(before);
    values = {before.lower.cwiseMax(0), before.upper.cwiseMax(0)};
    for (Index i = 0; i < layer.bias.size(); ++i) {
      const double lower = before.lower[i], upper = before.upper[i];
      if (lower >= 0) continue;  // ReLU does nothing
      // From above, the line through (lower, 0) and (upper, upper); from below, 0 or the number itself.
      const double slope = upper > 0 ? upper / (upper - lower) : 0;
      high.factors.row(i) *= slope;
      high.constants[i] = upper > 0 ? slope * (high.constants[i] - lower) : 0;
      if (upper < -lower) {
        low.factors.row(i).setZero();
        low.constants[i] = 0;
      }
    }
  }
  return all;
}

Program distance_to_class(const PiecewiseLinear& network, const Eigen::VectorXd& image, double radius, Index own,
                          Index other) {
  constexpr double none = std::numeric_limits<double>::infinity();
  Program program;
  program.objective = program.add_variable(0, radius);
  const Box box = box_around(image, radius);
  std::vector<int> values;
  for (Index i = 0; i < image.size(); ++i) {
    const int pixel = program.add_variable(box.lower[i], box.upper[i]);
    values.push_back(pixel);
    program.rows.push_back({{{pixel, 1}, {program.objective, 1}}, image[i], none});    // pixel ≥ its own - r
    program.rows.push_back({{{pixel, 1}, {program.objective, -1}}, -none, image[i]});  // pixel ≤ its own + r
  }
  const std::vector<Box> before = bounds(network, box);
  for (std::size_t layer = 0; layer + 1 < network.size(); ++layer) {
    std::vector<int> next;
    for (Index i = 0; i < network[layer].bias.size(); ++i) {
      const double lower = before[layer].lower[i], upper = before[layer].upper[i];
      const int sum = program.add_variable(lower, upper);
      Row row{{{sum, -1}}, -network[layer].bias[i], -network[layer].bias[i]};
      for (std::size_t j = 0; j < values.size(); ++j)
        row.terms.emplace_back(values[j], network[layer].weights(i, Index(j)));
      program.rows.push_back(row);
      if (lower >= 0) {
        next.push_back(sum);  // ReLU does nothing
      } else if (upper <= 0) {
        next.push_back(program.add_variable(0, 0));
      } else {
        next.push_back(program.add_variable(0, upper));
        program.relus.push_back({sum, next.back()});
      }
    }
    values = next;
  }
  const LinearLayer& last = network.back();
  Row row{{}, last.bias[own] - last.bias[other], none};  // other's logit - own's ≥ 0
  for (std::size_t j = 0; j < values.size(); ++j)
    row.terms.emplace_back(values[j], last.weights(other, Index(j)) - last.weights(own, Index(j)));
  program.rows.push_back(row);
  return program;
}

}  // namespace proof
