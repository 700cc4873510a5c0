// The tables made from measurements.
#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>

namespace sparse_inference {

/// As Markdown.
void print_tables(std::ostream& out, const nlohmann::json& results);

}  // namespace sparse_inference
