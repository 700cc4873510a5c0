// The tables made from results.
#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>

namespace integer_inference {

/// As Markdown.
void print_tables(std::ostream& out, const nlohmann::json& results);

}  // namespace integer_inference
