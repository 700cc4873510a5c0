// expect: hardgate: forward_with_derivative takes .* y and dydx writable
#include <hardgate/hardgate.hpp>

void values(const Eigen::ArrayXf& x, Eigen::ArrayXf& y) {
  hardgate::forward_with_derivative(hardgate::LambdaGelu<float>(2.0f), x, y, y + 1.0f);
}
