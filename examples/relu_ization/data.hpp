// Labelled images, read from files that nobody has checked yet.
#pragma once

#include <Eigen/Core>
#include <filesystem>

namespace relu_ization {

inline constexpr int number_of_classes = 10;

struct LabelledImages {
  Eigen::MatrixXf images;  // an image per column
  Eigen::VectorXi labels;

  Eigen::Index size() const { return labels.size(); }
};

/// Networks learn from the training images; what is chosen is chosen on the held-out ones.
struct Dataset {
  LabelledImages train, held_out, test;
};

// Files may be gzipped. Whatever is wrong with one is reported by a std::runtime_error that names the file.

/// Pixels, 0 to 255, of an idx3-ubyte file, the format of MNIST.
Eigen::MatrixXf read_idx_images(const std::filesystem::path& file);

/// Labels of an idx1-ubyte file.
Eigen::VectorXi read_idx_labels(const std::filesystem::path& file);

/// Lines of 64 pixels, 0 to 16, and a label: the format of the UCI optical digits.
LabelledImages read_digits(const std::filesystem::path& file);

/// Reads digits.csv, if the folder has it, or else the four idx files with the names of MNIST's. Every fourth image of
/// digits.csv is for testing. Every twelfth training image is held out; all pixels are standardised by the mean and
/// deviation of the others.
Dataset load_dataset(const std::filesystem::path& folder);

}  // namespace relu_ization
