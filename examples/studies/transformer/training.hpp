// Training, and measuring what a network predicts on text it has not seen.
#pragma once

#include <hardgate/hardgate.hpp>
#include <optional>
#include <vector>

#include "corpus.hpp"
#include "transformer.hpp"

namespace transformer_study {

/// AdamW (0.9, 0.98), weight decay 0.1 on matrices, gradients clipped to 1; the rate rises over the first steps, then falls
/// to 0 along half a cosine.
struct Recipe {
  int64_t steps = 0, batch = 16;
  double rate = 2e-3;
  int64_t rising = 100;                                    ///< steps over which the rate rises
  std::optional<hardgate::HardeningSchedule> hardening{};  ///< from hardness 1 to the target
};

/// The hardness at which the gate is within 0.01 of the step: 79.8 for λ-GELU, 138.6 for Swish.
double target_hardness(Activation f);

/// The same seed is the same batches. Returns the loss of each step, in bits per character.
std::vector<double> train(Transformer& network, const Corpus& corpus, const Recipe& recipe, uint64_t seed);

/// What a network predicts on `windows` windows of the held-out text.
struct Evaluation {
  double bits = 0;      ///< per character
  double accuracy = 0;  ///< share of characters for which the likeliest was right
  double zeros = 0;     ///< share of hidden numbers that are exactly 0
  Tensor likeliest;     ///< the likeliest next character at each position
};
Evaluation evaluate(Transformer& network, const Corpus& corpus, int64_t windows);

/// The share of positions at which the likeliest character is another.
double changed(const Evaluation& before, const Evaluation& after);

/// Every unit replaced by ReLU, the network before and after, and what each layer alone costs, in bits per character.
hardgate::SubstitutionReport substitution_report(Transformer& network, const Evaluation& before, const Corpus& corpus,
                                                 int64_t windows);

}  // namespace transformer_study
