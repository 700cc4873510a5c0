// Results kept in a file of JSON from one run of a study to the next.
#pragma once

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace kept_results {

/// Throws std::runtime_error for a file that cannot be read, or that is not an object with these members.
inline nlohmann::json read(const std::string& file, const std::string& what,
                           std::initializer_list<const char*> members) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error(file + ": cannot be read");
  nlohmann::json results = nlohmann::json::parse(in, nullptr, /*allow_exceptions=*/false);
  for (const char* member : members)
    if (!results.is_object() || !results.contains(member)) throw std::runtime_error(file + ": not a file of " + what);
  return results;
}

/// Written beside the file first, so that an interruption leaves the old one.
inline std::string next_to(const std::string& file) { return file + ".next"; }

/// Throws std::runtime_error if the file cannot be written: to be known before minutes of work.
inline void require_writable(const std::string& file) {
  if (!std::ofstream(next_to(file), std::ios::app)) throw std::runtime_error(file + ": cannot be written");
  std::filesystem::remove(next_to(file));
}

/// Throws std::runtime_error if the file cannot be written.
inline void write(const std::string& file, const nlohmann::json& results) {
  const std::string next = next_to(file);
  std::ofstream out(next);
  out << results.dump(1) << '\n';
  out.close();
  if (!out) throw std::runtime_error(file + ": cannot be written");
  std::filesystem::rename(next, file);
}

}  // namespace kept_results
