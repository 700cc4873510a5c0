// expect: hardgate: backward_with_hardness takes \(activation with a parameter
#include <hardgate/hardgate.hpp>

float gradient(const float* x, const float* dy, float* dx) {
  return hardgate::backward_with_hardness(hardgate::Silu<float>(), x, dy, dx, 3);
}
