// Hardgate: smooth activation functions whose hardness you control, for C++ and Eigen. Includes everything.
#pragma once

#include "activations.hpp"
#include "arrays.hpp"
#include "hardening/channels.hpp"
#include "hardening/learner.hpp"
#include "hardening/reparameterization.hpp"
#include "hardening/schedule.hpp"
#include "hardening/target.hpp"
#include "substitution/disruption.hpp"
#include "testing/check_gradient.hpp"
#include "testing/check_smoothness.hpp"
#include "version.hpp"
