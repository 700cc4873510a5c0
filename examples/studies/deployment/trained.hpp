// A network of relu_ization, trained as one of the rows of its table.
#pragma once

#include "experiment.hpp"

namespace deployment {

using namespace relu_ization;

inline Network trained(const Row& row, unsigned seed, int epochs, const Dataset& data) {
  Random random(seed);
  Network network(data.train.images.rows(), row.activation, random);
  train(network, row, data.train, epochs, random, [] { return true; });
  return network;
}

}  // namespace deployment
