// Activations over whole arrays: values, derivatives and gradients in one pass over memory.
//
// Each function takes pointers and a number of elements, or dense Eigen objects of one size: matrices, arrays, maps,
// blocks, segments; for inputs, expressions too, which are evaluated once. Every argument has the scalar of the
// activation. An output may be an input; otherwise arrays must not overlap. Any alignment. Outputs are assigned, not
// accumulated and not resized. Results have the same bits as those of one number at a time. The last argument says on
// which threads it runs and whether results bypass the caches (execution.hpp). Throws, before anything is written:
// std::invalid_argument for sizes that differ, std::domain_error for a negative n or an execution that cannot be run.
#pragma once

#include "activations.hpp"
#include "detail/eigen/dense.hpp"
#include "detail/kernels.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

/// yᵢ = f(xᵢ)
/// @{
template <class Activation>
void forward(const Activation& activation, const typename Activation::scalar* x, typename Activation::scalar* y,
             Eigen::Index n, const Execution& execution = {}) {
  detail::run(detail::Forward<Activation>{{activation}}, {x}, {y}, n, execution);
}
template <class Activation, class X, class Y, class = detail::if_dense<Activation, detail::In<X>, detail::Out<Y>>>
void forward(const Activation& activation, const X& x, Y&& y, const Execution& execution = {}) {
  detail::run_dense(detail::Forward<Activation>{{activation}}, execution, x.derived(), y.derived());
}
/// @}

/// yᵢ = f(xᵢ) and dydxᵢ = f'(xᵢ)
/// @{
template <class Activation>
void forward_with_derivative(const Activation& activation, const typename Activation::scalar* x,
                             typename Activation::scalar* y, typename Activation::scalar* dydx, Eigen::Index n,
                             const Execution& execution = {}) {
  detail::run(detail::ForwardWithDerivative<Activation>{{activation}}, {x}, {y, dydx}, n, execution);
}
template <class Activation, class X, class Y, class D,
          class = detail::if_dense<Activation, detail::In<X>, detail::Out<Y>, detail::Out<D>>>
void forward_with_derivative(const Activation& activation, const X& x, Y&& y, D&& dydx,
                             const Execution& execution = {}) {
  detail::run_dense(detail::ForwardWithDerivative<Activation>{{activation}}, execution, x.derived(), y.derived(),
                    dydx.derived());
}
/// @}

/// The same and d2ydx2ᵢ = f''(xᵢ)
/// @{
template <class Activation>
void forward_with_second_derivative(const Activation& activation, const typename Activation::scalar* x,
                                    typename Activation::scalar* y, typename Activation::scalar* dydx,
                                    typename Activation::scalar* d2ydx2, Eigen::Index n,
                                    const Execution& execution = {}) {
  detail::run(detail::ForwardWithSecondDerivative<Activation>{{activation}}, {x}, {y, dydx, d2ydx2}, n, execution);
}
template <class Activation, class X, class Y, class D, class D2,
          class = detail::if_dense<Activation, detail::In<X>, detail::Out<Y>, detail::Out<D>, detail::Out<D2>>>
void forward_with_second_derivative(const Activation& activation, const X& x, Y&& y, D&& dydx, D2&& d2ydx2,
                                    const Execution& execution = {}) {
  detail::run_dense(detail::ForwardWithSecondDerivative<Activation>{{activation}}, execution, x.derived(), y.derived(),
                    dydx.derived(), d2ydx2.derived());
}
/// @}

/// dxᵢ = dyᵢ·f'(xᵢ)
/// @{
template <class Activation>
void backward(const Activation& activation, const typename Activation::scalar* x, const typename Activation::scalar* dy,
              typename Activation::scalar* dx, Eigen::Index n, const Execution& execution = {}) {
  detail::run(detail::Backward<Activation>{{activation}}, {x, dy}, {dx}, n, execution);
}
template <class Activation, class X, class DY, class DX,
          class = detail::if_dense<Activation, detail::In<X>, detail::In<DY>, detail::Out<DX>>>
void backward(const Activation& activation, const X& x, const DY& dy, DX&& dx, const Execution& execution = {}) {
  detail::run_dense(detail::Backward<Activation>{{activation}}, execution, x.derived(), dy.derived(), dx.derived());
}
/// @}

/// The derivatives of `backward`: ddyᵢ = ddxᵢ·f'(xᵢ) and dxᵢ = ddxᵢ·dyᵢ·f''(xᵢ), where ddx is the gradient with respect
/// to what `backward` gave for dx, ddy that with respect to its dy, and dx that with respect to its x.
/// @{
template <class Activation>
void double_backward(const Activation& activation, const typename Activation::scalar* x,
                     const typename Activation::scalar* dy, const typename Activation::scalar* ddx,
                     typename Activation::scalar* ddy, typename Activation::scalar* dx, Eigen::Index n,
                     const Execution& execution = {}) {
  detail::run(detail::DoubleBackward<Activation>{{activation}}, {x, dy, ddx}, {ddy, dx}, n, execution);
}
template <class Activation, class X, class DY, class DDX, class DDY, class DX,
          class = detail::if_dense<Activation, detail::In<X>, detail::In<DY>, detail::In<DDX>, detail::Out<DDY>,
                                   detail::Out<DX>>>
void double_backward(const Activation& activation, const X& x, const DY& dy, const DDX& ddx, DDY&& ddy, DX&& dx,
                     const Execution& execution = {}) {
  detail::run_dense(detail::DoubleBackward<Activation>{{activation}}, execution, x.derived(), dy.derived(),
                    ddx.derived(), ddy.derived(), dx.derived());
}
/// @}

/// dxᵢ = dyᵢ·f'(xᵢ), and returns Σ dyᵢ·∂f/∂p(xᵢ), p being λ, β or ε. The sum is carried in packets for 1024 elements,
/// or 256 packets if that is more, at a time and beyond that in double, or in the scalar's own type where that is not
/// computed in float or double; it does not depend on timing, only on the pieces.
/// @{
template <class Activation, class = std::enable_if_t<Activation::has_parameter>>
typename Activation::parameter_type backward_with_parameter(const Activation& activation,
                                                            const typename Activation::scalar* x,
                                                            const typename Activation::scalar* dy,
                                                            typename Activation::scalar* dx, Eigen::Index n,
                                                            const Execution& execution = {}) {
  return static_cast<typename Activation::parameter_type>(
      detail::run(detail::BackwardWithParameter<Activation>{{activation}}, {x, dy}, {dx}, n, execution));
}
template <class Activation, class X, class DY, class DX,
          class = detail::if_dense<Activation, detail::In<X>, detail::In<DY>, detail::Out<DX>>,
          class = std::enable_if_t<Activation::has_parameter>>
typename Activation::parameter_type backward_with_parameter(const Activation& activation, const X& x, const DY& dy,
                                                            DX&& dx, const Execution& execution = {}) {
  return static_cast<typename Activation::parameter_type>(detail::run_dense(
      detail::BackwardWithParameter<Activation>{{activation}}, execution, x.derived(), dy.derived(), dx.derived()));
}
/// @}

/// The same, and returns Σ dyᵢ·∂f/∂h(xᵢ), whatever the parameter: the gradient that HardnessLearner takes. 0 at infinite
/// hardness.
/// @{
template <class Activation, class = std::enable_if_t<Activation::has_parameter>>
typename Activation::parameter_type backward_with_hardness(const Activation& activation,
                                                           const typename Activation::scalar* x,
                                                           const typename Activation::scalar* dy,
                                                           typename Activation::scalar* dx, Eigen::Index n,
                                                           const Execution& execution = {}) {
  return detail::by_hardness(activation.by_hardness(), [&](const Activation& a) {
    return hardgate::backward_with_parameter(a, x, dy, dx, n, execution);
  });
}
template <class Activation, class X, class DY, class DX,
          class = detail::if_dense<Activation, detail::In<X>, detail::In<DY>, detail::Out<DX>>,
          class = std::enable_if_t<Activation::has_parameter>>
typename Activation::parameter_type backward_with_hardness(const Activation& activation, const X& x, const DY& dy,
                                                           DX&& dx, const Execution& execution = {}) {
  return detail::by_hardness(activation.by_hardness(), [&](const Activation& a) {
    return hardgate::backward_with_parameter(a, x, dy, dx, execution);
  });
}
/// @}

/// Gated products, yᵢ = f(aᵢ)·bᵢ: GEGLU with Gelu, SwiGLU with Silu, ReGLU with Relu, and with a hardness λ-GELU and Swish
/// on their way there. a goes through the activation, b does not; papers and programs differ in which half of a block
/// comes first. y may be a or b. y is f(aᵢ) as `forward` gives it, in 16-bit
/// scalars before it is rounded, times bᵢ.
/// @{
template <class Activation>
void glu_forward(const Activation& activation, const typename Activation::scalar* a,
                 const typename Activation::scalar* b, typename Activation::scalar* y, Eigen::Index n,
                 const Execution& execution = {}) {
  detail::run(detail::GluForward<Activation>{{activation}}, {a, b}, {y}, n, execution);
}
template <class Activation, class A, class B, class Y,
          class = detail::if_dense<Activation, detail::In<A>, detail::In<B>, detail::Out<Y>>>
void glu_forward(const Activation& activation, const A& a, const B& b, Y&& y, const Execution& execution = {}) {
  detail::run_dense(detail::GluForward<Activation>{{activation}}, execution, a.derived(), b.derived(), y.derived());
}
/// @}

/// daᵢ = dyᵢ·bᵢ·f'(aᵢ) and dbᵢ = dyᵢ·f(aᵢ). da may be a, b or dy, and db another of them.
/// @{
template <class Activation>
void glu_backward(const Activation& activation, const typename Activation::scalar* a,
                  const typename Activation::scalar* b, const typename Activation::scalar* dy,
                  typename Activation::scalar* da, typename Activation::scalar* db, Eigen::Index n,
                  const Execution& execution = {}) {
  detail::run(detail::GluBackward<Activation>{{activation}}, {a, b, dy}, {da, db}, n, execution);
}
template <class Activation, class A, class B, class DY, class DA, class DB,
          class = detail::if_dense<Activation, detail::In<A>, detail::In<B>, detail::In<DY>, detail::Out<DA>,
                                   detail::Out<DB>>>
void glu_backward(const Activation& activation, const A& a, const B& b, const DY& dy, DA&& da, DB&& db,
                  const Execution& execution = {}) {
  detail::run_dense(detail::GluBackward<Activation>{{activation}}, execution, a.derived(), b.derived(), dy.derived(),
                    da.derived(), db.derived());
}
/// @}

/// The same, and returns Σ dyᵢ·bᵢ·∂f/∂p(aᵢ), p being λ, β or ε.
/// @{
template <class Activation, class = std::enable_if_t<Activation::has_parameter>>
typename Activation::parameter_type glu_backward_with_parameter(
    const Activation& activation, const typename Activation::scalar* a, const typename Activation::scalar* b,
    const typename Activation::scalar* dy, typename Activation::scalar* da, typename Activation::scalar* db,
    Eigen::Index n, const Execution& execution = {}) {
  return static_cast<typename Activation::parameter_type>(
      detail::run(detail::GluBackwardWithParameter<Activation>{{activation}}, {a, b, dy}, {da, db}, n, execution));
}
template <class Activation, class A, class B, class DY, class DA, class DB,
          class = detail::if_dense<Activation, detail::In<A>, detail::In<B>, detail::In<DY>, detail::Out<DA>,
                                   detail::Out<DB>>,
          class = std::enable_if_t<Activation::has_parameter>>
typename Activation::parameter_type glu_backward_with_parameter(const Activation& activation, const A& a, const B& b,
                                                                const DY& dy, DA&& da, DB&& db,
                                                                const Execution& execution = {}) {
  return static_cast<typename Activation::parameter_type>(
      detail::run_dense(detail::GluBackwardWithParameter<Activation>{{activation}}, execution, a.derived(), b.derived(),
                        dy.derived(), da.derived(), db.derived()));
}
/// @}

/// The same, and returns Σ dyᵢ·bᵢ·∂f/∂h(aᵢ), whatever the parameter. 0 at infinite hardness.
/// @{
template <class Activation, class = std::enable_if_t<Activation::has_parameter>>
typename Activation::parameter_type glu_backward_with_hardness(
    const Activation& activation, const typename Activation::scalar* a, const typename Activation::scalar* b,
    const typename Activation::scalar* dy, typename Activation::scalar* da, typename Activation::scalar* db,
    Eigen::Index n, const Execution& execution = {}) {
  return detail::by_hardness(activation.by_hardness(), [&](const Activation& unit) {
    return hardgate::glu_backward_with_parameter(unit, a, b, dy, da, db, n, execution);
  });
}
template <class Activation, class A, class B, class DY, class DA, class DB,
          class = detail::if_dense<Activation, detail::In<A>, detail::In<B>, detail::In<DY>, detail::Out<DA>,
                                   detail::Out<DB>>,
          class = std::enable_if_t<Activation::has_parameter>>
typename Activation::parameter_type glu_backward_with_hardness(const Activation& activation, const A& a, const B& b,
                                                               const DY& dy, DA&& da, DB&& db,
                                                               const Execution& execution = {}) {
  return detail::by_hardness(activation.by_hardness(), [&](const Activation& unit) {
    return hardgate::glu_backward_with_parameter(unit, a, b, dy, da, db, execution);
  });
}
/// @}

// Where nothing above takes the arguments, compilers print these lines.
/// @cond
// clang-format off
template <class First>
void forward(const First&, ...) = delete;  // hardgate: forward takes (activation, x, y): Eigen objects, or pointers and then n, all of the activation's scalar; y writable.
template <class First>
void forward_with_derivative(const First&, ...) = delete;  // hardgate: forward_with_derivative takes (activation, x, y, dydx): Eigen objects, or pointers and then n, all of the activation's scalar; y and dydx writable.
template <class First>
void forward_with_second_derivative(const First&, ...) = delete;  // hardgate: forward_with_second_derivative takes (activation, x, y, dydx, d2ydx2): Eigen objects, or pointers and then n, all of the activation's scalar; y, dydx and d2ydx2 writable.
template <class First>
void double_backward(const First&, ...) = delete;  // hardgate: double_backward takes (activation, x, dy, ddx, ddy, dx): Eigen objects, or pointers and then n, all of the activation's scalar; ddy and dx writable.
template <class First>
void backward(const First&, ...) = delete;  // hardgate: backward takes (activation, x, dy, dx): Eigen objects, or pointers and then n, all of the activation's scalar; dx writable.
template <class First>
void backward_with_parameter(const First&, ...) = delete;  // hardgate: backward_with_parameter takes (activation with a parameter, x, dy, dx): Eigen objects, or pointers and then n, all of the activation's scalar; dx writable.
template <class First>
void backward_with_hardness(const First&, ...) = delete;  // hardgate: backward_with_hardness takes (activation with a parameter, x, dy, dx): Eigen objects, or pointers and then n, all of the activation's scalar; dx writable.
template <class First>
void glu_forward(const First&, ...) = delete;  // hardgate: glu_forward takes (activation, a, b, y): Eigen objects, or pointers and then n, all of the activation's scalar; y writable.
template <class First>
void glu_backward(const First&, ...) = delete;  // hardgate: glu_backward takes (activation, a, b, dy, da, db): Eigen objects, or pointers and then n, all of the activation's scalar; da and db writable.
template <class First>
void glu_backward_with_parameter(const First&, ...) = delete;  // hardgate: glu_backward_with_parameter takes (activation with a parameter, a, b, dy, da, db): Eigen objects, or pointers and then n, all of the activation's scalar; da and db writable.
template <class First>
void glu_backward_with_hardness(const First&, ...) = delete;  // hardgate: glu_backward_with_hardness takes (activation with a parameter, a, b, dy, da, db): Eigen objects, or pointers and then n, all of the activation's scalar; da and db writable.
// clang-format on
/// @endcond

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
