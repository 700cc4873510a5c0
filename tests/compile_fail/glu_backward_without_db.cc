// expect: hardgate: glu_backward takes .* da and db writable
#include <hardgate/hardgate.hpp>

void values(const Eigen::VectorXf& x, Eigen::VectorXf& y) {
  hardgate::glu_backward(hardgate::Gelu<float>(), x, x, x, y);
  static_cast<void>(y);
}
