// What the runs show: a table, layer by layer what replacing GELU costs and the hardness learned, and a conclusion computed from the numbers; or JSON.
#pragma once

#include <iosfwd>

#include "study.hpp"

namespace relu_ization {

/// Prints all of it. Marks rows of which fewer runs finished than there are seeds.
void print(std::ostream& out, const Study& study, unsigned seeds);

/// A list of objects, one for each run. An infinite hardness, that of ReLU, becomes null.
void write_json(std::ostream& out, const Study& study);

}  // namespace relu_ization
