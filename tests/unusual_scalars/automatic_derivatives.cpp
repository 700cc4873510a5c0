// Derivatives carried along by AutoDiffScalar, to infinity and to ReLU.
#include <Eigen/Core>
#include <unsupported/Eigen/AutoDiff>

#include <hardgate/hardgate.hpp>

#include <cmath>
#include <string>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;

TEST_CASE("AutoDiffScalar has the values and derivatives of the activation, to infinity", "[unusual_scalars]") {
  using Dual = Eigen::AutoDiffScalar<Eigen::Vector2d>;
  const double infinity = HUGE_VAL;
  Findings findings;
  const auto compare = [&](const std::string& name, const auto& act, const auto& plain) {
    const auto near = [](double actual, double expected) {
      return std::fabs(actual - expected) <= 1e-8 * (1 + std::fabs(expected)) || actual == expected;
    };
    for (const double x :
         {-infinity, -1e308, -1e200, -1e20, -50., -38., -10., -1., -1e-3, -1e-160, -5e-324, -0.,   0.,
          5e-324,    1e-160, 1e-3,   .5,    1.,   2.,   10.,  38., 50.,   1e20,    1e200,   1e308, infinity}) {
      const Dual y = act(Dual(x, 2, 0));
      findings.expect(near(y.value(), plain(x)), name + " value", x, y.value(), plain(x));
      findings.expect(near(y.derivatives()(0), plain.derivative(x)), name + " derivative", x, y.derivatives()(0),
                      plain.derivative(x));
      findings.expect(near(y.derivatives()(1), plain.parameter_gradient(x)), name + " gradient", x, y.derivatives()(1),
                      plain.parameter_gradient(x));
    }
    const double nan = std::numeric_limits<double>::quiet_NaN();
    findings.expect(std::isnan(act(Dual(nan, 2, 0)).value()), name + " NaN", act(Dual(nan, 2, 0)).value());
  };
  for (const double p : {0.3, 1.0, 40.0, infinity}) {
    const Dual at(p, 2, 1);
    compare("LambdaGelu(" + std::to_string(p) + ')', LambdaGelu<Dual>(at), LambdaGelu<double>(p));
    compare("Swish(" + std::to_string(p) + ')', Swish<Dual>(at), Swish<double>(p));
    using Tanh = GatedUnit<double, TanhNormalGate>;
    compare("tanh(" + std::to_string(p) + ')', GatedUnit<Dual, TanhNormalGate>(at), Tanh(p));
  }
  for (const double p : {0.0, 1e-4, 1.0, 100.0}) {
    const Dual at(p, 2, 1);
    compare("EGem<1>(" + std::to_string(p) + ')', EGem<Dual, 1>(at), EGem<double, 1>(p));
    compare("EGem<3>(" + std::to_string(p) + ')', EGem<Dual, 3>(at), EGem<double, 3>(p));
    compare("SeGem<1>(" + std::to_string(p) + ')', SeGem<Dual, 1>(at), SeGem<double, 1>(p));
    compare("SeGem<2>(" + std::to_string(p) + ')', SeGem<Dual, 2>(at), SeGem<double, 2>(p));
  }
  INFO(findings.report());
  CHECK(findings.none());
}
