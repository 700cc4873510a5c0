// A network with ReLU as linear layers in double precision, and the question how far an image is from another class.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "../small_network.hpp"
#include "program.hpp"

namespace proof {

using namespace small_network;

struct LinearLayer {
  Eigen::MatrixXd weights;
  Eigen::VectorXd bias;
};

/// Linear layers with ReLU between them.
using PiecewiseLinear = std::vector<LinearLayer>;

/// Throws std::invalid_argument for a network with a unit that is not ReLU: such a unit is not piecewise linear, and no
/// mixed-integer program says exactly what it does.
PiecewiseLinear piecewise_linear(const SmallNetwork& network);

Eigen::VectorXd logits(const PiecewiseLinear& network, const Eigen::VectorXd& image);

/// The pixels that an image may have: within `radius` of its own, and within [0, 1].
struct Box {
  Eigen::VectorXd lower, upper;
};
Box box_around(const Eigen::VectorXd& image, double radius);

/// What each layer may give before its ReLU: by interval arithmetic, and with linear functions of the image between which
/// each number lies, whichever is closer.
std::vector<Box> bounds(const PiecewiseLinear& network, const Box& images);

/// The smallest r at most `radius` such that some image of the box of r has `other` at least as likely as `own`. The
/// objective is r; the pixels are variables 1, 2, ... The bounds of `radius` are those of the conditions.
Program distance_to_class(const PiecewiseLinear& network, const Eigen::VectorXd& image, double radius, Index own,
                          Index other);

}  // namespace proof
