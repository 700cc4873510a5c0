// The activations over a scalar against those over a more usual one.
#pragma once

#include <hardgate/hardgate.hpp>

#include <array>
#include <cmath>

#include "catch.hpp"
#include "support.hpp"

namespace hardgate_tests {

inline const double far_and_near[] = {-HUGE_VAL, -1e300, -1e20, -60, -7.25, -1.5, -1,   -0.25,   -1e-9,
                                      0,         1e-9,   0.25,  1,   3,     60,   1e20, HUGE_VAL};

/// The activations over a scalar are those over a more usual one, and so are the sums of array functions.
template <class Scalar, class Usual, class From>
void agrees(const From& from, const Usual& tolerance) {
  const auto near = [&](const Scalar& actual, const Usual& expected) {
    const Usual difference(from(actual) - expected);
    const Usual size(expected < 0 ? Usual(-expected) : expected);
    return from(actual) == expected ||
           (difference <= tolerance * (size + tolerance) && -difference <= tolerance * (size + tolerance));
  };
  const auto sums = [](const auto& act) {
    using Number = typename std::decay_t<decltype(act)>::scalar;
    const Eigen::Index n = 5;
    Eigen::Array<Number, Eigen::Dynamic, 1> x(n), dy(n), b(n), dx(n), db(n);
    for (Eigen::Index i = 0; i < n; ++i) {
      x(i) = Number(static_cast<double>(i) - 2.5);
      dy(i) = Number(static_cast<double>(i + 1));
      b(i) = Number(0.5);
    }
    return std::array<Number, 2>{backward_with_parameter(act, x, dy, dx),
                                 glu_backward_with_parameter(act, x, b, dy, dx, db)};
  };
  const auto compare = [&](const char* name, const auto& act, const auto& usual) {
    if constexpr (std::decay_t<decltype(act)>::has_parameter) {
      CAPTURE(name);
      const auto actual = sums(act);
      const auto expected = sums(usual);
      CHECK(near(actual[0], expected[0]));
      CHECK(near(actual[1], expected[1]));
    }
    for (const double x : far_and_near) {
      CAPTURE(name, x);
      CHECK(near(act(Scalar(x)), usual(Usual(x))));
      CHECK(near(act.derivative(Scalar(x)), usual.derivative(Usual(x))));
      if constexpr (std::decay_t<decltype(act)>::has_parameter) {
        if (std::isfinite(x)) CHECK(near(act.parameter_gradient(Scalar(x)), usual.parameter_gradient(Usual(x))));
      }
      if (std::fabs(x) < 10) {
        const auto actual = act.template derivatives<3>(Scalar(x));
        const auto expected = usual.template derivatives<3>(Usual(x));
        CHECK(near(actual[2] / Scalar(64), expected[2] / 64));
      }
    }
  };
  compare("LambdaGelu", LambdaGelu<Scalar>(Scalar(1.5)), LambdaGelu<Usual>(Usual(1.5)));
  compare("Gelu", Gelu<Scalar>(), Gelu<Usual>());
  compare("GeluTanh", GeluTanh<Scalar>(), GeluTanh<Usual>());
  compare("Silu", Silu<Scalar>(), Silu<Usual>());
  compare("Swish", Swish<Scalar>(Scalar(2)), Swish<Usual>(Usual(2)));
  compare("Relu", Relu<Scalar>(), Relu<Usual>());
  compare("Gem", Gem<Scalar>(), Gem<Usual>());
  compare("EGem<2>", EGem<Scalar, 2>(Scalar(0.25)), EGem<Usual, 2>(Usual(0.25)));
  compare("SeGem", SeGem<Scalar>(Scalar(0.25)), SeGem<Usual>(Usual(0.25)));
  compare("SeGem<3>", SeGem<Scalar, 3>(Scalar(4)), SeGem<Usual, 3>(Usual(4)));
}

}  // namespace hardgate_tests
