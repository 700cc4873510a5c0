// Writes the curves that pictures.gp draws: values, derivatives and gradients, computed by the library.
#include <cmath>
#include <cstdio>
#include <fstream>
#include <hardgate/hardgate.hpp>
#include <iostream>
#include <string>
#include <vector>

namespace {

std::string text(const char* format, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

/// The lines of a file of columns: x in [-3, 3], dense around 0, where hard activations bend; then f, f' and
/// ∂f/∂p of ReLU and of each activation that is added, its name above.
class Curves {
 public:
  Curves() {
    for (int i = -half; i <= half; ++i) {
      x_.push_back(3.0 * i * std::abs(i) / (half * half));
      lines_.push_back(text("%.6g", x_.back()));
    }
    add("ReLU", hardgate::Relu<double>());
  }
  template <class Activation>
  Curves& add(const std::string& name, const Activation& act) {
    names_ += " \"" + name + "\" - -";
    for (std::size_t i = 0; i < x_.size(); ++i) {
      double gradient = 0;
      if constexpr (Activation::has_parameter) gradient = act.parameter_gradient(x_[i]);
      for (const double y : {act(x_[i]), act.derivative(x_[i]), gradient}) lines_[i] += text(" %.6g", y);
    }
    return *this;
  }
  void write(const std::string& file) const {
    std::ofstream out(file);
    out << 'x' << names_ << '\n';
    for (const std::string& line : lines_) out << line << '\n';
    if (!out.flush()) throw std::runtime_error(file + " cannot be written");
  }

 private:
  static constexpr int half = 50;
  std::vector<double> x_;
  std::string names_;
  std::vector<std::string> lines_;
};

/// A family at several ε.
template <class Activation>
Curves several_epsilons() {
  Curves curves;
  for (const double epsilon : {1.0, 0.1, 0.01, 0.0001}) curves.add(text("ε = %g", epsilon), Activation(epsilon));
  return curves;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) throw std::runtime_error("give the folder for the data");
  using namespace hardgate;
  const std::string folder = std::string(argv[1]) + '/';

  Curves several_lambdas;
  for (const double lambda : {1.0, 2.0, 5.0, 40.0})
    several_lambdas.add(text("λ = %g", lambda), LambdaGelu<double>(lambda));
  several_lambdas.write(folder + "lambda-gelu.dat");
  Curves()
      .add("N = 1", Gem<double, 1>())
      .add("N = 2", Gem<double, 2>())
      .add("N = 3", Gem<double, 3>())
      .write(folder + "gem.dat");
  several_epsilons<EGem<double>>().write(folder + "e-gem.dat");
  several_epsilons<SeGem<double>>().write(folder + "se-gem.dat");
  Curves()
      .add("GELU", Gelu<double>())
      .add("tanh-GELU", GeluTanh<double>())
      .add("SiLU", Silu<double>())
      .write(folder + "baselines.dat");
  Curves()
      .add("Mish", Mish<double>())
      .add("hard swish", HardSwish<double>())
      .add("GoLU", Golu<double>())
      .add("IGLU", Iglu<double>())
      .write(folder + "trained.dat");

  Curves hardening;
  const double target = hardness_for_gate_tolerance<LambdaGelu<double>>(0.02);
  const HardeningSchedule schedule(0, 1, Shape::geometric);
  for (double progress = 0; progress <= 1; progress += 1.0 / 16) {
    const double lambda = schedule.hardness(progress, 1, target);
    hardening.add(text("λ = %.1f", lambda), LambdaGelu<double>(lambda));
  }
  hardening.write(folder + "hardening.dat");
} catch (const std::exception& error) {
  std::cerr << argv[0] << ": " << error.what() << '\n';
  return 1;
}
