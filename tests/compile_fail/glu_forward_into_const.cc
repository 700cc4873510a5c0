// expect: hardgate: glu_forward takes .* y writable
#include <hardgate/hardgate.hpp>

void values(const Eigen::VectorXf& x, Eigen::VectorXf& y) {
  hardgate::glu_forward(hardgate::Gelu<float>(), x, x, x);
  static_cast<void>(y);
}
