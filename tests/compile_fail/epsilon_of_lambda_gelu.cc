// expect: hardgate: this activation has no epsilon
#include <hardgate/activations.hpp>

float value() { return hardgate::LambdaGelu<float>(2.0f).epsilon(); }
