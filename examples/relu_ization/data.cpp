#include "data.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace relu_ization {
namespace {

namespace fs = std::filesystem;
using Eigen::Index;

[[noreturn]] void refuse(const fs::path& file, const std::string& why) {
  throw std::runtime_error(file.string() + ": " + why);
}

/// The file as named or, if only that exists, with .gz behind its name.
fs::path plain_or_gzipped(const fs::path& file) {
  const fs::path gzipped = file.string() + ".gz";
  return !fs::exists(file) && fs::exists(gzipped) ? gzipped : file;
}

/// The whole content, unpacked. Memory grows with what is really there, to a limit no such file reaches.
std::string read_bytes(const fs::path& file) {
  constexpr unsigned chunk = 1u << 20, limit = 256 * chunk;
  if (!fs::exists(file)) refuse(file, "no such file, gzipped or not");
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> stream(gzopen(file.c_str(), "rb"), gzclose);
  if (!stream) refuse(file, "cannot be opened");

  std::string bytes;
  for (int count = 1; count > 0;) {
    const std::size_t end = bytes.size();
    if (end > limit) refuse(file, "is larger than 256 MiB");
    bytes.resize(end + chunk);
    count = gzread(stream.get(), &bytes[end], chunk);
    bytes.resize(end + std::size_t(std::max(count, 0)));
  }
  int error = Z_OK;
  const std::string message = gzerror(stream.get(), &error);
  if (error == Z_BUF_ERROR) refuse(file, "is truncated");
  if (error != Z_OK && error != Z_STREAM_END) throw std::runtime_error("cannot read " + message);
  return bytes;
}

template <std::size_t rank>
struct Idx {
  std::array<std::uint32_t, rank> sizes;
  std::string bytes;  // as many as the sizes announce
};

template <std::size_t rank>
Idx<rank> read_idx(const fs::path& file) {
  constexpr std::size_t header = 4 * (1 + rank);
  constexpr std::uint32_t magic = 0x0800 + rank, largest_side = 4096;
  std::string bytes = read_bytes(file);
  if (bytes.size() < header) refuse(file, "ends within its header");
  const auto word = [&](std::size_t index) {
    std::uint32_t value = 0;
    for (std::size_t i = 4 * index; i < 4 * index + 4; ++i) value = value << 8 | std::uint8_t(bytes[i]);
    return value;
  };
  if (word(0) != magic) {
    refuse(file, "is not of type idx" + std::to_string(rank) + "-ubyte: magic number " + std::to_string(word(0)) +
                     ", not " + std::to_string(magic));
  }

  Idx<rank> idx;
  std::uint64_t announced = 1;
  for (std::size_t i = 0; i < rank; ++i) {
    idx.sizes[i] = word(1 + i);
    if (i > 0 && idx.sizes[i] > largest_side) {
      refuse(file, "announces images " + std::to_string(idx.sizes[i]) + " pixels wide or high");
    }
    announced *= idx.sizes[i];
  }
  if (announced == 0) refuse(file, "announces no data");
  if (announced != bytes.size() - header) {
    refuse(file, "announces " + std::to_string(announced) + " bytes of data and holds " +
                     std::to_string(bytes.size() - header));
  }
  idx.bytes = bytes.substr(header);
  return idx;
}

LabelledImages read_idx_pair(const fs::path& folder, const std::string& name) {
  const fs::path labels = plain_or_gzipped(folder / (name + "-labels-idx1-ubyte"));
  LabelledImages pair{read_idx_images(plain_or_gzipped(folder / (name + "-images-idx3-ubyte"))),
                      read_idx_labels(labels)};
  if (pair.images.cols() != pair.size()) {
    refuse(labels,
           "holds " + std::to_string(pair.size()) + " labels for " + std::to_string(pair.images.cols()) + " images");
  }
  return pair;
}

/// Numbers separated by commas, or none where there is anything else between them.
std::vector<int> parse_numbers(const std::string& line) {
  std::vector<int> numbers;
  const char* const end = line.data() + line.size();
  for (const char* at = line.data();; ++at) {
    const auto [next, error] = std::from_chars(at, end, numbers.emplace_back());
    if (error != std::errc() || (next != end && *next != ',')) return {};
    if (next == end) return numbers;
    at = next;
  }
}

/// Moves every nth image into a set of its own.
LabelledImages take_every(Index nth, LabelledImages& from) {
  const Index inputs = from.images.rows(), taken_size = from.size() / nth, rest_size = from.size() - taken_size;
  LabelledImages taken{Eigen::MatrixXf(inputs, taken_size), Eigen::VectorXi(taken_size)};
  LabelledImages rest{Eigen::MatrixXf(inputs, rest_size), Eigen::VectorXi(rest_size)};
  for (Index i = 0; i < from.size(); ++i) {
    const bool take = i % nth == nth - 1;
    LabelledImages& to = take ? taken : rest;
    const Index position = take ? i / nth : i - i / nth;
    to.images.col(position) = from.images.col(i);
    to.labels[position] = from.labels[i];
  }
  from = std::move(rest);
  return taken;
}

void standardise(Dataset& data, const fs::path& folder) {
  const auto pixels = data.train.images.cast<double>().array();
  const double mean = pixels.mean();
  const double deviation = std::sqrt((pixels - mean).square().mean());
  if (deviation == 0) refuse(folder, "all training pixels are equal");
  for (LabelledImages* part : {&data.train, &data.held_out, &data.test}) {
    part->images = ((part->images.array() - float(mean)) / float(deviation)).matrix();
  }
}

}  // namespace

Eigen::MatrixXf read_idx_images(const fs::path& file) {
  using Pixels = Eigen::Matrix<std::uint8_t, Eigen::Dynamic, Eigen::Dynamic>;
  const auto [sizes, bytes] = read_idx<3>(file);
  const auto* pixels = reinterpret_cast<const std::uint8_t*>(bytes.data());
  return Eigen::Map<const Pixels>(pixels, Index(sizes[1]) * Index(sizes[2]), Index(sizes[0])).cast<float>();
}

Eigen::VectorXi read_idx_labels(const fs::path& file) {
  const auto [sizes, bytes] = read_idx<1>(file);
  Eigen::VectorXi labels(sizes[0]);
  for (Index i = 0; i < labels.size(); ++i) {
    labels[i] = std::uint8_t(bytes[std::size_t(i)]);
    if (labels[i] >= number_of_classes) {
      refuse(file, "label " + std::to_string(i + 1) + " is " + std::to_string(labels[i]) + ", not 0 to 9");
    }
  }
  return labels;
}

LabelledImages read_digits(const fs::path& file) {
  constexpr std::size_t inputs = 64;
  std::istringstream lines(read_bytes(file));
  std::vector<float> pixels;
  std::vector<int> labels;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const std::vector<int> numbers = parse_numbers(line);
    const auto within = [&](int number) { return number >= 0 && number <= 16; };
    if (numbers.size() != inputs + 1 || !std::all_of(numbers.begin(), numbers.end(), within) ||
        numbers.back() >= number_of_classes) {
      refuse(file, "line " + std::to_string(labels.size() + 1) + " is not 64 pixels, 0 to 16, and a label, 0 to 9");
    }
    pixels.insert(pixels.end(), numbers.begin(), numbers.end() - 1);
    labels.push_back(numbers.back());
  }
  const Index size = Index(labels.size());
  return {Eigen::Map<const Eigen::MatrixXf>(pixels.data(), inputs, size),
          Eigen::Map<const Eigen::VectorXi>(labels.data(), size)};
}

Dataset load_dataset(const fs::path& folder) {
  if (!fs::is_directory(folder)) refuse(folder, "no such folder");
  Dataset data;
  if (const fs::path digits = plain_or_gzipped(folder / "digits.csv"); fs::exists(digits)) {
    data.train = read_digits(digits);
    data.test = take_every(4, data.train);
  } else {
    data.train = read_idx_pair(folder, "train");
    data.test = read_idx_pair(folder, "t10k");
  }
  data.held_out = take_every(12, data.train);
  if (data.test.size() == 0 || data.held_out.size() == 0) refuse(folder, "holds too few images");
  if (data.test.images.rows() != data.train.images.rows()) {
    refuse(folder, "test images differ in size from training images");
  }
  standardise(data, folder);
  return data;
}

}  // namespace relu_ization
