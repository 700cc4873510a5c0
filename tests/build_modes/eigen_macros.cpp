// Compiled with macros of Eigen's that take packets or alignment away: every scalar, as a number, an expression and an
// array.
#include <hardgate/hardgate.hpp>

#include <cstdio>

namespace {

template <class Activation>
int wrong(const char* name, const Activation& act) {
  using Scalar = typename Activation::scalar;
  using Array = Eigen::Array<Scalar, Eigen::Dynamic, 1>;
  constexpr int n = 37;
  Array x(n), dy(n), z(n), d(n);
  for (int i = 0; i < n; ++i) {
    x[i] = Scalar(static_cast<float>(i - 18) * 0.37f);
    dy[i] = Scalar(1);
  }
  const Array y = act(x);
  hardgate::forward_with_derivative(act, x, z, d);
  int differ = 0;
  for (int i = 0; i < n; ++i) {
    differ += y[i] == act(x[i]) && z[i] == y[i] && d[i] == act.derivative(x[i]) ? 0 : 1;
    // f(x) - f(-x) = x for these gates
    differ +=
        std::abs(static_cast<float>(act(x[i])) - static_cast<float>(act(-x[i])) - static_cast<float>(x[i])) < 0.02f
            ? 0
            : Activation::gate::Parameter::exponent == 1;
  }
  if constexpr (Activation::has_parameter) hardgate::backward_with_parameter(act, x, dy, z, hardgate::streaming());
  hardgate::forward(act, x, z, hardgate::streaming());
  for (int i = 0; i < n; ++i) differ += z[i] == y[i] ? 0 : 1;
  if (differ > 0) std::printf("%s: %d differ\n", name, differ);
  return differ;
}

}  // namespace

int main() {
  using namespace hardgate;
  int differ = wrong("LambdaGelu<float>", LambdaGelu<float>(2));
  differ += wrong("LambdaGelu<double>", LambdaGelu<double>(2));
  differ += wrong("LambdaGelu<long double>", LambdaGelu<long double>(2));
  differ += wrong("LambdaGelu<half>", LambdaGelu<Eigen::half>(2));
  differ += wrong("LambdaGelu<bfloat16>", LambdaGelu<Eigen::bfloat16>(2));
  differ += wrong("EGem<float, 2>", EGem<float, 2>(0.1f));
  differ += wrong("SeGem<double, 3>", SeGem<double, 3>(0.1));
  differ += wrong("GeluTanh<float>", GeluTanh<float>());
  return differ == 0 ? 0 : 1;
}
