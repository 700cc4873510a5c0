// Times of the sparse blocks and of the dense ones, in turn, in one process.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "ways.hpp"

namespace sparse_inference {

struct Settings {
  std::vector<Size> sizes{{512, 2048}, {1024, 4096}, {2048, 8192}, {4096, 11008}};
  std::vector<double> zeros{0, 10, 25, 50, 62, 70, 80, 84, 90, 95, 99};  // percent of the hidden numbers
  int repetitions = 15;
};

/// Where the variants of the sparse product are timed as well.
inline constexpr double zeros_of_variants = 80;

/// {"machine": {...}, "repetitions": n, "measurements": [...]}, a measurement for each size and share of zeros:
/// {"width", "hidden", "zeros", "largest difference", "down" | "ReLU" | "ReGLU" | "variants": {name: {"us", "ratio"}}}.
/// "us" is the median time of a call in microseconds; "ratio" the median of what the sparse one took over this one, each
/// time one after the other. Throws std::runtime_error if a result differs from the dense one by more than rounding.
nlohmann::json measure(const Settings& settings);

}  // namespace sparse_inference
