// A gate of one's own in one header: what it takes to add an activation.
#pragma once

#include <hardgate/hardgate.hpp>

/// The Cauchy distribution function, ½ + atan(u)/π. Its tail falls as 1/u: slowly enough for its distance to
/// the step to be infinite, and too slowly for x·G(x) to vanish at -∞, where it tends to -1/π.
struct CauchyGate : hardgate::Gate<CauchyGate> {
  template <class T>
  static T value(const T& u) {
    using std::atan;
    const T pi = hardgate::pi<T>();
    if (u < T(-1)) return T(-atan(T(T(1) / u)) / pi);  // ½ + atan(u)/π would cancel
    return T(T(1) / T(2) + atan(u) / pi);
  }
  template <class T>
  static T complement(const T& u) {
    return value(T(-u));
  }
};

template <class Scalar>
using Cauchy = hardgate::GatedUnit<Scalar, CauchyGate>;
