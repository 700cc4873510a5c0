// What a gate is: the one thing in which activations differ.
#pragma once

#include <array>

#include "detail/gate_traits.hpp"
#include "detail/require.hpp"
#include "jet.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

/// f(x; h) = x·G(u) with u = hx, and its first derivatives, for a number or for a packet of them.
template <class Value>
struct Response {
  Value value;               ///< f = x·G(u)
  Value derivative;          ///< ∂f/∂x = G(u) + u·G'(u)
  Value parameter_gradient;  ///< ∂f/∂p for the parameter p = h^e of the gate: x²·G'(u)·dh/dp
};
/// The same with ∂²f/∂x². A kernel that returns this has vectorised second derivatives too.
template <class Value>
struct SecondResponse : Response<Value> {
  Value second_derivative;  ///< ∂²f/∂x² = h·(2G'(u) + u·G''(u))
};

/// The parameter of most activations: the hardness h itself, in (0, ∞]; ∞ is ReLU.
struct Hardness {
  static constexpr const char* name = "hardness";                             ///< in messages
  static constexpr const char* domain = "greater than 0 (infinity is ReLU)";  ///< likewise
  static constexpr int exponent = 1;                                          ///< e in p = h^e
  /// Whether a parameter is in the domain.
  template <class Scalar>
  static constexpr bool contains(const Scalar& p) {
    return p > Scalar(0);
  }
  /// h(p)
  template <class Scalar>
  static constexpr Scalar hardness(const Scalar& p) {
    return p;
  }
  /// p(h)
  template <class Scalar>
  static constexpr Scalar from_hardness(const Scalar& h) {
    return h;
  }
};

/// The hardness by its name in λ-GELU.
struct Lambda : Hardness {
  static constexpr const char* name = "lambda";  ///< in messages
};
/// The hardness by its name in Swish.
struct Beta : Hardness {
  static constexpr const char* name = "beta";  ///< in messages
};

/// Stands where a parameter could: an activation whose hardness is always 1, such as GELU, GEM and SiLU.
struct Fixed {};

/// What an activation computes from its parameter once, to use at every point: the hardness.
template <class Scalar>
struct HardnessScale {
  Scalar hardness;  ///< h

  /// Of a given h.
  constexpr explicit HardnessScale(const Scalar& h) : hardness(h) {}
  /// visit(number) for all that it holds, in a fixed order.
  template <class Visitor>
  void each(const Visitor& visit) {
    visit(hardness);
  }
  /// Whether the hardness is infinite: the activation is ReLU.
  constexpr bool is_relu() const {
    if constexpr (std::numeric_limits<Scalar>::has_infinity) {
      return hardness == std::numeric_limits<Scalar>::infinity();
    } else {
      return false;
    }
  }
};

/// The gate near a point x as a series in w = stretch·δ: G(h·(x + δ)) = c₀ + c₁w + … + c_K w^K. `at` is stretch·x.
/// Neither powers of h nor of 1/x stand in c, which would overflow or underflow before f⁽ᵏ⁾ does.
template <class T, int K>
struct GateSeries {
  std::array<T, std::size_t(K) + 1> c;  ///< c₀ … c_K
  T at;                                 ///< x in units of w
  T stretch;                            ///< h for most gates
};

/// A gate G rises from 0 at -∞ to 1 at +∞. Derive from Gate<Yours> and write
///
///     template <class T> static T value(const T& u);   // G(u) for any scalar T, with unqualified exp, atan, ...
///
/// and GatedUnit<Scalar, Yours> is an activation with everything that belongs to one. A gate may hide each function
/// below by one of its own that is more accurate, and may add, to be vectorised,
///
///     template <class V, class S> static Response<V> kernel(const V& x, const Scale<S>& scale);
///
/// (or SecondResponse<V>) for float, double and packets of them, in the operations of detail/primitives.hpp.
template <class Derived>
struct Gate {
  /// The parameter, unless the activation is Fixed.
  using Parameter = Hardness;
  /// What is computed from it once.
  template <class Scalar>
  using Scale = HardnessScale<Scalar>;

  /// 1 - G(u), for the distances to the step (hardening/target.hpp). Here it cancels: rounding noise is taken for 0.
  template <class T>
  static T complement(const T& u) {
    const T difference = T(1) - Derived::value(u);
    return difference > T(1 << 20) * std::numeric_limits<T>::epsilon() ? difference : T(0);
  }

  /// The Taylor series of the gate at u = hx. Where a formula overflows far out and its jet is NaN although G is 0 or
  /// 1, the derivatives of G are 0.
  template <int K, class T>
  static GateSeries<T, K> taylor(const T& x, const HardnessScale<T>& scale) {
    static_assert(detail::has_value<Derived, Jet<T, K>>,
                  "hardgate: a gate needs template <class T> static T value(const T& u), for any scalar T.");
    const T u = detail::clamp_to_finite(T(scale.hardness * x));
    GateSeries<T, K> series{Jet<T, K>(Derived::value(Jet<T, K>::variable(u))).c, u, scale.hardness};
    for (std::size_t k = 0; k <= K; ++k) {
      if (series.c[k] == series.c[k] || !(u == u)) continue;
      const T value = Derived::value(u);
      const T distance = value < T(T(1) - value) ? value : T(T(1) - value);
      if (distance <= std::numeric_limits<T>::epsilon()) series.c = Jet<T, K>(value).c;
      break;
    }
    return series;
  }

  /// The activation at infinite hardness.
  template <class V>
  HARDGATE_INLINE static Response<V> relu_limit(const V& x) {
    return detail::relu(x);
  }
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
