// What gates with G(-u) = 1 - G(u) share: everything is computed on the negative side, where nothing cancels.
#pragma once

#include "../gate.hpp"
#include "exponential.hpp"
#include "tables.hpp"

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

/// The n for which x lies between 2^(n-1) and 2ⁿ, x > 0.
constexpr int binary_size(double x) {
  int n = 0;
  for (; x > 1; x /= 2) ++n;
  for (; x < 0.5; x *= 2) --n;
  return n;
}

/// For a gate whose exponent(u) is w in e^(-w): the hardness, and the |x| beyond which x·G(-hx) is 0: there w is
/// exponential_bound. For a hardness below 1e-28 (float), 1e-287 (double) it is not 0 yet and stays as it is to -∞;
/// below 1e-36, 1e-304 already from half of the largest number on, so that nothing overflows.
///
/// Exponents of e^(-w) below `least` make every tail 0, those below `least_above` the tails of x > 0, where they are
/// lost in x, those below `least_of_square` every gradient, which has a factor |x| more, and those below
/// `least_of_second` every second derivative: there nothing subnormal is formed on the way. At h = ∞ |x| counts as 0 and
/// all of them are 0: that is ReLU, without a branch in the loop.
template <class Scalar, class Gate>
struct FoldingScale : HardnessScale<Scalar> {
  static constexpr bool covers_relu = is_kernel_value<Scalar>;
  Scalar rate{}, reach{}, least = Scalar(1), least_above = least, least_of_square = least;
  Scalar least_of_second = least, second{}, unit{};  ///< h = second·unit, so that products with second are finite
  Scalar zero{};  ///< the value of ReLU for x < 0, else -0, so that the sign of x is kept

  constexpr explicit FoldingScale(const Scalar& h) : HardnessScale<Scalar>(h) {
    if constexpr (is_kernel_value<Scalar> && std::is_floating_point_v<Scalar>) {
      using Limits = std::numeric_limits<Scalar>;
      if (HardnessScale<Scalar>::is_relu()) return;
      constexpr double end = last_within(double(exponential_bound<Scalar>), Gate::exponent);
      rate = h;
      reach = at_most_half_of_max(Scalar(Scalar(end) / h));
      // |x| is at most 2^size, and so are the factors of derivatives, which are less than 2¹².
      const int size = reach > Scalar(4096) ? binary_size(double(reach)) : 12;
      least = Scalar(Limits::min_exponent - Limits::digits - 2 - size);
      least_above = Scalar(-12 - Limits::digits);
      least_of_square = least - Scalar(size);
      unit = h > (Limits::max)() / Scalar(1 << 20) ? Scalar(1 << 20) : Scalar(1);
      second = h / unit;
      least_of_second = Scalar(Limits::min_exponent - Limits::digits - 22 - binary_size(double(h)));
      zero = Scalar(-0.0);
    }
  }
  template <class Visitor>
  void each(const Visitor& visit) {
    visit(this->hardness), visit(rate), visit(reach), visit(least), visit(least_above), visit(least_of_square);
    visit(least_of_second), visit(second), visit(unit), visit(zero);
  }
};

/// The same for kernels by tables, which take |x| times Gate::table_rate·h = rate + rate_low. 2^k·e^(-w) is multiplied
/// by |x| and by 2^-k: nothing subnormal is formed on the way, and it is 0 from e^(-w) = 2^(-126 - k) on, k ≥ 36, where
/// f and f' are 0. The gradient is multiplied by |x| twice and has a k of its own, by `more` larger; reach is where it
/// is 0 as well. Where the product would overflow, k is smaller: for h < 1e-13 the tail of f, for h < 1e-6 that of the
/// gradient is cut off while its numbers are still normal. The second derivative has a factor h; for h > 1e14 it is cut
/// off below h·2^-198. At h = ∞ |x| counts as 0 and e^(-w) as 0: that is ReLU, without a branch in the loop.
template <class Gate, class Value = float>
struct TableScale : HardnessScale<Value> {
  static constexpr bool covers_relu = true, by_tables = true;
  Value reach{}, rate{}, rate_low{};
  Value start{TableExponential<float>::bottom};  ///< bottom + bias, bias = 127 + k
  Value factor{}, more{}, more_factor{};         ///< 2^-k; 2^-more
  Value more_of_second{}, second{};              ///< h·2^-more_of_second
  Value zero{-0.0f};                             ///< as above

  constexpr explicit TableScale(const Value& h) : HardnessScale<Value>(h) {
    if constexpr (std::is_same_v<Value, float>) set_for(h);
  }
  template <class Visitor>
  void each(const Visitor& visit) {
    visit(this->hardness), visit(reach), visit(rate), visit(rate_low), visit(start), visit(factor), visit(more);
    visit(more_factor), visit(more_of_second), visit(second), visit(zero);
  }

 private:
  constexpr void set_for(float h) {
    if (HardnessScale<Value>::is_relu()) zero = 0;
    if (HardnessScale<Value>::is_relu() || !(h > 0)) return;  // a subnormal h may count as 0
    constexpr double most = double((std::numeric_limits<float>::max)());
    constexpr double end = last_within(212 * 0.6931471805599453, Gate::exponent);  // 0 for k = 85, and none is larger
    const double last = end / double(h), both = Gate::table_rate * double(h);
    const int size = binary_size(last);  // |x| at most 2^size
    const int k = between(0, largest(36, 24 + size), 127 - size);
    reach = float(last < 0x1p117 ? last : 0x1p117);  // nor does what is formed with it overflow
    rate = float(both < most ? both : most);
    rate_low = both < most ? float(both - double(rate)) : 0;
    start = TableExponential<float>::bottom + float(127 + k);
    factor = two_to<float>(-k);
    const int difference = between(0, largest(k, 33 + 2 * size), 135 - 2 * size) - k;
    more = float(difference);
    more_factor = two_to<float>(-difference);
    const int of_second = between(0, 38 + binary_size(double(h)), 85) - k;
    more_of_second = float(of_second);
    second = float(double(h) * two_to<double>(-of_second));
  }
  static constexpr int largest(int a, int b) { return a < b ? b : a; }
  static constexpr int between(int least, int n, int most) { return n < most ? n : largest(least, most); }
};

template <class Scalar, class Gate>
using TwoSidedScale = std::conditional_t<HARDGATE_TABLE_SIZE != 0 && std::is_same_v<scalar_t<Scalar>, float>,
                                         TableScale<Gate, Scalar>, FoldingScale<Scalar, Gate>>;

/// A gate that is computed from e^(-|u|) alone.
template <class Derived>
struct ExponentialGate : Gate<Derived> {
  /// The hardness and the |x| beyond which f is 0 or x.
  template <class Scalar>
  using Scale = TwoSidedScale<Scalar, Derived>;
  /// w in e^(-w)
  static constexpr double exponent(double u) { return u; }
  /// log2(e), so that e^(-u) = 2^(-rate·u)
  static constexpr double table_rate = 1.4426950408889634;
  static constexpr bool interleaves = table_size == 16;  ///< where there are registers enough
};

/// The exponent of e^(-w) below which f and f' are those of ReLU.
template <class V, class S, class Gate>
HARDGATE_INLINE V least_exponent(const V& x, const FoldingScale<S, Gate>& scale) {
  return if_less(V(0), x, V(scale.least_above), V(scale.least));
}

/// |x| = m, at most scale.reach, and u = h·m, or κ·h·m for kernels by tables, as an unevaluated sum of two.
template <class V>
struct Folded {
  V m, u, u_low;

  template <class S, class Gate>
  HARDGATE_INLINE Folded(const V& x, const FoldingScale<S, Gate>& scale)
      : m(minimum(absolute(x), V(scale.reach))), u(V(scale.rate) * m), u_low(product_error(V(scale.rate), m, u)) {}
  template <class Gate, class N>
  HARDGATE_INLINE Folded(const V& x, const TableScale<Gate, N>& scale)
      : m(minimum(absolute(x), V(scale.reach))),
        u(V(scale.rate) * m),
        u_low(mul_add(V(scale.rate_low), m, product_error(V(scale.rate), m, u))) {}
};

/// The response, given four things on the negative side: m·G(-u), which is -f(-m); f'(-m); and ∂f/∂p and f'', even in x.
/// f has the sign of x, also where it underflows to 0. A tail that is subnormal has been rounded: it is not fused again.
template <class V, class S, class Gate>
HARDGATE_INLINE SecondResponse<V> unfold(const V& x, const V& tail, const V& derivative, const V& gradient,
                                         const V& second, const FoldingScale<S, Gate>& scale) {
  return {{maximum(x, V(scale.zero)) - opaque(tail), if_less(V(0), x, V(1) - derivative, derivative), gradient},
          second * V(scale.unit)};
}

/// The response for a gate σ(w(u)), w odd: w = high + low, slope = w'(u), bend = 2w'(u) + u·w''(u).
template <class V, class S, class Gate>
HARDGATE_INLINE SecondResponse<V> logistic_response(const V& x, const V& m, const V& u, const V& high, const V& low,
                                                    const V& slope, const V& bend, const FoldingScale<S, Gate>& scale) {
  const ScaledExponential<V> e(high, low);
  const V one(1), least = least_exponent(x, scale);
  const V sigma = one / (one + e.times(one, least));  // σ(w); σ(-w) is e·σ(w)
  const V u_slope = u * slope, m_slope = m * slope;
  const V second = neg_mul_add(slope * u_slope, mul_sub(sigma, V(2), one), bend) * (sigma * sigma);
  return unfold(x, e.times(m * sigma, least), e.times(sigma * neg_mul_add(u_slope, sigma, one), least),
                e.times(at_most_half_of_max(m * sigma * (m_slope * sigma)), V(scale.least_of_square)),
                e.times(second * V(scale.second), V(scale.least_of_second)), scale);
}

// ---- The same by tables ----

/// The response, given on the negative side G(-u), f'(-m) and s, all over power, with ∂f/∂p = m·m_slope·s and f'' =
/// h·s·bend. Each ends in a fused multiplication: where that is subnormal, it costs less than a product on AMD's
/// processors.
template <class V, class Gate, class N>
HARDGATE_INLINE SecondResponse<V> unfold(const V& x, const V& m, const V& m_slope, const TableExponential<V>& e,
                                         const V& gate, const V& slope, const V& s, const V& bend,
                                         const TableScale<Gate, N>& scale) {
  const V zero(scale.zero), one(1), power = e.power();
  return {{neg_mul_add(V(m * power), gate, maximum(x, zero)),
           if_less(zero, x, neg_mul_add(slope, power, one), mul_add(slope, power, V(0))),
           mul_add(at_most_half_of_max(V(V(m * e.power(V(scale.more))) * m_slope)), V(s * V(scale.more_factor)), V(0))},
          mul_add(V(bend * e.power(V(scale.more_of_second))), V(s * V(scale.second)), V(0))};
}

/// The response for a gate σ(w), e^(-w) = power·exponential, w odd: u_slope = u·w'(u), slope and bend as above.
template <class V, class Gate, class N>
HARDGATE_INLINE SecondResponse<V> logistic_response(const V& x, const V& m, const TableExponential<V>& e,
                                                    const V& exponential, const V& u_slope, const V& slope,
                                                    const V& bend, const TableScale<Gate, N>& scale) {
  const V one(1), power = e.power();
  const V lower = exponential / mul_add(exponential, power, one);  // σ(-w)/power
  const V upper = neg_mul_add(lower, power, one);                  // σ(w)
  return unfold(x, m, V(m * slope), e, lower, V(lower * neg_mul_add(u_slope, upper, one)), V(lower * upper),
                neg_mul_add(V(slope * u_slope), mul_sub(upper, V(2), one), bend), scale);
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
