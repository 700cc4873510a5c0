// SSE2, AVX, AVX2, FMA, AVX-512: the operations that Eigen has no portable name for, or a slower one.
#pragma once

#include "packet.hpp"

#if defined(EIGEN_VECTORIZE_SSE)
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-attributes"  // __m256 as a template argument loses its alignment attribute
#endif

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

// ---- SSE2 ----

inline void stream(void* to, const void* from, std::size_t bytes) {
#if defined(EIGEN_VECTORIZE_AVX512)
  using Line = __m512i;
#elif defined(EIGEN_VECTORIZE_AVX)
  using Line = __m256i;
#else
  using Line = __m128i;
#endif
  auto* y = static_cast<char*>(to);
  const auto* x = static_cast<const char*>(from);
  std::size_t head = (sizeof(Line) - reinterpret_cast<std::uintptr_t>(y) % sizeof(Line)) % sizeof(Line);
  if (head > bytes) head = bytes;
  std::memcpy(y, x, head);
  for (y += head, x += head, bytes -= head; bytes >= sizeof(Line);
       y += sizeof(Line), x += sizeof(Line), bytes -= sizeof(Line)) {
#if defined(EIGEN_VECTORIZE_AVX512)
    _mm512_stream_si512(reinterpret_cast<Line*>(y), _mm512_loadu_si512(x));
#elif defined(EIGEN_VECTORIZE_AVX)
    _mm256_stream_si256(reinterpret_cast<Line*>(y), _mm256_loadu_si256(reinterpret_cast<const Line*>(x)));
#else
    _mm_stream_si128(reinterpret_cast<Line*>(y), _mm_loadu_si128(reinterpret_cast<const Line*>(x)));
#endif
  }
  std::memcpy(y, x, bytes);
}
inline void finish_streaming() { _mm_sfence(); }

HARDGATE_INLINE Packet<__m128> upper_half(Packet<__m128> x) {
  return Eigen::internal::Packet4f(_mm_and_ps(x.data, _mm_castsi128_ps(_mm_set1_epi32(-0x1000))));
}
HARDGATE_INLINE Packet<__m128d> upper_half(Packet<__m128d> x) {
  return Eigen::internal::Packet2d(_mm_and_pd(x.data, _mm_castsi128_pd(_mm_set1_epi64x(-0x8000000))));
}
HARDGATE_INLINE bool any_less(Packet<__m128d> a, Packet<__m128d> b) {
  return _mm_movemask_pd(_mm_cmplt_pd(a.data, b.data)) != 0;
}
HARDGATE_INLINE Packet<__m128> power_of_two(Packet<__m128> n) {
  const __m128 biased = _mm_add_ps(n.data, _mm_set1_ps(exponent_magic<float>));
  return _mm_castsi128_ps(_mm_slli_epi32(_mm_castps_si128(biased), exponent_shift<float>));
}
HARDGATE_INLINE Packet<__m128d> power_of_two(Packet<__m128d> n) {
  const __m128d biased = _mm_add_pd(n.data, _mm_set1_pd(exponent_magic<double>));
  return _mm_castsi128_pd(_mm_slli_epi64(_mm_castpd_si128(biased), exponent_shift<double>));
}

// ---- AVX, AVX2 ----

#if defined(EIGEN_VECTORIZE_AVX)
#if !defined(EIGEN_VECTORIZE_AVX512)
/// -1 for the elements that count, 0 for the others.
template <class Lane, class Index>
HARDGATE_INLINE __m256i first_lanes(Index count) {
  constexpr Index lanes = 32 / sizeof(Lane);
  static constexpr Lane edge[2 * lanes] = {
      -1, -1, -1, -1, lanes > 4 ? -1 : 0, lanes > 4 ? -1 : 0, lanes > 4 ? -1 : 0, lanes > 4 ? -1 : 0};
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(edge + lanes - (count < lanes ? count : lanes)));
}
template <class R, class Index, std::enable_if_t<std::is_same_v<R, __m256>, int> = 0>
HARDGATE_INLINE R load_some(const float* from, Index count) {
  return _mm256_maskload_ps(from, first_lanes<std::int32_t>(count));
}
template <class R, class Index, std::enable_if_t<std::is_same_v<R, __m256d>, int> = 0>
HARDGATE_INLINE R load_some(const double* from, Index count) {
  return _mm256_maskload_pd(from, first_lanes<std::int64_t>(count));
}
template <class Index>
HARDGATE_INLINE void store_some(float* to, const __m256& data, Index count) {
  _mm256_maskstore_ps(to, first_lanes<std::int32_t>(count), data);
}
template <class Index>
HARDGATE_INLINE void store_some(double* to, const __m256d& data, Index count) {
  _mm256_maskstore_pd(to, first_lanes<std::int64_t>(count), data);
}
#endif

HARDGATE_INLINE bool any_less(Packet<__m256d> a, Packet<__m256d> b) {
  return _mm256_movemask_pd(_mm256_cmp_pd(a.data, b.data, _CMP_LT_OQ)) != 0;
}
#endif
#if defined(EIGEN_VECTORIZE_AVX2)
HARDGATE_INLINE Packet<__m256> power_of_two(Packet<__m256> n) {
  const __m256 biased = _mm256_add_ps(n.data, _mm256_set1_ps(exponent_magic<float>));
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(biased), exponent_shift<float>));
}
HARDGATE_INLINE Packet<__m256d> power_of_two(Packet<__m256d> n) {
  const __m256d biased = _mm256_add_pd(n.data, _mm256_set1_pd(exponent_magic<double>));
  return _mm256_castsi256_pd(_mm256_slli_epi64(_mm256_castpd_si256(biased), exponent_shift<double>));
}
#endif

// ---- Fused multiplication: one instruction each. Eigen says FMA of other processors too ----

#if defined(EIGEN_VECTORIZE_AVX) && defined(EIGEN_VECTORIZE_FMA)
#define HARDGATE_FUSED_FORMS(Register, prefix, suffix)                                                       \
  HARDGATE_INLINE Packet<Register> mul_sub(Packet<Register> a, Packet<Register> b, Packet<Register> c) {     \
    return prefix##_fmsub_##suffix(a.data, b.data, c.data);                                                  \
  }                                                                                                          \
  HARDGATE_INLINE Packet<Register> neg_mul_add(Packet<Register> a, Packet<Register> b, Packet<Register> c) { \
    return prefix##_fnmadd_##suffix(a.data, b.data, c.data);                                                 \
  }
#if defined(EIGEN_VECTORIZE_AVX512)
HARDGATE_FUSED_FORMS(__m512, _mm512, ps)
HARDGATE_FUSED_FORMS(__m512d, _mm512, pd)
#endif
HARDGATE_FUSED_FORMS(__m256, _mm256, ps)
HARDGATE_FUSED_FORMS(__m256d, _mm256, pd)
#undef HARDGATE_FUSED_FORMS
#endif

// ---- AVX-512. The forms with a full mask: those without start from a register that g++ 12 thinks uninitialised ----

#if HARDGATE_HAS_RECIPROCAL_ESTIMATE
#define HARDGATE_RECIPROCAL_ESTIMATES(Float, Double, Mask, prefix)              \
  HARDGATE_INLINE Packet<Float> reciprocal_estimate(Packet<Float> x) {          \
    return prefix##_maskz_rcp14_ps(Mask(-1), x.data);                           \
  }                                                                             \
  HARDGATE_INLINE Packet<Double> reciprocal_estimate(Packet<Double> x) {        \
    const Packet<Double> rough = prefix##_maskz_rcp14_pd(__mmask8(-1), x.data); \
    return mul_add(rough, neg_mul_add(x, rough, Packet<Double>(1)), rough);     \
  }
HARDGATE_RECIPROCAL_ESTIMATES(__m128, __m128d, __mmask8, _mm)
HARDGATE_RECIPROCAL_ESTIMATES(__m256, __m256d, __mmask8, _mm256)
HARDGATE_RECIPROCAL_ESTIMATES(__m512, __m512d, __mmask16, _mm512)
#undef HARDGATE_RECIPROCAL_ESTIMATES
#endif

#if defined(EIGEN_VECTORIZE_AVX512)

/// A one for each element that counts.
template <unsigned all, class Index>
HARDGATE_INLINE auto first_lanes(Index count) {
  using Mask = std::conditional_t<all == 0xFF, __mmask8, __mmask16>;
  return count < 16 ? Mask(((1u << count) - 1) & all) : Mask(all);
}

#define HARDGATE_MASKED_FORMS(Register, all, suffix)                                                              \
  template <class R, class Index, std::enable_if_t<std::is_same_v<R, Register>, int> = 0>                         \
  HARDGATE_INLINE R load_some(const scalar_t<Packet<R>>* from, Index count) {                                     \
    return _mm512_maskz_loadu_##suffix(first_lanes<all>(count), from);                                            \
  }                                                                                                               \
  template <class Index>                                                                                          \
  HARDGATE_INLINE void store_some(scalar_t<Packet<Register>>* to, const Register& data, Index count) {            \
    _mm512_mask_storeu_##suffix(to, first_lanes<all>(count), data);                                               \
  }                                                                                                               \
  HARDGATE_INLINE Packet<Register> scale_down(Packet<Register> x, Packet<Register> n, Packet<Register> least) {   \
    const auto zero = _mm512_set1_##suffix(-std::numeric_limits<scalar_t<Packet<Register>>>::infinity());         \
    const auto beyond = _mm512_cmp_##suffix##_mask(n.data, least.data, _CMP_LT_OQ);                               \
    return _mm512_maskz_scalef_##suffix(all, x.data, _mm512_mask_blend_##suffix(beyond, n.data, zero)); /* ±0 */ \
  }                                                                                                               \
  HARDGATE_INLINE Packet<Register> minimum(Packet<Register> x, Packet<Register> bound) {                          \
    return _mm512_maskz_min_##suffix(all, bound.data, x.data);                                                    \
  }                                                                                                               \
  HARDGATE_INLINE Packet<Register> maximum(Packet<Register> x, Packet<Register> bound) {                          \
    return _mm512_maskz_max_##suffix(all, bound.data, x.data);                                                    \
  }                                                                                                               \
  HARDGATE_INLINE Packet<Register> if_less(Packet<Register> a, Packet<Register> b, Packet<Register> yes,          \
                                           Packet<Register> no) {                                                 \
    return _mm512_mask_blend_##suffix(_mm512_cmp_##suffix##_mask(a.data, b.data, _CMP_LT_OQ), no.data, yes.data); \
  }                                                                                                               \
  HARDGATE_INLINE bool any_less(Packet<Register> a, Packet<Register> b) {                                         \
    return _mm512_cmp_##suffix##_mask(a.data, b.data, _CMP_LT_OQ) != 0;                                           \
  }
HARDGATE_MASKED_FORMS(__m512, 0xFFFF, ps)
HARDGATE_MASKED_FORMS(__m512d, 0xFF, pd)
#undef HARDGATE_MASKED_FORMS
#endif

// ---- Tables in a register. The index of an element is the lowest bits: the others are ignored ----

#if HARDGATE_TABLE_SIZE == 16 && defined(EIGEN_VECTORIZE_AVX512)
template <int shift>
HARDGATE_INLINE Packet<__m512> lookup(const float* table, Packet<__m512> x, float factor = 1) {
  __m512i index = _mm512_castps_si512(x.data);
  if constexpr (shift > 0) index = _mm512_maskz_srli_epi32(0xFFFF, index, shift);
  return _mm512_maskz_permutexvar_ps(0xFFFF, index, _mm512_load_ps(table) * _mm512_set1_ps(factor));
}
template <int shift>
HARDGATE_INLINE Packet<__m256> lookup(const float* table, Packet<__m256> x, float factor = 1) {
  return _mm512_castps512_ps256(lookup<shift>(table, Packet<__m512>(_mm512_castps256_ps512(x.data)), factor).data);
}
template <int shift>
HARDGATE_INLINE Packet<__m128> lookup(const float* table, Packet<__m128> x, float factor = 1) {
  return _mm512_castps512_ps128(lookup<shift>(table, Packet<__m512>(_mm512_castps128_ps512(x.data)), factor).data);
}
template <int shift>
HARDGATE_INLINE Packet<__m512> exponent_from_bits(Packet<__m512> x) {
  const __m512i bits = _mm512_maskz_slli_epi32(0xFFFF, _mm512_castps_si512(x.data), 23 - shift);
  return _mm512_castsi512_ps(_mm512_maskz_and_epi32(0xFFFF, bits, _mm512_set1_epi32(0x7F800000)));
}
#elif HARDGATE_TABLE_SIZE == 8 && defined(EIGEN_VECTORIZE_AVX2)
template <int shift>
HARDGATE_INLINE Packet<__m256> lookup(const float* table, Packet<__m256> x, float factor = 1) {
  __m256i index = _mm256_castps_si256(x.data);
  if constexpr (shift > 0) index = _mm256_srli_epi32(index, shift);
  return _mm256_permutevar8x32_ps(_mm256_load_ps(table) * _mm256_set1_ps(factor), index);
}
template <int shift>
HARDGATE_INLINE Packet<__m128> lookup(const float* table, Packet<__m128> x, float factor = 1) {
  return _mm256_castps256_ps128(lookup<shift>(table, Packet<__m256>(_mm256_castps128_ps256(x.data)), factor).data);
}
#endif
#if HARDGATE_TABLE_SIZE > 0 && defined(EIGEN_VECTORIZE_AVX2)
template <int shift>
HARDGATE_INLINE Packet<__m256> exponent_from_bits(Packet<__m256> x) {
  const __m256i bits = _mm256_slli_epi32(_mm256_castps_si256(x.data), 23 - shift);
  return _mm256_castsi256_ps(_mm256_and_si256(bits, _mm256_set1_epi32(0x7F800000)));
}
template <int shift>
HARDGATE_INLINE Packet<__m128> exponent_from_bits(Packet<__m128> x) {
  const __m128i bits = _mm_slli_epi32(_mm_castps_si128(x.data), 23 - shift);
  return _mm_castsi128_ps(_mm_and_si128(bits, _mm_set1_epi32(0x7F800000)));
}
#endif

// ---- 16-bit floats, computed in float ----
//
// Eigen 3.4 does not see that g++ has the conversion instructions for half, and with AVX512-BF16 flushes subnormal
// bfloat16: those conversions are written here.

#if HARDGATE_HAS_SIXTEEN_BIT_PACKETS
HARDGATE_INLINE Packet<__m256> widen(const Eigen::internal::Packet8h& data) { return _mm256_cvtph_ps(data); }
HARDGATE_INLINE Packet<__m256> widen(const Eigen::internal::Packet8bf& data) {
  return Eigen::internal::Bf16ToF32(data);
}
template <>
HARDGATE_INLINE Eigen::internal::Packet8h narrow(Packet<__m256> packet) {
  return Eigen::internal::Packet8h(_mm256_cvtps_ph(packet.data, _MM_FROUND_TO_NEAREST_INT));
}
template <>
HARDGATE_INLINE Eigen::internal::Packet8bf narrow(Packet<__m256> packet) {
  return Eigen::internal::F32ToBf16(packet.data);
}
#if defined(EIGEN_VECTORIZE_AVX512)
HARDGATE_INLINE Packet<__m512> widen(const Eigen::internal::Packet16h& data) {
  return _mm512_maskz_cvtph_ps(0xFFFF, data);
}
HARDGATE_INLINE Packet<__m512> widen(const Eigen::internal::Packet16bf& data) {
  return _mm512_castsi512_ps(_mm512_maskz_slli_epi32(0xFFFF, _mm512_maskz_cvtepu16_epi32(0xFFFF, data), 16));
}
template <>
HARDGATE_INLINE Eigen::internal::Packet16h narrow(Packet<__m512> packet) {
  return Eigen::internal::Packet16h(_mm512_maskz_cvtps_ph(0xFFFF, packet.data, _MM_FROUND_TO_NEAREST_INT));
}
template <>
HARDGATE_INLINE Eigen::internal::Packet16bf narrow(Packet<__m512> packet) {
  const __m512i bits = _mm512_castps_si512(packet.data);
  const __m512i odd = _mm512_and_si512(_mm512_maskz_srli_epi32(0xFFFF, bits, 16), _mm512_set1_epi32(1));
  const __m512i rounded = _mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7FFF)));
  const __mmask16 is_nan = _mm512_cmp_ps_mask(packet.data, packet.data, _CMP_UNORD_Q);
  const __m512i result = _mm512_mask_blend_epi32(is_nan, rounded, _mm512_set1_epi32(0x7FC00000));
  return Eigen::internal::Packet16bf(_mm512_maskz_cvtepi32_epi16(0xFFFF, _mm512_maskz_srli_epi32(0xFFFF, result, 16)));
}
#endif
#endif

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
#endif
