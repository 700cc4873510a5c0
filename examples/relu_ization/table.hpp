// Means over seeds, how they compare, and tables of them.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <iosfwd>
#include <string>
#include <vector>

namespace relu_ization {

/// Mean and standard deviation over seeds.
struct Summary {
  double mean, spread;
  Eigen::Index seeds;
};

/// Of value(run) over the runs.
template <class Runs, class Value>
Summary summarise(const Runs& runs, Value value) {
  Eigen::ArrayXd values(Eigen::Index(runs.size()));
  std::transform(runs.begin(), runs.end(), values.data(), value);
  const double mean = values.mean(), freedom = double(std::max<Eigen::Index>(1, values.size() - 1));
  return {mean, std::sqrt((values - mean).square().sum() / freedom), values.size()};
}

/// How a mean compares with another, by three standard errors of their difference: seeds are few.
std::string compare(const Summary& a, const Summary& b);

std::string format(double value, int digits);
std::string format_signed(double value, int digits);
std::string format(const Summary& summary, int digits, std::string (*number)(double, int) = format);

using Cells = std::vector<std::string>;

/// The first column flush left, the others flush right.
void print_aligned(std::ostream& out, const std::vector<Cells>& lines);

/// A line of a table in Markdown; its head, with the line below it.
void print_line(std::ostream& out, const Cells& cells);
void print_head(std::ostream& out, const Cells& cells);

}  // namespace relu_ization
