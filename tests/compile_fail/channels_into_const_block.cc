// expect: hardgate: ChannelUnits::forward takes .* y writable
#include <hardgate/hardgate.hpp>

void values(const hardgate::ChannelUnits<hardgate::LambdaGelu<float>>& units, const Eigen::ArrayXXf& x) {
  auto part = x.topRows(3);
  units.forward(x, part);
}
