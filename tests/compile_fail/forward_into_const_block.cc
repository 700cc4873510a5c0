// expect: hardgate: forward takes .* y writable
#include <hardgate/hardgate.hpp>

void values(const Eigen::ArrayXf& x) {
  auto part = x.head(4);
  hardgate::forward(hardgate::LambdaGelu<float>(2.0f), x, part);
}
