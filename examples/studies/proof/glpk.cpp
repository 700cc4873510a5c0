// GLPK, the GNU linear programming kit.
#include <glpk.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "program.hpp"

namespace proof {
namespace {

/// The best bound of what is still open, kept up to date while it solves.
void note_bound(glp_tree* tree, void* bound) {
  if (const int node = glp_ios_best_node(tree)) *static_cast<double*>(bound) = glp_ios_node_bound(tree, node);
}

int kind_of(double lower, double upper) {
  if (lower == upper) return GLP_FX;
  if (std::isinf(lower)) return GLP_UP;
  return std::isinf(upper) ? GLP_LO : GLP_DB;
}

}  // namespace

Answer minimise_with_glpk(const Program& given, double seconds) {
  Program program = given;
  const std::vector<int> integers = turn_relus_into_integers(program);
  glp_term_out(GLP_OFF);
  const std::unique_ptr<glp_prob, void (*)(glp_prob*)> owner(glp_create_prob(), glp_delete_prob);
  glp_prob* const model = owner.get();
  glp_set_obj_dir(model, GLP_MIN);
  glp_add_cols(model, int(program.variables.size()));
  for (int i = 0; i < int(program.variables.size()); ++i) {
    const auto [lower, upper] = program.variables[std::size_t(i)];
    glp_set_col_bnds(model, i + 1, kind_of(lower, upper), lower, upper);
    if (std::count(integers.begin(), integers.end(), i) > 0) glp_set_col_kind(model, i + 1, GLP_BV);
  }
  glp_set_obj_coef(model, program.objective + 1, 1);
  glp_add_rows(model, int(program.rows.size()));
  for (int i = 0; i < int(program.rows.size()); ++i) {
    const Row& row = program.rows[std::size_t(i)];
    std::vector<int> columns{0};  // GLPK counts from 1
    std::vector<double> factors{0};
    for (const auto& [variable, factor] : row.terms) {
      columns.push_back(variable + 1);
      factors.push_back(factor);
    }
    glp_set_row_bnds(model, i + 1, kind_of(row.lower, row.upper), row.lower, row.upper);
    glp_set_mat_row(model, i + 1, int(columns.size()) - 1, columns.data(), factors.data());
  }

  Answer answer;
  answer.bound = program.variables[std::size_t(program.objective)].lower;
  glp_iocp options;
  glp_init_iocp(&options);
  options.presolve = options.gmi_cuts = options.mir_cuts = GLP_ON;
  options.tm_lim = int(1000 * seconds);
  options.cb_func = note_bound;
  options.cb_info = &answer.bound;
  const int failure = glp_intopt(model, &options);
  const int status = glp_mip_status(model);
  if (failure == GLP_ENOPFS || failure == GLP_ENODFS || (failure == 0 && status == GLP_NOFEAS))
    return {Answer::infeasible};
  if (failure == 0 && status == GLP_OPT) {
    answer.status = Answer::optimal;
    answer.bound = glp_mip_obj_val(model);
  }
  if (status == GLP_OPT || status == GLP_FEAS)
    for (int i = 0; i < int(given.variables.size()); ++i) answer.solution.push_back(glp_mip_col_val(model, i + 1));
  return answer;
}

}  // namespace proof
