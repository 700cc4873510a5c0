// Activations as functors of Eigen expressions: packets, and what Eigen asks of a functor.
#pragma once

#include <Eigen/Core>

#include "../gated_unit.hpp"
#include "lanes.hpp"
#include "scalars.hpp"

namespace hardgate {
namespace math {

/// Scalars whose packets the kernels take: float and double everywhere, 16-bit floats where Eigen converts
/// packets.
template <class Scalar>
inline constexpr bool has_lanes = has_kernels<Scalar>;
#if HARDGATE_HAS_SIXTEEN_BIT_LANES
template <>
inline constexpr bool has_lanes<Eigen::half> = true;
template <>
inline constexpr bool has_lanes<Eigen::bfloat16> = true;
#endif

/// Whether Eigen can evaluate an activation of this scalar and gate packet by packet.
template <class Scalar, class Gate>
inline constexpr bool vectorizes =
    Gate::vectorizes&& has_lanes<Scalar>&& bool(Eigen::internal::packet_traits<Scalar>::Vectorizable);

/// function(lanes) as a packet.
template <class Packet, class Function>
HARDGATE_INLINE Packet lanewise(const Packet& packet, const Function& function) {
  return narrow<Packet>(function(widen(packet)));
}

/// The traits Eigen asks for. Cost counts multiplications, for the choice to evaluate a nested expression
/// once.
template <class Scalar, class Gate>
struct FunctorTraits {
  enum { Cost = 40, PacketAccess = vectorizes<Scalar, Gate>, IsRepeatable = true };
};

}  // namespace math

template <class Scalar, class Gate, class P>
template <class Packet>
HARDGATE_INLINE Packet GatedUnit<Scalar, Gate, P>::packetOp(const Packet& packet) const {
  return math::lanewise(packet, [this](const auto& x) { return this->response(x).value; });
}
template <class Activation>
template <class Packet>
HARDGATE_INLINE Packet Derivative<Activation>::packetOp(const Packet& packet) const {
  return math::lanewise(packet, [this](const auto& x) { return this->activation.response(x).derivative; });
}
template <class Activation>
template <class Packet>
HARDGATE_INLINE Packet ParameterGradient<Activation>::packetOp(const Packet& packet) const {
  return math::lanewise(packet,
                        [this](const auto& x) { return this->activation.response(x).parameter_gradient; });
}

}  // namespace hardgate

namespace Eigen::internal {

template <class Scalar, class Gate, class P>
struct functor_traits<hardgate::GatedUnit<Scalar, Gate, P>> : hardgate::math::FunctorTraits<Scalar, Gate> {};
template <class Scalar, class Gate, class P>
struct functor_traits<hardgate::Derivative<hardgate::GatedUnit<Scalar, Gate, P>>>
    : hardgate::math::FunctorTraits<Scalar, Gate> {};
template <class Scalar, class Gate, class P>
struct functor_traits<hardgate::ParameterGradient<hardgate::GatedUnit<Scalar, Gate, P>>>
    : hardgate::math::FunctorTraits<Scalar, Gate> {};

}  // namespace Eigen::internal
