// One function, written once for any scalar, and its derivative with every scalar that computes derivatives: Eigen's
// AutoDiffScalar, the complex step, Hardgate's Taylor jets. The reference is the same function in 50 digits.

#include <Eigen/Core>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <complex>
#include <cstdio>
#include <hardgate/hardgate.hpp>
#include <unsupported/Eigen/AutoDiff>

#include "ordered_complex.hpp"

namespace {

using Dual = Eigen::AutoDiffScalar<Eigen::Matrix<double, 1, 1>>;
using Digits50 = boost::multiprecision::cpp_bin_float_50;
using Rational = boost::multiprecision::cpp_rational;
using hardgate::Jet;

/// g(x) = f(2x - 1)·f(x): a function of one's own that contains an activation f.
template <class Activation, class T = typename Activation::scalar>
T g(const Activation& f, const T& x) {
  return f(T(2) * x - T(1)) * f(x);
}

int failures = 0;

void show(const char* how, double derivative, const Digits50& exact, double bound) {
  const double error = std::abs(double((Digits50(derivative) - exact) / exact));
  std::printf("  %-36s %.17g, error %.0e\n", how, derivative, error);
  failures += !(error <= bound);
}

/// Activation<T> is the activation over the scalar T.
template <template <class> class Activation>
void differentiate(const char* name, double parameter, double x) {
  const auto with = [&](auto scalar) { return Activation<decltype(scalar)>(decltype(scalar)(parameter)); };
  const auto precise = g(with(Jet<Digits50, 5>()), Jet<Digits50, 5>::variable(Digits50(x)));
  const Digits50 exact = precise.c[1];
  std::printf("%s, g'(%g) = %s\n", name, x, exact.str(40).c_str());

  const auto f = with(0.0);
  const double step = 1e-6;
  show("central difference", (g(f, x + step) - g(f, x - step)) / (2 * step), exact, 1e-8);
  show("product rule, f.derivative", 2 * f.derivative(2 * x - 1) * f(x) + f(2 * x - 1) * f.derivative(x), exact, 1e-14);
  show("Eigen::AutoDiffScalar", g(with(Dual()), Dual(x, 1, 0)).derivatives()[0], exact, 1e-14);
  const auto series = g(with(Jet<double, 5>()), Jet<double, 5>::variable(x));
  show("Jet", series.c[1], exact, 1e-14);
  if constexpr (!std::is_same_v<Activation<double>, hardgate::LambdaGelu<double>>) {
    const Complex z(x, 1e-200);
    show("complex step of 1e-200", g(with(Complex()), z).imag() / 1e-200, exact, 1e-14);
  }
  show("Jet, the fifth derivative", 120 * series.c[5], 120 * precise.c[5], 1e-12);
}

template <class T>
using EGem2 = hardgate::EGem<T, 2>;
template <class T>
using SeGem1 = hardgate::SeGem<T, 1>;
template <class T>
using LambdaGelu = hardgate::LambdaGelu<T>;

}  // namespace

int main() {
  differentiate<EGem2>("E-GEM, N = 2, ε = 0.1", 0.1, 0.7);
  differentiate<SeGem1>("SE-GEM, N = 1, ε = 0.1", 0.1, 0.3);
  differentiate<LambdaGelu>("λ-GELU, λ = 3", 3, 0.3);

  // Over rational numbers the GEM family is exact: derivatives from both sides of 0, with no tolerance.
  using Series = Jet<Rational, 5>;
  const hardgate::EGem<Series, 2> f(Series(Rational(1, 10)));
  const Series right = f(Series::variable(Rational(0), Rational(1))),
               left = f(Series::variable(Rational(0), Rational(-1)));
  std::printf("E-GEM, N = 2, ε = 1/10, at 0: fourth derivative %s and %s, fifth %s and %s, from the left and right\n",
              left.c[4].str().c_str(), right.c[4].str().c_str(), Rational(120 * left.c[5]).str().c_str(),
              Rational(120 * right.c[5]).str().c_str());
  failures += !(left.c[4] == 0 && right.c[4] == 0 && left.c[5] == 0 && 120 * right.c[5] == 1200);
  return failures;
}
