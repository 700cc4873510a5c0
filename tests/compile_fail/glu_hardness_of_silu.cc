// expect: hardgate: glu_backward_with_hardness takes .activation with a parameter
#include <hardgate/hardgate.hpp>

void values(const Eigen::VectorXf& x, Eigen::VectorXf& y, Eigen::VectorXf& z) {
  hardgate::glu_backward_with_hardness(hardgate::Silu<float>(), x, x, x, y, z);
}
