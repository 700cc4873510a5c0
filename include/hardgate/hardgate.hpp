// Hardgate: smooth activation functions whose hardness you control, for C++ and Eigen. Includes everything.
#pragma once

#include "activations.hpp"
#include "arrays.hpp"
#include "hardening/channels.hpp"
#include "hardening/learner.hpp"
#include "hardening/reparameterization.hpp"
#include "hardening/schedule.hpp"
#include "hardening/target.hpp"
#include "substitution/bias_correction.hpp"
#include "substitution/disruption.hpp"
#include "substitution/layer_refit.hpp"
#include "testing/check_gradient.hpp"
#include "testing/check_smoothness.hpp"
#include "version.hpp"
