// expect: hardgate: forward takes \(activation, x, y\)
#include <hardgate/hardgate.hpp>

void values(const float* x, float* y, float* dydx) {
  hardgate::forward(hardgate::LambdaGelu<float>(2.0f), x, y, dydx, 3);
}
