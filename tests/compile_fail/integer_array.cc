// expect: hardgate: x must have the scalar of the activation
#include <hardgate/hardgate.hpp>

Eigen::ArrayXf slopes(const Eigen::ArrayXi& x) { return hardgate::LambdaGelu<float>(2.0f).derivative(x); }
