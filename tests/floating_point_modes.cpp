// Modes that a program may have set in its processor: exceptions that are trapped, subnormal numbers flushed to zero,
// rounding in one direction.
#include <hardgate/hardgate.hpp>

#include <cfenv>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "catch.hpp"
#include "cauchy.hpp"
#include "support.hpp"

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace {

using namespace hardgate_tests;

template <class T>
using Array = Eigen::Array<T, Eigen::Dynamic, 1>;

/// visit(name, activation) for every activation of its own code, at its usual parameters and at both ends of the
/// domain.
template <class T, class Visitor>
void every_activation_and_end(const Visitor& visit) {
  every_kernel<T>(visit);
  every_kind<T>([&visit](const auto& kind) {
    using OfKind = std::decay_t<decltype(kind)>;
    using Activation = decltype(OfKind::at(""));
    if constexpr (Activation::has_parameter && OfKind::own != Own::name) {
      using Limits = std::numeric_limits<T>;
      const T least = Activation::gate::Parameter::exponent < 0 ? (Limits::min)() : T(1e-25);
      for (const T parameter : {Limits::denorm_min(), least, T(1e-20), T(1e30), (Limits::max)()})
        visit(kind.name + '(' + std::to_string(std::log2(parameter)) + " as a power of 2)", Activation(parameter));
    }
  });
}

/// Results for numbers one by one and for packets, each written to memory.
template <class T>
struct Results {
  Array<T> value, derivative, gradient, packet_value, packet_derivative, packet_backward;

  explicit Results(Eigen::Index n)
      : value(n), derivative(n), gradient(n), packet_value(n), packet_derivative(n), packet_backward(n) {
    gradient.setZero();
  }
  template <class Activation>
  void compute(const Activation& act, const Array<T>& x, const Array<T>& dy) {
    for (Eigen::Index i = 0; i < x.size(); ++i) value[i] = act(x[i]);
    for (Eigen::Index i = 0; i < x.size(); ++i) derivative[i] = act.derivative(x[i]);
    hardgate::forward_with_derivative(act, x, packet_value, packet_derivative);
    if constexpr (Activation::has_parameter) {
      for (Eigen::Index i = 0; i < x.size(); ++i) gradient[i] = act.parameter_gradient(x[i]);
      hardgate::backward_with_parameter(act, x, dy, packet_backward);
    } else {
      hardgate::backward(act, x, dy, packet_backward);
    }
  }
};

/// The finite numbers, of every exponent, among others in no order: an odd number of them, for packets that are not
/// full.
template <class T>
Array<T> finite_numbers() {
  std::vector<T> numbers = on_every_exponent<T>(1, 1, std::is_same_v<T, float> ? 1 : 8);
  for (const T x : ordinary_numbers<T>(301)) numbers.push_back(x);
  for (const T x : special_values<T>())
    if (std::isfinite(x)) numbers.push_back(x);
  if (numbers.size() % 2 == 0) numbers.push_back(T(1));
  Random random;
  for (std::size_t i = numbers.size() - 1; i > 0; --i) std::swap(numbers[i], numbers[random.bits() % i]);
  return Eigen::Map<Array<T>>(numbers.data(), static_cast<Eigen::Index>(numbers.size()));
}

template <class T>
std::string raised_by_finite_numbers() {
  Findings findings;
  const Array<T> x = finite_numbers<T>(), dy = Array<T>::Ones(x.size());
  every_activation_and_end<T>([&](const std::string& name, const auto& act) {
    Results<T> results(x.size());
    std::feclearexcept(FE_ALL_EXCEPT);
    results.compute(act, x, dy);
    const int raised = std::fetestexcept(FE_DIVBYZERO | FE_INVALID);
    findings.expect(raised == 0, name, raised & FE_INVALID ? "FE_INVALID" : "",
                    raised & FE_DIVBYZERO ? "FE_DIVBYZERO" : "");
  });
  return findings.none() ? "" : findings.report();
}

}  // namespace

TEST_CASE("Finite numbers raise neither FE_INVALID nor FE_DIVBYZERO, in packets either", "[modes]") {
  CHECK(raised_by_finite_numbers<float>() == "");
  CHECK(raised_by_finite_numbers<double>() == "");
}

TEST_CASE("Nor do they in 16 bits, nor with higher derivatives, nor where an activation is made", "[modes]") {
  const auto raised = [](const auto& work) {
    std::feclearexcept(FE_ALL_EXCEPT);
    work();
    return std::fetestexcept(FE_DIVBYZERO | FE_INVALID);
  };
  const Array<Eigen::half> x = Array<float>::LinSpaced(67, -60000, 60000).cast<Eigen::half>();
  Array<Eigen::half> y(x.size());
  CHECK(raised([&] { hardgate::forward(LambdaGelu<Eigen::half>(2.0f), x, y); }) == 0);
  CHECK(raised([&] { hardgate::forward(SeGem<Eigen::half>(1e-3f), x, y); }) == 0);

  std::array<float, 5> d{};
  for (const float at : {-1e30f, -2.0f, 0.0f, 1e-40f, 3.0f, 1e30f}) {
    CHECK(raised([&] { d = LambdaGelu<float>(3.0f).derivatives<4>(at); }) == 0);
    CHECK(raised([&] { d = EGem<float, 2>(1e-30f).derivatives<4>(at); }) == 0);
    CHECK(raised([&] { d = Swish<float>(2.0f).derivatives<4>(at); }) == 0);
  }
  float parameter = 0;
  for (const float hardness : {1e-4f, 1.0f, 1e4f, 1e18f}) {
    CHECK(raised([&] { parameter = EGem<float>().with_hardness(hardness).hardness(); }) == 0);
    CHECK(raised([&] { parameter = LambdaGelu<float>().with_hardness(hardness).parameter_derivative(); }) == 0);
  }
  CHECK(std::isfinite(parameter));
}

// ---- Subnormal numbers flushed to zero ----

#if defined(__SSE2__) || defined(__aarch64__)
namespace {

/// While it lives, subnormal results are 0 (flush to zero), or subnormal arguments (denormals are zero), or both.
class Flushing {
#if defined(__SSE2__)
  unsigned before_ = _mm_getcsr();

 public:
  static constexpr int modes = 3;
  explicit Flushing(int mode) {
    _mm_setcsr(before_ | ((mode & 1) != 0 ? 0x8000u : 0u) | ((mode & 2) != 0 ? 0x40u : 0u));
  }
  ~Flushing() { _mm_setcsr(before_); }
#else
  unsigned long before_ = get();
  static unsigned long get() {
    unsigned long value;
    __asm__ volatile("mrs %0, fpcr" : "=r"(value));
    return value;
  }
  static void set(unsigned long value) { __asm__ volatile("msr fpcr, %0" : : "r"(value)); }

 public:
  static constexpr int modes = 1;  // its one bit is for both
  explicit Flushing(int) { set(before_ | 1ul << 24); }
  ~Flushing() { set(before_); }
#endif
  Flushing(const Flushing&) = delete;
  Flushing& operator=(const Flushing&) = delete;
};

template <class T>
std::string flushed() {
  Findings findings;
  using Limits = std::numeric_limits<T>;
  const Array<T> all = finite_numbers<T>(), dy = Array<T>::Ones(all.size());
  // Nearer to the smallest normal number, what rounding drops may be subnormal.
  const Array<T> x = (all.abs() < (Limits::min)() / Limits::epsilon()).select(T(0), all);
  every_activation_and_end<T>([&](const std::string& name, const auto& act) {
    if (act.parameter() < (Limits::min)()) return;
    Results<T> expected(x.size()), found(x.size());
    expected.compute(act, x, dy);
    for (int mode = 1; mode <= Flushing::modes; ++mode) {
      {
        const Flushing flushing(mode);
        found.compute(act, x, dy);
      }
      const auto compare = [&](const char* what, const Array<T>& a, const Array<T>& b) {
        for (Eigen::Index i = 0; i < x.size(); ++i) {
          const T size = std::fabs(b[i]), allowed = 4 * Limits::epsilon() * size + 8 * (Limits::min)();
          findings.expect(a[i] == b[i] || std::fabs(a[i] - b[i]) <= allowed, name + what, "mode", mode, "at", x[i], ':',
                          a[i], "instead of", b[i]);
        }
      };
      compare(": value", found.value, expected.value);
      compare(": value in a packet", found.packet_value, expected.packet_value);
      compare(": derivative", found.derivative, expected.derivative);
      compare(": derivative in a packet", found.packet_derivative, expected.packet_derivative);
      compare(": backward", found.packet_backward, expected.packet_backward);
      compare(": gradient", found.gradient, expected.gradient);
    }
  });
  return findings.none() ? "" : findings.report();
}

template <class Activation>
bool can_be_made(typename Activation::scalar parameter) {
  using T = typename Activation::scalar;
  const Activation act(parameter);
  const T y = act(T(1)), slope = act.derivative(T(-0.5));
  return y >= 0 && y <= 1 && std::isfinite(slope) && act.hardness() > 0;
}

}  // namespace

TEST_CASE("Where subnormal numbers are flushed to zero, the others keep their results", "[modes]") {
  CHECK(flushed<float>() == "");
  CHECK(flushed<double>() == "");
}

TEST_CASE("Where subnormal numbers are flushed to zero, every activation can be made", "[modes]") {
  for (int mode = 1; mode <= Flushing::modes; ++mode) {
    bool made = true;
    for (int exponent = -149; exponent < 128; ++exponent) {
      const float p = std::ldexp(1.0f, exponent);  // parsed and scaled before the mode is set
      const double q = std::ldexp(1.0, 8 * exponent);
      const Flushing flushing(mode);
      if (!(mode >= 2 && exponent < -126)) {  // else λ and β are 0, and refused
        made = made && can_be_made<LambdaGelu<float>>(p) && can_be_made<Swish<float>>(p);
      }
      made = made && can_be_made<EGem<float>>(p) && can_be_made<EGem<float, 2>>(p) && can_be_made<EGem<float, 3>>(p) &&
             can_be_made<SeGem<float>>(p) && can_be_made<SeGem<float, 2>>(p) && can_be_made<SeGem<float, 3>>(p);
      if (exponent > -134 && exponent < 128)
        made = made && can_be_made<EGem<double>>(q) && can_be_made<SeGem<double, 3>>(q);
      if (!(mode >= 2 && exponent < -126)) made = made && EGem<float>().with_hardness(std::fmax(p, 1e-18f))(1.0f) >= 0;
    }
    CHECK(made);
  }
}

TEST_CASE("Where subnormal numbers are flushed to zero, every loop ends", "[modes]") {
  for (int mode = 1; mode <= Flushing::modes; ++mode) {
    const Flushing flushing(mode);
    CHECK(gate_distance<LambdaGelu<float>>() == Approx(0.7978845608));
    CHECK(relu_distance_sup<EGem<float, 2>>() > 0);
    CHECK(relu_distance<SeGem<double>>(3) > 0);
    CHECK(std::isinf(gate_distance<Cauchy<double>>()));
    CHECK(check_gradient(LambdaGelu<float>(2.0f)).checks > 300);
    CHECK(check_gradient(EGem<double, 2>(1e-4)).checks > 300);
    CHECK(check_smoothness<2>(EGem<float>(1e-4f)).passed());

    LearnerOptions options;
    options.target = 100;
    HardnessLearner<float> learner(2, options);
    for (int i = 0; i <= 100; ++i) learner.step(i / 100.0, Array<float>::Constant(2, 1e-30f), 1e-3);
    CHECK(learner.hardness()[0] == Approx(100));
  }
}
#endif

// ---- Rounding in one direction ----

namespace {

/// The largest error, of the results that are normal numbers, in ulp of what rounding to nearest gives; of f', in ulp
/// of the size of its terms.
template <class T>
double error_in_directed_rounding(std::string& worst) {
  using Limits = std::numeric_limits<T>;
  double largest = 0;
  std::vector<T> numbers = around<T>(T(1), 4001, 6);
  const Array<T> x = Eigen::Map<Array<T>>(numbers.data(), static_cast<Eigen::Index>(numbers.size()));
  const Array<T> dy = Array<T>::Ones(x.size());
  every_kernel<T>([&](const std::string& name, const auto& act) {
    Results<T> expected(x.size()), found(x.size());
    expected.compute(act, x, dy);
    for (const int direction : {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO}) {
      std::fesetround(direction);
      found.compute(act, x, dy);
      std::fesetround(FE_TONEAREST);
      const auto compare = [&](const char* what, const Array<T>& a, const Array<T>& b, const Array<T>& size) {
        for (Eigen::Index i = 0; i < x.size(); ++i) {
          if (!(std::fabs(b[i]) > (Limits::min)() / Limits::epsilon())) continue;
          const double error = std::fabs(static_cast<double>(a[i]) - static_cast<double>(b[i])) /
                               static_cast<double>(spacing<T>(static_cast<long double>(size[i])));
          if (error > largest || !(error == error)) {
            largest = error == error ? error : HUGE_VAL;
            worst = name + what + " at " + std::to_string(x[i]);
          }
        }
      };
      const Array<T> terms = expected.derivative.abs() + (expected.value / x).abs();
      compare(": value", found.value, expected.value, expected.value);
      compare(": value in a packet", found.packet_value, expected.value, expected.value);
      compare(": derivative", found.derivative, expected.derivative, terms);
      compare(": derivative in a packet", found.packet_derivative, expected.derivative, terms);
      compare(": gradient", found.gradient, expected.gradient, expected.gradient);
    }
  });
  return largest;
}

}  // namespace

TEST_CASE("Where rounding goes in one direction, results keep two thirds of their digits", "[modes]") {
  std::string worst;
  const double of_float = error_in_directed_rounding<float>(worst);
  INFO(of_float << " ulp, " << worst);
  CHECK(of_float <= 0x1p9);
  const double of_double = error_in_directed_rounding<double>(worst);
  INFO(of_double << " ulp, " << worst);
  CHECK(of_double <= 0x1p18);
}
