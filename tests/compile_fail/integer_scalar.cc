// expect: hardgate: an activation needs a scalar with fractions
#include <hardgate/activations.hpp>

int value() { return hardgate::Relu<int>()(1); }
