// expect: hardgate: this activation has no beta
#include <hardgate/activations.hpp>

float value() { return hardgate::LambdaGelu<float>(2.0f).beta(); }
