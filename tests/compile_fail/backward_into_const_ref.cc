// expect: hardgate: backward takes .* dx writable
#include <hardgate/hardgate.hpp>

void gradient(const Eigen::ArrayXf& x, const Eigen::ArrayXf& dy, Eigen::Ref<const Eigen::ArrayXf> dx) {
  hardgate::backward(hardgate::LambdaGelu<float>(2.0f), x, dy, dx);
}
