// expect: hardgate: ChannelUnits::forward_with_derivative takes .* y and dydx writable
#include <hardgate/hardgate.hpp>

void values(const hardgate::ChannelUnits<hardgate::LambdaGelu<float>>& units, const Eigen::ArrayXXf& x,
            Eigen::ArrayXXf& y, const float* d) {
  Eigen::Map<const Eigen::ArrayXXf> read_only(d, x.rows(), x.cols());
  units.forward_with_derivative(x, y, read_only);
}
