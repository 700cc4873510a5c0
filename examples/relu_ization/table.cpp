#include "table.hpp"

#include <iomanip>
#include <ostream>
#include <sstream>

namespace relu_ization {
namespace {

/// Columns on the screen: the bytes of UTF-8 text without those that continue a character.
std::size_t width(const std::string& text) {
  return std::size_t(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

std::string compare(const Summary& a, const Summary& b) {
  const auto squared_error = [](const Summary& s) { return s.spread * s.spread / double(s.seeds); };
  const double error = std::sqrt(squared_error(a) + squared_error(b)), difference = a.mean - b.mean;
  if (a.seeds < 2 || b.seeds < 2) return "not comparable with one seed";
  if (std::abs(difference) <= 3 * error) return "within 3 standard errors";
  return difference > 0 ? "higher" : "lower";
}

std::string format(double value, int digits) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(digits) << value;
  return text.str();
}

std::string format_signed(double value, int digits) { return (value < 0 ? "" : "+") + format(value, digits); }

std::string format(const Summary& summary, int digits, std::string (*number)(double, int)) {
  return number(summary.mean, digits) + (summary.seeds < 2 ? "" : " ± " + format(summary.spread, digits));
}

void print_aligned(std::ostream& out, const std::vector<Cells>& lines) {
  std::vector<std::size_t> widths(lines.front().size());
  for (const Cells& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width(line[i]));
  }
  for (const Cells& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string padding(widths[i] - width(line[i]), ' ');
      out << (i == 0 ? line[i] + padding : "  " + padding + line[i]);
    }
    out << '\n';
  }
}

void print_line(std::ostream& out, const Cells& cells) {
  out << '|';
  for (const std::string& cell : cells) out << ' ' << cell << " |";
  out << '\n';
}

void print_head(std::ostream& out, const Cells& cells) {
  print_line(out, cells);
  out << '|';
  for (std::size_t i = 0; i < cells.size(); ++i) out << "---|";
  out << '\n';
}

}  // namespace relu_ization
