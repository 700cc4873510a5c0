// expect: hardgate: N is too large for this scalar: at most 20 for float, 170 for double
#include <hardgate/activations.hpp>

double value() { return hardgate::SeGem<double, 171>()(1.0); }
