#include <hardgate/activations.hpp>
#include <hardgate/testing/check_smoothness.hpp>

#include "accuracy.hpp"
#include "catch.hpp"

#if defined(HARDGATE_HAS_BOOST)
#include <boost/multiprecision/cpp_bin_float.hpp>

using namespace hardgate;
using hardgate_tests::Findings;
using hardgate_tests::Random;
using Real = boost::multiprecision::cpp_bin_float_50;
using Reference = boost::multiprecision::cpp_bin_float_100;

namespace {

constexpr int K = 10;
using J = math::Jet<Reference, K>;

/// x·σ(w(x)) by definition, on a jet: derivatives to order K.
template <class Bend>
std::array<Reference, K + 1> exact_derivatives(const Reference& x, Bend bend) {
  const J at = J::variable(x), value = at / (J(1) + exp(-bend(at)));
  std::array<Reference, K + 1> c = value.c;
  Reference factorial(1);
  for (std::size_t k = 1; k <= K; ++k) c[k] *= factorial *= static_cast<int>(k);
  return c;
}

J straight(const J& x) { return x; }
J bent(const J& x) {  // ½(1 + tanh v) = σ(2v)
  return J(Reference(sqrt(Reference(8) / math::pi<Reference>()))) *
         (x + J(Reference(44715) / 1000000) * x * x * x);
}

template <class Activation, class Bend>
void check_derivatives(const Activation& act, Bend bend) {
  Random random;
  Findings findings;
  for (int i = 0; i < 200; ++i) {
    const Real x = Real(random.between(-6, 6));
    const auto exact = exact_derivatives(Reference(x), bend);
    const auto found = act.template derivatives<K>(x);
    for (std::size_t k = 0; k <= K; ++k) {
      const Reference size = abs(exact[k]) > 1 ? Reference(abs(exact[k])) : Reference(1);
      findings.expect(abs(Reference(Reference(found[k]) - exact[k])) <= size * Reference("1e-30"), "order", k,
                      x);
    }
    findings.expect(abs(Reference(Reference(act(x)) - exact[0])) <= Reference("1e-45"), "value", x);
    findings.expect(abs(Reference(Reference(act.derivative(x)) - exact[1])) <= Reference("1e-45"),
                    "derivative", x);
  }
  INFO(findings.report());
  CHECK(findings.none());
}

}  // namespace

TEST_CASE("SiLU in 50 digits: value and derivatives agree with x/(1 + e^-x) to 1e-30", "[silu]") {
  check_derivatives(Silu<Real>(), straight);
}
TEST_CASE("tanh-GELU in 50 digits: value and derivatives agree with its definition to 1e-30", "[gelu_tanh]") {
  check_derivatives(GeluTanh<Real>(), bent);
}

TEST_CASE("SiLU and tanh-GELU are smooth at 0 to every order tried", "[silu][gelu_tanh][smoothness]") {
  CHECK(check_smoothness<9>(Silu<Real>()).passed());
  CHECK(check_smoothness<9>(GeluTanh<Real>()).passed());
  const auto d = testing::one_sided_derivatives<3>(Silu<Real>(), Real(0), 1);
  CHECK((d[0] == 0 && d[1] == 0.5 && d[2] == 0.5 && d[3] == 0));  // σ = ½ + x/4 - x³/48 …
}

TEST_CASE("A logistic gate with a hardness of its own has the gradient by h of x²·σ'(hx)", "[silu]") {
  using Swish = GatedUnit<Real, gates::Logistic>;
  Random random(12);
  for (int i = 0; i < 50; ++i) {
    const Real x = Real(random.between(-5, 5)), h = Real(random.between(0.3, 3)), e = exp(Real(-h * x));
    CHECK(abs(Real(Swish(h).parameter_gradient(x) - x * x * e / ((1 + e) * (1 + e)))) < Real("1e-45"));
  }
}
#endif

TEST_CASE("tanh-GELU stays within 5e-4 of GELU and is not GELU", "[gelu_tanh]") {
  double furthest = 0;
  for (double x = -8; x < 8; x += 1.0 / 64)
    furthest = std::fmax(furthest, std::fabs(hardgate::GeluTanh<double>()(x) - hardgate::Gelu<double>()(x)));
  CHECK(furthest < 5e-4);
  CHECK(furthest > 4e-4);
}

TEST_CASE("The bent logistic in double is ½x(1 + tanh(√(2/π)(x + 0.044715x³)))", "[gelu_tanh]") {
  for (double x = -4; x < 4; x += 1.0 / 16) {
    const long double y = x, v = std::sqrt(2 / std::acos(-1.0L)) * (y + 0.044715L * y * y * y);
    CHECK(std::fabs(hardgate::GeluTanh<double>()(x) - static_cast<double>(y / 2 * (1 + std::tanh(v)))) <
          1e-15);
  }
}
