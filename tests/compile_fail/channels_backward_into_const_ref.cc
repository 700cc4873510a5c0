// expect: hardgate: ChannelUnits::backward takes
#include <hardgate/hardgate.hpp>

void gradient(const hardgate::ChannelUnits<hardgate::SeGem<float>>& units, const Eigen::ArrayXXf& x,
              Eigen::Ref<const Eigen::ArrayXXf> dx) {
  units.backward(x, x, dx);
}
