// expect: hardgate: a gate derives from hardgate::Gate<itself>
#include <hardgate/hardgate.hpp>

struct Mine {
  template <class T>
  static T value(const T& u) {
    return u;
  }
};

double value() { return hardgate::GatedUnit<double, Mine>(2.0)(1.0); }
