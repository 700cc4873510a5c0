// expect: hardgate: backward_with_parameter takes \(activation with a parameter
#include <hardgate/hardgate.hpp>

float value(const float* x, const float* dy, float* dx) {
  return hardgate::backward_with_parameter(hardgate::Gem<float>(), x, dy, dx, 3);
}
