// Searches for an image of another class: they bound from above what a proof bounds from below.
#pragma once

#include "../small_network.hpp"

namespace proof {

using namespace small_network;

/// The smallest radius at which the search found an image of another class than `own`, within [0, 1], and that image;
/// 1 and nothing where there was none.
struct Found {
  float radius = 1;
  Vector image;
};

/// Images within a radius of one.
class Search {
 public:
  virtual ~Search() = default;
  virtual Matrix within(float radius) = 0;
};

/// Images drawn from the box, half of them from its corners.
class Sampling : public Search {
 public:
  Sampling(const Vector& image, Index samples, Random& random);
  Matrix within(float radius) override;

 private:
  Vector image_;
  Matrix directions_;
};

/// Images reached by steps along the sign of the gradient, towards every other class and from several starts (PGD).
class Attack : public Search {
 public:
  Attack(const SmallNetwork& network, const Vector& image, Index own, Random& random);
  Matrix within(float radius) override;

 private:
  SmallNetwork network_;
  Vector image_;
  Matrix directions_, towards_;
};

/// Goes between a radius at which the search finds nothing and one at which it does.
Found smallest_radius(SmallNetwork network, const Vector& image, Index own, Search& search);

/// The first of the images that the network takes for another class than `own`, or -1.
Index find_other_class(SmallNetwork& network, const Matrix& images, Index own);

}  // namespace proof
