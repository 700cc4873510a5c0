// A search for the inputs at which each documented bound is nearest to broken: from random starts uphill in the error,
// over x and the parameter together. What it found beyond the samples of accuracy.cpp is in worst_cases.txt.
#include "support.hpp"

#include <algorithm>
#include <cstdio>

#include "catch.hpp"

#if LDBL_MANT_DIG < 113 && defined(HARDGATE_HAS_QUADMATH)
#include <boost/multiprecision/float128.hpp>
#endif

namespace hardgate_tests {
namespace {

constexpr const char* quantities[] = {"value", "derivative", "gradient"};

/// An input, and how many ulp the result is off there.
template <class Scalar>
struct Found {
  Scalar x = 0, parameter = 1;
  double ulp = -1;
};

template <class Real, class Kind>
class Search {
  using Scalar = typename Kind::scalar;
  using Activation = decltype(Kind::at("1"));
  static constexpr bool has_parameter = Activation::has_parameter;
  static constexpr bool by_hardness = Activation::gate::Parameter::exponent == 1;

 public:
  Search(std::size_t quantity, std::uint64_t seed) : quantity_(quantity), random_(seed) {}

  Found<Scalar> worst(int starts, int steps) {
    Found<Scalar> best;
    for (int i = 0; i < starts; ++i) {
      Found<Scalar> top;
      for (int j = 0; j < steps / 4; ++j) keep(top, start());
      for (int j = 0; j < steps; ++j) keep(top, neighbour(top));
      keep(best, top);
    }
    return best;
  }

  double error(Scalar x, Scalar parameter) const {
    Activation act;
    if constexpr (has_parameter) act = Activation(parameter);
    const Truth<Real> truth = Kind::Facts::exact(Real(x), Real(parameter));
    if (quantity_ == 0) return ulp_error(act(x), truth.value, truth.value);
    if (quantity_ == 1) return ulp_error(act.derivative(x), truth.derivative, truth.derivative_size);
    if constexpr (has_parameter) return ulp_error(act.parameter_gradient(x), truth.gradient, truth.gradient);
    return 0;
  }

 private:
  void keep(Found<Scalar>& best, Found<Scalar> candidate) const {
    if (candidate.ulp < 0) candidate.ulp = error(candidate.x, candidate.parameter);
    if (candidate.ulp > best.ulp) best = candidate;
  }
  Scalar some(double low, double high) {
    return std::ldexp(Scalar(1 + random_.unit()), static_cast<int>(random_.between(low, high)));
  }
  Found<Scalar> start() {
    using Limits = std::numeric_limits<Scalar>;
    Found<Scalar> found;
    if constexpr (has_parameter) found.parameter = some(lo, hi);
    const double width = -std::log2(double(Kind::Facts::exponential ? found.parameter : 1));
    (void)width;
    double h = 1;
    if constexpr (has_parameter) h = double(Activation(found.parameter).hardness());
    const double where = -std::log2(h);
    found.x = random_.integer(0, 3) == 0 ? some(Limits::min_exponent, Limits::max_exponent)
                                         : Scalar(some(std::max<double>(where - 8, -1000), std::min<double>(where + 5, 1000)));
    if (!std::isfinite(found.x)) found.x = 1;
    if (random_.integer(0, 1)) found.x = -found.x;
    return found;
  }
  Scalar moved(Scalar x) {
    const int size = random_.integer(0, std::numeric_limits<Scalar>::digits);
    const auto step = static_cast<bits_t<Scalar>>((random_.bits() | 1) & ((std::uint64_t(2) << size) - 1));
    const auto bits = to_bits(x);
    const Scalar y = from_bits<Scalar>(random_.integer(0, 1) ? bits + step : bits - step);
    return std::isfinite(y) && (y > 0) == (x > 0) ? y : x;
  }
  Found<Scalar> neighbour(Found<Scalar> found) {
    found.ulp = -1;
    const int what = has_parameter ? random_.integer(0, 2) : 0;
    if (what != 1) found.x = moved(found.x);
    if (what != 0) {
      const Scalar p = moved(found.parameter);
      if (p >= std::ldexp(Scalar(1), int(lo)) && p <= std::ldexp(Scalar(1), int(hi) + 1)) found.parameter = p;
    }
    return found;
  }

  std::size_t quantity_;
  Random random_;

 public:
  double lo = -20, hi = 20;
};

template <class Scalar, class Real>
void search(int starts, int steps, double lo, double hi) {
  const char* only = std::getenv("ONLY");
  every_kind<Scalar>([&](const auto& kind) {
    using Kind = std::decay_t<decltype(kind)>;
    if (only && kind.name.find(only) == std::string::npos) return;
    for (std::size_t q = 0; q < 3; ++q) {
      if (q == 2 && !decltype(kind.at("1"))::has_parameter) continue;
      Search<Real, Kind> s(q, 1 + q);
      s.lo = lo, s.hi = hi;
      const auto found = s.worst(starts, steps);
      std::printf("%s %-18s %-10s %-6s %7.3f ulp of at most %4.1f, at %a (%g), %a (%g)\n",
                  found.ulp > kind.bounds[q].here() ? "!!!" : "   ", kind.name.c_str(), quantities[q],
                  sizeof(Scalar) == 4 ? "float" : "double", found.ulp, kind.bounds[q].here(), double(found.x), double(found.x),
                  double(found.parameter), double(found.parameter));
      std::fflush(stdout);
    }
  });
}

}  // namespace
}  // namespace hardgate_tests
int main(int, char** argv) {
  using namespace hardgate_tests;
  if (argv[1][0] == 'f') search<float, long double>(atoi(argv[2]), atoi(argv[3]), atof(argv[4]), atof(argv[5]));
  else search<double, boost::multiprecision::float128>(atoi(argv[2]), atoi(argv[3]), atof(argv[4]), atof(argv[5]));
}
