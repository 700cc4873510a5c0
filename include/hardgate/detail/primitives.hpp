// The operations that kernels are written in, for one number of any scalar type. A packet has the same ones.
//
// A packet type must have + - * / and unary -, construction from a scalar, and, found by argument-dependent lookup:
//
//     mul_add  if_less  minimum  maximum  any_less  absolute  opaque  upper_half  power_of_two
//
// and, where HARDGATE_TABLE_SIZE is not 0, lookup and exponent_from_bits. It may have, where one instruction does what
// is otherwise several:
//
//     mul_sub  neg_mul_add  scale_down  reciprocal_estimate
//
// Each means for every element what it means for a number here. detail/eigen/packet.hpp has them for every packet of
// Eigen's, packet_x86.hpp and packet_neon.hpp better ones for some. arithmetic.hpp builds on them.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include "platform.hpp"

#if HARDGATE_HAS_RECIPROCAL_ESTIMATE
#include <immintrin.h>
#endif

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

/// The scalar of a value: itself for a number, the element for a packet.
template <class Value>
struct ScalarOf {
  using type = Value;
};
template <class Value>
using scalar_t = typename ScalarOf<Value>::type;

/// The type a scalar is computed in: itself, except that 16-bit floats compute in float (eigen/scalars.hpp).
template <class Scalar>
struct ComputeType {
  using type = Scalar;
};
template <class Scalar>
using compute_t = typename ComputeType<Scalar>::type;

/// float and double, and packets of them, go through branch-free kernels; every other scalar through plain formulas.
template <class Value>
inline constexpr bool is_kernel_value =
    std::is_same_v<scalar_t<Value>, float> || std::is_same_v<scalar_t<Value>, double>;

/// a·b + c, in one rounding wherever the hardware has it. Kernels never leave a product to be added by an operator:
/// the compiler might fuse it in one place and not in another.
template <class T>
HARDGATE_INLINE T mul_add(const T& a, const T& b, const T& c) {
  if constexpr (HARDGATE_HAS_FMA && (std::is_same_v<T, float> || std::is_same_v<T, double>)) {
    return std::fma(a, b, c);
  } else {
    return a * b + c;
  }
}

/// a·b - c
template <class T>
HARDGATE_INLINE T mul_sub(const T& a, const T& b, const T& c) {
  return mul_add(a, b, T(-c));
}
/// c - a·b
template <class T>
HARDGATE_INLINE T neg_mul_add(const T& a, const T& b, const T& c) {
  return mul_add(T(-a), b, c);
}

/// a < b ? yes : no; a NaN takes `no`.
template <class T, class U>
HARDGATE_INLINE U if_less(const T& a, const T& b, const U& yes, const U& no) {
  return a < b ? yes : no;
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

/// f(x) for each element, by a function of a number.
template <class T, class Function>
HARDGATE_INLINE T one_by_one(const T& x, Function f) {
  return f(x);
}

/// Whether a < b for any element.
template <class T>
HARDGATE_INLINE bool any_less(const T& a, const T& b) {
  return a < b;
}

template <class T>
HARDGATE_INLINE T absolute(const T& x) {
  if constexpr (std::is_floating_point_v<T>) {
    return std::fabs(x);
  } else {
    return x < T(0) ? T(-x) : x;
  }
}

/// x, of which the compiler knows nothing: what is computed with it is not rearranged, whatever the flags allow.
template <class T>
HARDGATE_INLINE T opaque(T x) {
  if constexpr (std::is_same_v<T, float> || std::is_same_v<T, double>) HARDGATE_OPAQUE(x);
  return x;
}

/// The bits of a number as an unsigned integer, and back.
template <class Scalar>
using bits_t = std::conditional_t<sizeof(Scalar) == 4, std::uint32_t, std::uint64_t>;
template <class To, class From>
HARDGATE_INLINE To bit_cast(const From& from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

/// x with the lower half of its significand cleared: the product of two such halves is exact.
template <class T, class = std::enable_if_t<is_kernel_value<T> && std::is_floating_point_v<T>>>
HARDGATE_INLINE T upper_half(T x) {
  constexpr int lower = std::is_same_v<T, float> ? 12 : 27;
  return bit_cast<T>(bits_t<T>(bit_cast<bits_t<T>>(x) >> lower << lower));
}

/// What brings the biased exponent of 2ⁿ to the lowest bits of a sum, and how far from there to its place.
template <class T>
inline constexpr T exponent_magic = std::is_same_v<T, float> ? T(0x1.8p23 + 127) : T(0x1.8p52 + 1023);
template <class T>
inline constexpr int exponent_shift = std::numeric_limits<T>::digits - 1;

/// 2ⁿ for integers n from the least normal exponent up to 0, and 0 for one below.
template <class T, class = std::enable_if_t<is_kernel_value<T> && std::is_floating_point_v<T>>>
HARDGATE_INLINE T power_of_two(T n) {
  return bit_cast<T>(bits_t<T>(bit_cast<bits_t<T>>(T(n + exponent_magic<T>)) << exponent_shift<T>));
}

/// How many numbers a table has. Without an instruction that fetches from one, kernels by tables exist unused.
inline constexpr int table_size = HARDGATE_TABLE_SIZE > 0 ? HARDGATE_TABLE_SIZE : 16;

/// table[i]·factor, where i is the lowest bits of those of x from number `shift` on.
template <int shift, class T, class = std::enable_if_t<std::is_same_v<T, float>>>
HARDGATE_INLINE T lookup(const float* table, const T& x, float factor = 1) {
  return table[bit_cast<std::uint32_t>(x) >> shift & unsigned(table_size - 1)] * factor;
}
/// The number whose exponent is the bits of x from number `shift` on: 2^(those bits - 127), or 0 where they are 0.
template <int shift, class T, class = std::enable_if_t<std::is_same_v<T, float>>>
HARDGATE_INLINE T exponent_from_bits(const T& x) {
  return bit_cast<T>(bit_cast<std::uint32_t>(x) << (23 - shift) & 0x7F800000u);
}

/// x·2ⁿ for an integer n from twice the least normal exponent up to 0, |x| in the middle of its range: rounded once,
/// also to a subnormal. 0 for n < least: there nothing underflows, which on many processors takes a hundred cycles.
template <class Value>
HARDGATE_INLINE Value scale_down(const Value& x, const Value& n, const Value& least) {
  constexpr int bottom = std::numeric_limits<scalar_t<Value>>::min_exponent - 1;
  const Value normal = maximum(n, Value(bottom));
  return x * power_of_two(if_less(n, least, Value(bottom - 1), Value(n - normal))) * power_of_two(normal);
}

/// 1/x to at least half the digits, exact for powers of two. The instruction is the packets', so that a number alone
/// gives the same bits.
template <class T>
HARDGATE_INLINE T reciprocal_estimate(const T& x) {
#if HARDGATE_HAS_RECIPROCAL_ESTIMATE
  if constexpr (std::is_same_v<T, float>) {
    return _mm_cvtss_f32(_mm_rcp14_ss(_mm_setzero_ps(), _mm_set_ss(x)));
  } else if constexpr (std::is_same_v<T, double>) {
    const double rough = _mm_cvtsd_f64(_mm_rcp14_sd(_mm_setzero_pd(), _mm_set_sd(x)));
    return mul_add(rough, neg_mul_add(x, rough, 1.0), rough);
  }
#endif
  return T(1) / x;
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
