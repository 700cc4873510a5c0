// Prints the operations of a kernel, one a line: number, operation, numbers of its operands. The last lines say which
// of them are the results.
//
//     record gem 1 float X EPSILON REACH SIGMA
//
//     record logistic|normal|tanh 0 float X HARDNESS 0 1
//
// X and EPSILON decide comparisons. ε' = ε·σ^(2N); bounds are proved for σ = 1, as scaling by a power of two changes no
// rounding.
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "recorder.hpp"

namespace {

using proofs::Recorder;

template <class T, int N>
hardgate::detail::LogLogisticScale<Recorder<T>, N> log_logistic_scale(double epsilon, double reach, double sigma) {
  using R = Recorder<T>;
  hardgate::detail::LogLogisticScale<R, N> scale(R::input("eps", static_cast<T>(epsilon)));
  const T root = hardgate::detail::power<N>(static_cast<T>(sigma));
  scale.sigma = R(static_cast<T>(sigma));
  scale.near_root = R(root);
  scale.far_root = R(T(1));
  scale.sign = R(T(-1));
  scale.scaled_epsilon = scale.epsilon * R(root * root);
  scale.reach = R(static_cast<T>(reach));
  return scale;
}

template <class Response>
void print(const Response& response) {
  int number = 0;
  for (const auto& step : proofs::steps()) {
    std::cout << number++ << ' ' << step.operation;
    for (const int of : step.of) std::cout << ' ' << of;
    std::cout << '\n';
  }
  std::cout << "value " << response.value.step << "\nderivative " << response.derivative.step << "\ngradient "
            << response.parameter_gradient.step << "\nsecond " << response.second_derivative.step << '\n';
}

template <template <int> class Gate, class T, int N>
void log_logistic(double x, double epsilon, double reach, double sigma) {
  print(Gate<N>::kernel(Recorder<T>::input("x", static_cast<T>(x)), log_logistic_scale<T, N>(epsilon, reach, sigma)));
}

/// The same for a gate of |x|, at a hardness of h. The numbers of its scale are constants, which assumptions.cpp checks.
template <class Gate, class T>
void two_sided(double x, double h) {
  using R = Recorder<T>;
  typename Gate::template Scale<T> numbers(static_cast<T>(h));
  std::vector<T> values;
  numbers.each([&values](const T& value) { values.push_back(value); });
  typename Gate::template Scale<R> scale(R(static_cast<T>(h)));
  std::size_t k = 0;
  scale.each([&values, &k](R& value) {
    const T number = values[k++];
    value = R(number, proofs::with_number("number", number).c_str(), {});
  });
  proofs::pins() = true;
  print(Gate::kernel(R::input("x", static_cast<T>(x)), scale));
}

template <class T, int N>
void of_order(const char* name, double x, double epsilon, double reach, double sigma) {
  if (std::strcmp(name, "gem") == 0) return log_logistic<hardgate::LogLogisticGate, T, N>(x, epsilon, reach, sigma);
  if (std::strcmp(name, "segem") == 0)
    return log_logistic<hardgate::ReflectedLogLogisticGate, T, N>(x, epsilon, reach, sigma);
  if (std::strcmp(name, "logistic") == 0) return two_sided<hardgate::LogisticGate, T>(x, epsilon);
  if (std::strcmp(name, "normal") == 0) return two_sided<hardgate::NormalGate, T>(x, epsilon);
  if (std::strcmp(name, "tanh") == 0) return two_sided<hardgate::TanhNormalGate, T>(x, epsilon);
  std::cerr << "no kernel is called " << name << '\n';
  std::exit(2);
}

template <class T>
void of_scalar(const char* name, int n, double x, double epsilon, double reach, double sigma) {
  if (n == 1) return of_order<T, 1>(name, x, epsilon, reach, sigma);
  if (n == 2) return of_order<T, 2>(name, x, epsilon, reach, sigma);
  return of_order<T, 3>(name, x, epsilon, reach, sigma);
}

}  // namespace

int main(int count, char** words) {
  if (count != 8) return 2;
  const double x = std::atof(words[4]), epsilon = std::atof(words[5]), reach = std::atof(words[6]);
  const double sigma = std::atof(words[7]);
  if (std::strcmp(words[3], "float") == 0)
    of_scalar<float>(words[1], std::atoi(words[2]), x, epsilon, reach, sigma);
  else
    of_scalar<double>(words[1], std::atoi(words[2]), x, epsilon, reach, sigma);
}
