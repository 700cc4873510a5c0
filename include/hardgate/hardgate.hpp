// Hardgate: smooth activation functions whose hardness you control, for C++ and Eigen. Includes everything.
#pragma once

#include "activations.hpp"
#include "eigen/bulk.hpp"
#include "eigen/dense.hpp"
#include "eigen/functors.hpp"
#include "version.hpp"
