// From the measured times to a Markdown report and a picture.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "kernel.hpp"

namespace bench {

/// Medians of the repetitions, in ns per element, by (group, kernel, n).
using Times = std::map<std::tuple<std::string, std::string, Index>, double>;

/// Writes <name>.md, and if gnuplot is installed <name>.svg, into the directory, and puts the comparison with what one
/// would use instead between the markers <!-- name --> of ../README.md, if it has them.
void write_report(const Times& times, const std::vector<Index>& sizes, const std::filesystem::path& directory,
                  const std::string& name);

}  // namespace bench
