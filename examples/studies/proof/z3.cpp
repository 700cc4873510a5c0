// Z3, a solver of formulas: in exact rational numbers, with a ReLU as one case or the other.
#include <z3++.h>

#include <cmath>
#include <cstdio>

#include "program.hpp"

namespace proof {
namespace {

/// Exactly the number: 53 bits over a power of two.
z3::expr exact(z3::context& context, double number) {
  int exponent = 0;
  const double mantissa = std::ldexp(std::frexp(number, &exponent), 53);
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.0f", mantissa);
  const z3::expr two = context.real_val(2);
  z3::expr scale = context.real_val(1);
  const int power = exponent - 53;
  const z3::expr base = power < 0 ? context.real_val(1) / two : two;
  for (int i = 0; i < std::abs(power); ++i) scale = scale * base;
  return (context.real_val(digits) * scale).simplify();
}

}  // namespace

Answer minimise_with_z3(const Program& program, double seconds) {
  z3::context context;
  z3::optimize solver(context);
  z3::params options(context);
  options.set("timeout", unsigned(1000 * seconds));
  solver.set(options);
  std::vector<z3::expr> variables;
  const auto add_bounds = [&](const z3::expr& sum, double lower, double upper) {
    if (!std::isinf(lower)) solver.add(sum >= exact(context, lower));
    if (!std::isinf(upper)) solver.add(sum <= exact(context, upper));
  };
  for (const Variable& variable : program.variables) {
    variables.push_back(context.real_const(("v" + std::to_string(variables.size())).c_str()));
    add_bounds(variables.back(), variable.lower, variable.upper);
  }
  for (const Row& row : program.rows) {
    z3::expr sum = context.real_val(0);
    for (const auto& [variable, factor] : row.terms)
      sum = sum + exact(context, factor) * variables[std::size_t(variable)];
    add_bounds(sum.simplify(), row.lower, row.upper);
  }
  for (const Relu& relu : program.relus) {
    const z3::expr &before = variables[std::size_t(relu.before)], &after = variables[std::size_t(relu.after)];
    solver.add((before >= 0 && after == before) || (before <= 0 && after == 0));
  }
  const auto value = [](const z3::expr& number) { return std::stod(number.get_decimal_string(17)); };
  const z3::optimize::handle objective = solver.minimize(variables[std::size_t(program.objective)]);
  const z3::check_result result = solver.check();
  Answer answer{Answer::out_of_time, program.variables[std::size_t(program.objective)].lower, {}};
  if (result == z3::unsat) return {Answer::infeasible};
  if (result == z3::unknown) return answer;
  answer.status = Answer::optimal;
  answer.bound = value(solver.lower(objective));
  const z3::model model = solver.get_model();
  for (const z3::expr& variable : variables) answer.solution.push_back(value(model.eval(variable, true)));
  return answer;
}

}  // namespace proof
