// How far an image is from the nearest image of another class: what is proved, and what is found.
#pragma once

#include "encoding.hpp"

namespace proof {

/// Solvers compute in floating point and take conditions for met that are not quite. This much is taken from every radius
/// that they prove.
inline constexpr double solver_tolerance = 1e-5;

struct Radius {
  double proved = 0;  // no image of another class is nearer
  bool whole = true;  // the solver came to an end: there is one at this distance, but for the tolerance
  double seconds = 0;
};

/// The images of another class that a search found around one.
struct Upper {
  float attacked, sampled;
  Vector image;  // of the attack; empty if it found none
};

Upper search(const SmallNetwork& network, const Vector& image, Index own, Index samples);

/// `exact` is what the solver is asked about, and `network` what its answers have to be true of. Throws
/// std::runtime_error if they are not, as far as `found`, the solver's own images, and a search within the proved radius
/// show.
Radius prove(const PiecewiseLinear& exact, const SmallNetwork& network, const Vector& image, Index own,
             const Solver& solver, double seconds, const Upper& found);

}  // namespace proof
