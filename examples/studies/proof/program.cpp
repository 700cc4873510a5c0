#include "program.hpp"

#include <limits>

namespace proof {

std::vector<int> turn_relus_into_integers(Program& program) {
  constexpr double none = std::numeric_limits<double>::infinity();
  std::vector<int> integers;
  for (const Relu& relu : program.relus) {
    const auto [lower, upper] = program.variables[std::size_t(relu.before)];
    const int positive = program.add_variable(0, 1);
    integers.push_back(positive);
    program.rows.push_back({{{relu.after, 1}, {relu.before, -1}}, 0, none});    // after ≥ before
    program.rows.push_back({{{relu.after, 1}, {positive, -upper}}, -none, 0});  // after ≤ 0, or
    program.rows.push_back({{{relu.after, 1}, {relu.before, -1}, {positive, -lower}}, -none, -lower});  // ≤ before
  }
  program.relus.clear();
  return integers;
}

#ifdef HARDGATE_PROOF_GLPK
Answer minimise_with_glpk(const Program& program, double seconds);
#endif
#ifdef HARDGATE_PROOF_CBC
Answer minimise_with_cbc(const Program& program, double seconds);
#endif
#ifdef HARDGATE_PROOF_Z3
Answer minimise_with_z3(const Program& program, double seconds);
#endif

const std::vector<Solver>& solvers() {
  static const std::vector<Solver> all{
#ifdef HARDGATE_PROOF_GLPK
      {"GLPK", minimise_with_glpk},
#endif
#ifdef HARDGATE_PROOF_CBC
      {"CBC", minimise_with_cbc},
#endif
#ifdef HARDGATE_PROOF_Z3
      {"Z3", minimise_with_z3},
#endif
  };
  return all;
}

}  // namespace proof
