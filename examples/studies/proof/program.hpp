// What is asked of a solver: the smallest value of one variable under linear conditions and ReLUs.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace proof {

struct Variable {
  double lower, upper;
};

/// lower ≤ Σ factor · variable ≤ upper
struct Row {
  std::vector<std::pair<int, double>> terms;
  double lower, upper;
};

/// after = max(before, 0), where the bounds of `before` have different signs.
struct Relu {
  int before, after;
};

struct Program {
  std::vector<Variable> variables;
  std::vector<Row> rows;
  std::vector<Relu> relus;
  int objective = 0;

  int add_variable(double lower, double upper) {
    variables.push_back({lower, upper});
    return int(variables.size()) - 1;
  }
};

struct Answer {
  enum Status { optimal, infeasible, out_of_time };
  Status status = out_of_time;
  double bound = 0;                   // no solution has a smaller objective
  std::vector<double> solution = {};  // of the variables; empty if none was found
};

struct Solver {
  std::string name;
  Answer (*minimise)(const Program&, double seconds);
};

/// Those that the program was configured with, the one that is used first.
const std::vector<Solver>& solvers();

/// Every ReLU as linear conditions with a variable that is 0 or 1, for solvers of mixed-integer programs: where it is 1,
/// `before` is at least 0. How tight they are depends on the bounds of `before`. Gives the positions of these variables.
std::vector<int> turn_relus_into_integers(Program& program);

}  // namespace proof
