// A packet of Eigen's with the vocabulary of math/vocabulary.hpp: what a kernel sees in place of a number.
#pragma once

#include <Eigen/Core>

#include "../math/vocabulary.hpp"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored \
    "-Wignored-attributes"  // __m256 as a template argument loses its alignment attribute
#endif

namespace hardgate::math {

/// Stores past the caches, where the instruction set can; `to` is aligned to the packet.
template <class Scalar, class Packet>
HARDGATE_INLINE void stream_to(Scalar* to, const Packet& packet) {
  Eigen::internal::pstore(to, packet);
}
#if defined(EIGEN_VECTORIZE_SSE)
HARDGATE_INLINE void stream_to(float* to, const __m128& packet) { _mm_stream_ps(to, packet); }
HARDGATE_INLINE void stream_to(double* to, const __m128d& packet) { _mm_stream_pd(to, packet); }
#endif
#if defined(EIGEN_VECTORIZE_AVX)
HARDGATE_INLINE void stream_to(float* to, const __m256& packet) { _mm256_stream_ps(to, packet); }
HARDGATE_INLINE void stream_to(double* to, const __m256d& packet) { _mm256_stream_pd(to, packet); }
#endif
#if defined(EIGEN_VECTORIZE_AVX512)
HARDGATE_INLINE void stream_to(float* to, const __m512& packet) { _mm512_stream_ps(to, packet); }
HARDGATE_INLINE void stream_to(double* to, const __m512d& packet) { _mm512_stream_pd(to, packet); }
#endif
/// Makes what was streamed visible in order.
HARDGATE_INLINE void finish_streaming() {
#if defined(EIGEN_VECTORIZE_SSE)
  _mm_sfence();
#endif
}

template <class Packet>
struct Lanes {
  using Scalar = typename Eigen::internal::unpacket_traits<Packet>::type;
  static constexpr int size = Eigen::internal::unpacket_traits<Packet>::size;

  Packet packet;

  Lanes() = default;
  HARDGATE_INLINE Lanes(Packet p) : packet(p) {}
  HARDGATE_INLINE explicit Lanes(Scalar value) : packet(Eigen::internal::pset1<Packet>(value)) {}

  HARDGATE_INLINE friend Lanes operator+(Lanes a, Lanes b) {
    return Eigen::internal::padd(a.packet, b.packet);
  }
  HARDGATE_INLINE friend Lanes operator-(Lanes a, Lanes b) {
    return Eigen::internal::psub(a.packet, b.packet);
  }
  HARDGATE_INLINE friend Lanes operator*(Lanes a, Lanes b) {
    return Eigen::internal::pmul(a.packet, b.packet);
  }
  HARDGATE_INLINE friend Lanes operator/(Lanes a, Lanes b) {
    return Eigen::internal::pdiv(a.packet, b.packet);
  }
  HARDGATE_INLINE friend Lanes operator-(Lanes a) { return Lanes(Scalar(-0.0)) - a; }  // Eigen's may lose -0
};

template <class Packet>
struct ScalarOf<Lanes<Packet>> {
  using type = typename Lanes<Packet>::Scalar;
};

/// The packet Eigen uses for arrays of a scalar.
template <class Scalar>
using packet_t = typename Eigen::internal::packet_traits<Scalar>::type;

/// A packet as the lanes it is computed in, and back.
template <class Packet>
HARDGATE_INLINE Lanes<Packet> widen(const Packet& packet) {
  return packet;
}
template <class Packet, class Wide>
HARDGATE_INLINE Packet narrow(Lanes<Wide> lanes) {
  return lanes.packet;
}

// 16-bit floats compute in float. Eigen 3.4 does not see that g++ has the conversion instructions for half,
// and with AVX512-BF16 flushes subnormal bfloat16: those conversions are written here. Where Eigen 5 has
// arithmetic for half (AVX512-FP16), its packets are of another shape: there 16-bit floats go one by one.
#if defined(__F16C__) && !defined(EIGEN_VECTORIZE_AVX512FP16)
#define HARDGATE_HAS_SIXTEEN_BIT_LANES 1
HARDGATE_INLINE Lanes<__m256> widen(const Eigen::internal::Packet8h& packet) {
  return _mm256_cvtph_ps(packet);
}
HARDGATE_INLINE Lanes<__m256> widen(const Eigen::internal::Packet8bf& packet) {
  return Eigen::internal::Bf16ToF32(packet);
}
template <>
HARDGATE_INLINE Eigen::internal::Packet8h narrow(Lanes<__m256> lanes) {
  return Eigen::internal::Packet8h(_mm256_cvtps_ph(lanes.packet, _MM_FROUND_TO_NEAREST_INT));
}
template <>
HARDGATE_INLINE Eigen::internal::Packet8bf narrow(Lanes<__m256> lanes) {
  return Eigen::internal::F32ToBf16(lanes.packet);
}
#else
#define HARDGATE_HAS_SIXTEEN_BIT_LANES 0
#endif
#if defined(EIGEN_VECTORIZE_AVX512) && HARDGATE_HAS_SIXTEEN_BIT_LANES
HARDGATE_INLINE Lanes<__m512> widen(const Eigen::internal::Packet16h& packet) {
  return _mm512_cvtph_ps(packet);
}
HARDGATE_INLINE Lanes<__m512> widen(const Eigen::internal::Packet16bf& packet) {
  return Eigen::internal::Bf16ToF32(packet);
}
template <>
HARDGATE_INLINE Eigen::internal::Packet16h narrow(Lanes<__m512> lanes) {
  return Eigen::internal::Packet16h(_mm512_cvtps_ph(lanes.packet, _MM_FROUND_TO_NEAREST_INT));
}
template <>
HARDGATE_INLINE Eigen::internal::Packet16bf narrow(Lanes<__m512> lanes) {
  const __m512i bits = _mm512_castps_si512(lanes.packet);
  const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
  const __m512i rounded = _mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7FFF)));
  const __mmask16 is_nan = _mm512_cmp_ps_mask(lanes.packet, lanes.packet, _CMP_UNORD_Q);
  const __m512i result = _mm512_mask_blend_epi32(is_nan, rounded, _mm512_set1_epi32(0x7FC00000));
  return Eigen::internal::Packet16bf(_mm512_cvtepi32_epi16(_mm512_srli_epi32(result, 16)));
}
#endif

template <class P>
HARDGATE_INLINE Lanes<P> mul_add(Lanes<P> a, Lanes<P> b, Lanes<P> c) {
  return Eigen::internal::pmadd(a.packet, b.packet, c.packet);
}
template <class P>
HARDGATE_INLINE Lanes<P> mul_sub(Lanes<P> a, Lanes<P> b, Lanes<P> c) {
  return mul_add(a, b, -c);
}
template <class P>
HARDGATE_INLINE Lanes<P> sub_mul(Lanes<P> c, Lanes<P> a, Lanes<P> b) {
  return mul_add(-a, b, c);
}
template <class P>
HARDGATE_INLINE Lanes<P> where_less(Lanes<P> less, Lanes<P> bound, Lanes<P> yes, Lanes<P> no) {
  return Eigen::internal::pselect(Eigen::internal::pcmp_lt(less.packet, bound.packet), yes.packet, no.packet);
}
template <class P>
HARDGATE_INLINE Lanes<P> minimum(Lanes<P> x, Lanes<P> bound) {
#if defined(EIGEN_VECTORIZE_SSE)
  return Eigen::internal::pmin(x.packet, bound.packet);  // x first: a NaN in x passes through
#else
  return where_less(bound, x, bound, x);  // elsewhere the smaller of 0 and -0 may be -0
#endif
}
template <class P>
HARDGATE_INLINE Lanes<P> maximum(Lanes<P> x, Lanes<P> bound) {
#if defined(EIGEN_VECTORIZE_SSE)
  return Eigen::internal::pmax(x.packet, bound.packet);
#else
  return where_less(x, bound, bound, x);
#endif
}
template <class P>
HARDGATE_INLINE bool any_less(Lanes<P> a, Lanes<P> b) {
  return Eigen::internal::predux_any(Eigen::internal::pcmp_lt(a.packet, b.packet));
}
template <class P>
HARDGATE_INLINE Lanes<P> absolute(Lanes<P> x) {
  return Eigen::internal::pabs(x.packet);
}

/// f(x) for each lane by the scalar function: for instruction sets without an overload of their own.
template <class P, class Function>
HARDGATE_INLINE Lanes<P> lane_by_lane(Lanes<P> x, Function f) {
  typename Lanes<P>::Scalar lanes[Lanes<P>::size];
  Eigen::internal::pstoreu(lanes, x.packet);
  for (auto& lane : lanes) lane = f(lane);
  return Eigen::internal::ploadu<P>(lanes);
}
template <class P>
HARDGATE_INLINE Lanes<P> upper_half(Lanes<P> x) {
  return lane_by_lane(x, [](auto lane) { return upper_half(lane); });
}
template <class P>
HARDGATE_INLINE Lanes<P> power_of_two(Lanes<P> n) {
  return lane_by_lane(n, [](auto lane) { return power_of_two(lane); });
}

// One instruction each where there is fused multiplication on x86. Eigen says FMA of other processors too.
#if defined(EIGEN_VECTORIZE_AVX) && defined(EIGEN_VECTORIZE_FMA)
#define HARDGATE_FUSED_FORMS(Register, prefix, suffix)                                               \
  HARDGATE_INLINE Lanes<Register> mul_sub(Lanes<Register> a, Lanes<Register> b, Lanes<Register> c) { \
    return prefix##_fmsub_##suffix(a.packet, b.packet, c.packet);                                    \
  }                                                                                                  \
  HARDGATE_INLINE Lanes<Register> sub_mul(Lanes<Register> c, Lanes<Register> a, Lanes<Register> b) { \
    return prefix##_fnmadd_##suffix(a.packet, b.packet, c.packet);                                   \
  }
#if defined(EIGEN_VECTORIZE_AVX512)
HARDGATE_FUSED_FORMS(__m512, _mm512, ps)
HARDGATE_FUSED_FORMS(__m512d, _mm512, pd)
#endif
HARDGATE_FUSED_FORMS(__m256, _mm256, ps)
HARDGATE_FUSED_FORMS(__m256d, _mm256, pd)
#undef HARDGATE_FUSED_FORMS
#endif

template <class P>
HARDGATE_INLINE Lanes<P> reciprocal_estimate(Lanes<P> x) {
  return Lanes<P>(scalar_t<Lanes<P>>(1)) / x;
}
#if HARDGATE_HAS_RECIPROCAL_ESTIMATE
#define HARDGATE_RECIPROCAL_ESTIMATES(Float, Double, Mask, prefix)               \
  HARDGATE_INLINE Lanes<Float> reciprocal_estimate(Lanes<Float> x) {             \
    return prefix##_maskz_rcp14_ps(Mask(-1), x.packet);                          \
  }                                                                              \
  HARDGATE_INLINE Lanes<Double> reciprocal_estimate(Lanes<Double> x) {           \
    const Lanes<Double> rough = prefix##_maskz_rcp14_pd(__mmask8(-1), x.packet); \
    return mul_add(rough, sub_mul(Lanes<Double>(1), x, rough), rough);           \
  }
HARDGATE_RECIPROCAL_ESTIMATES(__m128, __m128d, __mmask8, _mm)
HARDGATE_RECIPROCAL_ESTIMATES(__m256, __m256d, __mmask8, _mm256)
HARDGATE_RECIPROCAL_ESTIMATES(__m512, __m512d, __mmask16, _mm512)
#undef HARDGATE_RECIPROCAL_ESTIMATES
#endif

// Bit operations that Eigen has no portable name for, one line an instruction set.
#if defined(EIGEN_VECTORIZE_SSE)
HARDGATE_INLINE Lanes<__m128> upper_half(Lanes<__m128> x) {
  return Eigen::internal::Packet4f(_mm_and_ps(x.packet, _mm_castsi128_ps(_mm_set1_epi32(-0x1000))));
}
HARDGATE_INLINE Lanes<__m128d> upper_half(Lanes<__m128d> x) {
  return Eigen::internal::Packet2d(_mm_and_pd(x.packet, _mm_castsi128_pd(_mm_set1_epi64x(-0x8000000))));
}
HARDGATE_INLINE bool any_less(Lanes<__m128d> a, Lanes<__m128d> b) {
  return _mm_movemask_pd(_mm_cmplt_pd(a.packet, b.packet)) != 0;
}
HARDGATE_INLINE Lanes<__m128> power_of_two(Lanes<__m128> n) {
  const __m128 biased = _mm_add_ps(n.packet, _mm_set1_ps(0x1.8p23f + 127.0f));
  return _mm_castsi128_ps(_mm_slli_epi32(_mm_castps_si128(biased), 23));
}
HARDGATE_INLINE Lanes<__m128d> power_of_two(Lanes<__m128d> n) {
  const __m128d biased = _mm_add_pd(n.packet, _mm_set1_pd(0x1.8p52 + 1023.0));
  return _mm_castsi128_pd(_mm_slli_epi64(_mm_castpd_si128(biased), 52));
}
#endif
#if defined(EIGEN_VECTORIZE_AVX)
HARDGATE_INLINE bool any_less(Lanes<__m256d> a, Lanes<__m256d> b) {
  return _mm256_movemask_pd(_mm256_cmp_pd(a.packet, b.packet, _CMP_LT_OQ)) != 0;
}
#endif
#if defined(EIGEN_VECTORIZE_AVX2)
HARDGATE_INLINE Lanes<__m256> power_of_two(Lanes<__m256> n) {
  const __m256 biased = _mm256_add_ps(n.packet, _mm256_set1_ps(0x1.8p23f + 127.0f));
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(biased), 23));
}
HARDGATE_INLINE Lanes<__m256d> power_of_two(Lanes<__m256d> n) {
  const __m256d biased = _mm256_add_pd(n.packet, _mm256_set1_pd(0x1.8p52 + 1023.0));
  return _mm256_castsi256_pd(_mm256_slli_epi64(_mm256_castpd_si256(biased), 52));
}
#endif
#if defined(EIGEN_VECTORIZE_AVX512)
// The forms with a full mask, because those without start from a register that g++ 12 thinks uninitialised.
HARDGATE_INLINE Lanes<__m512> scale_down(Lanes<__m512> x, Lanes<__m512> n) {
  return _mm512_maskz_scalef_ps(0xFFFF, x.packet, n.packet);
}
HARDGATE_INLINE Lanes<__m512d> scale_down(Lanes<__m512d> x, Lanes<__m512d> n) {
  return _mm512_maskz_scalef_pd(0xFF, x.packet, n.packet);
}
HARDGATE_INLINE Lanes<__m512> minimum(Lanes<__m512> x, Lanes<__m512> bound) {
  return _mm512_maskz_min_ps(0xFFFF, bound.packet, x.packet);
}
HARDGATE_INLINE Lanes<__m512d> minimum(Lanes<__m512d> x, Lanes<__m512d> bound) {
  return _mm512_maskz_min_pd(0xFF, bound.packet, x.packet);
}
HARDGATE_INLINE Lanes<__m512> maximum(Lanes<__m512> x, Lanes<__m512> bound) {
  return _mm512_maskz_max_ps(0xFFFF, bound.packet, x.packet);
}
HARDGATE_INLINE Lanes<__m512d> maximum(Lanes<__m512d> x, Lanes<__m512d> bound) {
  return _mm512_maskz_max_pd(0xFF, bound.packet, x.packet);
}
HARDGATE_INLINE Lanes<__m512> where_less(Lanes<__m512> less, Lanes<__m512> bound, Lanes<__m512> yes,
                                         Lanes<__m512> no) {
  return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(less.packet, bound.packet, _CMP_LT_OQ), no.packet,
                              yes.packet);
}
HARDGATE_INLINE Lanes<__m512d> where_less(Lanes<__m512d> less, Lanes<__m512d> bound, Lanes<__m512d> yes,
                                          Lanes<__m512d> no) {
  return _mm512_mask_blend_pd(_mm512_cmp_pd_mask(less.packet, bound.packet, _CMP_LT_OQ), no.packet,
                              yes.packet);
}
HARDGATE_INLINE bool any_less(Lanes<__m512> a, Lanes<__m512> b) {
  return _mm512_cmp_ps_mask(a.packet, b.packet, _CMP_LT_OQ) != 0;
}
HARDGATE_INLINE bool any_less(Lanes<__m512d> a, Lanes<__m512d> b) {
  return _mm512_cmp_pd_mask(a.packet, b.packet, _CMP_LT_OQ) != 0;
}
#endif
#if defined(EIGEN_VECTORIZE_NEON) && EIGEN_ARCH_ARM64
HARDGATE_INLINE Lanes<float32x4_t> power_of_two(const Lanes<float32x4_t>& n) {
  const float32x4_t biased = vaddq_f32(n.packet, vdupq_n_f32(0x1.8p23f + 127.0f));
  return vreinterpretq_f32_s32(vshlq_n_s32(vreinterpretq_s32_f32(biased), 23));
}
HARDGATE_INLINE Lanes<float64x2_t> power_of_two(const Lanes<float64x2_t>& n) {
  const float64x2_t biased = vaddq_f64(n.packet, vdupq_n_f64(0x1.8p52 + 1023.0));
  return vreinterpretq_f64_s64(vshlq_n_s64(vreinterpretq_s64_f64(biased), 52));
}
#endif

}  // namespace hardgate::math

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
