// Training a network, and its predictions, whatever its layers.
#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "data.hpp"
#include "layers.hpp"

namespace relu_ization {

inline Index batch_size(const LabelledImages& set) { return std::min<Index>(128, set.size()); }
inline Index batches_per_epoch(const LabelledImages& set) { return set.size() / batch_size(set); }

/// Fills the batch with images of the set.
inline void gather(const LabelledImages& set, const Index* positions, LabelledImages& batch) {
  for (Index i = 0; i < batch.size(); ++i) {
    batch.images.col(i) = set.images.col(positions[i]);
    batch.labels[i] = set.labels[positions[i]];
  }
}

/// Calls step(batch, learning rate, number of the step) for shuffled batches, until it returns false. The learning rate
/// falls to 0 by a cosine.
template <class Step>
bool for_each_batch(const LabelledImages& set, int epochs, Random& random, const Step& step,
                    float first_learning_rate = 1e-3f) {
  constexpr float pi = 3.14159265f;
  const Index size = batch_size(set), batches = batches_per_epoch(set), steps = epochs * batches;
  LabelledImages batch{Matrix(set.images.rows(), size), Eigen::VectorXi(size)};
  std::vector<Index> order(std::size_t(set.size()));
  std::iota(order.begin(), order.end(), Index(0));
  for (Index i = 0; i < steps; ++i) {
    if (i % batches == 0) std::shuffle(order.begin(), order.end(), random);
    gather(set, order.data() + i % batches * size, batch);
    if (!step(batch, first_learning_rate * 0.5f * (1 + std::cos(pi * float(i) / float(steps))), i)) return false;
  }
  return true;
}

struct Predictions {
  Eigen::VectorXi classes;
  double accuracy, loss;
};

/// Works in chunks, to keep the network's buffers small.
template <class Network>
Predictions predict(Network& network, const LabelledImages& set) {
  constexpr Index chunk = 1000;
  Predictions predictions{Eigen::VectorXi(set.size()), 0, 0};
  for (Index begin = 0; begin < set.size(); begin += chunk) {
    const Matrix& logits = network.forward(set.images.middleCols(begin, std::min(chunk, set.size() - begin)));
    for (Index i = 0; i < logits.cols(); ++i) {
      const auto column = logits.col(i).array();
      const float largest = column.maxCoeff(&predictions.classes[begin + i]);
      predictions.loss += double(std::log((column - largest).exp().sum()) + largest - column[set.labels[begin + i]]);
    }
  }
  predictions.accuracy = (predictions.classes.array() == set.labels.array()).cast<double>().mean();
  predictions.loss /= double(set.size());
  return predictions;
}

}  // namespace relu_ization
