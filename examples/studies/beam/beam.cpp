// A clamped beam under a uniform load, solved by a neural network: w'''' = q, w = w' = 0 at both ends.
//
// The network has one hidden layer, w(x) = Σ c·f(a·x + b). Its weights a, b, c are fitted to the equation at some
// points by least squares, which needs four derivatives of the activation f, and a fifth for the fit.
//
//     beam [SEEDS [FILE]]    writes the solutions to the file, for beam.gp

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <hardgate/hardgate.hpp>
#include <random>
#include <string>
#include <unsupported/Eigen/LevenbergMarquardt>
#include <vector>

namespace {

using Eigen::Index, Eigen::VectorXd, Eigen::MatrixXd;
using Deflection = std::array<double, 5>;  // w and its derivatives: slope, bending moment, shear force, load

constexpr int neurons = 20, points = 100;
constexpr double load = 384;  // makes the deflection in the middle 1

Deflection exact(double x) {
  const double y = 1 - x;
  return {16 * x * x * y * y, 32 * x * y * (y - x), 32 * (1 - 6 * x * y), 192 * (x - y), load};
}

/// The derivative of w of this order must be `value` at x.
struct Condition {
  double x;
  std::size_t order;
  double value, weight;
};

std::vector<Condition> clamped_beam() {
  std::vector<Condition> conditions;
  for (const double end : {0.0, 1.0})
    for (const std::size_t order : {std::size_t(0), std::size_t(1)}) conditions.push_back({end, order, 0, 1});
  for (int i = 0; i < points; ++i) conditions.push_back({(i + 0.5) / points, 4, load, 1 / (load * std::sqrt(points))});
  return conditions;
}

/// The least-squares problem for Eigen's Levenberg-Marquardt: weights = (c, a, b).
template <class Activation>
struct Network : Eigen::DenseFunctor<double> {
  Activation f;
  std::vector<Condition> conditions = clamped_beam();

  explicit Network(const Activation& activation) : DenseFunctor<double>(3 * neurons, points + 4), f(activation) {}

  Deflection deflection(const VectorXd& weights, double x) const {
    Deflection w{};
    for (Index j = 0; j < neurons; ++j) {
      const double c = weights[j], a = weights[neurons + j], b = weights[2 * neurons + j];
      const auto derivatives = f.template derivatives<4>(a * x + b);
      for (std::size_t k = 0; k <= 4; ++k) w[k] += c * std::pow(a, k) * derivatives[k];
    }
    return w;
  }

  int operator()(const VectorXd& weights, VectorXd& residuals) const {
    for (Index i = 0; i < values(); ++i) {
      const auto& [x, order, value, weight] = conditions[std::size_t(i)];
      residuals[i] = weight * (deflection(weights, x)[order] - value);
    }
    return 0;
  }

  /// The gradient of c·aᵏ·f⁽ᵏ⁾(ax + b) with respect to c, a and b.
  int df(const VectorXd& weights, MatrixXd& jacobian) const {
    for (Index i = 0; i < values(); ++i) {
      const auto& [x, order, value, weight] = conditions[std::size_t(i)];
      for (Index j = 0; j < neurons; ++j) {
        const double c = weights[j], a = weights[neurons + j], b = weights[2 * neurons + j];
        const auto derivatives = f.template derivatives<5>(a * x + b);
        const double scale = weight * std::pow(a, order), k = double(order);
        const double fk = derivatives[order], next = derivatives[order + 1];
        jacobian(i, j) = scale * fk;
        jacobian(i, neurons + j) = scale * c * (k / a * fk + x * next);
        jacobian(i, 2 * neurons + j) = scale * c * next;
      }
    }
    return 0;
  }
};

struct Solution {
  std::vector<double> w;  // on a fine grid
  double residual;        // rms of w'''' - q at the points, as a share of q
  double hidden_load;     // change of the shear force that the points do not account for, as a share of q
  Deflection error{};     // largest, as a share of the largest value
};

/// Random hidden weights; then the best output weights, a linear problem; then all weights together.
template <class Activation>
Solution solve(const Activation& activation, unsigned seed) {
  Network<Activation> network(activation);
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> slope(1, 6), kink(-0.1, 1.1);
  VectorXd weights = VectorXd::Zero(network.inputs()), residuals(network.values());
  MatrixXd jacobian(network.values(), network.inputs());
  for (Index j = 0; j < neurons; ++j) {
    const double a = slope(random) * (j % 2 == 0 ? 1 : -1);
    weights[neurons + j] = a;
    weights[2 * neurons + j] = -a * kink(random);  // a·x + b = 0 at the kink
  }
  network(weights, residuals);
  network.df(weights, jacobian);
  weights.head(neurons) = jacobian.leftCols(neurons).completeOrthogonalDecomposition().solve(-residuals);
  Eigen::LevenbergMarquardt<Network<Activation>> fit(network);
  fit.setMaxfev(500);
  fit.minimize(weights);

  constexpr int grid = 400;
  Solution solution{};
  Deflection largest{};
  for (int i = 0; i <= grid; ++i) {
    const double x = double(i) / grid;
    const Deflection w = network.deflection(weights, x), truth = exact(x);
    solution.w.push_back(w[0]);
    for (std::size_t k = 0; k <= 4; ++k) {
      solution.error[k] = std::max(solution.error[k], std::abs(w[k] - truth[k]));
      largest[k] = std::max(largest[k], std::abs(truth[k]));
    }
  }
  for (std::size_t k = 0; k <= 4; ++k) solution.error[k] /= largest[k];
  double seen = 0;
  for (int i = 0; i < points; ++i) seen += network.deflection(weights, (i + 0.5) / points)[4] / points;
  const double carried = network.deflection(weights, 1)[3] - network.deflection(weights, 0)[3];
  network(weights, residuals);
  solution.residual = residuals.tail(points).norm();
  solution.hidden_load = std::abs(carried - seen) / load;
  return solution;
}

template <class Number>
double median(const std::vector<Solution>& solutions, Number number) {
  std::vector<double> numbers;
  for (const Solution& solution : solutions) numbers.push_back(number(solution));
  std::sort(numbers.begin(), numbers.end());
  return numbers[numbers.size() / 2];
}

struct Row {
  std::string name;
  std::vector<Solution> solutions;  // one per seed
};

/// Adds a row of the table, and prints it.
template <class Activation>
void add(std::vector<Row>& rows, const std::string& name, const Activation& activation, unsigned seeds) {
  Row row{name, {}};
  for (unsigned seed = 1; seed <= seeds; ++seed) row.solutions.push_back(solve(activation, seed));
  const auto error = [](std::size_t k) { return [k](const Solution& s) { return s.error[k]; }; };
  const auto solved =
      std::count_if(row.solutions.begin(), row.solutions.end(), [](const Solution& s) { return s.error[0] < 0.01; });
  std::printf("%-13s %9.1e %12.1e %11.1e %9.1e %9.1e %6ld of %u\n", name.c_str(),
              median(row.solutions, [](const Solution& s) { return s.residual; }),
              median(row.solutions, [](const Solution& s) { return s.hidden_load; }), median(row.solutions, error(0)),
              median(row.solutions, error(2)), median(row.solutions, error(3)), long(solved), seeds);
  rows.push_back(std::move(row));
}

/// A block for every row: x, w, |error|, of the first seed.
void write(const std::string& file, const std::vector<Row>& rows) {
  std::ofstream out(file);
  for (const Row& row : rows) {
    out << '"' << row.name << "\"\n";
    const std::vector<double>& w = row.solutions.front().w;
    for (std::size_t i = 0; i < w.size(); ++i) {
      const double x = double(i) / double(w.size() - 1);
      out << x << ' ' << w[i] << ' ' << std::abs(w[i] - exact(x)[0]) << '\n';
    }
    out << "\n\n";
  }
  if (!out.flush()) throw std::runtime_error(file + ": cannot be written");
}

}  // namespace

int main(int argc, char** argv) {
  const unsigned seeds = argc > 1 ? unsigned(std::max(1, std::atoi(argv[1]))) : 5;
  std::printf(
      "A clamped beam under a uniform load by a network of %d neurons, collocation at %d points; medians\n"
      "of %u seeds. Errors are shares of the largest value. Solved: the deflection is right to 1 %%.\n\n"
      "               residual  hidden load  error of w of moment  of shear   solved\n",
      neurons, points, seeds);
  using namespace hardgate;
  std::vector<Row> rows;
  add(rows, "ReLU", Relu<double>(), seeds);
  add(rows, "GEM, N = 1", Gem<double, 1>(), seeds);
  add(rows, "SE-GEM, N = 1", SeGem<double, 1>(), seeds);
  add(rows, "GEM, N = 2", Gem<double, 2>(), seeds);
  add(rows, "SE-GEM, N = 2", SeGem<double, 2>(), seeds);
  add(rows, "GEM, N = 3", Gem<double, 3>(), seeds);
  add(rows, "GELU", Gelu<double>(), seeds);
  add(rows, "GELU(3x)/3", LambdaGelu<double>(3), seeds);
  if (argc > 2) write(argv[2], rows);
}
