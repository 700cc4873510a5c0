// Two packets side by side as one value, so that a kernel computes both at once: the long dependent chains of one fill
// the waiting times of the other.
#pragma once

#include "lanes.hpp"

namespace hardgate::math {

template <class V>
struct Twin {
  using Scalar = scalar_t<V>;
  static constexpr int size = 2 * V::size;

  V first, second;

  Twin() = default;
  HARDGATE_INLINE Twin(const V& a, const V& b) : first(a), second(b) {}
  HARDGATE_INLINE explicit Twin(Scalar value) : first(value), second(value) {}
  HARDGATE_INLINE static Twin load(const Scalar* from) { return {V::load(from), V::load(from + V::size)}; }
  HARDGATE_INLINE void store(Scalar* to) const { first.store(to), second.store(to + V::size); }

  HARDGATE_INLINE friend Twin operator+(const Twin& a, const Twin& b) { return {a.first + b.first, a.second + b.second}; }
  HARDGATE_INLINE friend Twin operator-(const Twin& a, const Twin& b) { return {a.first - b.first, a.second - b.second}; }
  HARDGATE_INLINE friend Twin operator*(const Twin& a, const Twin& b) { return {a.first * b.first, a.second * b.second}; }
  HARDGATE_INLINE friend Twin operator/(const Twin& a, const Twin& b) { return {a.first / b.first, a.second / b.second}; }
  HARDGATE_INLINE friend Twin operator-(const Twin& a) { return {-a.first, -a.second}; }
};

template <class V>
struct ScalarOf<Twin<V>> {
  using type = scalar_t<V>;
};

template <class V>
HARDGATE_INLINE Twin<V> mul_add(const Twin<V>& a, const Twin<V>& b, const Twin<V>& c) {
  return {mul_add(a.first, b.first, c.first), mul_add(a.second, b.second, c.second)};
}
template <class V>
HARDGATE_INLINE Twin<V> mul_sub(const Twin<V>& a, const Twin<V>& b, const Twin<V>& c) {
  return {mul_sub(a.first, b.first, c.first), mul_sub(a.second, b.second, c.second)};
}
template <class V>
HARDGATE_INLINE Twin<V> sub_mul(const Twin<V>& c, const Twin<V>& a, const Twin<V>& b) {
  return {sub_mul(c.first, a.first, b.first), sub_mul(c.second, a.second, b.second)};
}
template <class V>
HARDGATE_INLINE Twin<V> where_less(const Twin<V>& less, const Twin<V>& bound, const Twin<V>& yes, const Twin<V>& no) {
  return {where_less(less.first, bound.first, yes.first, no.first),
          where_less(less.second, bound.second, yes.second, no.second)};
}
template <class V>
HARDGATE_INLINE Twin<V> minimum(const Twin<V>& x, const Twin<V>& bound) {
  return {minimum(x.first, bound.first), minimum(x.second, bound.second)};
}
template <class V>
HARDGATE_INLINE Twin<V> maximum(const Twin<V>& x, const Twin<V>& bound) {
  return {maximum(x.first, bound.first), maximum(x.second, bound.second)};
}
template <class V>
HARDGATE_INLINE Twin<V> absolute(const Twin<V>& x) {
  return {absolute(x.first), absolute(x.second)};
}
template <class V>
HARDGATE_INLINE Twin<V> upper_half(const Twin<V>& x) {
  return {upper_half(x.first), upper_half(x.second)};
}
template <class V>
HARDGATE_INLINE Twin<V> power_of_two(const Twin<V>& n) {
  return {power_of_two(n.first), power_of_two(n.second)};
}
template <class V>
HARDGATE_INLINE Twin<V> scale_down(const Twin<V>& x, const Twin<V>& n) {
  return {scale_down(x.first, n.first), scale_down(x.second, n.second)};
}

}  // namespace hardgate::math
