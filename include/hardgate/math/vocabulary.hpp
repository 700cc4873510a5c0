// The few operations every kernel is written in, for one number of any scalar type.
// eigen/lanes.hpp gives the same vocabulary for a whole packet, so that a kernel is written once.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

// Whether there is an instruction for a quick estimate of 1/x that is good to half the digits.
#if defined(__AVX512F__) && defined(__AVX512VL__) && !defined(__CUDACC__)
#include <immintrin.h>
#define HARDGATE_HAS_RECIPROCAL_ESTIMATE 1
#else
#define HARDGATE_HAS_RECIPROCAL_ESTIMATE 0
#endif

#if defined(__CUDACC__)
#define HARDGATE_DEVICE __host__ __device__
#else
#define HARDGATE_DEVICE
#endif

// Kernels are inlined always: only then do unused parts of a Response cost nothing.
#if defined(_MSC_VER)
#define HARDGATE_INLINE HARDGATE_DEVICE __forceinline
#else
#define HARDGATE_INLINE HARDGATE_DEVICE __attribute__((always_inline)) inline
#endif

// The same for a lambda, between its parameters and its body.
#if defined(__GNUC__)
#define HARDGATE_INLINE_LAMBDA __attribute__((always_inline))
#else
#define HARDGATE_INLINE_LAMBDA
#endif

// Whether a·b + c in one rounding is one instruction. It decides between two ways of finding the rounding
// error of a product, in scalar code and in packets alike, so that both give the same bits.
#if defined(__FMA__) || defined(__AVX512F__) || defined(__ARM_FEATURE_FMA) || defined(__CUDA_ARCH__) || \
    (defined(__FP_FAST_FMA) && defined(__FP_FAST_FMAF))
#define HARDGATE_HAS_FMA 1
#else
#define HARDGATE_HAS_FMA 0
#endif

namespace hardgate {

/// How much care is taken with the last bits.
enum class Accuracy {
  accurate,  ///< the default: rounding errors are compensated
  fast       ///< they are not
};

/// The type a scalar is computed in: itself, but for Eigen::half and Eigen::bfloat16 (eigen/scalars.hpp),
/// which compute in float.
template <class Scalar>
struct ComputeType {
  using type = Scalar;  ///< what it computes in
};
/// The same as a type.
template <class Scalar>
using compute_t = typename ComputeType<Scalar>::type;

/// How the library works, which may change, but for Jet and pi: gates of your own may use them.
namespace math {

/// The scalar of a value: itself for a number, the element for a packet of lanes.
template <class Value>
struct ScalarOf {
  using type = Value;
};
template <class Value>
using scalar_t = typename ScalarOf<Value>::type;

/// float and double have branch-free kernels; every other scalar is evaluated by its own functions.
template <class Value>
inline constexpr bool has_kernels =
    std::is_same_v<scalar_t<Value>, float> || std::is_same_v<scalar_t<Value>, double>;

/// a·b + c, in one rounding wherever the hardware has it. Kernels never leave a product to be added by an
/// operator: the compiler might fuse it in one place and not in another.
template <class T>
HARDGATE_INLINE constexpr T mul_add(const T& a, const T& b, const T& c) {
  if constexpr (HARDGATE_HAS_FMA && (std::is_same_v<T, float> || std::is_same_v<T, double>)) {
    return std::fma(a, b, c);
  } else {
    return a * b + c;
  }
}

/// a·b - c and c - a·b likewise.
template <class T>
HARDGATE_INLINE constexpr T mul_sub(const T& a, const T& b, const T& c) {
  return mul_add(a, b, T(-c));
}
template <class T>
HARDGATE_INLINE constexpr T sub_mul(const T& c, const T& a, const T& b) {
  return mul_add(T(-a), b, c);
}

/// less < bound ? yes : no, with NaN taking `no`.
template <class T, class U>
HARDGATE_INLINE constexpr U where_less(const T& less, const T& bound, const U& yes, const U& no) {
  return less < bound ? yes : no;
}

/// The smaller and the larger of two; a NaN in x passes through.
template <class T>
HARDGATE_INLINE constexpr T minimum(const T& x, const T& bound) {
  return bound < x ? bound : x;
}
template <class T>
HARDGATE_INLINE constexpr T maximum(const T& x, const T& bound) {
  return x < bound ? bound : x;
}

/// Whether a < b anywhere: in one lane of a packet.
template <class T>
HARDGATE_INLINE constexpr bool any_less(const T& a, const T& b) {
  return a < b;
}

template <class T>
HARDGATE_INLINE constexpr T absolute(const T& x) {
  if constexpr (std::is_floating_point_v<T>) {
    return std::fabs(x);
  } else {
    return x < T(0) ? T(-x) : x;
  }
}

/// x with ±∞ replaced by the largest finite numbers, where a function with limits has reached them.
template <class T>
HARDGATE_INLINE constexpr T bounded(const T& x) {
  using Limits = std::numeric_limits<scalar_t<T>>;
  if constexpr (Limits::has_infinity) {
    return minimum(maximum(x, T(Limits::lowest())), T((Limits::max)()));
  } else {
    return x;
  }
}

/// 0, in the form that x has (an automatic derivative has as many zeros); NaN for NaN.
template <class T>
HARDGATE_INLINE constexpr T zero_like(const T& x) {
  const T finite = bounded(x);
  return T(finite - finite);
}

/// x^(-1/n)
template <class T>
struct InverseRoot {
  static T of(const T& x, int n) {
    using std::pow;
    return pow(x, T(-1) / T(n));
  }
};

/// The integer nearest to a·b, |a·b| < 2²¹ (float) or 2⁵⁰ (double): the sum leaves no fraction bits, as long
/// as the compiler does not see through it, as -ffast-math would have it.
template <class Value>
HARDGATE_INLINE Value rounded_product(const Value& a, const Value& b) {
  using Scalar = scalar_t<Value>;
  const Value magic(std::is_same_v<Scalar, float> ? Scalar(0x1.8p23) : Scalar(0x1.8p52));
  Value sum = mul_add(a, b, magic);
#if defined(__FAST_MATH__) && defined(__GNUC__) && !defined(__CUDA_ARCH__)
  __asm__("" : "+m"(sum));
#endif
  return sum - magic;
}

/// π to the precision of any scalar with atan.
template <class T>
struct Pi {
  static T value() {
    using std::atan;
    return T(T(4) * atan(T(1)));
  }
};

/// π in a scalar: `pi<T>()`.
template <class T>
T pi() {
  return Pi<T>::value();
}

/// 2ⁿ as a constant.
template <class T>
constexpr T two_to(int n) {
  T value(1);
  for (; n > 0; --n) value *= T(2);
  for (; n < 0; ++n) value /= T(2);
  return value;
}

/// 2ⁿ for integers n from the least normal exponent up to 0: the sum brings the biased exponent to the lowest
/// bits, the shift to its place.
HARDGATE_INLINE float power_of_two(float n) {
  const float biased = n + (0x1.8p23f + 127.0f);
  std::uint32_t bits;
  std::memcpy(&bits, &biased, sizeof bits);
  bits <<= 23;
  float power;
  std::memcpy(&power, &bits, sizeof power);
  return power;
}
HARDGATE_INLINE double power_of_two(double n) {
  const double biased = n + (0x1.8p52 + 1023.0);
  std::uint64_t bits;
  std::memcpy(&bits, &biased, sizeof bits);
  bits <<= 52;
  double power;
  std::memcpy(&power, &bits, sizeof power);
  return power;
}

/// x·2ⁿ for an integer n from twice the least normal exponent up to 0, |x| in the middle of its range:
/// rounded once, also to a subnormal.
template <class Value>
HARDGATE_INLINE Value scale_down(const Value& x, const Value& n) {
  constexpr int least = std::numeric_limits<scalar_t<Value>>::min_exponent - 1;
  const Value normal = maximum(n, Value(least));
  return x * power_of_two(n - normal) * power_of_two(normal);
}

/// x with the lower half of its significand cleared: the product of two such halves is exact.
HARDGATE_INLINE float upper_half(float x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  bits &= 0xFFFFF000u;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}
HARDGATE_INLINE double upper_half(double x) {
  std::uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  bits &= 0xFFFFFFFFF8000000u;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

/// a·b - product where product = a·b rounded: what the rounding dropped.
template <class Value>
HARDGATE_INLINE Value product_error(const Value& a, const Value& b, const Value& product) {
  if constexpr (HARDGATE_HAS_FMA) {
    return mul_sub(a, b, product);
  } else {  // Dekker (1971), split by a mask so that nothing overflows
    const Value a_high = upper_half(a), b_high = upper_half(b);
    const Value a_low = a - a_high, b_low = b - b_high;
    return ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
  }
}

/// a·b - c in one rounding, for c near a·b.
template <class Value>
HARDGATE_INLINE Value product_minus(const Value& a, const Value& b, const Value& c) {
  if constexpr (HARDGATE_HAS_FMA) {
    return mul_sub(a, b, c);
  } else {
    const Value product = a * b;
    return (product - c) + product_error(a, b, product);
  }
}

/// 1/x to at least half the digits, exact for powers of two; what it lacks, `quotient` makes up for. The
/// instruction is the packets', so that a number alone gives the same bits.
template <class T>
HARDGATE_INLINE constexpr T reciprocal_estimate(const T& x) {
  return T(1) / x;
}
#if HARDGATE_HAS_RECIPROCAL_ESTIMATE
HARDGATE_INLINE constexpr float reciprocal_estimate(const float& x) {
  if (__builtin_is_constant_evaluated()) return 1 / x;
  return _mm_cvtss_f32(_mm_rcp14_ss(_mm_setzero_ps(), _mm_set_ss(x)));
}
HARDGATE_INLINE constexpr double reciprocal_estimate(const double& x) {
  if (__builtin_is_constant_evaluated()) return 1 / x;
  const double rough = _mm_cvtsd_f64(_mm_rcp14_sd(_mm_setzero_pd(), _mm_set_sd(x)));
  return mul_add(rough, mul_add(-x, rough, 1.0), rough);
}
#endif

/// a/b, given reciprocal_estimate(b).
template <class Value>
HARDGATE_INLINE constexpr Value quotient(const Value& a, const Value& b, const Value& estimate) {
  if constexpr (HARDGATE_HAS_FMA) {
    const Value high = a * estimate;
    return mul_add(sub_mul(a, high, b), estimate, high);
  } else {
    return a / b;
  }
}

/// x·(a/b) with the quotient not rounded on the way where multiplication is fused; `finite` is x, but for an
/// infinite x.
template <class Value>
HARDGATE_INLINE constexpr Value times_quotient(const Value& x, const Value& finite, const Value& a,
                                               const Value& b, const Value& estimate) {
  if constexpr (HARDGATE_HAS_FMA) {
    const Value high = a * estimate;
    return mul_add(x, high, finite * (sub_mul(a, high, b) * estimate));
  } else {
    return x * (a / b);
  }
}

/// c₀ + c₁x + c₂x² + … by Horner's rule.
/// The array is an argument of the template, so that device code finds each number where it is used.
template <const auto& coefficients, std::size_t k = 0, class Value>
HARDGATE_INLINE Value polynomial(const Value& x) {
  constexpr scalar_t<Value> c = coefficients[k];
  if constexpr (k + 1 == sizeof(coefficients) / sizeof(c)) {
    return Value(c);
  } else {
    return mul_add(polynomial<coefficients, k + 1>(x), x, Value(c));
  }
}

/// xⁿ by repeated squaring, n ≥ 0 known at compile time: exact for exact types.
template <int n, class Value>
HARDGATE_INLINE constexpr Value power(const Value& x) {
  static_assert(n >= 0);
  if constexpr (n == 0) {
    return Value(1);
  } else if constexpr (n == 1) {
    return x;
  } else if constexpr (n % 2 == 0) {
    const Value root = power<n / 2>(x);
    return root * root;
  } else {
    return power<n - 1>(x) * x;
  }
}

}  // namespace math
}  // namespace hardgate
