// expect: hardgate: backward_with_parameter takes .* of the activation's scalar
#include <hardgate/hardgate.hpp>

float gradient(const double* x, const double* dy, double* dx) {
  return hardgate::backward_with_parameter(hardgate::LambdaGelu<float>(2.0f), x, dy, dx, 3);
}
