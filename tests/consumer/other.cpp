#include <hardgate/hardgate.hpp>

Eigen::ArrayXf other(const Eigen::ArrayXf& x);

Eigen::ArrayXf other(const Eigen::ArrayXf& x) {
  Eigen::ArrayXf y(x.size());
  hardgate::forward(hardgate::LambdaGelu<float>(2.0f), x, y);
  return y;
}
