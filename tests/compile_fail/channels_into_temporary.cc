// expect: hardgate: ChannelUnits::forward takes .* y writable
#include <hardgate/hardgate.hpp>

void values(const hardgate::ChannelUnits<hardgate::LambdaGelu<float>>& units, const Eigen::ArrayXXf& x) {
  units.forward(x, Eigen::ArrayXXf(x.rows(), x.cols()));
}
