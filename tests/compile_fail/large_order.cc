// expect: hardgate: N is too large for this scalar: at most 7 for float, 21 for double
#include <hardgate/activations.hpp>

float value() { return hardgate::EGem<float, 8>()(1.0f); }
