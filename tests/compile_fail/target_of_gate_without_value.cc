// expect: hardgate: a gate needs template <class T> static T value
#include <hardgate/hardgate.hpp>

struct Mine : hardgate::Gate<Mine> {};

double value() { return hardgate::hardness_for_gate_tolerance<hardgate::GatedUnit<double, Mine>>(0.1); }
