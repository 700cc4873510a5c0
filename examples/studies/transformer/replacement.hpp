// Replacing the units of a trained network by ReLU, and what is given back to it without training.
#pragma once

#include "transformer.hpp"

namespace transformer_study {

struct Correction {
  enum class Shift {
    none,
    standard_normal,  ///< by mean_shift: one number, for pre-activations of mean 0 and deviation 1
    from_weights,  ///< by mean_shift for each channel: a layer behind a normalisation has a mean and a deviation that
                   ///< follow from its weights
    measured,      ///< by BiasCorrection for each channel: of f or, in a gated product, of f of the gate
    of_product     ///< the same of the whole gated product
  } shift = Shift::none;
  double ridge = 0;  ///< of the refit of the layer behind; 0 for none
};

/// The network with ReLU. `text` are the windows that it may look at.
Transformer replaced(const Transformer& network, const Correction& correction = {}, const Tensor& text = {});

}  // namespace transformer_study
