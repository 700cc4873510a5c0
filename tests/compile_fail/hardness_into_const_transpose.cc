// expect: hardgate: backward_with_hardness takes .* dx writable
#include <hardgate/hardgate.hpp>

float gradient(const Eigen::MatrixXf& x) {
  auto turned = x.transpose();
  return hardgate::backward_with_hardness(hardgate::LambdaGelu<float>(2.0f), x, x, turned);
}
