// Activations as functors of Eigen expressions: what Eigen asks of a functor.
#pragma once

#include "../../gate.hpp"
#include "packet.hpp"
#include "scalars.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

template <class Scalar, class Gate, class GateParameter>
class GatedUnit;

}  // namespace HARDGATE_TARGET
}  // namespace hardgate

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

template <class Activation>
class ChannelScales;

/// What else than f a functor can give of an activation at x, a number or a packet.
struct DerivativeMember {
  template <class Activation, class V>
  HARDGATE_INLINE static V of(const Activation& activation, const V& x) {
    return activation.response(x).derivative;
  }
};
struct SecondDerivativeMember {
  template <class Activation, class V>
  HARDGATE_INLINE static V of(const Activation& activation, const V& x) {
    return activation.second_response(x).second_derivative;
  }
};
struct GradientMember {
  template <class Activation, class V>
  HARDGATE_INLINE static V of(const Activation& activation, const V& x) {
    return activation.response(x).parameter_gradient;
  }
};

/// f', f'' or ∂f/∂p of an activation; f is the activation itself.
template <class Activation, class Member>
struct ResponseFunctor {
  using Scalar = typename Activation::scalar;
  Activation activation;

  HARDGATE_INLINE Scalar operator()(const Scalar& x) const {
    return Scalar(Member::of(activation, compute_t<Scalar>(x)));
  }
  template <class Packet>
  HARDGATE_INLINE Packet packetOp(const Packet& packet) const {
    return narrow<Packet>(Member::of(activation, widen(packet)));
  }
};

/// Whether Eigen can evaluate an activation packet by packet.
template <class Activation>
inline constexpr bool vectorizes = has_kernel<typename Activation::gate>&& has_packets<typename Activation::scalar>;

/// Cost counts multiplications, for Eigen's choice to evaluate a nested expression once.
template <class Activation>
struct FunctorTraits {
  enum { Cost = 40, PacketAccess = vectorizes<Activation>, IsRepeatable = true };
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail

namespace Eigen::internal {

template <class Scalar, class Gate, class P>
struct functor_traits<hardgate::GatedUnit<Scalar, Gate, P>>
    : hardgate::detail::FunctorTraits<hardgate::GatedUnit<Scalar, Gate, P>> {};
template <class Activation, class Member>
struct functor_traits<hardgate::detail::ResponseFunctor<Activation, Member>>
    : hardgate::detail::FunctorTraits<Activation> {};

}  // namespace Eigen::internal
