// What the proofs assume of numbers that a kernel is given with the hardness, checked at many of them.
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>

#include <hardgate/gates/log_logistic.hpp>
#include <hardgate/gates/normal.hpp>
#include <hardgate/gates/tanh_normal.hpp>

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

void require(bool holds, const char* what, double h) {
  if (holds) return;
  std::printf("assumed wrongly: %s at a hardness of %a\n", what, h);
  ++wrong;
}

/// log2 of the |x| at which e^(-w) is 2^(-n), which is at most 2^24 times 1/h.
template <class Gate>
double size_at(double n, double h) {
  double low = 0, high = 0x1p24;
  for (int k = 0; k < 60; ++k) (Gate::exponent((low + high) / 2) < n * std::log(2.) ? low : high) = (low + high) / 2;
  return std::log2(low) - std::log2(h);
}

/// u = rate·|x| is that of the hardness, and where f, and the gradient if it is to be proved, are cut off, they are
/// subnormal.
template <class Gate, class T>
void folding(T h, bool of_gradient) {
  const hardgate::detail::FoldingScale<T, Gate> scale(h);
  using Limits = std::numeric_limits<T>;
  const double size = std::log2(double(scale.reach)), normal = Limits::min_exponent - 1;
  require(scale.rate == h && scale.second * scale.unit == h && is_power_of_two(scale.unit), "rate", double(h));
  require(double(scale.least) + std::fmax(size, 0) < normal && scale.least_above < -Limits::digits - 10, "least",
          double(h));
  require(!of_gradient || double(scale.least_of_square) + 2 * size < normal, "least_of_square", double(h));
  require(Gate::exponent(double(h) * double(scale.reach)) > 0.999 * double(hardgate::detail::exponential_bound<T>) ||
              scale.reach == Limits::max() / 2,
          "reach", double(h));
}
template <class Gate>
void by_tables(float h, bool of_gradient, long double true_rate) {
  const hardgate::detail::TableScale<Gate> scale(h);
  const long double rate = true_rate * static_cast<long double>(h),
                    sum = static_cast<long double>(scale.rate) + scale.rate_low;
  require(std::fabs(sum - rate) <= std::ldexp(rate, -47), "rate", double(h));
  const float k = scale.start - hardgate::detail::TableExponential<float>::bottom - 127;
  require(scale.factor == std::exp2(-k) && scale.more_factor == std::exp2(-scale.more), "factor", double(h));
  require(size_at<Gate>(126 + k, double(h)) < k, "the end of f", double(h));
  const float more = k + scale.more;
  require(!of_gradient || 2 * size_at<Gate>(126 + more, double(h)) < more, "the end of the gradient", double(h));
}

template <class Gate>
void every_hardness(long double true_rate) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> significand(1, 2);
  for (int power = -39; power < 60; ++power)  // from 1e-12 and 1e-6 on
    for (int k = 0; k < 100; ++k) {
      const auto h = static_cast<float>(std::ldexp(significand(random), power));
      by_tables<Gate>(h, power >= -19, true_rate);
      folding<Gate>(h, power >= -19);
    }
  for (int power = -465; power < 900; ++power)  // from 1e-140 and 1e-70 on
    folding<Gate>(std::ldexp(significand(random), power), power >= -232);
}

}  // namespace

int main() {
  every_epsilon<float>(1e30f);
  every_epsilon<double>(1e300);
  const long double ln2 = std::log(2.0L);
  every_hardness<hardgate::LogisticGate>(1 / ln2);
  every_hardness<hardgate::NormalGate>(1 / std::sqrt(2 * ln2));
  every_hardness<hardgate::TanhNormalGate>(std::cbrt(0.044715L * std::sqrt(8 / std::acos(-1.0L)) / ln2));
  if (wrong == 0) std::printf("What the proofs assume of scales holds.\n");
  return wrong > 0;
}
