// CBC, the mixed-integer solver of COIN-OR.
#include <coin/Cbc_C_Interface.h>

#include <algorithm>
#include <memory>

#include "program.hpp"

namespace proof {

Answer minimise_with_cbc(const Program& given, double seconds) {
  Program program = given;
  const std::vector<int> integers = turn_relus_into_integers(program);
  const std::unique_ptr<Cbc_Model, void (*)(Cbc_Model*)> owner(Cbc_newModel(), Cbc_deleteModel);
  Cbc_Model* const model = owner.get();
  Cbc_setLogLevel(model, 0);
  Cbc_setParameter(model, "log", "0");
  Cbc_setParameter(model, "slog", "0");
  for (std::size_t i = 0; i < program.variables.size(); ++i) {
    const bool integer = std::count(integers.begin(), integers.end(), int(i)) > 0;
    Cbc_addCol(model, ("v" + std::to_string(i)).c_str(), program.variables[i].lower, program.variables[i].upper,
               int(i) == program.objective ? 1 : 0, integer, 0, nullptr, nullptr);
  }
  for (std::size_t i = 0; i < program.rows.size(); ++i) {
    const Row& row = program.rows[i];
    std::vector<int> columns;
    std::vector<double> factors;
    for (const auto& [variable, factor] : row.terms) {
      columns.push_back(variable);
      factors.push_back(factor);
    }
    // Equal or at most or at least: of these each row is one.
    const bool equal = row.lower == row.upper, at_most = row.lower < -1e300;
    Cbc_addRow(model, ("r" + std::to_string(i)).c_str(), int(columns.size()), columns.data(), factors.data(),
               equal     ? 'E'
               : at_most ? 'L'
                         : 'G',
               equal || !at_most ? row.lower : row.upper);
  }
  Cbc_setMaximumSeconds(model, seconds);
  Cbc_setAllowableGap(model, 0);
  Cbc_solve(model);

  Answer answer;
  if (Cbc_isProvenInfeasible(model)) return {Answer::infeasible};
  answer.bound = Cbc_getBestPossibleObjValue(model);
  if (Cbc_isProvenOptimal(model)) {
    answer.status = Answer::optimal;
    answer.bound = Cbc_getObjValue(model);
  }
  if (const double* best = Cbc_bestSolution(model); best && Cbc_numberSavedSolutions(model) > 0)
    answer.solution.assign(best, best + given.variables.size());
  return answer;
}

}  // namespace proof
