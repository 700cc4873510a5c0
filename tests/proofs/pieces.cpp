// Bounds an error over a range by interval arithmetic on pieces of it. Standard input has the definitions of the script
// that Gappa gets, one operation a line, as script.py writes them, and then the ranges:
//
//     digits P
//     input | constant A | add I J | sub I J | mul I J | div I J | neg I | round I      numbered from 0 on
//     residue I        (round(I) - I) of either sign
//     range LOW HIGH   a number that is nowhere nearer known
//     within I LOW HIGH   only where number I is there
//     error C I   the error of the result: the sum of C·(round(I) - I)
//     smaller C I J K   the same for a sum of J and K, numbers of so many digits: its error is larger than neither
//     more I      a part of the error by itself
//     unit I      what the error is measured in ulp of; several expressions of it are better than one
//     from A SMALLEST
//     piece LOW HIGH ...   a range for each input
//
// It prints the largest error in ulp over all pieces, and the part of a piece that has it. Pieces are halved until the
// bound is at most A, or at most what has been found elsewhere, or they are SMALLEST, relative to where they are. Bounds
// are rounded outwards.
#include <algorithm>
#include <cfenv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Interval {
  double low, high;
};

// All arithmetic rounds upwards; what is to be rounded downwards is computed with the other sign. `hidden` keeps the
// compiler from computing ahead in another mode.
double hidden(double x) {
  volatile double y = x;
  return y;
}
double up_product(double a, double b) { return hidden(a) * b; }
double down_product(double a, double b) { return -(hidden(-a) * b); }
double up_quotient(double a, double b) { return hidden(a) / b; }
double down_quotient(double a, double b) { return -(hidden(-a) / b); }

template <class Up, class Down>
Interval corners(Interval a, Interval b, Up up, Down down) {
  const double ends[2][2] = {{a.low, a.high}, {b.low, b.high}};
  Interval result{INFINITY, -INFINITY};
  for (const double x : ends[0])
    for (const double y : ends[1]) {
      result.low = std::fmin(result.low, down(x, y));
      result.high = std::fmax(result.high, up(x, y));
    }
  return result;
}

double largest(Interval a) { return std::fmax(std::fabs(a.low), std::fabs(a.high)); }
double smallest(Interval a) { return a.low > 0 ? a.low : a.high < 0 ? -a.high : 0; }

int digits = 24;

/// To the nearest number of so many digits; for double the ends are such numbers.
double nearest(double x) {
  if (digits == 53) return x;
  std::uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  const int dropped = 53 - digits;
  const std::uint64_t one = 1;
  bits += (one << (dropped - 1)) - 1 + (bits >> dropped & one);
  bits = bits >> dropped << dropped;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

/// The most that rounding a number of at most this size changes.
double half_ulp(double size) {
  if (size == 0) return 0;
  int exponent;
  if (std::frexp(size, &exponent) == 0.5) --exponent;  // up to a power of two the ulp is that below it
  return std::ldexp(1.0, exponent - digits - 1);
}

enum class Kind { input, constant, add, sub, mul, div, neg, round, residue, range };
struct Step {
  Kind kind;
  std::size_t a, b;
  Interval value;
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

std::vector<Step> steps;
std::vector<Term> terms;
std::vector<Condition> conditions;
std::vector<std::size_t> units, others;
using Piece = std::vector<Interval>;

constexpr int unknown = -100000;  // of what power of two a number is a multiple

int ulp_exponent(double x) { return x > 0 ? std::ilogb(x) - digits + 1 : unknown; }
int lowest_bit(double x) {
  if (x == 0) return -unknown;
  int exponent;
  double significand = std::frexp(x, &exponent);
  while (significand != std::floor(significand)) {
    significand *= 2;
    --exponent;
  }
  return exponent;
}

/// The error over a piece; 0 where a condition excludes all of it.
double error_in_ulp(const Piece& piece) {
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
        v[k] = s.value;
        break;
      case Kind::constant:
        v[k] = s.value;
        multiple[k] = lowest_bit(s.value.low);
        break;
      case Kind::add:
        v[k] = {-(hidden(-v[s.a].low) - v[s.b].low), hidden(v[s.a].high) + v[s.b].high};
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
        exact[s.a] =
            multiple[s.a] > unknown / 2 && largest(v[s.a]) <= std::ldexp(1.0, std::min(multiple[s.a] + digits, 1000));
        if (exact[s.a]) {
          v[k] = v[s.a];
          multiple[k] = std::max(multiple[s.a], ulp_exponent(smallest(v[k])));
        } else {
          v[k] = {nearest(v[s.a].low), nearest(v[s.a].high)};
          multiple[k] = ulp_exponent(smallest(v[k]));
        }
        break;
      case Kind::residue: {
        const double h = half_ulp(largest(v[s.a]));
        v[k] = {-h, h};
        break;
      }
    }
    for (; condition < conditions.size() && conditions[condition].of == k; ++condition) {
      const Interval range = conditions[condition].range;
      if (v[k].high < range.low || v[k].low > range.high) return 0;
      v[k] = {std::fmax(v[k].low, range.low), std::fmin(v[k].high, range.high)};
    }
  }
  double sum = 0;
  for (const Term& t : terms) {
    double error = exact[t.of] ? 0 : half_ulp(largest(v[t.of]));
    if (t.is_sum) error = std::fmin(error, std::fmin(largest(v[t.a]), largest(v[t.b])));
    sum = hidden(sum) + up_product(largest(v[t.coefficient]), error);
  }
  for (const std::size_t other : others) sum = hidden(sum) + largest(v[other]);
  double size = 0;
  for (const std::size_t unit : units) size = std::fmax(size, smallest(v[unit]));
  return size == 0 ? INFINITY : sum / std::ldexp(1.0, std::ilogb(size) - digits + 1);
}

double target = 0, narrowest = 0, worst = 0;
Piece worst_piece;

/// Bounds the error over a piece.
void search(const Piece& piece) {
  const double found = error_in_ulp(piece);
  if (found <= std::fmax(target, worst)) {
    if (found > worst) {
      worst = found;
      worst_piece = piece;
    }
    return;
  }
  std::size_t widest = 0;
  double width = 0;
  for (std::size_t k = 0; k < piece.size(); ++k) {
    const double relative = (piece[k].high - piece[k].low) / largest(piece[k]);
    if (relative > width) {
      width = relative;
      widest = k;
    }
  }
  if (width <= narrowest) {
    worst = found;
    worst_piece = piece;
    return;
  }
  Piece half = piece;
  const double middle = static_cast<double>(static_cast<float>((piece[widest].low + piece[widest].high) / 2));
  half[widest].high = middle;
  search(half);
  half[widest] = {middle, piece[widest].high};
  search(half);
}

}  // namespace

int main() {
  const std::string kinds[] = {"input", "constant", "add", "sub", "mul", "div", "neg", "round", "residue", "range"};
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
      condition.range = {std::stod(low), std::stod(high)};
      conditions.push_back(condition);
    } else if (word == "from") {
      std::string smallest_width;
      words >> number >> smallest_width;
      target = std::stod(number);
      narrowest = std::stod(smallest_width);
    } else if (word == "piece") {
      Piece piece;
      for (std::string low, high; words >> low >> high;) piece.push_back({std::stod(low), std::stod(high)});
      search(piece);
    } else {
      Step step{Kind::input, 0, 0, {0, 0}};
      for (std::size_t k = 0; k < 10; ++k)
        if (word == kinds[k]) step.kind = static_cast<Kind>(k);
      if (word == "constant" || word == "range") {
        words >> number;
        step.value.low = step.value.high = std::stod(number);
        if (word == "range" && words >> number) step.value.high = std::stod(number);
      } else {
        words >> step.a >> step.b;
      }
      steps.push_back(step);
    }
  }
  std::printf("%a", worst);
  for (const Interval& range : worst_piece) std::printf(" %a %a", range.low, range.high);
  std::printf("\n");
}
