// expect: hardgate: forward_with_derivative takes .* y and dydx writable
#include <hardgate/hardgate.hpp>

void values(const Eigen::VectorXf& x, Eigen::VectorXf& y) {
  auto part = x.segment(0, 4);
  hardgate::forward_with_derivative(hardgate::LambdaGelu<float>(2.0f), x, y, part);
}
