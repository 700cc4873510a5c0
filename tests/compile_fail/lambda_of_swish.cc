// expect: hardgate: this activation has no lambda
#include <hardgate/activations.hpp>

float value() { return hardgate::Swish<float>(2.0f).lambda(); }
