// AArch64: the operations that Eigen has no portable name for.
#pragma once

#include "packet.hpp"

#if defined(EIGEN_VECTORIZE_NEON) && EIGEN_ARCH_ARM64
namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

HARDGATE_INLINE Packet<float32x4_t> power_of_two(const Packet<float32x4_t>& n) {
  const float32x4_t biased = vaddq_f32(n.data, vdupq_n_f32(exponent_magic<float>));
  return vreinterpretq_f32_s32(vshlq_n_s32(vreinterpretq_s32_f32(biased), exponent_shift<float>));
}
HARDGATE_INLINE Packet<float64x2_t> power_of_two(const Packet<float64x2_t>& n) {
  const float64x2_t biased = vaddq_f64(n.data, vdupq_n_f64(exponent_magic<double>));
  return vreinterpretq_f64_s64(vshlq_n_s64(vreinterpretq_s64_f64(biased), exponent_shift<double>));
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
#endif
