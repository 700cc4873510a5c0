// Text as numbers of characters, to train on and to measure on.
#pragma once

#include <torch/torch.h>

#include <string>

namespace transformer_study {

using torch::Tensor;

/// Characters are numbered in the order of their codes. Of blocks of 20 000 characters, or fewer in a short text, every
/// tenth is held out.
struct Corpus {
  Tensor training, held_out;  ///< of type long
  int64_t characters = 0;     ///< how many different ones there are
};

/// Throws std::runtime_error for a text of fewer than 1000 characters.
Corpus make_corpus(const std::string& text);
Corpus read_corpus(const std::string& file);  ///< likewise, and for a file that cannot be read

/// Windows of a text, count × length, at random or evenly spread over it.
Tensor random_windows(const Tensor& text, int64_t count, int64_t length, torch::Generator& random);
Tensor even_windows(const Tensor& text, int64_t count, int64_t length);

torch::Generator generator(uint64_t seed);

}  // namespace transformer_study
