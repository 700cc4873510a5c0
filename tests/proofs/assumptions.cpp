// What the proofs assume of numbers that a kernel is given with the hardness, checked at many of them.
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>

#include <hardgate/gates/log_logistic.hpp>

namespace {

int wrong = 0;

template <class T>
bool is_power_of_two(T x) {
  int exponent;
  return std::frexp(x, &exponent) == T(0.5);
}

/// ε' = ε·σ^(2N) exactly, in [2^d, 2^(d+2N)), but ε itself where it is 1; and reach a power of two, far from
/// where ε counts.
template <class T, int N>
void scaled_epsilon(T epsilon) {
  using Scale = hardgate::detail::LogLogisticScale<T, N>;
  const Scale scale(epsilon);
  int by, exponent;
  std::frexp(scale.sigma, &by);
  const bool exact = std::ldexp(epsilon, 2 * N * (by - 1)) == scale.scaled_epsilon && is_power_of_two(scale.sigma);
  std::frexp(scale.scaled_epsilon, &exponent);
  constexpr int digits = std::numeric_limits<T>::digits;
  const bool within = epsilon == T(1) ? scale.scaled_epsilon == T(1) : exponent > digits && exponent <= digits + 2 * N;
  const T reach = scale.reach * scale.sigma;
  const bool reaches = scale.reach > std::numeric_limits<T>::max() / T(2) ||
                       (is_power_of_two(reach) && std::ilogb(reach) * 2 * N >= exponent + 80);
  if (!exact || !within || !reaches || hardgate::detail::power<N>(scale.sigma) != scale.near_root) {
    std::printf("assumed wrongly: epsilon %a, N = %d\n", static_cast<double>(epsilon), N);
    ++wrong;
  }
}

template <class T>
void every_epsilon(T largest) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<T> significand(T(1), T(2));
  for (T power = std::numeric_limits<T>::min(); power <= largest; power *= T(2))
    for (int k = 0; k < 100; ++k) {
      const T epsilon = k == 0 ? power : power * significand(random);
      scaled_epsilon<T, 1>(epsilon);
      scaled_epsilon<T, 2>(epsilon);
      scaled_epsilon<T, 3>(epsilon);
    }
}

}  // namespace

int main() {
  every_epsilon<float>(1e30f);
  every_epsilon<double>(1e300);
  if (wrong == 0) std::printf("What the proofs assume of scales holds.\n");
  return wrong > 0;
}
