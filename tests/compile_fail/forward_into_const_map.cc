// expect: hardgate: forward takes .* y writable
#include <hardgate/hardgate.hpp>

void values(const Eigen::ArrayXf& x, const float* y) {
  Eigen::Map<const Eigen::ArrayXf> read_only(y, x.size());
  hardgate::forward(hardgate::LambdaGelu<float>(2.0f), x, read_only);
}
