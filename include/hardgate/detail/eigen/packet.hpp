// A packet of Eigen's with the operations of detail/primitives.hpp: what a kernel sees instead of a number.
#pragma once

#include <Eigen/Core>

#include "../primitives.hpp"

// Whether packets of 16-bit floats are converted to packets of float and back. Where Eigen 5 has arithmetic for half
// (AVX512-FP16), its packets are of another shape: there they go one by one.
#if defined(EIGEN_VECTORIZE_AVX) && defined(__F16C__) && !defined(EIGEN_VECTORIZE_AVX512FP16)
#define HARDGATE_HAS_SIXTEEN_BIT_PACKETS 1
#else
#define HARDGATE_HAS_SIXTEEN_BIT_PACKETS 0
#endif

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

/// Several numbers in one register: Register is the packet type of Eigen's that holds them.
template <class Register>
struct Packet {
  using Scalar = typename Eigen::internal::unpacket_traits<Register>::type;
  static constexpr int size = Eigen::internal::unpacket_traits<Register>::size;

  Register data;

  Packet() = default;
  HARDGATE_INLINE Packet(Register r) : data(r) {}
  HARDGATE_INLINE explicit Packet(Scalar value) : data(Eigen::internal::pset1<Register>(value)) {}

  HARDGATE_INLINE friend Packet operator+(Packet a, Packet b) { return Eigen::internal::padd(a.data, b.data); }
  HARDGATE_INLINE friend Packet operator-(Packet a, Packet b) { return Eigen::internal::psub(a.data, b.data); }
  HARDGATE_INLINE friend Packet operator*(Packet a, Packet b) { return Eigen::internal::pmul(a.data, b.data); }
  HARDGATE_INLINE friend Packet operator/(Packet a, Packet b) { return Eigen::internal::pdiv(a.data, b.data); }
  HARDGATE_INLINE friend Packet operator-(Packet a) { return Packet(Scalar(-0.0)) - a; }  // Eigen's may lose -0
};

template <class R>
struct ScalarOf<Packet<R>> {
  using type = typename Packet<R>::Scalar;
};

// ---- What a packet must provide, by what all of Eigen's packets have ----

template <class R>
HARDGATE_INLINE Packet<R> mul_add(Packet<R> a, Packet<R> b, Packet<R> c) {
  return Eigen::internal::pmadd(a.data, b.data, c.data);
}
template <class R>
HARDGATE_INLINE Packet<R> mul_sub(Packet<R> a, Packet<R> b, Packet<R> c) {
  return mul_add(a, b, -c);
}
template <class R>
HARDGATE_INLINE Packet<R> neg_mul_add(Packet<R> a, Packet<R> b, Packet<R> c) {
  return mul_add(-a, b, c);
}
template <class R>
HARDGATE_INLINE Packet<R> if_less(Packet<R> a, Packet<R> b, Packet<R> yes, Packet<R> no) {
  return Eigen::internal::pselect(Eigen::internal::pcmp_lt(a.data, b.data), yes.data, no.data);
}
template <class R>
HARDGATE_INLINE Packet<R> minimum(Packet<R> x, Packet<R> bound) {
#if defined(EIGEN_VECTORIZE_SSE)
  return Eigen::internal::pmin(x.data, bound.data);  // x first: a NaN in x passes through
#else
  return if_less(bound, x, bound, x);  // elsewhere the smaller of 0 and -0 may be -0
#endif
}
template <class R>
HARDGATE_INLINE Packet<R> maximum(Packet<R> x, Packet<R> bound) {
#if defined(EIGEN_VECTORIZE_SSE)
  return Eigen::internal::pmax(x.data, bound.data);
#else
  return if_less(x, bound, bound, x);
#endif
}
template <class R>
HARDGATE_INLINE bool any_less(Packet<R> a, Packet<R> b) {
  return Eigen::internal::predux_any(Eigen::internal::pcmp_lt(a.data, b.data));
}
template <class R>
HARDGATE_INLINE Packet<R> opaque(Packet<R> x) {
  HARDGATE_OPAQUE(x.data);
  return x;
}
template <class R>
HARDGATE_INLINE Packet<R> absolute(Packet<R> x) {
  return Eigen::internal::pabs(x.data);
}
template <class R>
HARDGATE_INLINE Packet<R> reciprocal_estimate(Packet<R> x) {
  return Packet<R>(scalar_t<Packet<R>>(1)) / x;
}

/// f(x) for each element by the function of a number: for instruction sets without an overload of their own.
template <class R, class Function>
HARDGATE_INLINE Packet<R> one_by_one(Packet<R> x, Function f) {
  typename Packet<R>::Scalar elements[Packet<R>::size];
  Eigen::internal::pstoreu(elements, x.data);
  for (auto& element : elements) element = f(element);
  return Eigen::internal::ploadu<R>(elements);
}
template <class R>
HARDGATE_INLINE Packet<R> upper_half(Packet<R> x) {
  return one_by_one(x, [](auto element) { return upper_half(element); });
}
template <class R>
HARDGATE_INLINE Packet<R> power_of_two(Packet<R> n) {
  return one_by_one(n, [](auto element) { return power_of_two(element); });
}

template <int shift, class R>
HARDGATE_INLINE Packet<R> lookup(const float* table, Packet<R> x, float factor = 1) {
  return one_by_one(x, [=](auto element) { return lookup<shift>(table, element, factor); });
}
template <int shift, class R>
HARDGATE_INLINE Packet<R> exponent_from_bits(Packet<R> x) {
  return one_by_one(x, [](auto element) { return exponent_from_bits<shift>(element); });
}

// ---- Between Eigen's packets and those that kernels compute in ----

/// The packet that Eigen uses for arrays of a scalar.
template <class Scalar>
using register_t = typename Eigen::internal::packet_traits<Scalar>::type;

/// The first `count` elements of a packet, or all that it has, with zeros behind them; and the same written.
template <class R, class Scalar, class Index>
HARDGATE_INLINE R load_some(const Scalar* from, Index count) {
  Scalar elements[Eigen::internal::unpacket_traits<R>::size] = {};
  for (Index k = 0; k < count && k < Index(Eigen::internal::unpacket_traits<R>::size); ++k) elements[k] = from[k];
  return Eigen::internal::ploadu<R>(elements);
}
template <class R, class Scalar, class Index>
HARDGATE_INLINE void store_some(Scalar* to, const R& data, Index count) {
  Scalar elements[Eigen::internal::unpacket_traits<R>::size];
  Eigen::internal::pstoreu(elements, data);
  for (Index k = 0; k < count && k < Index(Eigen::internal::unpacket_traits<R>::size); ++k) to[k] = elements[k];
}

/// Eigen's packet as the one it is computed in, and back.
template <class R>
HARDGATE_INLINE Packet<R> widen(const R& data) {
  return data;
}
template <class R, class Wide>
HARDGATE_INLINE R narrow(Packet<Wide> packet) {
  return packet.data;
}

/// Whether arrays of a scalar are computed packet by packet: float and double everywhere, 16-bit floats where packets
/// of them are converted.
template <class Scalar>
inline constexpr bool has_packets = (is_kernel_value<Scalar> ||
                                     (HARDGATE_HAS_SIXTEEN_BIT_PACKETS && is_kernel_value<compute_t<Scalar>>)) &&
                                    bool(Eigen::internal::packet_traits<Scalar>::Vectorizable);

#if !defined(EIGEN_VECTORIZE_SSE)
/// Copies past the caches, where the instruction set has such stores.
inline void stream(void* to, const void* from, std::size_t bytes) { std::memcpy(to, from, bytes); }
/// Makes what was streamed visible in order.
inline void finish_streaming() {}
#endif

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail

#include "packet_neon.hpp"
#include "packet_x86.hpp"
