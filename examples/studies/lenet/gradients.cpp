// The backward pass of LeNet's linear layers is the transpose of the forward pass: ⟨A x, g⟩ = ⟨x, Aᵀ g⟩ for any x, g.

#include <cmath>
#include <cstdio>

#include "network.hpp"

int main() {
  using namespace lenet;
  constexpr Index side = 8, channels = 3, outputs = 4, images = 2;
  Random random(1);
  std::normal_distribution<float> normal;
  const auto noise = [&](Index rows, Index cols) {
    return Matrix(Matrix::NullaryExpr(rows, cols, [&] { return normal(random); }));
  };
  int failures = 0;
  const auto check = [&](const char* layer, const Matrix& y, const Matrix& g, const Matrix& x, const Matrix& back) {
    const double forward = y.cwiseProduct(g).cast<double>().sum(), backward = x.cwiseProduct(back).cast<double>().sum();
    const double size = y.cwiseProduct(g).cwiseAbs().cast<double>().sum();
    std::printf("%s: %.7g and %.7g\n", layer, forward, backward);
    failures += !(std::abs(forward - backward) <= 1e-5 * size);
  };

  const Matrix x = noise(channels, side * side * images);
  Matrix y, back;
  Convolution convolution(side, channels, outputs, random);  // its bias is 0
  convolution.forward(x.data(), images, y);
  const Matrix g = noise(outputs, y.cols());
  convolution.backpropagate(g, back);
  check("convolution", y, g, x, back);

  average(side, x, y);
  const Matrix h = noise(channels, y.cols());
  spread(side, h, back);
  check("average", y, h, x, back);
  return failures;
}
