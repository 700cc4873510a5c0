// expect: hardgate: this activation has no parameter to take a gradient by
#include <hardgate/activations.hpp>

float value() { return hardgate::Gem<float>().parameter_gradient(1.0f); }
