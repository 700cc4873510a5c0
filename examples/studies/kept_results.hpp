// Results kept in a file of JSON from one run of a study to the next.
#pragma once

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>

namespace kept_results {

/// Throws std::runtime_error for a file that cannot be read, or that is not an object with these members.
inline nlohmann::json read(const std::string& file, const std::string& what,
                           std::initializer_list<const char*> members) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored))
    throw std::runtime_error(file + ": a folder, not a file of " + what);
  std::ifstream in(file);
  if (!in) throw std::runtime_error(file + ": cannot be read");
  nlohmann::json results = nlohmann::json::parse(in, nullptr, /*allow_exceptions=*/false);
  for (const char* member : members)
    if (!results.is_object() || !results.contains(member)) throw std::runtime_error(file + ": not a file of " + what);
  return results;
}

/// Throws std::runtime_error if what was printed, such as tables, did not get there.
inline void require_printed() {
  if (!std::cout.flush()) throw std::runtime_error("standard output: cannot be written");
}

/// Prints the tables of a file, or throws std::runtime_error with the name of the file and prints nothing.
inline void print(const std::string& file, const std::string& what, std::initializer_list<const char*> members,
                  void (*print_tables)(std::ostream&, const nlohmann::json&)) {
  const nlohmann::json results = read(file, what, members);
  std::ostringstream tables;
  try {
    const nlohmann::json values = results.flatten();  // where what is empty is null
    for (const auto& [path, value] : values.items())
      if (value.is_null() && path != "/solvers")  // which need not be compared
        throw std::runtime_error(path + " is empty");
    print_tables(tables, results);
  } catch (const std::exception& error) {
    throw std::runtime_error(file + ": not a complete file of " + what + ": " + error.what());
  }
  std::cout << tables.str();
  require_printed();
}

/// Where a file is written: where links lead. Throws std::runtime_error for what is there and is no file.
inline std::filesystem::path destination(const std::string& file) {
  std::filesystem::path path = std::filesystem::absolute(file);
  std::error_code failure;
  for (int links = 0; links < 40 && std::filesystem::is_symlink(path, failure); ++links)  // 40, as in Linux
    path = path.parent_path() / std::filesystem::read_symlink(path, failure);
  const std::filesystem::file_type type = std::filesystem::status(path, failure).type();
  if (type != std::filesystem::file_type::regular && type != std::filesystem::file_type::not_found)
    throw std::runtime_error(file + ": cannot be written: " + (failure ? failure.message() : "not a regular file"));
  return std::filesystem::weakly_canonical(path);
}

/// Written beside the file first, so that an interruption leaves the old one; a name that nothing has.
inline std::filesystem::path next_to(std::filesystem::path file) {
  std::error_code ignored;
  do file += ".next";
  while (std::filesystem::exists(std::filesystem::symlink_status(file, ignored)));
  return file;
}

/// Throws std::runtime_error if the file cannot be written: to be known before minutes of work.
inline void require_writable(const std::string& file) {
  const std::filesystem::path next = next_to(destination(file));
  if (!std::ofstream(next)) throw std::runtime_error(file + ": cannot be written");
  std::filesystem::remove(next);
}

/// Throws std::runtime_error if the file cannot be written.
inline void write(const std::string& file, const nlohmann::json& results) {
  const std::string text = results.dump(1) + '\n';
  const std::filesystem::path path = destination(file), next = next_to(path);
  std::ofstream out(next);
  out << text;
  out.close();
  std::error_code failure, ignored;
  if (out) std::filesystem::rename(next, path, failure);
  if (out && !failure) return;
  std::filesystem::remove(next, ignored);
  throw std::runtime_error(file + ": cannot be written");
}

/// What is wrong with an argument, for CLI11: a path from a variable that is not set; what its Range lets pass.
inline std::string no_path(const std::string& text) { return text.empty() ? "an empty path" : ""; }
inline std::string no_number(const std::string& text) {
  return std::isnan(std::strtod(text.c_str(), nullptr)) ? text + " is not a number" : "";
}

}  // namespace kept_results
