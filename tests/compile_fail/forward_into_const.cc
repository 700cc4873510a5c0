// expect: hardgate: forward takes .* y writable
#include <hardgate/hardgate.hpp>

void values(const Eigen::ArrayXf& x, Eigen::ArrayXf& y) {
  hardgate::forward(hardgate::LambdaGelu<float>(2.0f), y, x);
}
