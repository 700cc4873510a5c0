// expect: hardgate: glu_backward_with_parameter takes .activation with a parameter
#include <hardgate/hardgate.hpp>

void values(const Eigen::VectorXf& x, Eigen::VectorXf& y) {
  hardgate::glu_backward_with_parameter(hardgate::Gelu<float>(), x, x, x, y, y);
  static_cast<void>(y);
}
