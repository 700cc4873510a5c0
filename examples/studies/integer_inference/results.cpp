#include "results.hpp"

#include <ostream>
#include <stdexcept>

#include "table.hpp"

namespace integer_inference {

using nlohmann::json;
using namespace relu_ization;

namespace {

Summary percent(const json& runs, const std::string& kind, const char* what) {
  return summarise(runs, [&](const json& run) { return 100 * run.at(kind).at(what).get<double>(); });
}

template <class CellOf>
void print_by_bits(std::ostream& out, const json& results, Cells head, const CellOf& cell_of) {
  for (const json& bits : results.at("settings").at("bits")) head.push_back(bits.dump() + " bits");
  print_head(out, head);
  const bool with_float = head.size() > results.at("settings").at("bits").size() + 1;
  for (const json& network : results.at("networks")) {
    const json& runs = network.at("runs");
    Cells cells{network.at("name")};
    if (runs.size() != results.at("settings").at("seeds"))
      throw std::runtime_error(cells[0] + ": " + std::to_string(runs.size()) + " runs are not one for each seed");
    if (with_float) cells.push_back(format(percent(runs, "float", "accuracy"), 2));
    for (const json& bits : results.at("settings").at("bits")) cells.push_back(cell_of(runs, bits.dump()));
    print_line(out, cells);
  }
}

}  // namespace

void print_tables(std::ostream& out, const json& results) {
  const json& settings = results.at("settings");
  out << "Fully connected layers, hidden numbers: " << settings.at("hidden").dump() << ", " << settings.at("epochs")
      << " epochs, seeds: " << settings.at("seeds") << "; ranges and refits from " << settings.at("calibration images")
      << " images without labels.\n\n### Accuracy, %; predictions that are not the float network's\n\n";
  print_by_bits(out, results, {"network", "float"}, [](const json& runs, const std::string& bits) {
    return format(percent(runs, bits, "accuracy"), 2) + "; " + format(percent(runs, bits, "flips").mean, 2) + " %";
  });
  out << "\n### Hidden numbers that are exactly zero, %\n\n";
  print_by_bits(out, results, {"network"},
                [](const json& runs, const std::string& bits) { return format(percent(runs, bits, "zeros").mean, 1); });
  out << "\n### Work for an image, with 8 bits\n\n";
  Cells head{""};
  for (const json& column : results.at("work")) head.push_back(column.at("name"));
  print_head(out, head);
  const json& first = results.at("work").front().at("counts");
  for (const json& column : results.at("work"))
    if (column.at("counts").size() != first.size())
      throw std::runtime_error(column.at("name").get<std::string>() + ": not as many counts as in the first column");
  for (std::size_t i = 0; i < first.size(); ++i) {
    Cells cells{first.at(i).at("what")};
    for (const json& column : results.at("work")) {
      const json& count = column.at("counts").at(i);
      if (count.at("what") != cells[0])
        throw std::runtime_error(count.at("what").dump() + " in the row of " + cells[0]);
      cells.push_back(count.at("count").dump());
    }
    print_line(out, cells);
  }
}

}  // namespace integer_inference
