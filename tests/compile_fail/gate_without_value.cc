// expect: hardgate: a gate needs template <class T> static T value
#include <hardgate/hardgate.hpp>

struct Mine : hardgate::Gate<Mine> {};

double value() { return hardgate::GatedUnit<double, Mine>(2.0)(1.0); }
