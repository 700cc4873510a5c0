// expect: hardgate: forward_with_second_derivative takes .* y, dydx and d2ydx2 writable
#include <hardgate/hardgate.hpp>

void values(const Eigen::VectorXf& x, Eigen::VectorXf& y) {
  const Eigen::Map<const Eigen::VectorXf> fixed(x.data(), x.size());
  hardgate::forward_with_second_derivative(hardgate::LambdaGelu<float>(2.0f), x, y, y, fixed);
}
