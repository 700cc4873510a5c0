// The distribution function of Cauchy: the gate of IGLU.
#pragma once

#include "../detail/arctangent.hpp"
#include "../gate.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

/// The hardness by its name in IGLU.
struct Sigma : Hardness {
  static constexpr const char* name = "sigma";  ///< in messages
};

/// ½ + atan(u)/π. Its activation is IGLU (arXiv 2603.06861), with q = u² + 1:
///
///     f = x·G(u),  f' = G + u/(πq),  ∂f/∂σ = x²/(πq),  f'' = 2σ/(πq²);   C^∞
///
/// Its tail falls like 1/|u|: f tends to -1/(πσ) at -∞, and x - f to 1/(πσ) at +∞.
struct CauchyGate : Gate<CauchyGate> {
  using Parameter = Sigma;  ///< σ

  /// σ and 1/σ
  template <class Scalar>
  struct Scale : HardnessScale<Scalar> {
    Scalar inverse;  ///< 1/σ, where that is finite

    /// Of a given σ.
    constexpr explicit Scale(const Scalar& h)
        : HardnessScale<Scalar>(h), inverse(Scalar(detail::clamp_to_finite(Scalar(Scalar(1) / h)))) {}
    /// visit(number) for all that it holds, in a fixed order.
    template <class Visitor>
    void each(const Visitor& visit) {
      visit(this->hardness), visit(inverse);
    }
  };

  /// G(u)
  template <class T>
  static T value(const T& u) {
    using std::atan;
    if (u < T(-1)) return T(-atan(T(T(1) / u)) / pi<T>());
    return T(T(1) / T(2) + atan(u) / pi<T>());
  }
  /// G(-u)
  template <class T>
  static T complement(const T& u) {
    return value(T(-u));
  }

  /// From t = |u| or 1/|u|, whichever is at most 1: G(-|u|) is ½ - atan(t)/π or atan(t)/π, and |x|·t is then 1/σ.
  template <class V, class S>
  HARDGATE_INLINE static SecondResponse<V> kernel(const V& x, const Scale<S>& scale) {
    using namespace detail;
    const V one(1), zero(0), h(scale.hardness), inverse(scale.inverse), by_pi(scalar_t<V>(0.31830988618379067));
    const V m = absolute(x), u = h * m, t = minimum(u, one) / maximum(u, one), square = t * t;
    const V arc = arctangent_over(square) * by_pi, q = by_pi / mul_add(t, t, one);
    const V inner = neg_mul_add(t, arc, V(scalar_t<V>(0.5)));
    const V slope = neg_mul_add(t, q, if_less(one, u, V(t * arc), inner));
    const V size = if_less(one, u, inverse, m), steep = if_less(one, u, V(square * q), q);
    return {{neg_mul_add(size, if_less(one, u, arc, inner), maximum(x, V(scalar_t<V>(-0.0)))),
             if_less(zero, x, one - slope, slope), size * q * size},
            (h * steep) * (V(2) * (steep * V(scalar_t<V>(3.141592653589793))))};
  }
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
