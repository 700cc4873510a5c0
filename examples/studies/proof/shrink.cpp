#include "shrink.hpp"

#include <cmath>
#include <stdexcept>
#include <string>

namespace proof {

Dataset shrink(const Dataset& data, Index side) {
  const Index pixels = data.train.images.rows(), given = std::lround(std::sqrt(double(pixels)));
  if (given * given != pixels || given % side != 0)
    throw std::runtime_error("images of " + std::to_string(pixels) + " pixels do not shrink to " +
                             std::to_string(side) + " x " + std::to_string(side));
  const Index factor = given / side;
  Matrix means = Matrix::Zero(side * side, pixels);
  for (Index i = 0; i < pixels; ++i)
    means(i / given / factor * side + i % given / factor, i) = 1 / float(factor * factor);
  // Pixels were standardised; the darkest and the brightest give the scale back.
  const float lowest = data.train.images.minCoeff(), highest = data.train.images.maxCoeff();
  Dataset small = data;
  for (LabelledImages* part : {&small.train, &small.held_out, &small.test}) {
    const Matrix unit = ((part->images.array() - lowest) / (highest - lowest)).matrix();
    part->images = (means * unit).cwiseMax(0).cwiseMin(1);
  }
  return small;
}

}  // namespace proof
