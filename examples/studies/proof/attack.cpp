#include "attack.hpp"

#include <algorithm>

namespace proof {
namespace {

/// Moves columns into the box of the radius around the image, and into [0, 1].
void clip(Matrix& images, const Vector& image, float radius) {
  const Vector lower = (image.array() - radius).max(0), upper = (image.array() + radius).min(1);
  for (Index i = 0; i < images.cols(); ++i) images.col(i) = images.col(i).cwiseMax(lower).cwiseMin(upper);
}

Matrix uniform(Index rows, Index columns, Random& random) {
  std::uniform_real_distribution<float> between(-1, 1);
  return Matrix::NullaryExpr(rows, columns, [&] { return between(random); });
}

constexpr Index starts = 12;
constexpr int steps = 60;

}  // namespace

Sampling::Sampling(const Vector& image, Index samples, Random& random)
    : image_(image), directions_(uniform(image.size(), samples, random)) {
  auto corners = directions_.leftCols(samples / 2);
  corners = corners.cwiseSign().eval();
}

Matrix Sampling::within(float radius) {
  Matrix images = (radius * directions_).colwise() + image_;
  clip(images, image_, radius);
  return images;
}

Attack::Attack(const SmallNetwork& network, const Vector& image, Index own, Random& random)
    : network_(network),
      image_(image),
      directions_(uniform(image.size(), starts * (number_of_classes - 1), random)),
      towards_(Matrix::Zero(number_of_classes, directions_.cols())) {
  for (Index i = 0; i < towards_.cols(); ++i) {  // the gradient of the other's logit minus one's own
    const Index other = i / starts;
    towards_(other < own ? other : other + 1, i) = 1;
    towards_(own, i) = -1;
  }
}

Matrix Attack::within(float radius) {
  Matrix images = (radius * directions_).colwise() + image_;
  clip(images, image_, radius);
  for (int step = 0; step < steps; ++step) {
    network_.forward(images);
    const float length = radius * (1 - float(step) / float(steps)) / 2;
    images += length * network_.backward(towards_).cwiseSign();
    clip(images, image_, radius);
  }
  return images;
}

Found smallest_radius(SmallNetwork network, const Vector& image, Index own, Search& search) {
  constexpr int halvings = 15;
  Found found;
  float none_at = 0;
  for (int i = 0; i <= halvings; ++i) {
    const float radius = i == 0 ? 1 : (none_at + found.radius) / 2;
    const Matrix images = search.within(radius);
    const Index other = find_other_class(network, images, own);
    if (other >= 0) {
      found = {std::min(radius, (images.col(other) - image).cwiseAbs().maxCoeff()), images.col(other)};
    } else if (i == 0) {
      return found;
    } else {
      none_at = radius;
    }
  }
  return found;
}

Index find_other_class(SmallNetwork& network, const Matrix& images, Index own) {
  const Matrix& logits = network.forward(images);
  for (Index i = 0; i < logits.cols(); ++i) {
    Index likeliest = 0;
    logits.col(i).maxCoeff(&likeliest);
    if (likeliest != own) return i;
  }
  return -1;
}

}  // namespace proof
