// The file of results, and the tables made from it.
#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>

#include "study.hpp"

namespace transformer_study {

/// The results that a file keeps, or none if there is no file. Throws std::runtime_error for a file of other settings
/// and for one that is not of this kind.
nlohmann::json read_results(const std::string& file, const Settings& settings);

/// The run of a network and a seed; null if there is none.
const nlohmann::json* find_run(const nlohmann::json& results, const std::string& network, uint64_t seed);

/// As Markdown.
void print_tables(std::ostream& out, const nlohmann::json& results);

}  // namespace transformer_study
