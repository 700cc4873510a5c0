// The distribution function of Gompertz: the gate of GoLU.
#pragma once

#include "../detail/two_sided.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

/// exp(-y), y = e^(-u). Its activation is GoLU (arXiv 2502.03654):
///
///     f = x·G,  f' = G·(1 + u·y),  ∂f/∂h = x²·y·G,  f'' = h·y·G·(2 + u·(y - 1));   C^∞
///
/// Left of u = -5 (float), -7 (double) G underflows to 0.
struct GompertzGate : Gate<GompertzGate> {
  /// The hardness, where y is 0 on the right, and where G is 0 on the left.
  template <class Scalar>
  struct Scale : HardnessScale<Scalar> {
    detail::TwoSidedScale<Scalar, GompertzGate> right;  ///< of y
    Scalar left{};                                      ///< the least x
    Scalar start{};                                     ///< by tables: where the exponents of G·2^k start
    Scalar factor{};                                    ///< 2^-k
    Scalar lift{};                                      ///< a power of two, near the largest |x| on the left
    Scalar unlift{};                                    ///< 1/lift

    /// Of a given hardness.
    constexpr explicit Scale(const Scalar& h) : HardnessScale<Scalar>(h), right(h) {
      using namespace detail;
      if constexpr (is_kernel_value<Scalar> && std::is_floating_point_v<Scalar>) {
        if (HardnessScale<Scalar>::is_relu()) return;
        constexpr bool single = std::is_same_v<Scalar, float>;
        constexpr auto end = Scalar(single ? 5.15 : 7.25);  // e^end is within exponential_bound
        left = -at_most_half_of_max(Scalar(end / h));
        if constexpr (HARDGATE_TABLE_SIZE != 0 && single) {
          left = -at_most_half_of_max(end * float(table_rate) / right.rate);  // a rate that was cut off counts as it is
          const int size = h > end ? 0 : binary_size(double(-left)), of_h = h > 1 ? binary_size(double(h)) : 0;
          const int wanted = 40 + 2 * size + of_h, k = wanted < 108 - size ? wanted : 108 - size;
          start = TableExponential<float>::bottom + float(127 + k);
          factor = two_to<float>(-k);
          const int by = size < 60 ? size : size < 124 ? 120 - size : size - 127;  // |x|·unlift is finite too
          lift = two_to<float>(by), unlift = two_to<float>(-by);
        }
      }
    }
    /// visit(number) for all that it holds, in a fixed order.
    template <class Visitor>
    void each(const Visitor& visit) {
      visit(this->hardness), right.each(visit), visit(left), visit(start), visit(factor);
      visit(lift), visit(unlift);
    }
  };
  /// w in y = e^(-w), and room for what G adds
  static constexpr double exponent(double u) { return u + 4; }
  /// log2(e), so that y = 2^(-rate·u)
  static constexpr double table_rate = 1.4426950408889634;

  /// G(u)
  template <class T>
  static T value(const T& u) {
    using std::exp;
    return T(exp(T(-exp(T(-u)))));
  }
  /// 1 - G(u)
  template <class T>
  static T complement(const T& u) {
    using std::exp;
    using std::expm1;
    return T(-expm1(T(-exp(T(-u)))));
  }

  /// Two exponentials; what rounding y drops, which reaches the exponent of G, is kept.
  template <class V, class S>
  HARDGATE_INLINE static SecondResponse<V> kernel(const V& x, const Scale<S>& scale) {
    const V finite = detail::minimum(detail::maximum(x, V(scale.left)), V(scale.right.reach));
    return respond(x, finite, scale, scale.right);
  }

 private:
  template <class V, class S>
  HARDGATE_INLINE static SecondResponse<V> respond(const V& x, const V& finite, const Scale<S>&,
                                                   const detail::FoldingScale<S, GompertzGate>& right) {
    using namespace detail;
    const V zero(0), one(1), rate(right.rate), u = rate * finite, least(right.least);
    const PreciseExponential<V> e(u, product_error(rate, finite, u));
    const V y = e.value(), fraction = e.fraction();
    const ScaledExponential<V> gate(y, e.value_low());
    ScaledExponential<V> both = gate;  // y·G
    both.exponent = both.exponent + e.exponent;
    const V m = absolute(finite), bend = mul_add(u, y - one, V(2)) * V(right.second);
    const V square = at_most_half_of_max(m * m);
    return {{if_less(zero, x, x * gate.times(one, least), maximum(x, V(right.zero)) - opaque(gate.times(m, least))),
             gate.times(mul_add(u, y, one), least),
             both.times(mul_add(square, fraction, square), V(right.least_of_square))},
            both.times(mul_add(bend, fraction, bend), V(right.least_of_second)) * V(right.unit)};
  }

  template <class V, class S, class N>
  HARDGATE_INLINE static SecondResponse<V> respond(const V& x, const V& finite, const Scale<S>& scale,
                                                   const detail::TableScale<GompertzGate, N>& right) {
    using namespace detail;
    using E = TableExponential<V>;
    const V zero(0), one(1), rate(right.rate), ln2(0.6931472f);
    const V w = rate * finite, w_low = mul_add(V(right.rate_low), finite, product_error(rate, finite, w));
    const E e(V(right.start), w, one);  // w - sum is exact: each error in r reaches v, which is large
    // v = log2(e)·y, of which both parts come from the table: G = 2^(-v).
    const V fraction = e.fraction(e.entry(E::T::exponent_rest) - w_low);
    const V factor = e.entry(E::T::exponent, right.factor), over_power = mul_add(factor, fraction, factor);  // v/power
    const V power = e.power(), y_over_power = over_power * ln2, y = y_over_power * power;
    const V low_over_power = mul_add(factor, fraction, factor - over_power);
    const E g(V(scale.start), over_power, power);
    const V gate_over_power = g.exponential(neg_mul_add(power, low_over_power, g.entry(E::T::power_rest)), scale);
    const V gate_power = g.power(), gate = gate_over_power * gate_power;
    const V u = w * ln2, m = absolute(finite), bend = mul_add(u, y - one, V(2));
    const auto choose = [&](const V& on_the_right, const V& on_the_left)
                            HARDGATE_INLINE_LAMBDA { return if_less(zero, x, on_the_right, on_the_left); };
    return {{choose(x * gate, V(finite * gate_power) * gate_over_power),
             mul_add(V(mul_add(u, y, one) * gate_power), gate_over_power, zero),
             choose(V(V(m * e.power(V(right.more))) * V(m * gate)) * V(y_over_power * V(right.more_factor)),
                    V(V(m * V(y * gate_power)) * V(gate_over_power * V(scale.lift))) * V(m * V(scale.unlift)))},
            choose(V(V(bend * gate) * e.power(V(right.more_of_second))) * V(y_over_power * V(right.second)),
                   V(V(bend * y) * gate_power) * V(V(scale.hardness) * gate_over_power))};
  }
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
