// Every activation on its whole domain, at parameters from one end of theirs to the other: special values with the
// sign of zero, every exponent, both sides of every internal cutoff, monotonicity, and the same activation in the next
// wider arithmetic, whose own cutoffs lie elsewhere.
#include <hardgate/activations.hpp>

#include <algorithm>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;

namespace {

/// visit(name, activation, facts) for every activation at parameters from one end of theirs to the other, those whose
/// hardness is fixed at other hardnesses too.
template <class T, class Visitor>
void everywhere(const Visitor& visit) {
  const auto at_each = [&visit](const auto& kind) {
    using Given = typename std::decay_t<decltype(kind)>::Facts;
    using Activation = decltype(kind.at("1"));
    using Learnable = decltype(kind.at("1").with_hardness(T(1)));
    const auto with_facts = [&](const std::string&, const auto& act) { visit(kind.name, act, Given()); };
    if constexpr (!Activation::has_parameter) kind.each({}, with_facts);
    if constexpr (std::decay_t<decltype(kind)>::own != Own::name && !std::is_same_v<Activation, Relu<T>>) {
      const Kind<Learnable, Given, Own::kernel> learnable{kind.name, {}, {}};
      if constexpr (Learnable::gate::Parameter::exponent == 1) {
        learnable.each({"1e-6", "1e-3", "0.5", "1", "3.7", "100", "1e6", "1e20", "2e38"}, with_facts);
      } else {
        learnable.each({"0", "1e-30", "1e-12", "1e-4", "0.37", "1", "10", "1e8", "1e30"}, with_facts);
      }
    }
  };
  every_kind<T>(at_each);
  const auto add = [&](auto own, const std::string& name, auto activation, auto facts, const std::vector<std::string>&,
                       const Bounds&) {
    at_each(Kind<decltype(activation), decltype(facts), own()>{name, {}, {}});
  };
  add_gem_family<T, 4>(add, {});
  add_gem_family<T, 5>(add, {});
  add_gem_family<T, 6>(add, {});
  add_gem_family<T, 7>(add, {});
  add_gem_family<T, 8>(add, {});
}

/// The 17 numbers nearest to x.
template <class T>
void add_around(std::vector<T>& points, T x) {
  if (!std::isfinite(x)) return;
  T below = x, above = x;
  points.push_back(x);
  for (int i = 0; i < 8; ++i) {
    points.push_back(below = std::nextafter(below, -std::numeric_limits<T>::infinity()));
    points.push_back(above = std::nextafter(above, std::numeric_limits<T>::infinity()));
  }
}

/// Special values, every exponent with the neighbours of its powers of two, where cutoffs of the GEM family
/// lie, and the neighbours of the cutoffs of the others: where u = hx is `bound`, or where e^(-u²/2), e^(-u)
/// leave the range.
template <class Activation, class T = typename Activation::scalar>
std::vector<T> whole_domain(const Activation& act) {
  constexpr int step = std::is_same_v<T, float> ? 1 : std::is_same_v<T, double> ? 13 : 601;
  std::vector<T> points = special_values<T>();
  for (const T x : on_every_exponent<T>(2, 7, step)) add_around(points, x);
  const T h = std::isfinite(act.hardness()) ? act.hardness() : T(1);
  const double log_min = std::log(std::numeric_limits<double>::min()), float_min = std::log(1.17549435e-38);
  for (const double u :
       {1.0, 14.0, 20.0, 29.0, 56.0, 120.0, 250.0, 2000.0, -float_min, -log_min, std::sqrt(-2 * float_min),
        std::sqrt(-2 * log_min), 0.7517915246935645, 1.2784645427610738, std::sqrt(2.0)})
    for (const T x : {T(u) / h, -T(u) / h}) add_around(points, x);
  const auto bend = around(1 / h, 100, 60);
  points.insert(points.end(), bend.begin(), bend.end());
  return points;
}

/// For long double itself again: then only what holds for all activations is tested.
template <class T>
using Wider = std::conditional_t<std::is_same_v<T, float>, double, long double>;

/// Every value, slope and parameter gradient against the wider activation, and against what holds for all of them.
template <class Facts, class Activation, class T = typename Activation::scalar>
void check_points(Findings& findings, const std::string& name, const Activation& act, const Facts&) {
  using Wide = Wider<T>;
  const auto wide = act.template cast<Wide>();
  const T p = act.parameter(), infinity = std::numeric_limits<T>::infinity();
  const bool is_relu = !std::isfinite(act.hardness()), keeps_sign = Facts::turning_point > -HUGE_VAL && !is_relu;
  const Wide least(std::numeric_limits<T>::denorm_min()), largest((std::numeric_limits<T>::max)());
  const Wide ulp = std::ldexp(Wide(1), 1 - std::numeric_limits<T>::digits), bound = Facts::roundings * ulp;
  for (const T x : whole_domain(act)) {
    const T y = act(x), slope = act.derivative(x);
    const auto expect = [&](bool holds, const char* what, T found) {
      findings.expect(holds, name + ' ' + what, "of", p, "at", x, "is", found);
    };
    if (std::isnan(x)) {
      expect(std::isnan(y), "value", y);
      expect(std::isnan(slope), "slope", slope);
      expect(std::isnan(act.second_derivative(x)), "second derivative", act.second_derivative(x));
      continue;
    }
    expect(std::fabs(y) <= std::fabs(x), "|f| ≤ |x|", y);
    expect(x > 0 ? y >= 0 : y <= 0, "side", y);
    if (keeps_sign) expect(std::signbit(y) == std::signbit(x), "sign bit", y);
    if (x == infinity) expect(y == infinity && slope == 1, "limit", y);
    const T limit = is_relu ? T(0) : T(Facts::left_limit) / act.hardness();
    if (x == -infinity)
      expect(std::fabs(y - limit) <= std::fabs(limit) * T(1e-6) && std::fabs(slope) <= std::fabs(limit) * T(1e-30),
             "limit", y);
    const double slack = 1e-4;  // the ranges are rounded
    expect(slope >= Facts::least_slope - slack && slope <= Facts::most_slope + slack, "range of the slope", slope);
    const Wide far = Wide(act.hardness()) * Wide(std::fabs(x));
    if (is_relu) {
      expect(y == (x > 0 ? x : T(0)) && slope == (x > 0 ? T(1) : T(0)), "is ReLU", y);
    } else if (Facts::exponential && far > 64 && far > std::numeric_limits<T>::digits) {  // e^-far is lost
      expect(x < 0 || (y == x && slope == 1), "is x", y);
      if (far > 3000) expect(x > 0 || (y == 0 && slope == 0), "is 0", y);
    }
    const T second = act.second_derivative(x);
    const Wide h = is_relu ? Wide(0) : Wide(act.hardness());
    const bool is_cut = Facts::exponential && std::is_same_v<T, float> && h > Wide(1e14);  // see activations.hpp
    const Wide most = is_cut ? std::ldexp(h, -190) : Wide(0);
    if (is_relu || std::isinf(x)) expect(std::fabs(Wide(second)) <= most, "second derivative", second);
    if (!std::isfinite(x)) continue;

    const Wide exact_second = wide.second_derivative(Wide(x));
    constexpr bool heavy_tailed = Facts::left_limit < 0;
    const Wide cancels = heavy_tailed ? bound * 16 * h / (1 + far * far) : far < 16 ? bound * 16 * h : 0;
    expect(std::fabs(Wide(second) - exact_second) <=
               8 * bound * std::fabs(exact_second) + cancels + Facts::roundings * least + most,
           "second derivative", second);
    const Wide exact = wide(Wide(x)), exact_slope = wide.derivative(Wide(x)),
               gate = x == 0 ? exact_slope : exact / Wide(x);
    const Wide size = std::fabs(gate) + std::fabs(exact_slope - gate);
    const Wide corner = HARDGATE_HAS_FMA ? Wide(0) : Wide(Facts::corner) * ulp * std::fabs(Wide(x));
    expect(std::fabs(Wide(y) - exact) <= bound * std::fabs(exact) + corner + least, "value", y);
    expect(std::fabs(Wide(slope) - exact_slope) <= bound * size + Facts::roundings * least, "slope", slope);
    // f = x to the last bit once the difference is below half an ulp by a wide margin.
    if (x > 0 && std::fabs(Wide(x) - exact) < Wide(x) * ulp / 64) expect(y == x, "is x", y);
    if constexpr (Activation::has_parameter) {
      const Wide exact_gradient = wide.parameter_gradient(Wide(x));
      const T gradient = act.parameter_gradient(x);
      if (std::fabs(exact_gradient) < largest * Wide(0.999))
        expect(std::fabs(Wide(gradient) - exact_gradient) <= 2 * bound * std::fabs(exact_gradient) + 2 * least,
               "gradient", gradient);
      else
        expect(!std::isnan(gradient), "gradient", gradient);
    }
  }
}

/// f falls up to its turning point and rises beyond, on a grid too wide for rounding to show.
template <class Facts, class Activation, class T = typename Activation::scalar>
void check_monotone(Findings& findings, const std::string& name, const Activation& act, const Facts&) {
  if (!std::isfinite(act.hardness())) return;
  const T turning_point = T(Facts::turning_point) / act.hardness();
  std::vector<T> grid{0};
  const T width = 1 / act.hardness(), least = std::fmax(width * T(1e-5), 256 * (std::numeric_limits<T>::min)());
  for (T x = least; std::isfinite(x); x *= x < width * T(1e5) ? T(1.013) : T(2.1))
    for (const T point : {x, -x}) grid.push_back(point);
  std::sort(grid.begin(), grid.end());
  for (std::size_t i = 1; i < grid.size(); ++i) {
    const T left = act(grid[i - 1]), rounding = Facts::left_limit < 0 ? std::numeric_limits<T>::epsilon() * 16 : T(0);
    const T right = act(grid[i]) + std::fabs(left) * rounding;
    if (grid[i] <= turning_point) findings.expect(right <= left, name + " falls", act.parameter(), grid[i]);
    if (grid[i - 1] >= turning_point) findings.expect(right >= left, name + " rises", act.parameter(), grid[i]);
  }
}

}  // namespace

TEMPLATE_TEST_CASE(
    "On the whole domain and for every parameter: in range, of the right sign, exact where it must be, "
    "and as the wider arithmetic says",
    "[domain][parameters]", float, double, long double) {
  Findings findings;
  everywhere<TestType>(
      [&](const std::string& name, const auto& act, auto facts) { check_points(findings, name, act, facts); });
  INFO(findings.report());
  CHECK(findings.none());
}

TEMPLATE_TEST_CASE("E-GEM never falls; the others fall to one minimum and then rise, whatever the parameter",
                   "[domain][parameters]", float, double, long double) {
  Findings findings;
  everywhere<TestType>(
      [&](const std::string& name, const auto& act, auto facts) { check_monotone(findings, name, act, facts); });
  INFO(findings.report());
  CHECK(findings.none());
}

TEMPLATE_TEST_CASE("At 0 and next to it: the sign of zero, the slope of the mathematics, subnormal numbers", "[domain]",
                   float, double, long double) {
  using T = TestType;
  Findings findings;
  everywhere<T>([&](const std::string& name, const auto& act, auto facts) {
    using Facts = decltype(facts);
    const bool is_relu = !std::isfinite(act.hardness());
    const auto expect = [&](bool holds, const char* what, T found) {
      findings.expect(holds, name + ' ' + what, act.parameter(), found);
    };
    for (const T zero : {T(0), -T(0)}) {
      expect(act(zero) == 0, "f(0)", act(zero));
      expect(is_slope_at_0<Facts>(act.derivative(zero), is_relu), "f'(0)", act.derivative(zero));
    }
    expect(!std::signbit(act(T(0))), "sign of f(0)", act(T(0)));
    if (Facts::turning_point > -HUGE_VAL && !is_relu) expect(std::signbit(act(-T(0))), "sign of f(-0)", act(-T(0)));
    const T tiny = std::numeric_limits<T>::denorm_min();
    if (act.hardness() > T(1e6)) return;
    for (const T x : {tiny, 10 * tiny, 1000 * tiny}) {
      expect(std::fabs(act(x) - T(Facts::slope_at_0) * x) <= tiny, "f of a subnormal number", act(x));
      expect(std::fabs(act(-x) + T(Facts::slope_at_0) * x) <= tiny, "f of a subnormal number", act(-x));
    }
  });
  INFO(findings.report());
  CHECK(findings.none());
}

TEMPLATE_TEST_CASE("A hardness so small that hx never leaves the neighbourhood of 0 gives no NaN",
                   "[domain][parameters]", float, double) {
  using T = TestType;
  const T least = (std::numeric_limits<T>::min)();
  Findings findings;
  for (const T h :
       {std::numeric_limits<T>::denorm_min(), least, 1 / std::sqrt((std::numeric_limits<T>::max)()), 16 * least}) {
    every_kind<T>([&](const auto& kind) {
      using Facts = typename std::decay_t<decltype(kind)>::Facts;
      if constexpr (Facts::exponential && Facts::mirrored) {
        const auto act = kind.at("1").with_hardness(h);
        for (const T x : whole_domain(act)) {
          if (std::isnan(x)) continue;
          const T y = act(x), slope = act.derivative(x), gradient = act.parameter_gradient(x);
          const auto expect = [&](bool holds, const char* what, T found) {
            findings.expect(holds, kind.name + ' ' + what, h, x, found);
          };
          expect(std::fabs(y) <= std::fabs(x) && std::signbit(y) == std::signbit(x), "value", y);
          expect(slope >= T(Facts::least_slope - 1e-4) && slope <= T(Facts::most_slope + 1e-4), "slope", slope);
          expect(gradient >= 0, "gradient", gradient);
        }
      }
    });
  }
  INFO(findings.report());
  CHECK(findings.none());
}
