// expect: hardgate: forward takes .* y writable
#include <hardgate/hardgate.hpp>

void values(const Eigen::ArrayXf& x) {
  hardgate::forward(hardgate::LambdaGelu<float>(2.0f), x, Eigen::ArrayXf(x.size()));
}
