// expect: hardgate: an activation needs a scalar with fractions
#include <hardgate/activations.hpp>

int value() { return hardgate::LambdaGelu<int>(2)(1); }
