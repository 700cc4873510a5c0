// What has to hold of the folded network and of its corrections, whatever the weights: these are from four epochs.

#include <cstdio>

#include "network.hpp"

int main() {
  using namespace batch_norm;
  int failures = 0;
  const auto check = [&](const char* what, double value, double most) {
    std::printf("%s: %.3g, at most %.3g\n", what, value, most);
    failures += !(value <= most);
  };
  const Dataset data = load_dataset(DIGITS_FOLDER);
  const Matrix images = data.test.images.leftCols(100);
  const Unit& silu = all_units()[1];
  Trained normalised(silu, 1);  // a handle: training turns what it refers to into what is folded
  const Network original = trained(normalised, 1, 4, data.train);
  const auto outputs = [&](Network network, Index unit) {  // of the linear layer behind the unit
    network.forward_behind(unit, images);
    return network.outputs_behind(unit);
  };

  const torch::NoGradGuard no_grad;
  const Tensor logits = normalised(tensor(images)).contiguous();
  const Matrix expected = Matrix::Map(logits.data_ptr<float>(), number_of_classes, images.cols());
  check("folding changes the logits", (outputs(original, 5) - expected).cwiseAbs().maxCoeff(),
        1e-4 * expected.cwiseAbs().maxCoeff());

  // What batch normalisation says of what reaches a unit is true of the images it was trained on, nearly.
  Network network = original;
  network.forward_behind(-1, data.train.images);
  const Matrix before = network.outputs_behind(-1);
  const Vector mean = before.rowwise().mean(), away = mean - network.mean_before(0);
  const Vector deviation =
      (before.colwise() - mean).rowwise().squaredNorm().array().sqrt() / std::sqrt(float(before.cols()));
  check("mean by channel", away.cwiseAbs().maxCoeff(), 0.2);
  check("deviation by channel", (deviation - network.deviation_before(0)).cwiseAbs().maxCoeff(), 0.2);

  // A convolution is the linear layer of its patches.
  network.forward_behind(1, images);
  const Matrix linear = (network.weights_behind(1) * network.inputs_behind(1)).colwise() + network.bias_behind(1);
  check("patches", (linear - network.outputs_behind(1)).cwiseAbs().maxCoeff(), 1e-4 * linear.cwiseAbs().maxCoeff());

  // Shifted ReLU keeps the mean of what the layers behind it give; without data it comes closer than a plain replacement.
  const auto mean_error = [&](const Network& other, Index unit) {
    return (outputs(other, unit) - outputs(original, unit)).rowwise().mean().norm();
  };
  Network plain = original, shifted = original, without_data = original, refit = original;
  corrections::substitute_all(plain);
  corrections::substitute_shifted(shifted, images, corrections::Mean::original);
  substitute_shifted_without_data(without_data, silu, images.rows());
  corrections::substitute_refit(refit, images);
  for (Index unit = 0; unit < original.units(); ++unit) {
    check("mean, shifted against plain", mean_error(shifted, unit) / mean_error(plain, unit), 1e-3);
    check("mean, without data against plain", mean_error(without_data, unit) / mean_error(plain, unit), 0.5);
    check("square, refit against shifted",
          (outputs(refit, unit) - outputs(original, unit)).squaredNorm() /
              (outputs(shifted, unit) - outputs(original, unit)).squaredNorm(),
          1);
  }
  return failures;
}
