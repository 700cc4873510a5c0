// expect: hardgate: forward takes \(activation, x, y\)
#include <hardgate/hardgate.hpp>

void values(const Eigen::ArrayXf& x, Eigen::ArrayXf& y) {
  hardgate::forward(x, y, hardgate::LambdaGelu<float>(2.0f));
}
