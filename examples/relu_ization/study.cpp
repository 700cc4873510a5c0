#include "study.hpp"

#include <algorithm>
#include <functional>
#include <future>
#include <iterator>
#include <utility>

#include "progress.hpp"

namespace relu_ization {
namespace {

constexpr double tolerances[] = {0.1, 0.05, 0.02, 0.01};

bool depends_on_tolerance(const Row& row) { return row.tolerance > 0; }

template <class Predicate>
std::vector<Row> filter(const std::vector<Row>& rows, Predicate wanted) {
  std::vector<Row> some;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(some), wanted);
  return some;
}

std::vector<Row> planned_rows(const Plan& plan, double tolerance) {
  return filter(all_rows(tolerance), [&](const Row& row) {
    return std::find(plan.rows.begin(), plan.rows.end(), row.name) != plan.rows.end();
  });
}

RowRuns runs_of(const Row& row, const std::vector<Run>& runs) {
  RowRuns same;
  std::copy_if(runs.begin(), runs.end(), std::back_inserter(same),
               [&](const Run& run) { return run.row.name == row.name && run.row.tolerance == row.tolerance; });
  return same;
}

double mean_held_out_flips(const RowRuns& runs) {
  double sum = 0;
  for (const Run& run : runs) sum += run.held_out.flips;
  return sum / double(runs.size());
}

double choose(const std::vector<Candidate>& candidates) {
  const auto acceptable = std::find_if(candidates.begin(), candidates.end(),
                                       [](const Candidate& c) { return c.flips <= acceptable_flips; });
  return acceptable == candidates.end() ? candidates.back().tolerance : acceptable->tolerance;
}

/// Rows that use the same network, which stand beside each other.
std::vector<std::vector<Row>> by_network(const std::vector<Row>& rows) {
  std::vector<std::vector<Row>> groups;
  for (const Row& row : rows) {
    if (groups.empty() || !same_network(groups.back().front(), row)) groups.emplace_back();
    groups.back().push_back(row);
  }
  return groups;
}

/// Of training and of tuning, for one seed.
int epochs_of(const std::vector<Row>& rows, int epochs) {
  const auto tuned = std::count_if(rows.begin(), rows.end(), [](const Row& row) { return row.tuned; });
  return int(by_network(rows).size()) * epochs + int(tuned) * tuning_epochs;
}

/// Appends the runs that were finished, network by network.
void carry_out(const std::vector<Row>& rows, const Plan& plan, const Dataset& data, const std::function<bool()>& go_on,
               std::vector<Run>& finished) {
  const auto groups = by_network(rows);
  std::vector<std::vector<Run>> runs(groups.size() * plan.seeds);
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < runs.size(); i = next++) {
      runs[i] = train_and_replace(groups[i / plan.seeds], unsigned(i % plan.seeds) + 1, plan.epochs, data, go_on);
    }
  };
  std::vector<std::future<void>> workers;
  for (std::size_t i = 0; i < std::min<std::size_t>(plan.threads, runs.size()); ++i) {
    workers.push_back(std::async(std::launch::async, work));
  }
  for (auto& worker : workers) worker.get();
  for (auto& of_network : runs) std::move(of_network.begin(), of_network.end(), std::back_inserter(finished));
}

}  // namespace

Study carry_out(const Plan& plan, const Dataset& data, const std::atomic<bool>& interrupted) {
  Study study{{}, plan.tolerance, {}};
  std::vector<Row> rows = planned_rows(plan, plan.tolerance.value_or(tolerances[0]));
  const bool choosing = !plan.tolerance && std::any_of(rows.begin(), rows.end(), depends_on_tolerance);

  // Where δ is to be chosen, the rows that do not depend on it come first, then the runs to choose it by, which are
  // also those of the hardened row, and finally the other rows.
  const auto comes_last = [hardened = hardened_row(tolerances[0]).name](const Row& row) {
    return depends_on_tolerance(row) && row.name != hardened;
  };
  std::vector<Row> first = rows, last;
  if (choosing) {
    first = filter(rows, std::not_fn(depends_on_tolerance));
    for (const double tolerance : tolerances) first.push_back(hardened_row(tolerance));
    last = filter(rows, comes_last);
  }

  const int epochs = epochs_of(first, plan.epochs) + epochs_of(last, plan.epochs);
  Progress progress(long(epochs) * long(plan.seeds) * steps_per_epoch(data));
  const auto go_on = [&] {
    progress.advance();
    return !interrupted;
  };
  std::vector<Run> runs;
  carry_out(first, plan, data, go_on, runs);
  if (choosing && !interrupted) {
    for (const double tolerance : tolerances) {
      study.candidates.push_back({tolerance, mean_held_out_flips(runs_of(hardened_row(tolerance), runs))});
    }
    study.tolerance = choose(study.candidates);
    last = filter(planned_rows(plan, *study.tolerance), comes_last);
    carry_out(last, plan, data, go_on, runs);
  }

  rows = study.tolerance ? planned_rows(plan, *study.tolerance) : filter(rows, std::not_fn(depends_on_tolerance));
  for (const Row& row : rows) {
    RowRuns finished = runs_of(row, runs);
    if (!finished.empty()) study.rows.push_back(std::move(finished));
  }
  return study;
}

}  // namespace relu_ization
