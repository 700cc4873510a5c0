// expect: hardgate: forward takes .* y writable
#include <hardgate/hardgate.hpp>

void values(const Eigen::VectorXf& x) {
  auto turned = x.reverse();
  hardgate::forward(hardgate::LambdaGelu<float>(2.0f), x, turned);
}
