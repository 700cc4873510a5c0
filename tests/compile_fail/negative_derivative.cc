// expect: hardgate: the order of a derivative is at least 0
#include <hardgate/activations.hpp>

float value() { return hardgate::Silu<float>().derivatives<-1>(1.0f)[0]; }
