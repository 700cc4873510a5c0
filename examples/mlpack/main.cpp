// A network written with Armadillo alone, in mlpack's shape, whose activation learns its hardness, hardens, and
// is replaced by ReLU.
//
//     examples.mlpack [folder of the images] [epochs]
#include <cstdio>
#include <cstdlib>

#include "../relu_ization/data.hpp"
#include "activation_function.hpp"

namespace {

hardgate::LambdaGelu<double> lambda_gelu;
const hardgate::Relu<double> relu;

using hardgate_mlpack::ActivationFunction;

struct Images {
  arma::mat pixels;  // an image per column
  arma::uvec labels;
};

Images images(const relu_ization::LabelledImages& set) {
  const arma::fmat pixels(set.images.data(), arma::uword(set.images.rows()), arma::uword(set.images.cols()));
  return {arma::conv_to<arma::mat>::from(pixels),
          arma::conv_to<arma::uvec>::from(std::vector<int>(set.labels.begin(), set.labels.end()))};
}

/// What mlpack's BaseLayer<Function> does, for the one layer there is.
struct Network {
  arma::mat hidden, output;

  Network(arma::uword inputs, arma::uword width)
      : hidden(arma::randn(width, inputs) * std::sqrt(2.0 / double(inputs))),
        output(arma::randn(10, width) / std::sqrt(double(width))) {}

  template <class Function>
  arma::mat logits(const arma::mat& pixels) const {
    arma::mat y;
    Function::Fn(arma::mat(hidden * pixels), y);
    return output * y;
  }

  struct Gradient {
    double loss, lambda;
    arma::mat hidden, output;
  };
  /// The mean cross-entropy and its gradients. The one with respect to λ comes from the kernel that computes dx.
  Gradient gradient(const Images& batch) const {
    const arma::mat x = hidden * batch.pixels;
    arma::mat y;
    ActivationFunction<lambda_gelu>::Fn(x, y);
    arma::mat error = output * y;
    error.each_row() -= arma::max(error, 0);
    error.each_row() -= arma::log(arma::sum(arma::exp(error), 0)).eval();
    double loss = 0;
    for (arma::uword i = 0; i < batch.labels.n_elem; ++i) loss -= error(batch.labels[i], i);
    error = arma::exp(error);
    for (arma::uword i = 0; i < batch.labels.n_elem; ++i) error(batch.labels[i], i) -= 1;
    error /= double(batch.labels.n_elem);

    arma::mat dx = output.t() * error;
    const double dlambda =
        hardgate::backward_with_hardness(lambda_gelu, x.memptr(), dx.memptr(), dx.memptr(), Eigen::Index(x.n_elem));
    return {loss / double(batch.labels.n_elem), dlambda, dx * batch.pixels.t(), error * y.t()};
  }
};

/// The largest difference between gradients and central differences, relative to the largest of them: with
/// respect to λ and to the hidden weights, and Deriv against Fn.
double gradient_error() {
  lambda_gelu = hardgate::LambdaGelu<double>(1.7);
  Network network(6, 4);
  const Images batch{arma::randn(6, 5), arma::uvec{1, 2, 3, 4, 0}};
  const auto gradient = network.gradient(batch);
  constexpr double step = 1e-6;
  double largest = 0, error = 0;
  const auto compare = [&](double actual, double right, double left) {
    largest = std::fmax(largest, std::fabs(actual));
    error = std::fmax(error, std::fabs(actual - (right - left) / (2 * step)));
  };
  const auto loss_with = [&](double& weight, double value) {
    std::swap(weight, value);
    const double loss = network.gradient(batch).loss;
    std::swap(weight, value);
    return loss;
  };
  for (arma::uword i = 0; i < network.hidden.n_elem; ++i) {
    double& weight = network.hidden[i];
    compare(gradient.hidden[i], loss_with(weight, weight + step), loss_with(weight, weight - step));
  }
  const auto loss_at = [&](double lambda) {
    lambda_gelu = hardgate::LambdaGelu<double>(lambda);
    return network.gradient(batch).loss;
  };
  compare(gradient.lambda, loss_at(1.7 + step), loss_at(1.7 - step));

  using Function = ActivationFunction<lambda_gelu>;
  const arma::vec x = arma::linspace(-4, 4, 41);
  arma::vec right, left, y, dy;
  Function::Fn(arma::vec(x + step), right);
  Function::Fn(arma::vec(x - step), left);
  Function::Fn(x, y);
  Function::Deriv(x, y, dy);
  for (arma::uword i = 0; i < x.n_elem; ++i) compare(dy[i], right[i], left[i]);
  return error / largest;
}

Network train(const Images& all, int epochs) {
  constexpr arma::uword batch_size = 64;
  constexpr double learning_rate = 0.02, momentum = 0.9, tolerance = 0.02;
  Network network(all.pixels.n_rows, 64);
  arma::mat hidden_velocity(arma::size(network.hidden)), output_velocity(arma::size(network.output));

  hardgate::LearnerOptions options;
  options.optimizer = hardgate::Optimizer::sgd;
  options.multiplier = 1;  // the learning rate of SGD is ten times what Adam's would be
  options.target = hardgate::hardness_for_gate_tolerance<hardgate::LambdaGelu<double>>(tolerance);
  hardgate::HardnessLearner<double> learner(1, options);

  const arma::uword batches = all.labels.n_elem / batch_size, steps = arma::uword(epochs) * batches;
  arma::uvec order;
  for (arma::uword step = 0; step < steps; ++step) {
    if (step % batches == 0) order = arma::randperm(all.labels.n_elem);
    const arma::uvec chosen = order.subvec(step % batches * batch_size, arma::size(batch_size, 1));
    lambda_gelu = hardgate::LambdaGelu<double>(learner.hardness()[0]);
    const auto gradient = network.gradient({all.pixels.cols(chosen), all.labels(chosen)});
    network.hidden += hidden_velocity = momentum * hidden_velocity - learning_rate * gradient.hidden;
    network.output += output_velocity = momentum * output_velocity - learning_rate * gradient.output;

    const double progress = double(step + 1) / double(steps);
    learner.step(progress, Eigen::Array<double, 1, 1>(gradient.lambda), learning_rate);
    if (step % std::max<arma::uword>(steps / 8, 1) == 0 || step + 1 == steps)
      std::printf("%4.0f %%   loss %.3f   λ %7.3f\n", 100 * progress, gradient.loss, learner.hardness()[0]);
  }
  return network;
}

template <class Function>
arma::uvec predictions(const Network& network, const Images& set) {
  return arma::index_max(network.logits<Function>(set.pixels), 0).t();
}

double percent_equal(const arma::uvec& a, const arma::uvec& b) {
  return 100 * double(arma::accu(a == b)) / double(a.n_elem);
}

}  // namespace

int main(int argc, char** argv) {
  arma::arma_rng::set_seed(1);
  const double error = gradient_error();
  std::printf(
      "Gradients with respect to weights, λ and x differ from central differences by %.1e of the "
      "largest.\n\n",
      error);
  if (!(error < 1e-7)) return EXIT_FAILURE;

  const auto data = relu_ization::load_dataset(argc > 1 ? argv[1] : FASHION_MNIST_FOLDER);
  const Network network = train(images(data.train), argc > 2 ? std::atoi(argv[2]) : 2);
  const Images test = images(data.test);
  const arma::uvec before = predictions<ActivationFunction<lambda_gelu>>(network, test),
                   after = predictions<ActivationFunction<relu>>(network, test);
  std::printf(
      "\nAccuracy on %llu test images: %.2f %% with λ-GELU, %.2f %% after replacing it by ReLU; predictions "
      "changed: %.2f %%\n",
      static_cast<unsigned long long>(test.labels.n_elem), percent_equal(before, test.labels),
      percent_equal(after, test.labels), 100 - percent_equal(before, after));
}
