#include "corpus.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace transformer_study {

Corpus make_corpus(const std::string& text) {
  const auto size = static_cast<int64_t>(text.size());
  if (size < 1000)
    throw std::runtime_error("a text of at least 1000 characters is needed, got " + std::to_string(size));
  std::array<int64_t, 256> number{};
  for (const char c : text) number[static_cast<unsigned char>(c)] = 1;
  Corpus corpus;
  for (int64_t& n : number)
    if (n != 0) n = corpus.characters++;
  std::vector<int64_t> parts[2];
  const int64_t block = std::min<int64_t>(20000, size / 20);
  for (int64_t i = 0; i < size; ++i)
    parts[i / block % 10 == 5].push_back(number[static_cast<unsigned char>(text[static_cast<std::size_t>(i)])]);
  corpus.training = torch::tensor(parts[0]);
  corpus.held_out = torch::tensor(parts[1]);
  return corpus;
}

Corpus read_corpus(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw std::runtime_error(file + ": cannot be read, or is empty");
  return make_corpus(text.str());
}

static Tensor windows(const Tensor& text, const Tensor& starts, int64_t length) {
  return text.index({starts.unsqueeze(1) + torch::arange(length)});
}

Tensor random_windows(const Tensor& text, int64_t count, int64_t length, torch::Generator& random) {
  return windows(text, torch::randint(text.numel() - length + 1, {count}, random, torch::kLong), length);
}

Tensor even_windows(const Tensor& text, int64_t count, int64_t length) {
  return windows(text, (torch::arange(count) * (text.numel() - length)).div(count, "floor"), length);
}

torch::Generator generator(uint64_t seed) { return at::make_generator<at::CPUGeneratorImpl>(seed); }

}  // namespace transformer_study
