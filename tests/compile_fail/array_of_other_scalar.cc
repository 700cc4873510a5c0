// expect: hardgate: x must have the scalar of the activation
#include <hardgate/hardgate.hpp>

Eigen::ArrayXd values(const Eigen::ArrayXd& x) { return hardgate::LambdaGelu<float>(2.0f)(x); }
