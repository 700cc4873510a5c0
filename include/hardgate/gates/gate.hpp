// What a gate is, and everything a gate gets for free.
#pragma once

#include <array>

#include "../math/error.hpp"
#include "../math/jet.hpp"
#include "../math/vocabulary.hpp"

namespace hardgate {

/// f(x; h) = x·G(hx) and its first derivatives, at one point or for a packet of them.
template <class Value>
struct Response {
  Value value;               ///< f = x·G(u), u = hx
  Value derivative;          ///< ∂f/∂x = G(u) + u·G'(u)
  Value parameter_gradient;  ///< ∂f/∂p for the gate's parameter p; where that is h, x²·G'(u)
};

/// ReLU: what every unit becomes at infinite hardness. f' is 1 for x > 0, else 0; NaN stays NaN.
template <class V>
HARDGATE_INLINE constexpr Response<V> relu_response(const V& x) {
  using math::maximum, math::where_less;
  if constexpr (math::has_kernels<V>) {
    const V positive = maximum(x, V(0));
    return {positive, where_less(V(0), x, V(1), V(positive * V(0))), V(0)};  // 0·positive: 0, or NaN for NaN
  } else {
    const V zero = math::zero_like(x);
    return V(0) < x ? Response<V>{x, V(V(1) + zero), zero} : Response<V>{zero, zero, zero};
  }
}

/// The parameter of most gates: the hardness h itself, called λ in λ-GELU [L].
struct Hardness {
  /// Throws std::domain_error unless 0 < λ.
  template <class Scalar>
  static constexpr void check(const Scalar& lambda, const char* name = "lambda") {
    math::require(lambda > Scalar(0), name, "greater than 0 (infinity is ReLU)", lambda);
  }
  /// h(p)
  template <class Scalar>
  static constexpr Scalar hardness(const Scalar& lambda) {
    return lambda;
  }
  /// p(h)
  template <class Scalar>
  static constexpr Scalar from_hardness(const Scalar& hardness) {
    return hardness;
  }
  /// dp/dh
  template <class Scalar>
  static constexpr Scalar slope(const Scalar&) {
    return Scalar(1);
  }
};

/// In place of a parameter: a unit whose hardness is 1 for good, as of GELU, GEM and SiLU.
struct Fixed {};

/// What a gate computes from its parameter once, to use at every point.
template <class Scalar>
struct HardnessScale {
  Scalar hardness;  ///< h

  /// Of a given h.
  constexpr explicit HardnessScale(const Scalar& h) : hardness(h) {}
  /// Whether the hardness is infinite: the unit is ReLU.
  constexpr bool is_step() const {
    if constexpr (std::numeric_limits<Scalar>::has_infinity) {
      return hardness == std::numeric_limits<Scalar>::infinity();
    } else {
      return false;
    }
  }
};

/// Whether G::value takes a T and gives one.
template <class G, class T, class = T>
inline constexpr bool has_value = false;
template <class G, class T>
inline constexpr bool has_value<G, T, decltype(T(G::value(std::declval<const T&>())))> = true;

/// A gate G rises from 0 at -∞ to 1 at +∞. Derive from Gate<Yours> and write
///
///     template <class T> static T value(const T& u);   // G(u) for any scalar T, with unqualified exp, atan,
///     ...
///
/// and GatedUnit<Scalar, Yours> is an activation with everything that belongs to one. A gate may hide each
/// function below by one of its own that is more accurate or faster.
template <class Derived>
struct Gate {
  /// The parameter, unless the unit is Fixed.
  using Parameter = Hardness;
  /// What is computed from it once.
  template <class Scalar>
  using Scale = HardnessScale<Scalar>;

  /// Whether `response` speaks math/vocabulary.hpp alone, and so takes packets.
  static constexpr bool vectorizes = false;

  /// 1 - G(u), for the distances to the step (hardening/distance.hpp). Here it cancels: rounding noise is
  /// taken for 0.
  template <class T>
  static T complement(const T& u) {
    const T difference = T(1) - Derived::value(u);
    return difference > T(1 << 20) * std::numeric_limits<T>::epsilon() ? difference : T(0);
  }

  /// The response at infinite hardness.
  template <class V>
  HARDGATE_INLINE static constexpr Response<V> step_response(const V& x) {
    return relu_response(x);
  }

  /// f, f' and ∂f/∂h (derived: f' = G + uG', ∂f/∂h = x²G') from the jet of G. Infinities give the limits.
  template <class T>
  static Response<T> response(const T& x, const HardnessScale<T>& scale) {
    static_assert(has_value<Derived, math::Jet<T, 1>>,
                  "hardgate: a gate needs template <class T> static T value(const T& u), for any scalar T.");
    const T finite = math::bounded(x), u = math::bounded(T(scale.hardness * finite));
    const math::Jet<T, 1> gate = Derived::value(math::Jet<T, 1>::variable(u));
    const T value = finite < x ? x : T(finite * gate.c[0]);
    return {value, T(gate.c[0] + u * gate.c[1]), T(finite * (finite * gate.c[1]))};
  }

  /// The Taylor coefficients of δ ↦ G(h·(x + δ)) up to δ^K.
  template <int K, class T>
  static std::array<T, K + 1> taylor(const T& x, const HardnessScale<T>& scale) {
    const T u = math::bounded(T(scale.hardness * x));
    return math::stretched(math::Jet<T, K>(Derived::value(math::Jet<T, K>::variable(u))).c, scale.hardness);
  }
};

namespace gates {

/// The parameter of a gate.
template <class G, class = void>
struct ParameterOf {
  static_assert(sizeof(G) == 0, "hardgate: a gate derives from hardgate::Gate<itself>.");
  using type = Hardness;
};
template <class G>
struct ParameterOf<G, std::void_t<typename G::Parameter>> {
  using type = typename G::Parameter;
};
template <class G>
using parameter_of = typename ParameterOf<G>::type;

}  // namespace gates
}  // namespace hardgate
