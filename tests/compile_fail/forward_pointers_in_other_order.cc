// expect: hardgate: forward takes \(activation, x, y\)
#include <hardgate/hardgate.hpp>

void values(const float* x, float* y) { hardgate::forward(hardgate::LambdaGelu<float>(2.0f), 3, x, y); }
