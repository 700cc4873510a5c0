// atan on [0, 1].
#pragma once

#include "arithmetic.hpp"

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

/// atan(t) ≈ t·(1 + t²·p(t²)) for 0 ≤ t ≤ 1. Made by docs/coefficients.py, which prints the errors named here.
template <class Scalar>
struct ArctangentCoefficients;

template <>
struct ArctangentCoefficients<float> {  // relative error 2.897e-9
  static constexpr float p[] = {-0.33333296f, 0.19998431f,  -0.14262925f, 0.10945082f,   -0.08382319f,
                                0.05759185f,  -0.03081084f, 0.010716623f, -0.0017492054f};
};
template <>
struct ArctangentCoefficients<double> {  // relative error 5.223e-18
  static constexpr double p[] = {
      -0.3333333333333304,    0.1999999999994653,    -0.1428571428229274,     0.11111110998757634,
      -0.09090906857442323,   0.07692278149337202,   -0.06666390325163007,    0.05880446536897953,
      -0.0525315836782608,    0.04721104315274553,   -0.04215998133626659,    0.03657731910021028,
      -0.029801737792813428,  0.02185967428119891,   -0.013782867549881684,   0.0071132873551640035,
      -0.0028421261470804415, 0.0008162212183457042, -0.00014889191435576543, 1.2897841360491157e-05};
};

/// atan(t)/t, given t².
template <class Value>
HARDGATE_INLINE Value arctangent_over(const Value& square) {
  return mul_add(polynomial<ArctangentCoefficients<scalar_t<Value>>::p>(square), square, Value(1));
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
