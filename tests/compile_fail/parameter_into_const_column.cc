// expect: hardgate: backward_with_parameter takes .* dx writable
#include <hardgate/hardgate.hpp>

float gradient(const Eigen::MatrixXf& x, const Eigen::VectorXf& dy) {
  auto column = x.col(0);
  return hardgate::backward_with_parameter(hardgate::LambdaGelu<float>(2.0f), dy, dy, column);
}
