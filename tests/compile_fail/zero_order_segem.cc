// expect: hardgate: N must be at least 1
#include <hardgate/activations.hpp>

float value() { return hardgate::SeGem<float, 0>(1.0f)(1.0f); }
