// expect: hardgate: N must be at least 1
#include <hardgate/activations.hpp>

float value() { return hardgate::EGem<float, -2>(1.0f)(1.0f); }
