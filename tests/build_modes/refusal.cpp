// Compiled without exceptions: everything that can refuse, of which the argument chooses one.
#include <hardgate/hardgate.hpp>

#include <cstring>

int main(int count, char** arguments) {
  using namespace hardgate;
  const char* what = count > 1 ? arguments[1] : "";
  Eigen::ArrayXf x = Eigen::ArrayXf::LinSpaced(5, -1, 1), y(5), shorter(4);
  if (std::strcmp(what, "hardness") == 0) LambdaGelu<float>().with_hardness(-1);
  if (std::strcmp(what, "y") == 0) forward(Gelu<float>(), x, shorter);
  if (std::strcmp(what, "count") == 0) HardnessLearner<float>(0);
  if (std::strcmp(what, "n") == 0) forward(Gelu<float>(), x.data(), y.data(), -1);

  ChannelUnits<EGem<float>> units(Eigen::ArrayXf::Constant(5, 2.0f));
  units.forward(x, y);
  const float gradient = backward_with_hardness(LambdaGelu<float>(2.0f), x, x, y);
  const bool right = check_gradient(EGem<double, 2>(0.1)).passed() && check_smoothness<2>(EGem<double>()).passed() &&
                     flips(x, x) == 0 && substitution_disruption(Gelu<float>(), x).sup > 0 && gradient != 0;
  return right ? 0 : 1;
}
