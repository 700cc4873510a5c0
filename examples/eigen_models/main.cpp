// A convolution and a transformer's feed-forward block in plain Eigen, each with a hardness per channel:
// learned, hardened, and replaced by ReLU.
//
//     examples.eigen_models [folder of the images] [epochs]
#include <cstdio>
#include <cstdlib>
#include <numeric>

#include "../relu_ization/data.hpp"
#include "layers.hpp"

namespace {

using namespace eigen_models;

/// Images → convolution → feed-forward block at each point → classes.
template <class Scalar>
struct Network {
  Convolution<Scalar> convolution;
  FeedForward<Scalar> feed_forward;
  Linear<Scalar> classifier;

  Network(Index side, Index channels, Random& random)
      : convolution(side, channels, random),
        feed_forward(channels, 4 * channels, random),
        classifier(channels * ((side + 1) / 2) * ((side + 1) / 2), 10, random) {}

  Matrix<Scalar> logits(const Matrix<Scalar>& images) {
    const Matrix<Scalar> tokens = feed_forward.forward(convolution.forward(images));
    return classifier.forward(tokens.reshaped(tokens.size() / images.cols(), images.cols()));
  }

  /// The mean cross-entropy; leaves its gradients in the layers.
  double loss(const Matrix<Scalar>& images, const Eigen::VectorXi& labels) {
    Matrix<Scalar> error = logits(images);
    double sum = 0;
    for (Index i = 0; i < error.cols(); ++i) {
      auto column = error.col(i).array();
      column -= column.maxCoeff();
      column -= std::log(column.exp().sum());
      sum -= double(column[labels[i]]);
      column = column.exp();
      column[labels[i]] -= 1;
    }
    const Matrix<Scalar> gradient = classifier.backward(error / Scalar(error.cols()));
    const Index channels = convolution.activation.hardness.size();
    convolution.backward(feed_forward.backward(gradient.reshaped(channels, gradient.size() / channels)));
    return sum / double(error.cols());
  }

  void update(const Step& step) {
    convolution.update(step);
    feed_forward.update(step);
    classifier.update(step);
  }
};

/// The largest difference between gradients and central differences, relative to the largest of them, for every
/// weight and every λ.
double gradient_error() {
  Random random(1);
  Network<double> network(6, 3, random);
  const Eigen::MatrixXd images = Eigen::MatrixXd::Random(36, 4);
  const Eigen::VectorXi labels = Eigen::Vector4i(0, 3, 9, 3);
  double largest = 0, error = 0;
  const auto check = [&](auto& values, const auto& gradient_now) {
    network.loss(images, labels);
    const auto gradient = gradient_now;
    for (Index i = 0; i < values.size(); ++i) {
      constexpr double step = 1e-6;
      double& value = values.data()[i];
      const double before = value;
      value = before + step;
      const double right = network.loss(images, labels);
      value = before - step;
      const double left = network.loss(images, labels);
      value = before;
      largest = std::fmax(largest, std::fabs(gradient.data()[i]));
      error = std::fmax(error, std::fabs(gradient.data()[i] - (right - left) / (2 * step)));
    }
  };
  auto& [convolution, feed_forward, classifier] = network;
  for (auto* layer : {&convolution.kernels, &feed_forward.widen, &feed_forward.narrow, &classifier})
    check(layer->weights, layer->weights_gradient);
  for (auto* layer : {&convolution.activation, &feed_forward.activation})
    check(layer->hardness, layer->hardness_gradient);
  return error / largest;
}

void train(Network<float>& network, const relu_ization::LabelledImages& set, int epochs, Random& random) {
  constexpr Index batch = 64;
  std::vector<Index> order(std::size_t(set.size()));
  std::iota(order.begin(), order.end(), Index(0));
  const Index batches = set.size() / batch, steps = epochs * batches;
  for (Index step = 0; step < steps; ++step) {
    if (step % batches == 0) std::shuffle(order.begin(), order.end(), random);
    const std::vector<Index> chosen(order.begin() + step % batches * batch,
                                    order.begin() + (step % batches + 1) * batch);
    const double loss = network.loss(set.images(Eigen::all, chosen), set.labels(chosen));
    const double progress = double(step + 1) / double(steps);
    network.update({progress, 0.01});
    if (step % std::max<Index>(steps / 8, 1) == 0 || step + 1 == steps) {
      std::printf("%4.0f %%   loss %.3f", 100 * progress, loss);
      for (const auto* activation : {&network.convolution.activation, &network.feed_forward.activation})
        std::printf("   λ %.3f … %.3f", double(activation->hardness.minCoeff()),
                    double(activation->hardness.maxCoeff()));
      std::puts("");
    }
  }
}

Eigen::VectorXi predictions(Network<float>& network, const relu_ization::LabelledImages& set) {
  Eigen::VectorXi classes(set.size());
  constexpr Index part = 500;
  for (Index begin = 0; begin < set.size(); begin += part) {
    const auto logits = network.logits(set.images.middleCols(begin, std::min(part, set.size() - begin)));
    for (Index i = 0; i < logits.cols(); ++i) logits.col(i).maxCoeff(&classes[begin + i]);
  }
  return classes;
}

}  // namespace

int main(int argc, char** argv) {
  const double error = gradient_error();
  std::printf(
      "Gradients with respect to every weight and λ differ from central differences by %.1e of the "
      "largest.\n\n",
      error);
  if (!(error < 1e-7)) return EXIT_FAILURE;

  const auto data = relu_ization::load_dataset(argc > 1 ? argv[1] : FASHION_MNIST_FOLDER);
  Random random(1);
  Network<float> network(std::lround(std::sqrt(double(data.train.images.rows()))), 8, random);
  train(network, data.train, argc > 2 ? std::atoi(argv[2]) : 1, random);

  const auto before = predictions(network, data.test);
  network.convolution.activation.substitute();
  network.feed_forward.activation.substitute();
  const auto after = predictions(network, data.test);
  const auto percent = [&](const Eigen::VectorXi& classes) {
    return 100 * (1 - hardgate::flips(classes, data.test.labels));
  };
  std::printf(
      "\nAccuracy on %lld test images: %.2f %% with λ-GELU, %.2f %% after replacing it by ReLU; predictions "
      "changed: %.2f %%\n",
      static_cast<long long>(before.size()), percent(before), percent(after), 100 * hardgate::flips(before, after));
}
