// What gates with G(-u) = 1 - G(u) share: everything is computed on the negative side, where nothing cancels.
#pragma once

#include "../gate.hpp"
#include "exponential.hpp"
#include "tables.hpp"

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

/// |x| = m and u = h·m as an unevaluated sum of two; u is kept below a bound where x·G(-u) has long become 0.
template <class Value>
struct Folded {
  Value m, u, u_low;
};

/// For a gate whose exponent(u) is w in e^(-w): the hardness, and the |x| beyond which x·G(-hx) is 0: there w is
/// exponential_bound. For a hardness below 1e-28 (float), 1e-288 (double) it is not 0 yet and stays as it is to -∞;
/// below 1e-36, 1e-304 already from half of the largest number on, so that nothing overflows.
///
/// Exponents of e^(-w) below `least` make every tail 0, and those below `least_of_square` every gradient, which has a
/// factor |x| more: there nothing subnormal is formed on the way.
template <class Scalar, class Gate>
struct FoldingScale : HardnessScale<Scalar> {
  Scalar reach{}, least{}, least_of_square{};

  constexpr explicit FoldingScale(const Scalar& h) : HardnessScale<Scalar>(h) {
    if constexpr (is_kernel_value<Scalar>) {
      using Limits = std::numeric_limits<Scalar>;
      reach = at_most_half_of_max(Scalar(Scalar(last_within(double(exponential_bound<Scalar>), Gate::exponent)) / h));
      int size = 12;  // of |x| at most 2^size, and of the factors of derivatives, which are less than 2¹²
      for (Scalar x = reach; x > Scalar(4096); x /= 2) ++size;
      least = Scalar(Limits::min_exponent - Limits::digits - 2 - size);
      least_of_square = least - Scalar(size);
    }
  }
};

/// The same for kernels by tables, which take |x| times Gate::table_rate·h = rate + rate_low. 2^k·e^(-w) is multiplied
/// by |x|, for the gradient twice, and then by 2^-k: nothing subnormal is formed on the way, and it is 0 from e^(-w) =
/// 2^(-127 - k) on. k is what makes the result 0 there, unless the product would overflow: for h < 1e-13 the tail of f,
/// for h < 1e-6 that of the gradient is cut off while its numbers are still normal. At h = ∞ |x| counts as 0 and
/// e^(-w) as 0: that is ReLU, without a branch in the loop.
template <class Gate>
struct TableScale : HardnessScale<float> {
  static constexpr bool by_tables = true;
  float reach{}, rate{}, rate_low{};
  float bias{}, factor{}, bias_of_square{}, factor_of_square{};  // 127 + k, and 2^-k
  float bias_of_slope = 127 + TableExponential<float>::factor_exponent, zero = -0.0f;

  constexpr explicit TableScale(const float& h) : HardnessScale<float>(h) {
    if (is_relu()) {
      bias = bias_of_square = bias_of_slope = -1;
      zero = 0;
    }
    if (is_relu() || !(h > 0)) return;  // a subnormal h may count as 0
    constexpr double most = double((std::numeric_limits<float>::max)()), end = last_within(155, Gate::exponent);
    const double last = end / double(h), both = Gate::table_rate * double(h);
    reach = float(last < 0x1p117 ? last : 0x1p117);  // nor does what is formed with it overflow
    rate = float(both < most ? both : most);
    rate_low = both < most ? float(both - double(rate)) : 0;
    int size = 0;  // |x| at most 2^size
    for (double x = last; x > 1; x /= 2) ++size;
    for (double x = last; x < 0.5; x *= 2) --size;
    set(bias, factor, 24 + size, 127 - size);
    set(bias_of_square, factor_of_square, 33 + 2 * size, 135 - 2 * size);
  }

 private:
  // For the hardest units, k = 24 keeps the digits of a subnormal x.
  static constexpr void set(float& bias, float& factor, int wanted, int most) {
    const int k = wanted < 12 ? 24 : wanted < most ? wanted : most > 0 ? most : 0;
    bias = float(127 + k);
    factor = two_to<float>(TableExponential<float>::factor_exponent - k);
  }
};

template <class Scalar, class Gate>
using TwoSidedScale = std::conditional_t<HARDGATE_TABLE_SIZE != 0 && std::is_same_v<Scalar, float>, TableScale<Gate>,
                                         FoldingScale<Scalar, Gate>>;

/// The exponent of e^(-w) below which f and f' are those of ReLU to the last bit: for x > 0 that is early.
template <class V, class S, class Gate>
HARDGATE_INLINE V least_exponent(const V& x, const FoldingScale<S, Gate>& scale) {
  return if_less(V(0), x, V(S(-12 - std::numeric_limits<S>::digits)), V(scale.least));
}

template <class V, class S, class Gate>
HARDGATE_INLINE Folded<V> fold(const V& x, const FoldingScale<S, Gate>& scale) {
  const V h(scale.hardness), m = minimum(absolute(x), V(scale.reach)), u = h * m;
  return {m, u, product_error(h, m, u)};
}

/// The response, given three things on the negative side: m·G(-u), which is -f(-m); f'(-m); and ∂f/∂p, even in x. f has
/// the sign of x, also where it underflows to 0.
template <class V>
HARDGATE_INLINE Response<V> unfold(const V& x, const V& tail, const V& derivative, const V& gradient) {
  return {maximum(x, V(scalar_t<V>(-0.0))) - tail, if_less(V(0), x, V(1) - derivative, derivative), gradient};
}

/// The response for a gate σ(w(u)), w odd: w = high + low, u_slope = u·w'(u), m_slope = m·w'(u).
template <class V, class S, class Gate>
HARDGATE_INLINE Response<V> logistic_response(const V& x, const V& m, const V& high, const V& low, const V& u_slope,
                                              const V& m_slope, const FoldingScale<S, Gate>& scale) {
  const auto e = exponential_of_minus(high, low);
  const V one(1), least = least_exponent(x, scale);
  const V sigma = one / (one + e.times(one, least));  // σ(w); σ(-w) is e·σ(w)
  return unfold(x, e.times(m * sigma, least), e.times(sigma * neg_mul_add(u_slope, sigma, one), least),
                e.times(at_most_half_of_max(m * sigma * (m_slope * sigma)), V(scale.least_of_square)));
}

// ---- The same by tables ----

template <class V, class Gate>
HARDGATE_INLINE Folded<V> fold(const V& x, const TableScale<Gate>& scale) {
  const V rate(scale.rate), m = minimum(absolute(x), V(scale.reach)), w = rate * m;
  return {m, w, mul_add(V(scale.rate_low), m, product_error(rate, m, w))};
}

/// The response, given on the negative side G(-u), f'(-m) and s, all over power, with ∂f/∂p = m·m_slope·s. Each ends in
/// a fused multiplication: where that is subnormal, it costs less than a product on AMD's processors.
template <class V, class Gate>
HARDGATE_INLINE Response<V> unfold(const V& x, const V& m, const V& m_slope, const TableExponential<V>& e,
                                   const V& gate, const V& slope, const V& s, const TableScale<Gate>& scale) {
  const V zero(scale.zero), one(1.0f);  // -0, so that the sign of x is kept
  return {
      neg_mul_add(V(m * e.power(V(scale.bias))), V(gate * V(scale.factor)), maximum(x, zero)),
      mul_add(V(if_less(zero, x, V(-1.0f), one) * slope), e.power(V(scale.bias_of_slope)), if_less(zero, x, one, zero)),
      mul_add(V(V(m * e.power(V(scale.bias_of_square))) * m_slope), V(s * V(scale.factor_of_square)), V(0.0f))};
}

/// The response for a gate σ(w), w = high + low in base 2: e^(-w) = 2^(-high - low); the slopes as above.
template <class V, class Gate>
HARDGATE_INLINE Response<V> logistic_response(const V& x, const V& m, const V& high, const V& low, const V& u_slope,
                                              const V& m_slope, const TableScale<Gate>& scale) {
  const TableExponential<V> e(V(TableExponential<V>::bottom) - high);
  const V fraction = e.fraction((e.below - high) + (e.rest() - low)), factor = e.factor();
  const V exponential = mul_add(factor, fraction, factor), one(1);
  const V lower = exponential / mul_add(exponential, e.power(), one);  // σ(-w)/power
  const V upper = neg_mul_add(lower, e.power(), one);                  // σ(w)
  return unfold(x, m, m_slope, e, lower, V(lower * neg_mul_add(u_slope, upper, one)), V(lower * upper), scale);
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
