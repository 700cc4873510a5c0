#include "radius.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "attack.hpp"

namespace proof {
namespace {

[[noreturn]] void disagree(const std::string& what) { throw std::runtime_error("a proof is wrong: " + what); }

/// The solver's image has to be at the distance that it says, and as likely of the other class as of its own.
void check_solution(SmallNetwork& network, const Vector& image, Index own, Index other, const Answer& answer) {
  const double said = answer.solution[0];
  if (answer.bound > said + solver_tolerance) disagree("the solver's own image is nearer than what it claims");
  const Vector found = Eigen::VectorXd::Map(&answer.solution[1], image.size()).cast<float>();
  if ((found - image).cwiseAbs().maxCoeff() > said + solver_tolerance) disagree("an image is farther than was said");
  const Vector logits = network.forward(found).col(0);
  if (logits[other] < logits[own] - 1e-3f * (1 + logits.cwiseAbs().maxCoeff()))
    disagree("an image is not of the class that was said");
}

/// The likeliest one at the image last.
std::vector<Index> other_classes(const PiecewiseLinear& network, const Vector& image, Index own) {
  const Eigen::VectorXd likely = logits(network, image.cast<double>());
  std::vector<Index> others;
  for (Index other = 0; other < number_of_classes; ++other)
    if (other != own) others.push_back(other);
  std::sort(others.begin(), others.end(), [&](Index a, Index b) { return likely[a] < likely[b]; });
  return others;
}

}  // namespace

Upper search(const SmallNetwork& network, const Vector& image, Index own, Index samples) {
  Random random(1);
  Sampling sampling(image, samples, random);
  Attack attack(network, image, own, random);
  const Found attacked = smallest_radius(network, image, own, attack);
  return {attacked.radius, smallest_radius(network, image, own, sampling).radius, attacked.image};
}

Radius prove(const PiecewiseLinear& exact, const SmallNetwork& given, const Vector& image, Index own,
             const Solver& solver, double seconds, const Upper& found) {
  using Clock = std::chrono::steady_clock;
  SmallNetwork network = given;
  Radius result;
  const auto start = Clock::now();
  const auto taken = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  // What is beyond the nearest known image of another class is of no interest, and this bounds what layers may give.
  double nearest = std::min(1., found.attacked + 2 * solver_tolerance);
  std::vector<double> bounds(number_of_classes, 0);  // no image of that class is nearer
  bounds[std::size_t(own)] = nearest;
  bool reached = false;
  std::vector<Index> open = other_classes(exact, found.image.size() > 0 ? found.image : image, own);
  for (int round = 0; round < 2; ++round) {  // in the second one, those that could use what time the others left
    std::vector<Index> still_open;
    for (std::size_t i = 0; i < open.size(); ++i) {
      const double left = (seconds - taken()) / double(open.size() - i), least = 0.1;
      if (round > 0 && left < least) {
        still_open.push_back(open[i]);
        continue;
      }
      const Program program = distance_to_class(exact, image.cast<double>(), nearest, own, open[i]);
      const Answer answer = solver.minimise(program, std::max(least, left));
      double& bound = bounds[std::size_t(open[i])];
      bound = std::max(bound, answer.status == Answer::infeasible ? nearest : answer.bound);
      if (!answer.solution.empty()) check_solution(network, image, own, open[i], answer);
      if (answer.status == Answer::out_of_time) still_open.push_back(open[i]);
      if (answer.status != Answer::optimal) continue;
      reached = true;
      nearest = std::min(nearest, answer.bound + 2 * solver_tolerance);
    }
    open = still_open;
  }
  result.seconds = taken();
  result.whole = open.empty();
  result.proved = std::max(0., *std::min_element(bounds.begin(), bounds.end()) - solver_tolerance);
  if (!reached && open.empty() && found.image.size() > 0)
    disagree("there is an image of another class where none should be");
  if (result.proved > found.attacked || result.proved > found.sampled) disagree("a nearer image was found");
  Random random(2);
  Attack attack(network, image, own, random);
  if (find_other_class(network, attack.within(float(result.proved)), own) >= 0)
    disagree("an attack finds a nearer image");
  return result;
}

}  // namespace proof
