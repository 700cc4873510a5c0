// The tables made from the results.
#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>

namespace proof {

/// As Markdown.
void print_tables(std::ostream& out, const nlohmann::json& results);

}  // namespace proof
