// Activations of Eigen::Tensor, evaluated by a pool of threads.
#define EIGEN_USE_THREADS
#include <hardgate/hardgate.hpp>
#include <unsupported/Eigen/CXX11/Tensor>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;

namespace {

template <class Scalar>
using Tensor = Eigen::Tensor<Scalar, 3>;

template <class Scalar>
Tensor<Scalar> inputs() {
  Tensor<Scalar> x(31, 67, 53);
  for (Eigen::Index i = 0; i < x.size(); ++i)
    x.data()[i] = static_cast<Scalar>(12 * std::sin(0.37 * static_cast<double>(i)));
  x.data()[7] = std::numeric_limits<Scalar>::quiet_NaN();
  x.data()[1000] = std::numeric_limits<Scalar>::infinity();
  x.data()[x.size() - 1] = -std::numeric_limits<Scalar>::infinity();
  return x;
}

/// How many elements differ from f of the input.
template <class Scalar, class F>
int differences(const Tensor<Scalar>& y, const Tensor<Scalar>& x, const F& f) {
  int wrong = y.size() != x.size();
  for (Eigen::Index i = 0; i < x.size(); ++i) wrong += !same_bits(y.data()[i], Scalar(f(x.data()[i])));
  return wrong;
}

}  // namespace

TEMPLATE_TEST_CASE("Two threads compute an activation of a tensor, bit for bit", "[tensors]", float, double) {
  using Scalar = TestType;
  Eigen::ThreadPool pool(2);
  const Eigen::ThreadPoolDevice device(&pool, 2);
  const Tensor<Scalar> x = inputs<Scalar>();
  Tensor<Scalar> y(x.dimensions());
  every_kernel<Scalar>([&](const std::string& name, auto act) {
    CAPTURE(name);
    const auto value = [&](Scalar a) { return act(a); };
    y.device(device) = x.unaryExpr(act);
    CHECK(differences(y, x, value) == 0);
    y.setZero();
    y.device(device) = act(x);
    CHECK(differences(y, x, value) == 0);
    y.device(device) = act.derivative(x);
    CHECK(differences(y, x, [&](Scalar a) { return act.derivative(a); }) == 0);
    if constexpr (decltype(act)::has_parameter) {
      y.device(device) = act.parameter_gradient(x);
      CHECK(differences(y, x, [&](Scalar a) { return act.parameter_gradient(a); }) == 0);
    }
  });
}

TEST_CASE("One thread does so too, and an activation fuses with what surrounds it", "[tensors]") {
  const LambdaGelu<float> act(1.5f);
  const Tensor<float> x = inputs<float>();
  const Tensor<float> y = act(x);
  CHECK(differences(y, x, [&](float a) { return act(a); }) == 0);
  const Tensor<float> doubled = act(x + x) * 2.0f;
  CHECK(differences(doubled, x, [&](float a) { return 2.0f * act(a + a); }) == 0);
}

TEST_CASE("Tensor expressions of an activation are evaluated in packets", "[tensors]") {
  using Act = LambdaGelu<float>;
  using Expression = std::decay_t<decltype(std::declval<const Tensor<float>&>().unaryExpr(std::declval<Act>()))>;
  using Evaluator = Eigen::TensorEvaluator<const Expression, Eigen::DefaultDevice>;
  STATIC_REQUIRE(bool(Evaluator::PacketAccess) == bool(Eigen::internal::packet_traits<float>::Vectorizable));
}
