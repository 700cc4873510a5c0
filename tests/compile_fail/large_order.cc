// expect: hardgate: N is too large for this scalar: at most 20 for float, 170 for double
#include <hardgate/activations.hpp>

float value() { return hardgate::EGem<float, 21>()(1.0f); }
