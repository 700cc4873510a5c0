// The accuracy table: one row per activation and scalar, four quantities each, against higher precision.
// Prints the largest error seen and where; fails above the bound. worst_cases.txt holds the worst inputs of
// earlier runs, which are replayed.
#include "support.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <hardgate/detail/eigen/functors.hpp>
#include <thread>

#include "catch.hpp"
#include "quad.hpp"

namespace hardgate_tests {
namespace {

// ---- The rows ----

template <class Scalar, class Real>
struct Row {
  std::string name, terms;
  std::array<std::function<Scalar(Scalar)>, 4> functions;  ///< the third is empty where there is no parameter
  std::function<Truth<Real>(Scalar)> truth;
  Scalar width;  ///< 1/h, where the activation bends
  Bounds bounds;
};

/// The row of at(x), which for most is the same activation at every x.
template <class Real, class Scalar, class At, class Reference>
Row<Scalar, Real> row(const std::string& name, const std::string& terms, At at, Scalar width, Reference reference,
                      const Bounds& bounds) {
  Row<Scalar, Real> result{name, terms, {}, {}, width, bounds};
  result.functions[0] = [at](Scalar x) { return at(x)(x); };
  result.functions[1] = [at](Scalar x) { return at(x).derivative(x); };
  if constexpr (decltype(at(width))::has_parameter)
    result.functions[2] = [at](Scalar x) { return at(x).parameter_gradient(x); };
  result.functions[3] = [at](Scalar x) { return at(x).second_derivative(x); };
  result.truth = [=](Scalar x) { return reference(Real(x), Real(at(x).parameter())); };
  return result;
}

/// A hardness in [1, 128) with a full significand that follows from x: so the bits of x are the whole of a worst
/// case.
template <class Scalar>
Scalar some_hardness(Scalar x) {
  const std::uint64_t hash = to_bits(x) * std::uint64_t(0x9E3779B97F4A7C15);
  const Scalar significand = Scalar(1) + Scalar(static_cast<double>(hash >> 11) * 0x1p-53);
  return std::isfinite(x) ? std::ldexp(significand, static_cast<int>(hash % 7)) : Scalar(1);
}

/// Every activation at some parameters, and at those in other names, as LambdaGelu(0x1.8p+3).
template <class Scalar, class Real>
std::vector<Row<Scalar, Real>> table(const std::vector<std::string>& others = {}) {
  std::vector<Row<Scalar, Real>> rows;
  every_kind<Scalar>([&](const auto& kind) {
    using Activation = decltype(kind.at("1"));
    using Facts = typename std::decay_t<decltype(kind)>::Facts;
    const auto exact = [](const Real& x, const Real& parameter) { return Facts::exact(x, parameter); };
    const auto add = [&](const std::string& name, const auto& act) {
      const Scalar width = std::isfinite(act.hardness()) ? Scalar(1) / act.hardness() : Scalar(1);
      rows.push_back(row<Real>(
          name, Facts::terms, [act](Scalar) { return act; }, width, exact, kind.bounds));
    };
    if constexpr (!Activation::has_parameter) {
      kind.each({}, add);
    } else {
      constexpr bool by_hardness = Activation::gate::Parameter::exponent == 1;
      std::vector<std::string> parameters{"1", "1e-4", "10", "1e-30"};
      if (by_hardness) parameters = {"1", "3.7", "100"};
      for (const std::string& own : kind.parameters)
        if (std::isfinite(kind.at(own).hardness()) &&
            std::find(parameters.begin(), parameters.end(), own) == parameters.end())
          parameters.push_back(own);
      for (const std::string& other : others)
        if (other.rfind(kind.name + "(0x", 0) == 0)
          parameters.push_back(other.substr(kind.name.size() + 1, other.size() - kind.name.size() - 2));
      kind.each(parameters, add);
      if constexpr (by_hardness) {
        const auto at = [](Scalar x) { return Activation(some_hardness(x)); };
        rows.push_back(row<Real>(kind.name + "([1, 128))", Facts::terms, at, Scalar(1) / 16, exact, kind.bounds));
      }
    }
  });
  return rows;
}

// ---- Measuring ----

struct Worst {
  double ulp = -1, x = 0;
};

/// What a column of errors looks like.
struct Summary {
  Worst worst;
  double sum = 0;
  std::size_t count = 0, correct = 0;

  void add(double ulp, double x) {
    if (ulp > worst.ulp) worst = {ulp, x};
    sum += ulp;
    ++count;
    correct += ulp <= 0.5;
  }
};

/// Appends a row to the report that the target `accuracy` makes, if it is being made.
void report(const std::string& name, std::size_t quantity, const std::string& terms, const char* scalar,
            const Summary& summary, double bound) {
  const char* path = std::getenv("HARDGATE_ACCURACY_REPORT");
  if (!path) return;
#if defined(EIGEN_VECTORIZE_AVX512)
  const char* instruction_set = "AVX-512";
#elif defined(EIGEN_VECTORIZE_AVX2)
  const char* instruction_set = HARDGATE_HAS_FMA ? "AVX2, FMA" : "AVX2";
#else
  const char* instruction_set = HARDGATE_HAS_FMA ? "128 bit, FMA" : "128 bit, no FMA";
#endif
  const char* names[] = {"value", "f'", "∂f/∂p", "f''"};
  std::string unit = std::string(names[quantity]) + ", ulp";
  if (quantity == 1 && !terms.empty()) unit += " of " + terms;
  if (quantity == 3) unit += " of its terms";
  for (std::size_t i = unit.find('|'); i != std::string::npos; i = unit.find('|', i + 2)) unit.insert(i, 1, '\\');
  std::FILE* file = std::fopen(path, "a");
  REQUIRE(file != nullptr);
  std::fprintf(file, "| %s | %s | %s | %s | %.2f | %.1f | %.3f | %.1f %% | %.9g |\n", name.c_str(), unit.c_str(),
               scalar, instruction_set, summary.worst.ulp, bound, summary.sum / static_cast<double>(summary.count),
               100 * static_cast<double>(summary.correct) / static_cast<double>(summary.count), summary.worst.x);
  std::fclose(file);
}

template <class Scalar, class Real>
std::array<double, 4> errors(const Row<Scalar, Real>& row, Scalar x) {
  const Truth<Real> truth = row.truth(x);
  return {ulp_error(row.functions[0](x), truth.value, truth.value),
          ulp_error(row.functions[1](x), truth.derivative, truth.derivative_size),
          row.functions[2] ? ulp_error(row.functions[2](x), truth.gradient, truth.gradient) : 0,
          ulp_error(row.functions[3](x), truth.second, truth.second_size)};
}

template <class Scalar, class Real>
void sweep(int on_exponents, int where_it_bends) {
  constexpr bool single = std::is_same_v<Scalar, float>;
  for (const auto& row : table<Scalar, Real>()) {
    std::vector<Scalar> points = on_every_exponent<Scalar>(on_exponents);
    const auto bend = around(row.width, where_it_bends, single ? 16.0 : 40.0);
    points.insert(points.end(), bend.begin(), bend.end());
    std::array<Summary, 4> summary;
    for (const Scalar x : points) {
      const auto found = errors(row, x);
      for (std::size_t q = 0; q < 4; ++q) summary[q].add(found[q], static_cast<double>(x));
    }
    for (std::size_t q = 0; q < 4; ++q) {
      if (!row.functions[q]) continue;
      const double bound = row.bounds[q].here();
      const Worst& worst = summary[q].worst;
      report(row.name, q, row.terms, single ? "float" : "double", summary[q], bound);
      std::printf("%-26s %-10s %-6s %6.3f ulp of at most %4.1f, at %-14.8g %0*llx\n", row.name.c_str(), quantities[q],
                  single ? "float" : "double", worst.ulp, bound, worst.x, single ? 8 : 16,
                  static_cast<unsigned long long>(to_bits(static_cast<Scalar>(worst.x))));
      CAPTURE(row.name, quantities[q], worst.x);
      CHECK(worst.ulp <= bound);
    }
  }
}

/// worst_cases.txt: activation, quantity, scalar, bits in hexadecimal; # begins a comment.
template <class Scalar, class Real>
void replay(const std::string& scalar) {
  std::string path = __FILE__;
  path.resize(path.find_last_of("/\\") + 1);
  std::ifstream file(path + "worst_cases.txt");
  REQUIRE(file.is_open());
  std::vector<std::array<std::string, 3>> inputs;  // activation, quantity, bits
  std::vector<std::string> names;
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line.substr(0, line.find('#')));
    std::string activation, quantity, type, bits;
    if (!(fields >> activation >> quantity >> type >> bits) || type != scalar) continue;
    inputs.push_back({activation, quantity, bits});
    if (std::find(names.begin(), names.end(), activation) == names.end()) names.push_back(activation);
  }
  REQUIRE(!inputs.empty());
  const auto rows = table<Scalar, Real>(names);
  for (const auto& [activation, quantity, bits] : inputs) {
    CAPTURE(activation, quantity, bits);
    bool known = false;
    for (const auto& row : rows) {
      if (row.name != activation) continue;
      for (std::size_t q = 0; q < 4; ++q) {
        if (quantity != quantities[q]) continue;
        known = true;
        const auto x = from_bits<Scalar>(static_cast<bits_t<Scalar>>(std::stoull(bits, nullptr, 16)));
        CHECK(errors(row, x)[q] <= row.bounds[q].here());
      }
    }
    CHECK(known);
  }
}

// ---- Every float ----

/// The largest errors of value and derivative over all 2³² floats, or one in `step`, through Eigen's packets, on two
/// threads.
template <class Activation, class Reference>
std::array<Worst, 2> every_float(const Activation& act, Reference reference, std::uint64_t step) {
  constexpr Eigen::Index block = 1 << 12;
  constexpr std::uint64_t all = std::uint64_t(1) << 32, threads = 2;
  std::array<std::array<Worst, 2>, threads> found;
  const auto work = [&](std::uint64_t thread) {
    Eigen::ArrayXf x(block), y(block), d(block);
    for (std::uint64_t first = thread * block * step; first < all; first += threads * block * step) {
      for (Eigen::Index i = 0; i < block; ++i)
        x[i] = from_bits<float>(static_cast<std::uint32_t>(first + step * static_cast<std::uint64_t>(i)));
      y = x.unaryExpr(act);
      d = act.derivative(x);
      for (Eigen::Index i = 0; i < block; ++i) {
        if (!std::isfinite(x[i])) continue;
        const Truth<double> truth = reference(static_cast<double>(x[i]));
        const double errors[] = {ulp_error(y[i], truth.value, truth.value),
                                 ulp_error(d[i], truth.derivative, truth.derivative_size)};
        for (std::size_t q = 0; q < 2; ++q)
          if (errors[q] > found[thread][q].ulp) found[thread][q] = {errors[q], static_cast<double>(x[i])};
      }
    }
  };
  std::thread other(work, 1);
  work(0);
  other.join();
  for (std::size_t q = 0; q < 2; ++q)
    if (found[1][q].ulp > found[0][q].ulp) found[0][q] = found[1][q];
  return found[0];
}

template <class Activation, class Reference>
void check_every_float(const char* name, const Activation& act, Reference reference, Bound value, Bound derivative,
                       unsigned step) {
  const auto worst = every_float(act, reference, step);
  const std::string of = step == 1 ? "all 2^32 floats" : "one float in " + std::to_string(step);
  for (std::size_t q = 0; q < 2; ++q) {
    const double bound = (q == 0 ? value : derivative).here();
    std::printf("%-26s %-10s %s %6.3f ulp of at most %4.1f, at %-14.8g %08x\n", name, quantities[q], of.c_str(),
                worst[q].ulp, bound, worst[q].x, to_bits(static_cast<float>(worst[q].x)));
    CHECK(worst[q].ulp <= bound);
  }
}

}  // namespace

TEST_CASE("The distance in ulp is what it says", "[accuracy]") {
  CHECK(ulp_error(1.0f, 1.0L, 1.0L) == 0);
  CHECK(ulp_error(1.0f, 1.0L + 0x1p-24L, 1.0L) == 0.5);
  CHECK(ulp_error(1.0f + 0x1p-23f, 1.0L, 1.0L) == 1);
  CHECK(ulp_error(2.0f, 2.0L - 0x1p-23L, 2.0L - 0x1p-23L) == 1);
  CHECK(ulp_error(0.0f, 0x1p-149L, 0x1p-149L) == 1);
  CHECK(ulp_error(0.0f, 0x1p-151L, 0x1p-151L) == 0.25);
  CHECK(ulp_error(0.0f, 0.0L, 0.0L) == 0);
  CHECK(ulp_error(HUGE_VALF, 1.0L, 1.0L) == HUGE_VAL);
  CHECK(ulp_error(std::nanf(""), 1.0L, 1.0L) == HUGE_VAL);
  CHECK(ulp_error(HUGE_VALF, 1e39L, 1e39L) == 0);
  CHECK(ulp_error(-HUGE_VALF, 1e39L, 1e39L) == HUGE_VAL);
}

TEST_CASE("float: every row of the accuracy table keeps its bound", "[accuracy][float]") {
  sweep<float, long double>(200, 100000);
}
TEST_CASE("float: the worst inputs found so far", "[accuracy][float][worst]") { replay<float, long double>("float"); }

#if defined(HARDGATE_HAS_QUAD)
TEST_CASE("double: every row of the accuracy table keeps its bound", "[accuracy][double]") {
  sweep<double, Quad>(1, 20000);
}
TEST_CASE("double: the worst inputs found so far", "[accuracy][double][worst]") { replay<double, Quad>("double"); }
#endif

namespace {

/// In double, erfc is right to 1e-13 in the tail: a thousandth of float's ulp.
void check_floats(unsigned step) {
  check_every_float(
      "LambdaGelu(1)", LambdaGelu<float>(1), [](double x) { return NormalFacts::exact<double>(x, 1.0); }, {2, 3},
      {HARDGATE_TABLE_SIZE > 0 ? 3.0 : 4, 5}, step);
  check_every_float(
      "Silu", Silu<float>(), [](double x) { return LogisticFacts::exact<double>(x, 1.0); }, {3.5, 3.5}, {4.5, 4.5},
      step);
  check_every_float(
      "Gem<1>", Gem<float, 1>(), [](double x) { return LogLogisticFacts<1>::exact(x, 1.0); }, {3.5, 3.5}, {6, 6}, step);
  check_every_float(
      "Gem<2>", Gem<float, 2>(), [](double x) { return LogLogisticFacts<2>::exact(x, 1.0); }, {5.5, 5.5}, {6, 6}, step);
}

}  // namespace

TEST_CASE("λ-GELU, SiLU and GEM on every float", "[.][accuracy][exhaustive][every]") { check_floats(1); }
TEST_CASE("λ-GELU, SiLU and GEM on one float in 16", "[.][accuracy][exhaustive][sixteenth]") { check_floats(16); }

}  // namespace hardgate_tests
