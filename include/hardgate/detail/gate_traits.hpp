// What can be asked of a gate, and ReLU.
#pragma once

#include "arithmetic.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

template <class Value>
struct Response;
template <class Value>
struct SecondResponse;

}  // namespace HARDGATE_TARGET
}  // namespace hardgate

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

/// Whether G::value takes a T and gives one.
template <class G, class T, class = T>
inline constexpr bool has_value = false;
template <class G, class T>
inline constexpr bool has_value<G, T, decltype(T(G::value(std::declval<const T&>())))> = true;

/// Whether a gate has a branch-free kernel, which takes packets too.
template <class G, class = void>
inline constexpr bool has_kernel = false;
template <class G>
inline constexpr bool
    has_kernel<G, std::void_t<decltype(G::kernel(0.0f, std::declval<typename G::template Scale<float>>()))>> = true;

/// Whether that kernel gives second derivatives too.
template <class G, class Value, class = void>
inline constexpr bool has_second_kernel = false;
template <class G, class Value>
inline constexpr bool has_second_kernel<
    G, Value,
    std::void_t<decltype(G::kernel(std::declval<Value>(), std::declval<typename G::template Scale<scalar_t<Value>>>())
                             .second_derivative)>> = is_kernel_value<Value>;

/// Whether that kernel holds at infinite hardness too, so that no loop has to ask.
template <class G, class = void>
inline constexpr bool kernel_covers_relu = false;
template <class G>
inline constexpr bool kernel_covers_relu<G, std::void_t<decltype(G::template Scale<float>::covers_relu)>> = true;

/// Whether a kernel is by tables.
template <class Scale, class = void>
inline constexpr bool is_by_tables = false;
template <class Scale>
inline constexpr bool is_by_tables<Scale, std::void_t<decltype(Scale::by_tables)>> = true;

/// Whether a kernel can give ∂f/∂h in place of ∂f/∂p.
template <class Scale, class T, class = void>
inline constexpr bool has_scale_by_hardness = false;
template <class Scale, class T>
inline constexpr bool has_scale_by_hardness<
    Scale, T, std::void_t<decltype(std::declval<const Scale&>().by_hardness(std::declval<const T&>()))>> =
    is_kernel_value<T>;

/// Whether the derivatives of ∂f/∂p have formulas of their own.
template <class Scale, class = void>
inline constexpr bool has_derivatives_of_gradient = false;
template <class Scale>
inline constexpr bool has_derivatives_of_gradient<Scale, std::void_t<decltype(&Scale::derivatives_of_gradient)>> = true;

/// The parameter of a gate.
template <class G, class = void>
struct ParameterOf {
  static_assert(sizeof(G) == 0, "hardgate: a gate derives from hardgate::Gate<itself>.");
  using type = void;
};
template <class G>
struct ParameterOf<G, std::void_t<typename G::Parameter>> {
  using type = typename G::Parameter;
};

/// ReLU and its derivative: 1 for x > 0, else 0; NaN stays NaN.
template <class V>
HARDGATE_INLINE Response<V> relu(const V& x) {
  if constexpr (is_kernel_value<V>) {
    const V positive = maximum(x, V(0));
    return {positive, if_less(V(0), x, V(1), V(positive - positive)), detail::zero_like(x)};  // NaN for NaN
  } else {
    const V zero = detail::zero_like(x);
    return V(0) < x ? Response<V>{x, V(V(1) + zero), zero} : Response<V>{zero, zero, zero};
  }
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
