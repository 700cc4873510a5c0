// Beside what others may have: macros min, max, near and far, a namespace testing, functions called as ours are. Activations as
// constants.
#include <Eigen/Core>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <sstream>
#include <vector>

#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define near
#define far
#include <hardgate/hardgate.hpp>
#undef near
#undef far
#undef min
#undef max

namespace testing {
inline int number() { return 1; }
}  // namespace testing

namespace theirs {

/// A scalar and a gate in a namespace whose functions take anything, and would be found by argument-dependent lookup.
struct Number {
  double value = 0;
  Number() = default;
  template <class T, class = std::enable_if_t<std::is_arithmetic_v<T>>>
  explicit Number(T number) : value(static_cast<double>(number)) {}
  friend Number operator+(Number a, Number b) { return Number(a.value + b.value); }
  friend Number operator-(Number a, Number b) { return Number(a.value - b.value); }
  friend Number operator*(Number a, Number b) { return Number(a.value * b.value); }
  friend Number operator/(Number a, Number b) { return Number(a.value / b.value); }
  friend Number operator-(Number a) { return Number(-a.value); }
  friend bool operator<(Number a, Number b) { return a.value < b.value; }
  friend bool operator>(Number a, Number b) { return a.value > b.value; }
  friend bool operator<=(Number a, Number b) { return a.value <= b.value; }
  friend bool operator>=(Number a, Number b) { return a.value >= b.value; }
  friend bool operator==(Number a, Number b) { return a.value == b.value; }
  friend bool operator!=(Number a, Number b) { return a.value != b.value; }
  Number& operator+=(Number b) { return *this = *this + b; }
  Number& operator-=(Number b) { return *this = *this - b; }
  Number& operator*=(Number b) { return *this = *this * b; }
  Number& operator/=(Number b) { return *this = *this / b; }
  explicit operator double() const { return value; }
};

struct Gate : hardgate::Gate<Gate> {
  template <class T>
  static T value(const T& u) {
    return hardgate::LogisticGate::value(u);
  }
};
struct RationalGate : hardgate::Gate<RationalGate> {
  template <class T>
  static T value(const T& u) {
    return hardgate::LogLogisticGate<1>::value(u);
  }
};
struct Vector : Eigen::ArrayXf {
  using Eigen::ArrayXf::ArrayXf;
};

int called = 0;

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage)
#define GREEDY(name)                       \
  template <class... Anything>             \
  void name(Anything&&...) {               \
    ++called;                              \
  }                                        \
  template <int, class... Anything>        \
  void name(Anything&&...) {               \
    ++called;                              \
  }                                        \
  template <bool, bool, class... Anything> \
  void name(Anything&&...) {               \
    ++called;                              \
  }
GREEDY(forward)
GREEDY(forward_with_derivative)
GREEDY(backward)
GREEDY(backward_with_parameter)
GREEDY(backward_with_hardness)
GREEDY(run)
GREEDY(run_piece)
GREEDY(run_columns)
GREEDY(run_operands)
GREEDY(run_dense)
GREEDY(pass)
GREEDY(whole_pass)
GREEDY(call)
GREEDY(prefetch)
GREEDY(advanced)
GREEDY(stream)
GREEDY(finish_streaming)
GREEDY(evaluated)
GREEDY(dense_class)
GREEDY(require)
GREEDY(refuse)
GREEDY(require_size)
GREEDY(require_same_size)
GREEDY(relu)
GREEDY(power)
GREEDY(clamp_to_finite)
GREEDY(is_finite)
GREEDY(zero_like)
GREEDY(scaled_addend)
GREEDY(fold)
GREEDY(unfold)
GREEDY(substitute)
GREEDY(check_gradient)
GREEDY(check_smoothness)
GREEDY(differentiate)
GREEDY(one_sided_derivatives)
#undef GREEDY

}  // namespace theirs

namespace Eigen {
template <>
struct NumTraits<theirs::Number> : NumTraits<double> {
  using Real = theirs::Number;
  using NonInteger = theirs::Number;
  using Nested = theirs::Number;
  using Literal = theirs::Number;
};
}  // namespace Eigen

namespace {

using namespace hardgate;

constexpr LambdaGelu<float> lambda_gelu(2.0f);
constexpr Swish<double> swish(1.702);
constexpr EGem<double, 3> egem(1e-8);
constexpr SeGem<float> relu_at_last(0.0f);
constexpr GeluTanh<double> gelu_tanh;
static_assert(lambda_gelu.lambda() == 2.0f && swish.beta() == 1.702 && egem.epsilon() == 1e-8);

/// Every way to call an activation, on arrays of a type.
template <class Array, class Activation>
bool works(const Activation& act) {
  using Scalar = typename Activation::scalar;
  const auto near = [](const Scalar& a, double b) { return std::abs(static_cast<double>(a) - b) < 1e-6; };
  Array x(3), y(3), d(3);
  for (int i = 0; i < 3; ++i) x[i] = d[i] = Scalar(i);
  hardgate::forward(act, x, y);
  bool right = near(y[2], static_cast<double>(act(Scalar(2))));
  hardgate::forward(act, &x[0], &y[0], 3);
  hardgate::forward_with_derivative(act, x, y, d);
  right = right && near(d[2], static_cast<double>(act.derivative(Scalar(2))));
  hardgate::backward(act, x, x, d);
  const auto sum = hardgate::backward_with_hardness(act, x, x, d);
  right = right && near(d[2], 2 * static_cast<double>(act.derivative(Scalar(2)))) && sum > Scalar(0);
  const auto second = act.template derivatives<2>(Scalar(1))[2];
  return right && near(second, static_cast<double>(second));
}

}  // namespace

int main() {
  bool right = testing::number() == 1;
  right = works<Eigen::ArrayXf>(GatedUnit<float, theirs::Gate>(1.5f)) && right;
  right = works<theirs::Vector>(GatedUnit<float, theirs::Gate>(1.5f)) && right;
  right = works<theirs::Vector>(LambdaGelu<float>(1.5f)) && right;
  right = works<Eigen::Array<theirs::Number, Eigen::Dynamic, 1>>(
              GatedUnit<theirs::Number, theirs::RationalGate>(theirs::Number(1.5))) &&
          right;
  theirs::Vector x = Eigen::ArrayXf::LinSpaced(5, -1, 1), y = x;
  const GatedUnit<float, theirs::Gate> act(2.0f);
  ChannelUnits<GatedUnit<float, theirs::Gate>> units(Eigen::ArrayXf::Constant(5, 2.0f));
  units.forward(x, y);
  right = y[4] == act(1.0f) && units.backward(x, x, y)[4] > 0 && right;
  right = hardgate::substitution_disruption(act, x).sup > 0 && hardgate::flips(x, x) == 0 && right;
  right = hardgate::check_gradient(GatedUnit<double, theirs::Gate>(2.0)).passed() && right;
  return right && theirs::called == 0 ? 0 : 1;
}
