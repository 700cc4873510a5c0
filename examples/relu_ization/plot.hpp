// Pictures of how the hardness moved, drawn by gnuplot.
#pragma once

#include <filesystem>

#include "study.hpp"

namespace relu_ization {

/// Makes the folder. Throws std::runtime_error if it cannot be written or gnuplot is not there.
void prepare_plots(const std::filesystem::path& folder);

/// Leaves in the folder an SVG, its data and its gnuplot script for each row whose hardness moved.
void plot(const std::filesystem::path& folder, const Study& study);

}  // namespace relu_ization
