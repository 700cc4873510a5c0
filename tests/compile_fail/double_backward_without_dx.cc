// expect: hardgate: double_backward takes .* ddy and dx writable
#include <hardgate/hardgate.hpp>

void values(const Eigen::VectorXf& x, Eigen::VectorXf& y) {
  hardgate::double_backward(hardgate::LambdaGelu<float>(2.0f), x, x, x, y);
}
