// Hardgate: smooth activation functions whose hardness you control, for C++ and Eigen. Includes everything.
#pragma once

#include "activations.hpp"
#include "eigen/bulk.hpp"
#include "eigen/dense.hpp"
#include "eigen/functors.hpp"
#include "eigen/scalars.hpp"
#include "hardening/channels.hpp"
#include "hardening/distance.hpp"
#include "hardening/learner.hpp"
#include "hardening/reparameterization.hpp"
#include "hardening/schedule.hpp"
#include "hardening/substitution.hpp"
#include "testing/check_gradient.hpp"
#include "testing/check_smoothness.hpp"
#include "version.hpp"
