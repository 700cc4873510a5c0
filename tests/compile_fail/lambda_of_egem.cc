// expect: hardgate: this activation has no lambda
#include <hardgate/activations.hpp>

float value() { return hardgate::EGem<float>(2.0f).lambda(); }
