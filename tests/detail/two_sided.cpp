#include <hardgate/activations.hpp>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate_tests;

namespace {

/// Results in float beside those in double, wherever they are normal numbers, from a hardness of 10^from on.
template <template <class> class Activation, class Quantity>
void tails(const char* name, double from, const Quantity& quantity) {
  Findings findings;
  Random random(1);
  for (int i = 0; i < 20000; ++i) {
    const float h = static_cast<float>(std::pow(10, random.between(from, 3)));
    const float x = -static_cast<float>(std::pow(10, random.between(0.5, 2.2))) / h;  // u from 3 to 158
    const double exact = quantity(Activation<double>(double(h)), double(x));
    if (!(std::fabs(exact) > 2e-38 && std::fabs(exact) < 1e38)) continue;
    const double got = double(quantity(Activation<float>(h), x));
    findings.expect(std::fabs(got / exact - 1) < 2e-6, name, h, "at", x, "got", got, "not", exact);
  }
  INFO(findings.report());
  CHECK(findings.none());
}

}  // namespace

TEST_CASE("Tails are cut off only where they are subnormal, down to a hardness of 1e-12, gradients of 1e-6",
          "[tails]") {
  const auto value = [](const auto& act, const auto& x) { return act(x); };
  const auto derivative = [](const auto& act, const auto& x) { return act.derivative(x); };
  const auto gradient = [](const auto& act, const auto& x) { return act.parameter_gradient(x); };
  tails<LambdaGelu>("LambdaGelu", -12, value);
  tails<LambdaGelu>("LambdaGelu, f'", -12, derivative);
  tails<LambdaGelu>("LambdaGelu, gradient", -6, gradient);
  tails<Swish>("Swish", -12, value);
  tails<Swish>("Swish, f'", -12, derivative);
  tails<Swish>("Swish, gradient", -6, gradient);
}

TEST_CASE("The gradient of a finite number is finite, however small the hardness", "[tails]") {
  const auto check = [](const auto& activation) {
    Findings findings;
    Random random(1);
    for (int i = 0; i < 20000; ++i) {
      const float h = static_cast<float>(std::pow(10, random.between(-37, -10)));
      const float u = static_cast<float>(random.between(-30, 30)), x = hardgate::detail::clamp_to_finite(u / h);
      const float gradient = activation.with_hardness(h).parameter_gradient(x);
      findings.expect(std::isfinite(gradient) && gradient >= 0, "hardness", h, "at", x, "got", gradient);
    }
    INFO(findings.report());
    CHECK(findings.none());
  };
  check(hardgate::LambdaGelu<float>());
  check(hardgate::Swish<float>());
}
