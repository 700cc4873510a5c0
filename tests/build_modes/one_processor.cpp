// Compiled once for each processor, and linked into one program: what the activations give, in the function NAME.
#include <hardgate/hardgate.hpp>

namespace {

template <class Activation>
bool agrees(const Activation& act) {
  using Scalar = typename Activation::scalar;
  constexpr int n = 101;
  Scalar x[n], y[n], d[n], dx[n];
  for (int i = 0; i < n; ++i) x[i] = Scalar(i - 50) / Scalar(7);
  hardgate::forward_with_derivative(act, x, y, d, n);
  hardgate::backward(act, x, x, dx, n);
  const auto sum = hardgate::backward_with_hardness(hardgate::LambdaGelu<Scalar>(Scalar(2)), x, y, dx, n);
  bool same = sum > 0;
  for (int i = 0; i < n; ++i) same = same && y[i] == act(x[i]) && d[i] == act.derivative(x[i]);
  hardgate::forward(act, x, dx, n, hardgate::streaming());
  for (int i = 0; i < n; ++i) same = same && y[i] == dx[i];
  return same;
}

}  // namespace

/// Whether arrays and numbers agree, as they do where each is compiled for the same processor, and where the packets
/// of others are not used.
bool NAME(double (&results)[8]);
double NAME(hardgate::HardnessLearner<float>& learner);
/// Nothing calls it: what it is made of must be for this processor too.
double NAME(hardgate::HardnessLearner<float>& learner) {
  learner.step(0.1, 0.5f, 1e-3);
  const hardgate::ChannelUnits<hardgate::EGem<float>> units(learner.hardness());
  Eigen::ArrayXXf x = Eigen::ArrayXXf::Ones(1, 3);
  units.forward(x, x);
  return hardgate::hardness_for_sup_tolerance<hardgate::Gem<float>>(0.1) +
         units[0].cast<long double>().derivatives<3>(1)[3] + hardgate::HardeningSchedule().hardness(0.5, 1, 2) +
         hardgate::LambdaGelu<double>(-1)(1);
}

bool NAME(double (&results)[8]) {
  using namespace hardgate;
  const LambdaGelu<float> gelu(3.0f);
  const EGem<double, 3> egem(0.1);
  results[0] = static_cast<double>(gelu(-0.7f));
  results[1] = static_cast<double>(gelu.derivative(1.1f));
  results[2] = static_cast<double>(gelu.parameter_gradient(0.3f));
  results[3] = egem(0.7);
  results[4] = egem.derivative(0.6);
  results[5] = egem.parameter_gradient(0.9);
  results[6] = LambdaGelu<double>(3)(-0.7);
  results[7] = static_cast<double>(GeluTanh<float>()(-1.3f));
  return agrees(gelu) && agrees(egem) && agrees(Silu<double>()) && agrees(SeGem<float>(0.1f)) &&
         agrees(GeluTanh<float>()) && agrees(LambdaGelu<double>(3));
}
