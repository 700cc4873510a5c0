// expect: hardgate: N must be at least 1
#include <hardgate/activations.hpp>

float value() { return hardgate::Gem<float, 0>()(1.0f); }
