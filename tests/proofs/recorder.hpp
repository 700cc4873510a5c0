// A number that writes down what is done with it. A kernel evaluated on it gives its operations in order: what
// prove.py makes scripts for Gappa of. Comparisons are decided by a witness, and written down as well.
#pragma once

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include <hardgate/gates/log_logistic.hpp>
#include <hardgate/gates/normal.hpp>
#include <hardgate/gates/tanh_normal.hpp>

namespace proofs {

/// One operation: what it is, of which others, and a value it has.
struct Step {
  std::string operation;
  std::vector<int> of;
  double witness;
};

inline std::vector<Step>& steps() {
  static std::vector<Step> all;
  return all;
}

inline int append(std::string operation, std::vector<int> of, double witness) {
  steps().push_back({std::move(operation), std::move(of), witness});
  return static_cast<int>(steps().size()) - 1;
}

template <class T>
struct Recorder {
  T witness{};
  int step = -1;

  Recorder() = default;
  explicit Recorder(T constant) : witness(constant) {
    char text[60];
    std::snprintf(text, sizeof text, "constant %a", static_cast<double>(constant));
    step = append(text, {}, static_cast<double>(constant));
  }
  Recorder(T value, const char* operation, std::vector<int> of)
      : witness(value), step(append(operation, std::move(of), static_cast<double>(value))) {}

  /// What the kernel is given: x, or a number of its scale.
  static Recorder input(const std::string& name, T witness) { return Recorder(witness, ("input " + name).c_str(), {}); }

  friend Recorder operator+(Recorder a, Recorder b) { return {a.witness + b.witness, "add", {a.step, b.step}}; }
  friend Recorder operator-(Recorder a, Recorder b) { return {a.witness - b.witness, "sub", {a.step, b.step}}; }
  friend Recorder operator*(Recorder a, Recorder b) { return {a.witness * b.witness, "mul", {a.step, b.step}}; }
  friend Recorder operator/(Recorder a, Recorder b) { return {a.witness / b.witness, "div", {a.step, b.step}}; }
  friend Recorder operator-(Recorder a) { return {-a.witness, "neg", {a.step}}; }
  friend bool operator<(Recorder a, Recorder b) {
    const bool less = a.witness < b.witness;
    append(less ? "less" : "not_less", {a.step, b.step}, less);
    return less;
  }
};

template <class T>
Recorder<T> mul_add(const Recorder<T>& a, const Recorder<T>& b, const Recorder<T>& c) {
  if constexpr (HARDGATE_HAS_FMA)
    return {std::fma(a.witness, b.witness, c.witness), "fma", {a.step, b.step, c.step}};
  else
    return a * b + c;
}

/// Whether an integer in the bits of a large sum, which a kernel hides from the compiler, is to be a constant.
inline bool& pins() {
  static bool on = false;
  return on;
}

template <class T>
std::string with_number(const char* operation, T number) {
  char text[60];
  std::snprintf(text, sizeof text, "%s %a", operation, static_cast<double>(number));
  return text;
}

template <class T>
Recorder<T> opaque(const Recorder<T>& x) {
  const T least = sizeof(T) == 4 ? T(0x1p18) : T(0x1p50);
  if (!pins() || std::fabs(x.witness) < least || steps()[static_cast<std::size_t>(x.step)].operation == "mul") return x;
  return {x.witness, with_number("pinned", x.witness).c_str(), {x.step}};
}

/// What rounding a·b to the product dropped.
template <class T>
Recorder<T> product_error(const Recorder<T>& a, const Recorder<T>& b, const Recorder<T>& product) {
  return {std::fma(a.witness, b.witness, -product.witness), "residue", {a.step, b.step, product.step}};
}

template <const auto& coefficients, std::size_t k = 0, class T>
Recorder<T> polynomial(const Recorder<T>& x) {
  const Recorder<T> y = hardgate::detail::polynomial<coefficients, k, Recorder<T>>(x);
  if constexpr (k == 0) append("polynomial", {x.step, y.step}, y.witness);
  return y;
}

template <class T>
Recorder<T> reciprocal_estimate(const Recorder<T>& x) {
  return {T(1) / x.witness, "reciprocal", {x.step}};
}

template <class T>
Recorder<T> power_of_two(const Recorder<T>& n) {
  const T power = hardgate::detail::power_of_two(n.witness);
  return {power, with_number("known", power).c_str(), {n.step}};
}
/// For an x that is a number of a segment, and not an integer in its bits, the segment is written down.
template <int shift, class T>
Recorder<T> lookup(const float* table, const Recorder<T>& x, float factor = 1) {
  namespace detail = hardgate::detail;
  const T entry = detail::lookup<shift>(table, x.witness, factor);
  if (shift == 0) return {entry, with_number("known", entry).c_str(), {x.step}};
  const auto bits = detail::bit_cast<detail::bits_t<T>>(x.witness) >> shift;
  const double low = detail::bit_cast<T>(bits << shift), high = detail::bit_cast<T>((bits + 1) << shift);
  const std::string segment = with_number("segment", entry) + with_number("", low) + with_number("", high);
  return {entry, segment.c_str(), {x.step}};
}
template <int shift, class T>
Recorder<T> exponent_from_bits(const Recorder<T>& x) {
  const T power = hardgate::detail::exponent_from_bits<shift>(x.witness);
  return {power, with_number("known", power).c_str(), {x.step}};
}

}  // namespace proofs

template <class T>
struct hardgate::detail::ScalarOf<proofs::Recorder<T>> {
  using type = T;
};
