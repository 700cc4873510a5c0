// The file of results, and the tables made from it.
#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>

namespace proof {

/// Throws std::runtime_error for a file that cannot be read or is not one of results.
nlohmann::json read_results(const std::string& file);

/// Throws std::runtime_error if it cannot be written: to be asked before minutes of proving.
void check_writable(const std::string& file);
void write_results(const std::string& file, const nlohmann::json& results);

/// As Markdown.
void print_tables(std::ostream& out, const nlohmann::json& results);

}  // namespace proof
