#include "report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <vector>

#include "table.hpp"

namespace relu_ization {
namespace {

// What a run is judged by.
double accuracy_before(const Run& run) { return 100 * run.test.metric_before; }
double accuracy_after(const Run& run) { return 100 * run.test.metric_after; }
double accuracy_change(const Run& run) { return 100 * run.test.metric_change(); }
double loss_before(const Run& run) { return run.test.loss_before; }
double loss_change(const Run& run) { return run.test.loss_change(); }
double flips(const Run& run) { return 100 * run.test.flips; }
double drift(const Run& run) { return run.drift(); }

void print_table(std::ostream& out, const std::vector<RowRuns>& rows, std::size_t seeds) {
  std::vector<Cells> lines{{"", "accuracy, %", "afterwards, %", "change, points", "loss", "loss change", "flips, %"}};
  for (const RowRuns& runs : rows) {
    const std::string share = " (" + std::to_string(runs.size()) + " of " + std::to_string(seeds) + " seeds)";
    lines.push_back({runs[0].row.title + (runs.size() < seeds ? share : ""),
                     format(summarise(runs, accuracy_before), 2), format(summarise(runs, accuracy_after), 2),
                     format(summarise(runs, accuracy_change), 2, format_signed),
                     format(summarise(runs, loss_before), 4), format(summarise(runs, loss_change), 5, format_signed),
                     format(summarise(runs, flips), 2)});
  }
  out << '\n';
  print_aligned(out, lines);
}

void print_learned_hardness(std::ostream& out, const std::vector<RowRuns>& rows) {
  std::vector<Cells> lines{{"learned hardness"}};
  for (Index layer = 1; layer <= Network::depth; ++layer) lines.push_back({"layer " + std::to_string(layer)});
  lines.push_back({"hardened to"});
  lines.push_back({"drift per epoch"});
  for (const RowRuns& runs : rows) {
    if (!runs[0].row.learns) continue;
    auto line = lines.begin();
    line++->push_back(runs[0].row.title);
    for (Index layer = 0; layer < Network::depth; ++layer) {
      const auto learned = [&](const Run& run) { return double(run.learned_hardness()[layer]); };
      line++->push_back(format(summarise(runs, learned), 2));
    }
    line++->push_back(runs[0].row.hardens ? format(runs[0].row.target, 2) : "-");
    line++->push_back(format(summarise(runs, drift), 2));
  }
  if (lines.front().size() == 1) return;
  out << '\n';
  print_aligned(out, lines);
}

void print_tolerance(std::ostream& out, const Study& study) {
  if (!study.tolerance) return;
  out << "\nHardened to a tolerance of δ = " << *study.tolerance;
  if (!study.candidates.empty()) {
    const bool acceptable = std::any_of(study.candidates.begin(), study.candidates.end(),
                                        [](const Candidate& c) { return c.flips <= acceptable_flips; });
    out << (acceptable ? ", the largest tried that flips" : ", the smallest tried; none flips") << " at most "
        << format(100 * acceptable_flips, 2) << " % of the predictions on held-out images\n(";
    for (const Candidate& c : study.candidates) {
      out << (&c == &study.candidates.front() ? "" : ", ") << "δ = " << c.tolerance << ": " << format(100 * c.flips, 3)
          << " %";
    }
    out << ')';
  }
  out << ".\n";
}

const RowRuns* find(const std::vector<RowRuns>& rows, const std::string& name) {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const RowRuns& runs) { return runs[0].row.name == name; });
  return found == rows.end() ? nullptr : &*found;
}

/// What replacing does to each layer, and the loss where that layer alone is replaced.
void print_layers(std::ostream& out, const std::vector<RowRuns>& rows) {
  const RowRuns* runs = find(rows, "gelu");
  if (!runs) return;
  std::vector<Cells> lines{
      {"replacing " + runs->front().row.title, "mean |f − ReLU|", "variance explained, %", "loss change"}};
  double sum = 0;
  for (std::size_t i = 0; i < std::size_t(Network::depth); ++i) {
    const auto summary = [&](auto value) {
      return summarise(*runs, [&](const Run& run) { return value(run.test.layers[i]); });
    };
    const Summary mean = summary([](const hardgate::Disruption& layer) { return layer.mean; });
    const Summary explained = summary([](const hardgate::Disruption& layer) { return 100 * layer.explained; });
    const Summary cost = summary([](const hardgate::Disruption& layer) { return layer.cost_alone; });
    lines.push_back({"layer " + std::to_string(i + 1) + " alone", format(mean, 3), format(explained, 1),
                     format(cost, 5, format_signed)});
    sum += cost.mean;
  }
  lines.push_back({"sum", "", "", format_signed(sum, 5)});
  lines.push_back({"all layers", "", "", format(summarise(*runs, loss_change), 5, format_signed)});
  out << '\n';
  print_aligned(out, lines);
}

std::string effect(const RowRuns& runs) {
  return "changes accuracy by " + format_signed(summarise(runs, accuracy_change).mean, 2) + " points and flips " +
         format(summarise(runs, flips).mean, 2) + " % of the predictions";
}

void print_controls(std::ostream& out, const std::vector<RowRuns>& rows, const RowRuns& hardened) {
  const Summary hardened_flips = summarise(hardened, flips), hardened_accuracy = summarise(hardened, accuracy_after);
  int controls = 0, worse = 0;
  const auto print_control = [&](const char* name, const char* what) {
    const RowRuns* control = find(rows, name);
    if (!control) return;
    const Summary control_flips = summarise(*control, flips), accuracy = summarise(*control, accuracy_after);
    const std::string verdict = compare(control_flips, hardened_flips);
    ++controls;
    worse += verdict == "higher";
    out << "Control: " << what << ", replacing it flips " << format(control_flips.mean, 2) << " % (" << verdict
        << ") and gives an accuracy of " << format(accuracy.mean, 2) << " % (" << compare(accuracy, hardened_accuracy)
        << ").\n";
  };
  print_control("lambda-hard", "where λ-GELU was hard from the start");
  print_control("lambda-annealed", "where λ-GELU was hardened but not learned");
  const RowRuns* gelu = find(rows, "gelu");
  if (controls > 0 && worse == 0 && gelu && compare(summarise(*gelu, flips), hardened_flips) == "higher") {
    out << "So what makes replacing harmless is the hardness reached; learning it was not needed.\n";
  }
}

void print_conclusion(std::ostream& out, const std::vector<RowRuns>& rows) {
  const auto print_effect = [&](const char* name, const char* what) {
    const RowRuns* runs = find(rows, name);
    if (runs) out << what << ' ' << effect(*runs) << ".\n";
    return runs;
  };
  out << '\n';
  print_effect("gelu", "Replacing GELU by ReLU");
  print_effect("gelu-no-data", "Replacing GELU by ReLU and correcting biases without data");
  print_effect("gelu-bias-128", "Replacing GELU by ReLU and correcting biases from 128 images");
  print_effect("gelu-bias", "Replacing GELU by ReLU and correcting biases");
  print_effect("gelu-refit-128", "Replacing GELU by ReLU and refitting layers from 128 images");
  print_effect("gelu-refit", "Replacing GELU by ReLU and refitting layers");
  const RowRuns* plain_tuned = print_effect("gelu-plain-tuned", "Replacing GELU by ReLU and tuning");
  const RowRuns* refit_tuned = print_effect("gelu-refit-tuned", "Replacing GELU by ReLU, refitting layers and tuning");
  if (const RowRuns* control = print_effect("gelu-tuned", "Control: tuning GELU without replacing it")) {
    const Summary accuracy = summarise(*control, accuracy_after);
    for (const RowRuns* tuned : {plain_tuned, refit_tuned}) {
      if (!tuned) continue;
      const Summary after = summarise(*tuned, accuracy_after);
      out << tuned->front().row.title << ": an accuracy of " << format(after.mean, 2) << " %, the control's is "
          << format(accuracy.mean, 2) << " % (" << compare(accuracy, after) << ").\n";
    }
  }
  print_effect("lambda-learned", "Replacing a learned λ-GELU by ReLU");
  if (const RowRuns* hardened = print_effect("lambda-hardened", "Replacing a hardened λ-GELU by ReLU")) {
    if (const RowRuns* relu = find(rows, "relu")) {
      const Summary after = summarise(*hardened, accuracy_after), scratch = summarise(*relu, accuracy_after);
      out << "The resulting network has an accuracy of " << format(after.mean, 2)
          << " %, the one with ReLU from scratch " << format(scratch.mean, 2) << " % (" << compare(scratch, after)
          << ").\n";
    }
    print_controls(out, rows, *hardened);
  }
  print_effect("segem", "Replacing SE-GEM by ReLU");
  print_effect("segem-bias", "Replacing SE-GEM by ReLU and correcting biases");
  print_effect("segem-refit", "Replacing SE-GEM by ReLU and refitting layers");
  print_effect("segem-hardened", "Replacing a hardened SE-GEM by ReLU");
}

nlohmann::ordered_json to_json(const Run& run) {
  std::vector<double> largest, mean, explained, alone;
  for (const hardgate::Disruption& layer : run.test.layers) {
    largest.push_back(layer.sup);
    mean.push_back(layer.mean);
    explained.push_back(layer.explained);
    alone.push_back(layer.cost_alone);
  }
  return {{"activation", run.row.name},
          {"seed", run.seed},
          {"accuracy_before", run.test.metric_before},
          {"accuracy_after", run.test.metric_after},
          {"loss_before", run.test.loss_before},
          {"loss_after", run.test.loss_after},
          {"flips", run.test.flips},
          {"hardness_by_layer", run.final_hardness()},
          {"title", run.row.title},
          {"held_out_flips", run.held_out.flips},
          {"learned_hardness_by_layer", run.learned_hardness()},
          {"hardness_drift", run.drift()},
          {"largest_disruption_by_layer", largest},
          {"mean_disruption_by_layer", mean},
          {"explained_by_layer", explained},
          {"loss_change_alone_by_layer", alone},
          {"network", run.row.network}};
}

}  // namespace

void print(std::ostream& out, const Study& study, unsigned seeds) {
  if (study.rows.empty()) {
    out << "No run was finished.\n";
    return;
  }
  print_table(out, study.rows, seeds);
  print_layers(out, study.rows);
  print_learned_hardness(out, study.rows);
  print_tolerance(out, study);
  print_conclusion(out, study.rows);
}

void write_json(std::ostream& out, const Study& study) {
  auto list = nlohmann::ordered_json::array();
  for (const RowRuns& runs : study.rows) {
    for (const Run& run : runs) list.push_back(to_json(run));
  }
  out << list.dump(2) << '\n';
}

}  // namespace relu_ization
