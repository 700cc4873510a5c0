// expect: hardgate: this activation has no parameter to differentiate with respect to
#include <Eigen/Core>
#include <hardgate/hardgate.hpp>

Eigen::ArrayXf value(const Eigen::ArrayXf& x) { return hardgate::Silu<float>().parameter_gradient(x); }
