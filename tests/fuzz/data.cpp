// The flagship's data readers on files of any content: they read what is well-formed, refuse everything else
// by the name of the file, and do neither slowly nor with more memory than the file warrants.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "../../examples/relu_ization/data.hpp"
#include "fuzz.hpp"

namespace {

namespace fs = std::filesystem;
using namespace relu_ization;

/// A folder of this process alone, removed at its end.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("hardgate-fuzz-" + std::to_string(getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
};

void write(const fs::path& file, const std::uint8_t* data, std::size_t size) {
  std::ofstream(file, std::ios::binary).write(reinterpret_cast<const char*>(data), std::streamsize(size));
}

void check_labels(const Eigen::VectorXi& labels) {
  fuzz::require((labels.array() >= 0).all() && (labels.array() < number_of_classes).all(), "label out of range");
}

/// Runs a reader; what it throws must name the file.
template <class Reader>
void refuses_by_name(const fs::path& file, const Reader& reader) {
  try {
    reader();
  } catch (const std::runtime_error& error) {
    fuzz::require(std::string(error.what()).find(file.string()) != std::string::npos, error.what());
  }
}

/// Then what is read is not what the input holds.
bool gzipped(const std::string& bytes) { return bytes.compare(0, 2, "\x1f\x8b") == 0; }

void check_digits(const fs::path& file, const std::string& text) {
  const LabelledImages digits = read_digits(file);
  fuzz::require(digits.images.rows() == 64 && digits.images.cols() == digits.size(), "size of the digits");
  fuzz::require((digits.images.array() >= 0).all() && (digits.images.array() <= 16).all(), "pixel out of range");
  check_labels(digits.labels);
  if (gzipped(text)) return;
  std::istringstream lines(text);
  Eigen::Index number = 0;
  for (std::string line; std::getline(lines, line); ++number) {
    for (char& c : line) c = c == ',' ? ' ' : c;
    std::istringstream words(line);
    int count = 0;
    for (std::string word; words >> word; ++count) {
      fuzz::require(count < 65 && number < digits.size(), "a line was taken that is too long");
      const float expected = count < 64 ? digits.images(count, number) : static_cast<float>(digits.labels[number]);
      fuzz::require(std::stof(word) == expected, "a number was taken for another");
    }
    fuzz::require(count == 65, "a line was taken that is too short");
  }
  fuzz::require(number == digits.size(), "number of lines");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Folder folder;
  fuzz::Input input(data, size);
  const unsigned reader = input.below(4);
  const fs::path file = folder.path / "file";
  const std::string bytes(reinterpret_cast<const char*>(input.data()), input.size());
  if (reader < 3) write(file, input.data(), input.size());
  switch (reader) {
    case 0:
      refuses_by_name(file, [&] {
        const Eigen::MatrixXf images = read_idx_images(file);
        fuzz::require(images.size() > 0 && (images.array() >= 0).all() && (images.array() <= 255).all(), "images");
        fuzz::require(gzipped(bytes) || std::size_t(images.size()) + 16 == bytes.size(), "number of pixels");
      });
      break;
    case 1:
      refuses_by_name(file, [&] {
        const Eigen::VectorXi labels = read_idx_labels(file);
        fuzz::require(labels.size() > 0, "no labels");
        fuzz::require(gzipped(bytes) || std::size_t(labels.size()) + 8 == bytes.size(), "number of labels");
        check_labels(labels);
      });
      break;
    case 2:
      refuses_by_name(file, [&] { check_digits(file, bytes); });
      break;
    default: {
      // Four files, each announced by two bytes of size.
      const char* names[] = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
                             "t10k-labels-idx1-ubyte"};
      for (const char* name : names) {
        const std::size_t announced = input.take<std::uint16_t>(), rest = input.size();
        const std::size_t count = announced < rest ? announced : rest;
        write(folder.path / name, input.data(), count);
        input = fuzz::Input(input.data() + count, rest - count);
      }
      refuses_by_name(folder.path, [&] {
        const Dataset dataset = load_dataset(folder.path);
        for (const LabelledImages* part : {&dataset.train, &dataset.held_out, &dataset.test}) {
          fuzz::require(part->size() > 0 && part->images.cols() == part->size(), "size of a part");
          fuzz::require(part->images.allFinite(), "pixels are not finite");
          fuzz::require(part->images.rows() == dataset.train.images.rows(), "size of an image");
          check_labels(part->labels);
        }
      });
    }
  }
  return 0;
}
