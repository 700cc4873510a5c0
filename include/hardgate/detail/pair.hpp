// Two packets as one value: every operation is done on one after the other, so that two chains of dependent
// instructions are under way at once.
#pragma once

#include "primitives.hpp"

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

template <class V>
struct Pair {
  V first, second;

  Pair() = default;
  HARDGATE_INLINE Pair(V a, V b) : first(a), second(b) {}
  HARDGATE_INLINE explicit Pair(scalar_t<V> value) : first(value), second(value) {}

  HARDGATE_INLINE friend Pair operator+(Pair a, Pair b) { return {a.first + b.first, a.second + b.second}; }
  HARDGATE_INLINE friend Pair operator-(Pair a, Pair b) { return {a.first - b.first, a.second - b.second}; }
  HARDGATE_INLINE friend Pair operator*(Pair a, Pair b) { return {a.first * b.first, a.second * b.second}; }
  HARDGATE_INLINE friend Pair operator/(Pair a, Pair b) { return {a.first / b.first, a.second / b.second}; }
  HARDGATE_INLINE friend Pair operator-(Pair a) { return {-a.first, -a.second}; }
};

template <class V>
struct ScalarOf<Pair<V>> {
  using type = scalar_t<V>;
};

/// A sum over pairs, in the order of single packets.
template <class V>
struct SumOfPairs {
  V sum;
};
template <class V>
HARDGATE_INLINE SumOfPairs<V> mul_add(Pair<V> a, Pair<V> b, SumOfPairs<V> c) {
  return {mul_add(a.second, b.second, mul_add(a.first, b.first, c.sum))};
}

#define HARDGATE_OF_ONE(name)               \
  template <class V>                        \
  HARDGATE_INLINE Pair<V> name(Pair<V> a) { \
    return {name(a.first), name(a.second)}; \
  }
#define HARDGATE_OF_TWO(name)                                  \
  template <class V>                                           \
  HARDGATE_INLINE Pair<V> name(Pair<V> a, Pair<V> b) {         \
    return {name(a.first, b.first), name(a.second, b.second)}; \
  }
#define HARDGATE_OF_THREE(name)                                                   \
  template <class V>                                                              \
  HARDGATE_INLINE Pair<V> name(Pair<V> a, Pair<V> b, Pair<V> c) {                 \
    return {name(a.first, b.first, c.first), name(a.second, b.second, c.second)}; \
  }
HARDGATE_OF_ONE(absolute)
HARDGATE_OF_ONE(opaque)
HARDGATE_OF_TWO(minimum)
HARDGATE_OF_TWO(maximum)
HARDGATE_OF_THREE(mul_add)
HARDGATE_OF_THREE(mul_sub)
HARDGATE_OF_THREE(neg_mul_add)
#undef HARDGATE_OF_ONE
#undef HARDGATE_OF_TWO
#undef HARDGATE_OF_THREE

template <class V>
HARDGATE_INLINE Pair<V> if_less(Pair<V> a, Pair<V> b, Pair<V> yes, Pair<V> no) {
  return {if_less(a.first, b.first, yes.first, no.first), if_less(a.second, b.second, yes.second, no.second)};
}
template <int shift, class V>
HARDGATE_INLINE Pair<V> lookup(const float* table, Pair<V> x, float factor = 1) {
  return {lookup<shift>(table, x.first, factor), lookup<shift>(table, x.second, factor)};
}
template <int shift, class V>
HARDGATE_INLINE Pair<V> exponent_from_bits(Pair<V> x) {
  return {exponent_from_bits<shift>(x.first), exponent_from_bits<shift>(x.second)};
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
