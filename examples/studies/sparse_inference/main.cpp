// What skipping exact zeros behind ReLU saves in a feed-forward block, one token at a time.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <iostream>
#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

#include "../kept_results.hpp"
#include "measure.hpp"
#include "results.hpp"

namespace {

sparse_inference::Size parse_size(const std::string& text) {
  std::smatch parts;
  if (!std::regex_match(text, parts, std::regex("([1-9][0-9]{0,4})x([1-9][0-9]{0,4})")))
    throw std::runtime_error("--sizes: " + text + " is not a width and a number of hidden numbers, such as 512x2048");
  return {std::stol(parts[1]), std::stol(parts[2])};
}

}  // namespace

int main(int argc, char** argv) try {
  sparse_inference::Settings settings;
  std::vector<std::string> sizes;
  std::string measure_to, tables_of;
  CLI::App app("Times feed-forward blocks that skip the zeros behind ReLU beside dense ones, one token at a time.");
  app.add_option("--sizes", sizes, "Width x hidden numbers, separated by commas (default: 512x2048 to 4096x11008)")
      ->delimiter(',');
  app.add_option("--zeros", settings.zeros, "Shares of zeros among the hidden numbers, in percent")
      ->delimiter(',')
      ->check(CLI::Range(0., 100.))
      ->check(kept_results::no_number);
  app.add_option("--repetitions", settings.repetitions, "Of each measurement")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  CLI::Option* const to = app.add_option("--measure", measure_to, "File to write the measurements to");
  to->check(kept_results::no_path);
  app.add_option("--tables", tables_of, "File of measurements to print the tables of; nothing is measured")
      ->check(kept_results::no_path)
      ->excludes(to);
  CLI11_PARSE(app, argc, argv);

  if (!tables_of.empty()) {
    kept_results::print(tables_of, "measurements", {"machine", "measurements"}, sparse_inference::print_tables);
    return 0;
  }
  if (!sizes.empty()) settings.sizes.clear();
  for (const std::string& size : sizes) {
    settings.sizes.push_back(parse_size(size));
    if (std::count(sizes.begin(), sizes.end(), size) > 1)
      throw std::runtime_error("--sizes: " + size + " is there more than once");
  }
  if (!measure_to.empty()) kept_results::require_writable(measure_to);
  const nlohmann::json results = sparse_inference::measure(settings);
  if (!measure_to.empty()) kept_results::write(measure_to, results);
  sparse_inference::print_tables(std::cout, results);
  kept_results::require_printed();
} catch (const std::bad_alloc&) {
  std::cerr << "sparse_inference: not enough memory for weights of this size\n";
  return 1;
} catch (const std::exception& error) {
  std::cerr << "sparse_inference: " << error.what() << '\n';
  return 1;
}
