// Bounds an error over a range by interval arithmetic on pieces of it. Standard input has the definitions of the script
// that Gappa gets, one operation a line, as script.py writes them, and then the ranges:
//
//     digits P
//     input | constant A | add I J | sub I J | mul I J | div I J | neg I | round I      numbered from 0 on
//     free A           a number of sign A that every size is proportional to, so that any may be beside a power of two
//     residue I        (round(I) - I) of either sign
//     dropped I        what rounding may have dropped where I is what it made
//     range LOW HIGH   a number that is nowhere nearer known
//     within I LOW HIGH   only where number I is there
//     error C I   the error of the result: the sum of C·(round(I) - I)
//     smaller C I J K   the same for a sum of J and K, numbers of so many digits: its error is larger than neither
//     last I      the rounding of the result itself
//     more I      a part of the error by itself
//     larger I J  |I| must be no smaller than |J|, or of the same exponent at least: else there is no bound
//     exact I     rounding number I must change nothing: else there is no bound
//     unit I      what the error is measured in ulp of; several expressions of it are better than one
//     roughly A   the unit may be off by so much, relatively
//     plain       without what is known of numbers beside powers of two, which Gappa does not know
//     from A EFFORT
//     piece LOW HIGH ...   a range for each input
//
// It prints the largest error in ulp over all pieces, and the part of a piece that has it. The piece with the largest
// bound is halved, until it is at most A or after EFFORT halvings. Bounds are rounded outwards.
#include <algorithm>
#include <cfenv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <limits>
#include <queue>
#include <sstream>
#include <string>
#include <vector>

namespace {

using Real = long double;
static_assert(std::numeric_limits<Real>::digits == 64, "for double, a few digits more than it has");
struct Interval {
  Real low, high;
};

// All arithmetic rounds upwards; what is to be rounded downwards is computed with the other sign. `hidden` keeps the
// compiler from computing ahead in another mode.
Real hidden(Real x) {
  volatile Real y = x;
  return y;
}
Real up_product(Real a, Real b) { return hidden(a) * b; }
Real down_product(Real a, Real b) { return -(hidden(-a) * b); }
Real up_quotient(Real a, Real b) { return hidden(a) / b; }
Real down_quotient(Real a, Real b) { return -(hidden(-a) / b); }

template <class Up, class Down>
Interval corners(Interval a, Interval b, Up up, Down down) {
  const Real ends[2][2] = {{a.low, a.high}, {b.low, b.high}};
  Interval result{INFINITY, -INFINITY};
  for (const Real x : ends[0])
    for (const Real y : ends[1]) {
      result.low = std::fmin(result.low, down(x, y));
      result.high = std::fmax(result.high, up(x, y));
    }
  return result;
}

Real largest(Interval a) { return std::fmax(std::fabs(a.low), std::fabs(a.high)); }
Real smallest(Interval a) { return a.low > 0 ? a.low : a.high < 0 ? -a.high : 0; }

int digits = 24;

/// To the nearest number of so many digits.
Real nearest(Real x) {
  if (x == 0) return x;
  int exponent;
  const auto bits = static_cast<std::uint64_t>(std::ldexp(std::fabs(std::frexp(x, &exponent)), 64));
  const int dropped = 64 - digits;
  const std::uint64_t half = std::uint64_t(1) << (dropped - 1), rest = bits & (2 * half - 1), kept = bits >> dropped;
  const bool up = rest > half || (rest == half && kept % 2 == 1);
  return std::copysign(std::ldexp(static_cast<Real>(kept + up), exponent - digits), x);
}

/// The most that rounding a number of at most this size changes.
Real half_ulp(Real size) {
  if (size == 0) return 0;
  int exponent;
  if (std::frexp(size, &exponent) == 0.5) --exponent;  // up to a power of two the ulp is that below it
  return std::ldexp(Real(1), exponent - digits - 1);
}

/// How far a product or a quotient of two numbers of so many digits, each in one binade, is at most from a third such
/// number: (1 + α)(1 + β) from 1 + α + β if it is below 2, (1 - α)(1 - β) from 1 - α - β, (1 + α)/(1 + β) from
/// 1 + α - β, for α and β of at least 0.
struct BesidePower {
  int exponent;  ///< of the power of two
  Real far;      ///< from it, relatively

  BesidePower(Interval a, bool below) : exponent(std::ilogb(smallest(a)) + below), far(INFINITY) {
    const Real power = std::ldexp(Real(1), exponent);
    if (smallest(a) > 0 && !(below && largest(a) > power))
      far = below ? up_quotient(power - smallest(a), power) : up_quotient(largest(a) - power, power);
  }
};
Real off_product(Interval a, Interval b) {
  Real least = INFINITY;
  for (const bool below : {false, true}) {
    const BesidePower alpha(a, below), beta(b, below);
    if (hidden(alpha.far) + beta.far < 1)
      least = std::fmin(least, std::ldexp(up_product(alpha.far, beta.far), alpha.exponent + beta.exponent));
  }
  return least;
}
Real off_quotient(Interval a, Interval b) {
  const BesidePower alpha(a, false), beta(b, false);
  if (!(std::fmax(alpha.far, beta.far) < 1)) return INFINITY;
  return std::ldexp(up_product(beta.far, std::fmax(alpha.far, beta.far)), alpha.exponent - beta.exponent);
}

enum class Kind { input, free, constant, add, sub, mul, div, neg, round, residue, dropped, range };
struct Step {
  Kind kind;
  std::size_t a, b;
  Interval value;
  bool is_free;    ///< proportional to the number of which the size does not matter
  bool is_number;  ///< of so many digits
};
struct Condition {
  std::size_t of;
  Interval range;
};
struct Term {
  std::size_t coefficient, of;
  bool is_sum;
  std::size_t a, b;
};

struct Pair {
  std::size_t a, b;
};

std::vector<Step> steps;
std::vector<Term> terms;
std::vector<Condition> conditions;
std::vector<std::size_t> units, others, exacts;
std::vector<Pair> sums;
std::size_t last = 0;
bool is_plain = false;
Real unit_off = 0;
using Piece = std::vector<Interval>;

constexpr int unknown = -100000;  // of what power of two a number is a multiple

int ulp_exponent(Real x) { return x > 0 ? std::ilogb(x) - digits + 1 : unknown; }
int lowest_bit(Real x) {
  if (x == 0) return -unknown;
  int exponent;
  Real significand = std::frexp(x, &exponent);
  while (significand != std::floor(significand)) {
    significand *= 2;
    --exponent;
  }
  return exponent;
}

Interval added(Interval a, Interval b) { return {-(hidden(-a.low) - b.low), hidden(a.high) + b.high}; }
Interval within(Interval a, Real size) { return {std::fmax(a.low, -size), std::fmin(a.high, size)}; }

/// What rounding step k adds to it.
Interval rounding(std::size_t k, const std::vector<Interval>& v) {
  const Step& s = steps[k];
  if (s.is_free) return {-std::ldexp(largest(v[k]), -digits), std::ldexp(largest(v[k]), -digits)};
  Real most = half_ulp(largest(v[k]));
  if (is_plain) return {-most, most};
  if (s.kind == Kind::mul && steps[s.a].is_number && steps[s.b].is_number)
    most = std::fmin(most, off_product(v[s.a], v[s.b]));
  if (s.kind == Kind::div && steps[s.a].is_number && steps[s.b].is_number)
    most = std::fmin(most, off_quotient(v[s.a], v[s.b]));
  const Real to = nearest(v[k].low);
  if (to != nearest(v[k].high)) return {-most, most};
  return within({-(hidden(v[k].high) - to), hidden(to) - v[k].low}, most);
}

/// The error over a piece; 0 where a condition excludes all of it.
Real error_in_ulp(const Piece& piece) {
  static std::vector<Interval> v;
  static std::vector<int> multiple;  // a multiple of this power of two
  static std::vector<char> exact;    // rounding it changes nothing: such a multiple, and not too large
  v.resize(steps.size());
  multiple.assign(steps.size(), unknown);
  exact.assign(steps.size(), 0);
  std::size_t inputs = 0, condition = 0;
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const Step& s = steps[k];
    switch (s.kind) {
      case Kind::input:
        v[k] = piece[inputs++];
        multiple[k] = ulp_exponent(smallest(v[k]));
        break;
      case Kind::range:
      case Kind::free:
        v[k] = s.value;
        break;
      case Kind::constant:
        v[k] = s.value;
        multiple[k] = lowest_bit(s.value.low);
        break;
      case Kind::add:
        v[k] = added(v[s.a], v[s.b]);
        multiple[k] = std::min(multiple[s.a], multiple[s.b]);
        break;
      case Kind::sub:
        v[k] = {-(hidden(v[s.b].high) - v[s.a].low), hidden(v[s.a].high) - v[s.b].low};
        multiple[k] = std::min(multiple[s.a], multiple[s.b]);
        break;
      case Kind::mul:
        v[k] = corners(v[s.a], v[s.b], up_product, down_product);
        multiple[k] = std::max(multiple[s.a] + multiple[s.b], unknown);
        break;
      case Kind::div:
        if (smallest(v[s.b]) == 0) return INFINITY;
        v[k] = corners(v[s.a], v[s.b], up_quotient, down_quotient);
        break;
      case Kind::neg:
        v[k] = {-v[s.a].high, -v[s.a].low};
        multiple[k] = multiple[s.a];
        break;
      case Kind::round:
        exact[s.a] = !s.is_free && multiple[s.a] > unknown / 2 &&
                     largest(v[s.a]) <= std::ldexp(Real(1), std::min(multiple[s.a] + digits, 1000));
        if (exact[s.a]) {
          v[k] = v[s.a];
          multiple[k] = std::max(multiple[s.a], ulp_exponent(smallest(v[k])));
        } else if (s.is_free) {
          v[k] = added(v[s.a], rounding(s.a, v));
        } else {
          v[k] = {nearest(v[s.a].low), nearest(v[s.a].high)};
          multiple[k] = ulp_exponent(smallest(v[k]));
        }
        break;
      case Kind::residue: {
        const Interval error = rounding(s.a, v);
        v[k] = {-error.high, -error.low};
        break;
      }
      case Kind::dropped: {
        const Real most = std::ldexp(Real(1), std::ilogb(largest(v[s.a])) - digits);
        v[k] = {-most, most};
        break;
      }
    }
    for (; condition < conditions.size() && conditions[condition].of == k; ++condition) {
      const Interval range = conditions[condition].range;
      if (v[k].high < range.low || v[k].low > range.high) return 0;
      v[k] = {std::fmax(v[k].low, range.low), std::fmin(v[k].high, range.high)};
    }
  }
  Real size = 0;
  for (const std::size_t unit : units) size = std::fmax(size, smallest(v[unit]));
  if (size == 0) return INFINITY;
  size = down_product(size, 1 - unit_off);
  for (const Pair& sum : sums) {
    const Real a = smallest(v[sum.a]), b = largest(v[sum.b]);
    if (a < b && std::ilogb(a) < std::ilogb(b)) return INFINITY;
  }
  for (const std::size_t k : exacts)
    if (!exact[k]) return INFINITY;
  const Real ulp =
      steps[units[0]].is_free ? std::ldexp(size, -digits) : std::ldexp(Real(1), std::ilogb(size) - digits + 1);
  Interval sum{0, 0}, of_last{0, 0};
  for (const Term& t : terms) {
    Interval error{0, 0};
    if (!exact[t.of]) error = rounding(t.of, v);
    if (t.is_sum) error = within(error, std::fmin(largest(v[t.a]), largest(v[t.b])));
    error = corners(v[t.coefficient], error, up_product, down_product);
    (t.of == last ? of_last : sum) = added(t.of == last ? of_last : sum, error);
  }
  for (const std::size_t other : others) sum = added(sum, v[other]);
  // If the error before is at most an ulp, then either both are below the same power of two, where rounding adds half
  // an ulp, or the result is rounded towards the power between them, which adds nothing.
  if (!is_plain && largest(sum) <= ulp) of_last = within(of_last, ulp / 2);
  return up_quotient(largest(added(sum, of_last)), ulp);
}

struct Bounded {
  Real error;
  Piece piece;
  friend bool operator<(const Bounded& a, const Bounded& b) { return a.error < b.error; }
};
std::priority_queue<Bounded> pieces;
void put(const Piece& piece) { pieces.push({error_in_ulp(piece), piece}); }

/// Halves the piece with the largest bound, where it is widest.
void halve() {
  Piece half = pieces.top().piece;
  pieces.pop();
  const auto width = [](Interval a) { return (a.high - a.low) / largest(a); };
  Interval& widest =
      *std::max_element(half.begin(), half.end(), [width](Interval a, Interval b) { return width(a) < width(b); });
  const Interval whole = widest;
  const Real middle = nearest(whole.low + (whole.high - whole.low) / 2);
  const bool are_neighbours = middle <= whole.low || middle >= whole.high;
  widest.high = are_neighbours ? whole.low : middle;
  put(half);
  widest = {are_neighbours ? whole.high : middle, whole.high};
  put(half);
}

}  // namespace

int main() {
  const std::string kinds[] = {"input", "free", "constant", "add",     "sub",     "mul",
                               "div",   "neg",  "round",    "residue", "dropped", "range"};
  Real target = 0;
  int effort = 0;
  std::fesetround(FE_UPWARD);
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string word, number;
    words >> word;
    if (word == "digits") {
      words >> digits;
    } else if (word == "error" || word == "smaller") {
      Term term{0, 0, word == "smaller", 0, 0};
      words >> term.coefficient >> term.of >> term.a >> term.b;
      terms.push_back(term);
    } else if (word == "last") {
      words >> last;
    } else if (word == "plain") {
      is_plain = true;
    } else if (word == "roughly") {
      words >> number;
      unit_off = std::stold(number);
    } else if (word == "larger") {
      sums.emplace_back();
      words >> sums.back().a >> sums.back().b;
    } else if (word == "exact") {
      exacts.emplace_back();
      words >> exacts.back();
    } else if (word == "unit") {
      units.emplace_back();
      words >> units.back();
    } else if (word == "more") {
      others.emplace_back();
      words >> others.back();
    } else if (word == "within") {
      Condition condition{0, {0, 0}};
      std::string low, high;
      words >> condition.of >> low >> high;
      condition.range = {std::stold(low), std::stold(high)};
      conditions.push_back(condition);
    } else if (word == "from") {
      words >> number >> effort;
      target = std::stold(number);
    } else if (word == "piece") {
      Piece piece;
      for (std::string low, high; words >> low >> high;) piece.push_back({std::stold(low), std::stold(high)});
      put(piece);
    } else {
      Step step{Kind::input, 0, 0, {0, 0}, word == "free", word == "input" || word == "round"};
      const auto kind = std::find(std::begin(kinds), std::end(kinds), word);
      step.kind = static_cast<Kind>(kind - std::begin(kinds));
      if (word == "constant" || word == "range" || word == "free") {
        words >> number;
        step.value.low = step.value.high = std::stold(number);
        if (word == "range" && words >> number) step.value.high = std::stold(number);
      } else if (word != "input") {
        const bool is_binary = word == "add" || word == "sub" || word == "mul" || word == "div";
        words >> step.a;
        step.b = step.a;
        if (is_binary) words >> step.b;
        step.is_free = steps[step.a].is_free || steps[step.b].is_free;
        step.is_number = step.is_number || (word == "neg" && steps[step.a].is_number);
      }
      steps.push_back(step);
    }
  }
  for (; effort > 0 && pieces.top().error > target; --effort) halve();
  std::printf("%a", static_cast<double>(pieces.top().error));
  for (const Interval& range : pieces.top().piece)
    std::printf(" %a %a", static_cast<double>(range.low), static_cast<double>(range.high));
  std::printf("\n");
}
