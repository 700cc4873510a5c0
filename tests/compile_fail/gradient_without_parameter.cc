// expect: hardgate: this activation has no parameter to differentiate with respect to
#include <hardgate/activations.hpp>

float value() { return hardgate::Gem<float>().parameter_gradient(1.0f); }
