// expect: hardgate: a gate needs template <class T> static T value
#include <hardgate/hardgate.hpp>

struct Mine : hardgate::Gate<Mine> {
  static double value(double u) { return u > 0 ? 1 : 0; }
};

double value() { return hardgate::GatedUnit<double, Mine>(2.0)(1.0); }
