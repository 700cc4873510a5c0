// A search for the inputs where each documented bound is nearest to being broken: uphill in the error, over x and the
// parameter together, against a wider type. accuracy.cpp samples; this goes where a sample rarely falls. It prints what
// it finds: the parameter, the bits of the input, the error.
#include "support.hpp"

#include <algorithm>
#include <cfloat>
#include <cstdio>

#include "catch.hpp"
#include "quad.hpp"

namespace hardgate_tests {
namespace {

/// How many climbs, each from the best of how many random inputs, and of how many steps.
struct Effort {
  int climbs, starts, steps;
};

/// An input, and how many ulp the result is off there.
template <class Scalar>
struct Input {
  Scalar x = 0, parameter = 1;
  double ulp = -1;
};

/// The search for one quantity of one kind of activation, with Real as the judge.
template <class Real, class Kind>
class Search {
  using Scalar = typename Kind::scalar;
  using Activation = decltype(Kind::at("1"));
  using Limits = std::numeric_limits<Scalar>;
  static constexpr bool has_parameter = Activation::has_parameter;

 public:
  explicit Search(std::size_t quantity) : quantity_(quantity), random_(quantity + 1) {}

  Input<Scalar> worst(const Effort& effort) {
    Input<Scalar> worst;
    for (int i = 0; i < effort.climbs; ++i) {
      Input<Scalar> top;
      for (int j = 0; j < effort.starts; ++j) top = larger(top, start());
      for (int j = 0; j < effort.steps; ++j) top = larger(top, neighbour(top));
      if (top.ulp > worst.ulp) worst = top;
    }
    return worst;
  }

 private:
  double error(const Input<Scalar>& at) const {
    Activation act;
    if constexpr (has_parameter) act = Activation(at.parameter);
    const Truth<Real> truth = Kind::Facts::exact(Real(at.x), Real(at.parameter));
    if (quantity_ == 0) return ulp_error(act(at.x), truth.value, truth.value);
    if (quantity_ == 3) return ulp_error(act.second_derivative(at.x), truth.second, truth.second_size);
    if (quantity_ == 1) return ulp_error(act.derivative(at.x), truth.derivative, truth.derivative_size);
    if constexpr (has_parameter) return ulp_error(act.parameter_gradient(at.x), truth.gradient, truth.gradient);
    return 0;
  }
  Input<Scalar> larger(const Input<Scalar>& top, Input<Scalar> other) const {
    other.ulp = error(other);
    return other.ulp > top.ulp ? other : top;
  }

  /// The binary exponents of the parameters for which activations.hpp gives bounds.
  int least() const {
    return Activation::gate::Parameter::exponent < 0 ? Limits::min_exponent - 1
           : !std::is_same_v<Scalar, float>          ? -465
           : quantity_ == 2                          ? -19
                                                     : -39;
  }
  int most() const {
    if (quantity_ != 3 || Activation::gate::Parameter::exponent < 0) return Limits::max_exponent - 26;
    return std::is_same_v<Scalar, float> ? 46 : 930;
  }
  Scalar some(int from, int to) {
    const int low = std::max(from, Limits::min_exponent - Limits::digits),
              high = std::min(to, Limits::max_exponent - 1);
    return std::ldexp(Scalar(1 + random_.unit()), random_.integer(std::min(low, high), high));
  }
  /// Mostly where the activation bends, half of the time at a parameter near 1.
  Input<Scalar> start() {
    Input<Scalar> at;
    int bend = 0;
    if constexpr (has_parameter) {
      at.parameter = random_.integer(0, 1) == 0 ? some(-2, 8) : some(least(), most() - 1);
      bend = -std::ilogb(Activation(at.parameter).hardness());
    }
    at.x = random_.integer(0, 3) == 0 ? some(-Limits::max_exponent, Limits::max_exponent) : some(bend - 8, bend + 5);
    if (random_.integer(0, 1) == 0) at.x = -at.x;
    return at;
  }
  /// With x or the parameter or both some ulp away, few or many.
  Input<Scalar> neighbour(Input<Scalar> at) {
    const int which = has_parameter ? random_.integer(0, 2) : 0;
    if (which != 1) at.x = moved(at.x);
    if (which == 0) return at;
    const Scalar parameter = moved(at.parameter);
    if (parameter >= std::ldexp(Scalar(1), least()) && parameter < std::ldexp(Scalar(1), most()))
      at.parameter = parameter;
    return at;
  }
  Scalar moved(Scalar x) {
    const int digits = random_.integer(1, Limits::digits + 1);
    const auto step = static_cast<bits_t<Scalar>>((random_.bits() | 1) & ((std::uint64_t(1) << digits) - 1));
    const bits_t<Scalar> bits = to_bits(x);
    const auto y =
        from_bits<Scalar>(static_cast<bits_t<Scalar>>(random_.integer(0, 1) == 0 ? bits + step : bits - step));
    return std::isfinite(y) && (y > 0) == (x > 0) ? y : x;
  }

  std::size_t quantity_;
  Random random_;
};

/// Searches for one quantity, prints what was found and checks it.
template <class Real, class Kind>
double search(const Kind& kind, std::size_t quantity, const Effort& effort) {
  using Scalar = typename Kind::scalar;
  constexpr bool single = std::is_same_v<Scalar, float>;
  const auto found = Search<Real, Kind>(quantity).worst(effort);
  const double bound = kind.bounds[quantity].here();
  char parameter[40] = "";
  if (decltype(kind.at("1"))::has_parameter)
    std::snprintf(parameter, sizeof parameter, "(%a)", static_cast<double>(found.parameter));
  const std::string name = kind.name + parameter;
  std::printf("%-34s %-10s %-6s %0*llx  # %.8g: %.3f ulp of at most %.1f, %s\n", name.c_str(), quantities[quantity],
              single ? "float" : "double", single ? 8 : 16, static_cast<unsigned long long>(to_bits(found.x)),
              static_cast<double>(found.x), found.ulp, bound, HARDGATE_HAS_FMA ? "FMA" : "no FMA");
  CAPTURE(name, quantities[quantity], found.x, found.parameter);
  CHECK(found.ulp <= bound);
  return found.ulp;
}
template <class Real, class Kind>
void search_all_quantities(const Kind& kind, const Effort& effort) {
  for (std::size_t q = 0; q < 4; ++q)
    if (q != 2 || decltype(kind.at("1"))::has_parameter) search<Real>(kind, q, effort);
}

/// Of an activation of hardness 1, at other hardnesses, where activations.hpp promises twice the bounds.
template <class Real, class Kind_>
void search_other_hardnesses(const Kind_& kind, const Effort& effort) {
  using Scalar = typename Kind_::scalar;
  using Learnable = decltype(kind.at("").with_hardness(Scalar(1)));
  Kind<Learnable, typename Kind_::Facts, Own::kernel> learnable{kind.name, {}, kind.bounds};
  for (Bound& bound : learnable.bounds) bound = {2 * bound.with_fma, 2 * bound.without};
  for (const std::size_t q : {std::size_t(0), std::size_t(1), std::size_t(3)}) search<Real>(learnable, q, effort);
}

/// Every kind. Long double judges rational activations in double too: with its eleven more digits it errs by a
/// hundredth of an ulp. Where an exponential magnifies rounding, `Real` judges.
template <class Scalar, class Real>
void search_every_kind(const Effort& rational, const Effort& exponential) {
  every_kind<Scalar>([&](const auto& kind) {
    if constexpr (std::decay_t<decltype(kind)>::Facts::exponential) {
      search_all_quantities<Real>(kind, exponential);
      using Of = std::decay_t<decltype(kind)>;
      constexpr bool is_straight =
          std::is_same_v<typename Of::Facts, HardSigmoidFacts> || std::is_same_v<typename Of::Facts, HeavisideFacts>;
      if constexpr (Of::own == Own::gate && !decltype(kind.at(""))::has_parameter && !is_straight)
        search_other_hardnesses<Real>(kind, exponential);
    } else {
      search_all_quantities<long double>(kind, rational);
    }
  });
}

/// GEM, E-GEM and SE-GEM of order N, and the bound that activations.hpp gives for any order.
template <class T, int N>
void search_order(const Effort& effort) {
  const auto add = [&effort](auto own, const std::string& name, auto activation, auto facts,
                             const std::vector<std::string>& parameters, const Bounds&) {
    const Bound bound{8 + 4.0 * N, 8 + 4.0 * N};
    search_all_quantities<long double>(
        Kind<decltype(activation), decltype(facts), own()>{name, parameters, Bounds{bound, bound, bound, bound}},
        effort);
  };
  add_gem_family<T, N>(add, {});
}

}  // namespace

#if LDBL_MANT_DIG >= 64
TEST_CASE("The search finds what few samples hit: more than 5.6 ulp in f' of GEM with N = 3", "[worst_case_search]") {
  const Kind<Gem<float, 3>, LogLogisticFacts<3>, Own::name> kind{"Gem<3>", {}, {Bound{}, Bound{9, 9}, Bound{}}};
  CHECK(search<long double>(kind, 1, {40, 100, 600}) > 5.6);
}

TEST_CASE("No bound is broken where a search climbs: float", "[worst_case_search]") {
  search_every_kind<float, long double>({100, 100, 2000}, {30, 100, 1000});
}
TEST_CASE("No bound is broken where a long search climbs: float", "[.][worst_case_search][exhaustive]") {
  search_every_kind<float, long double>({1000, 1000, 8000}, {1000, 1000, 8000});
}
TEST_CASE("Up to N = 7 for float and 21 for double, 8 + 4N ulp are kept", "[worst_case_search]") {
  search_order<float, 7>({100, 100, 1000});
  search_order<double, 21>({30, 100, 1000});
}
TEST_CASE("8 + 4N ulp are kept where a long search climbs", "[.][worst_case_search][exhaustive]") {
  search_order<float, 7>({500, 1000, 4000});
  search_order<double, 21>({200, 1000, 4000});
}
#endif
#if defined(HARDGATE_HAS_QUAD) && LDBL_MANT_DIG >= 64
TEST_CASE("No bound is broken where a search climbs: double", "[worst_case_search]") {
  search_every_kind<double, Quad>({50, 100, 2000}, {1, 60, 240});
}
TEST_CASE("No bound is broken where a long search climbs: double", "[.][worst_case_search][exhaustive]") {
  search_every_kind<double, Quad>({1000, 1000, 8000}, {50, 400, 4000});
}
#endif

}  // namespace hardgate_tests
