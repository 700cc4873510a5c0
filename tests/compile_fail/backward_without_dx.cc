// expect: hardgate: backward takes \(activation, x, dy, dx\)
#include <hardgate/hardgate.hpp>

void gradient(const Eigen::ArrayXf& x, Eigen::ArrayXf& dy) {
  hardgate::backward(hardgate::LambdaGelu<float>(2.0f), x, dy);
}
