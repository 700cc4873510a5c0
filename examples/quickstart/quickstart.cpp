// The first five minutes with Hardgate: evaluate an activation, differentiate it, learn its hardness, then
// harden it until it can be replaced by ReLU.
#include <cstdio>
#include <hardgate/hardgate.hpp>

int main() {
  // An activation is a small value, called like a function. λ is its hardness: GELU at 1, ReLU at ∞.
  const hardgate::LambdaGelu<double> act(2.0);
  std::puts("x Φ(2x), its derivatives with respect to x and to λ");
  std::puts("     x        f    df/dx    df/dλ");
  for (const double x : {-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0})
    std::printf("%6.1f %8.4f %8.4f %8.4f\n", x, act(x), act.derivative(x), act.parameter_gradient(x));

  // Derivatives of every order, here of x^5/(1 + x^4): rational, and smooth at 0 up to the fourth.
  const hardgate::Gem<double, 2> gem;
  const auto [f, f1, f2, f3] = gem.derivatives<3>(1.0);
  std::printf("\nGEM_2 at 1: f = %.1f, f' = %.1f, f'' = %.1f, f''' = %.1f\n", f, f1, f2, f3);

  // On arrays an activation is an Eigen expression: lazy, vectorised, fused with what surrounds it.
  const hardgate::LambdaGelu<float> single(2.0f);
  const Eigen::ArrayXf x = Eigen::ArrayXf::LinSpaced(6001, -3.0f, 3.0f);
  std::printf("\nmean of f·f' over [-3, 3]: %.3f\n", (single(x) * single.derivative(x)).mean());

  // In a training loop: forward, then backward, which in one pass over memory also sums up the gradient with
  // respect to λ. Here λ is the only weight, and learns to be GELU's: it goes from 2 to 1.
  const Eigen::ArrayXf wanted = hardgate::Gelu<float>()(x);
  Eigen::ArrayXf y(x.size()), dx(x.size());
  float lambda = 2;
  for (int step = 0; step < 100; ++step) {
    const hardgate::LambdaGelu<float> now(lambda);
    hardgate::forward(now, x, y);
    const Eigen::ArrayXf dy = y - wanted;  // of the loss ½ Σ (y - wanted)²
    lambda -= 0.002f * hardgate::backward_with_parameter(now, x, dy, dx);
  }
  std::printf("λ learned: %.3f\n", lambda);

  // Hardening: how hard must the activation be for its gate to be within 0.02 of a step? Go there by a
  // schedule, and see what replacing it by ReLU would change.
  const hardgate::LambdaGelu<float> learned(lambda);
  const double target = hardgate::hardness_for_gate_tolerance<hardgate::LambdaGelu<float>>(0.02);
  const hardgate::HardeningSchedule schedule(0.25, 0.9, hardgate::Shape::geometric);
  std::puts("\nprogress        λ   max |f - ReLU|");
  for (const double progress : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    const double hardness = schedule.hardness(progress, lambda, target);
    const auto harder = learned.with_hardness(static_cast<float>(hardness));
    std::printf("%7.0f%% %8.3f   %.5f\n", 100 * progress, hardness, hardgate::substitution_disruption(harder, x).sup);
  }

  const hardgate::Relu<float> relu = hardgate::substitute(learned);
  std::printf("\nReplaced by ReLU: relu(-1) = %g, relu(2) = %g\n", relu(-1.0f), relu(2.0f));
}
