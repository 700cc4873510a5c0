// expect: hardgate: ChannelUnits needs an activation with a parameter
#include <hardgate/hardgate.hpp>

hardgate::ChannelUnits<hardgate::Gelu<float>> units(Eigen::ArrayXf::Ones(3));
