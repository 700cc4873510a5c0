// Proofs against what can be computed otherwise, and what must be refused or caught. Returns the number of failures.
#include <iostream>
#include <stdexcept>
#include <string>

#include "attack.hpp"
#include "radius.hpp"

namespace {

using namespace proof;

int failures = 0;

void check(bool holds, const std::string& what) {
  if (holds) return;
  ++failures;
  std::cerr << "FAILED: " << what << '\n';
}

template <class Exception, class Call>
void check_throws(const Call& call, const std::string& what) {
  try {
    call();
  } catch (const Exception&) {
    return;
  }
  check(false, what);
}

SmallNetwork random_network(Index pixels, const Unit& unit, unsigned seed, std::vector<Index> sizes = {8, 6}) {
  Random random(seed);
  sizes.insert(sizes.begin(), pixels);
  sizes.push_back(number_of_classes);
  return SmallNetwork(sizes, unit, random);
}

Index class_of(SmallNetwork network, const Vector& image) {
  Index likeliest = 0;
  network.forward(image).col(0).maxCoeff(&likeliest);
  return likeliest;
}

/// The distance to the nearest image of another class among those of a fine grid, for images of two pixels.
double nearest_on_grid(SmallNetwork network, const Vector& image, Index own, int points) {
  Matrix row(2, points);
  double nearest = 1;
  for (int i = 0; i < points; ++i) {
    row.row(0).setConstant(float(i) / float(points - 1));
    row.row(1).setLinSpaced(0, 1);
    const Matrix& logits = network.forward(row);
    for (int j = 0; j < points; ++j) {
      Index likeliest = 0;
      logits.col(j).maxCoeff(&likeliest);
      if (likeliest != own) nearest = std::min(nearest, double((row.col(j) - image).cwiseAbs().maxCoeff()));
    }
  }
  return nearest;
}

/// Every solver against every point of a grid. There may be an image of another class between points.
void compare_with_grid(unsigned seed) {
  constexpr int points = 1001;
  const SmallNetwork network = random_network(2, hardgate::Relu<float>(), seed);
  const Vector image = Vector::Constant(2, 0.4f);
  const Index own = class_of(network, image);
  const double nearest = nearest_on_grid(network, image, own, points);
  for (const Solver& solver : solvers()) {
    const Upper found = search(network, image, own, 100);
    const Radius radius = prove(piecewise_linear(network), network, image, own, solver, 60, found);
    const std::string what = solver.name + ", network " + std::to_string(seed) + ": proved " +
                             std::to_string(radius.proved) + ", on the grid " + std::to_string(nearest);
    check(radius.whole, what + ", not to the end");
    check(radius.proved <= nearest && (nearest == 1 || radius.proved >= nearest - 2.0 / points), what);
  }
}

/// What layers give for images of a box is within the bounds, and the bounds are not those of intervals alone.
void check_bounds() {
  Random random(3);
  const SmallNetwork network = random_network(16, hardgate::Relu<float>(), 5);
  const PiecewiseLinear exact = piecewise_linear(network);
  const Vector image = Vector::Constant(16, 0.5f);
  const std::vector<Box> all = bounds(exact, box_around(image.cast<double>(), 0.1));
  const Matrix images = Sampling(image, 1000, random).within(0.1f);
  for (Index i = 0; i < images.cols(); ++i) {
    Eigen::VectorXd values = images.col(i).cast<double>();
    for (std::size_t layer = 0; layer < exact.size(); ++layer) {
      const Eigen::VectorXd before = exact[layer].weights * values + exact[layer].bias;
      check((before - all[layer].lower).minCoeff() > -1e-5 && (all[layer].upper - before).minCoeff() > -1e-5, "bounds");
      values = before.cwiseMax(0);
    }
  }
}

/// Where time runs out, less is proved, and it is true. These networks take more than the time.
void compare_with_less_time(unsigned seed) {
  const SmallNetwork network = random_network(36, hardgate::Relu<float>(), seed, {16, 12});
  const Vector image = Vector::Constant(36, 0.5f);
  const Index own = class_of(network, image);
  const Upper found = search(network, image, own, 100);
  const auto prove_in = [&](const Solver& solver, double seconds) {
    return prove(piecewise_linear(network), network, image, own, solver, seconds, found);
  };
  const Radius whole = prove_in(solvers().front(), 60);
  check(whole.whole && whole.proved > 0.9 * found.attacked, "enough time");
  for (const Solver& solver : solvers()) {
    if (solver.name == "Z3") continue;  // it proves nothing before its end, and takes its time to stop
    const Radius part = prove_in(solver, 0.01);
    check(part.proved <= whole.proved + solver_tolerance, solver.name + ": what is proved in less time");
  }
}

/// Solvers that say what is not so: of the best one's answers.
Answer too_far(const Program& program, double seconds) {
  Answer answer = solvers().front().minimise(program, seconds);
  answer.bound *= 1.01;
  return answer;
}
Answer nothing_there(const Program&, double) {
  Answer answer;
  answer.status = Answer::infeasible;
  return answer;
}

void check_wrong_proofs() {
  const SmallNetwork network = random_network(16, hardgate::Relu<float>(), 5);
  const Vector image = Vector::Constant(16, 0.5f);
  const Index own = class_of(network, image);
  const Upper found = search(network, image, own, 100);
  check(found.image.size() > 0 && found.attacked < 1, "an attack finds something");
  const PiecewiseLinear right = piecewise_linear(network);
  const auto prove_with = [&](const PiecewiseLinear& exact, const Solver& solver) {
    return [&, exact, solver] { prove(exact, network, image, own, solver, 60, found); };
  };
  const Solver best = solvers().front();
  prove_with(right, best)();  // throws nothing
  check_throws<std::runtime_error>(prove_with(right, {"too far", too_far}), "a radius that is too large");
  check_throws<std::runtime_error>(prove_with(right, {"nothing", nothing_there}), "no image of another class");
  PiecewiseLinear wrong = right;
  wrong.back().bias[own] += 1;
  check_throws<std::runtime_error>(prove_with(wrong, best), "a network that is more certain");
  wrong = right;
  wrong.back().bias[own] -= 0.3 * (logits(right, image.cast<double>())[own] - right.back().bias[own]);
  check_throws<std::runtime_error>(prove_with(wrong, best), "a network that is less certain");
  wrong = right;
  wrong.front().weights *= -1;
  check_throws<std::runtime_error>(prove_with(wrong, best), "a network of other signs");
}

void check_refused() {
  for (const Unit& smooth : {Unit(hardgate::Gelu<float>()), Unit(hardgate::LambdaGelu<float>(50))}) {
    SmallNetwork network = random_network(4, smooth, 1);
    check_throws<std::invalid_argument>([&] { piecewise_linear(network); }, "a smooth unit");
    network.substitute(0);
    check_throws<std::invalid_argument>([&] { piecewise_linear(network); }, "a smooth unit in the second layer");
    network.substitute(1);
    piecewise_linear(network);  // throws nothing
  }
}

}  // namespace

int main() try {
  for (unsigned seed = 1; seed <= 4; ++seed) compare_with_grid(seed);
  check_bounds();
  for (const unsigned seed : {1u, 21u}) compare_with_less_time(seed);
  check_wrong_proofs();
  check_refused();
  return failures;
} catch (const std::exception& error) {
  std::cerr << "FAILED: " << error.what() << '\n';
  return 1;
}
