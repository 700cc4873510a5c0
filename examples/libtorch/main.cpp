// A convolutional network of libtorch whose activations learn their hardness, harden, and are replaced by
// ReLU.
//
//     examples.libtorch [folder of the images] [epochs]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "../relu_ization/data.hpp"
#include "learned_hardness.hpp"

namespace {

using hardgate_torch::LambdaGelu;
using LambdaGeluFunction = hardgate_torch::ActivationFunction<hardgate::LambdaGelu<float>>;
using torch::Tensor;

/// Two convolutions with a hardness per channel, and a hidden layer with one for the layer.
template <class Activation>
torch::nn::Sequential make_network(int64_t side, Activation activation) {
  namespace nn = torch::nn;
  return nn::Sequential(nn::Conv2d(nn::Conv2dOptions(1, 8, 3).padding(1)), activation(8), nn::MaxPool2d(2),
                        nn::Conv2d(nn::Conv2dOptions(8, 16, 3).padding(1)), activation(16), nn::MaxPool2d(2),
                        nn::Flatten(), nn::Linear(16 * (side / 4) * (side / 4), 64), activation(1), nn::Linear(64, 10));
}

std::vector<LambdaGelu> learned(const torch::nn::Module& network) {
  std::vector<LambdaGelu> found;
  for (const auto& module : network.modules())
    if (auto layer = std::dynamic_pointer_cast<LambdaGelu::ContainedType>(module)) found.emplace_back(layer);
  return found;
}

struct Images {
  Tensor pixels, labels;  // samples × 1 × side × side, samples
};

Images tensors(const relu_ization::LabelledImages& set) {
  const auto side = int64_t(std::lround(std::sqrt(double(set.images.rows()))));
  return {torch::from_blob(const_cast<float*>(set.images.data()), {set.size(), 1, side, side}).clone(),
          torch::from_blob(const_cast<int*>(set.labels.data()), {set.size()}, torch::kInt).to(torch::kLong)};
}

Tensor predictions(torch::nn::Sequential& network, const Images& set) {
  const torch::NoGradGuard no_grad;
  std::vector<Tensor> classes;
  for (const Tensor& part : set.pixels.split(1000)) classes.push_back(network->forward(part).argmax(1));
  return torch::cat(classes);
}

double percent(const Tensor& condition) { return 100 * condition.to(torch::kDouble).mean().item<double>(); }

/// The largest difference between the gradients of loss(inputs) and central differences, relative to the
/// largest of them: in double, about 1e-9 where they agree.
template <class Loss>
double gradient_error(const Loss& loss, const std::vector<Tensor>& inputs) {
  constexpr double step = 1e-6;
  const auto gradients = torch::autograd::grad({loss()}, inputs);
  const torch::NoGradGuard no_grad;
  double largest = 0, error = 0;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const Tensor input = inputs[k].view(-1), gradient = gradients[k].reshape(-1);
    for (int64_t i = 0; i < input.numel(); ++i) {
      const auto loss_at = [&](double shift) {
        const Tensor before = input[i].clone();
        input[i] += shift;
        const double value = loss().template item<double>();
        input[i] = before;
        return value;
      };
      const double expected = (loss_at(step) - loss_at(-step)) / (2 * step);
      largest = std::fmax(largest, std::fabs(expected));
      error = std::fmax(error, std::fabs(gradient[i].template item<double>() - expected));
    }
  }
  return error / largest;
}

/// Of the module alone, on samples × channels × points and on samples × channels, with respect to x and to s.
template <class Module>
double module_gradient_error() {
  double error = 0;
  for (const auto& sizes : std::vector<std::vector<int64_t>>{{4, 3, 5}, {6, 3}}) {
    Module act(hardgate_torch::LearnedHardnessOptions{3});
    act->to(torch::kDouble);
    const Tensor x = torch::randn(sizes, torch::kDouble).requires_grad_(),
                 weights = torch::randn(sizes, torch::kDouble);
    error = std::fmax(error, gradient_error([&] { return (weights * act->forward(x)).sum(); }, {x, act->s}));
  }
  return error;
}

/// Does the call throw an error with this in its message?
template <class Function>
bool refuses(const std::string& message, const Function& function) {
  try {
    function();
  } catch (const c10::Error& error) {
    return std::string(error.what()).find(message) != std::string::npos;
  }
  return false;
}

/// What an activation cannot do, it refuses: a gradient penalty, float16, and a tensor that is not on the CPU.
bool refuses_the_rest() {
  LambdaGelu act;
  const Tensor x = torch::linspace(-2, 2, 9, torch::requires_grad());
  const auto penalise_gradient = [&] {
    const Tensor y = act->forward(x).sum();
    torch::autograd::grad({y}, {x}, {}, {}, /*create_graph=*/true)[0].square().sum().backward();
  };
  const auto take_half = [&] { act->forward(x.to(torch::kHalf)); };
  const auto take_meta = [&] { act->forward(torch::empty({9}, torch::kMeta)); };
  return refuses("differentiable once", penalise_gradient) && refuses("Float or Double", take_half) &&
         refuses("on the CPU", take_meta);
}

torch::nn::Sequential train(const Images& set, int epochs) {
  auto network = make_network(set.pixels.size(2), [](int64_t channels) {
    return LambdaGelu(hardgate_torch::LearnedHardnessOptions{channels});
  });
  constexpr double learning_rate = 2e-3, multiplier = 10;
  std::vector<Tensor> weights, hardness = hardgate_torch::hardness_parameters(*network);
  for (const auto& parameter : network->named_parameters())
    if (parameter.key().substr(parameter.key().find('.')) != ".s") weights.push_back(parameter.value());
  torch::optim::AdamW optimizer(
      {torch::optim::OptimizerParamGroup(weights, std::make_unique<torch::optim::AdamWOptions>(learning_rate)),
       torch::optim::OptimizerParamGroup(hardness,
                                         std::make_unique<torch::optim::AdamWOptions>(
                                             torch::optim::AdamWOptions(multiplier * learning_rate).weight_decay(0)))});

  const hardgate::HardeningSchedule schedule;
  const double target = hardgate::hardness_for_gate_tolerance<hardgate::LambdaGelu<float>>(0.02);
  constexpr int64_t batch = 64;
  const int64_t batches = set.labels.size(0) / batch, steps = epochs * batches;
  Tensor order;
  for (int64_t step = 0; step < steps; ++step) {
    if (step % batches == 0) order = torch::randperm(set.labels.size(0));
    const Tensor chosen = order.narrow(0, step % batches * batch, batch);
    const Tensor logits = network->forward(set.pixels.index_select(0, chosen));
    const Tensor loss = torch::nn::functional::cross_entropy(logits, set.labels.index_select(0, chosen));
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();

    const double progress = double(step + 1) / double(steps);
    for (auto& layer : learned(*network)) layer->harden(progress, schedule, target);
    if (step % std::max<int64_t>(steps / 8, 1) == 0 || step + 1 == steps) {
      std::printf("%4.0f %%   loss %.3f   mean λ by layer", 100 * progress, loss.item<double>());
      for (const auto& layer : learned(*network)) std::printf("%8.3f", layer->hardness().mean().item<double>());
      std::puts("");
    }
  }
  return network;
}

/// The same weights in a network of torch::nn::ReLU, which knows nothing of Hardgate.
torch::nn::Sequential with_relu(const torch::nn::Sequential& network, int64_t side) {
  const torch::NoGradGuard no_grad;
  auto relu = make_network(side, [](int64_t) { return torch::nn::ReLU(); });
  const auto weights = network->named_parameters();
  for (const auto& parameter : relu->named_parameters()) parameter.value().copy_(weights[parameter.key()]);
  return relu;
}

// Against at::gelu.

void compare_values() {
  std::puts("\n       x   x Φ(x), exact         Hardgate         at::gelu");
  for (const float x : {-1.0f, -3.0f, -5.0f, -5.5f, -6.0f, -10.0f}) {
    const Tensor input = torch::tensor({x}), one = torch::ones(1);
    const Tensor ours = LambdaGeluFunction::apply(input, one);
    std::printf("%8.1f %16.8g %16.8g %16.8g\n", double(x), double(x) * std::erfc(-double(x) * M_SQRT1_2) / 2,
                ours.item<double>(), at::gelu(input).item<double>());
  }
}

template <class First, class Second>
std::pair<double, double> interleaved_medians(const First& first, const Second& second) {
  const auto milliseconds = [](const auto& run) {
    const auto begin = std::chrono::steady_clock::now();
    run();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  };
  std::vector<double> times[2];
  for (int i = 0; i < 101; ++i) {
    times[0].push_back(milliseconds(first));
    times[1].push_back(milliseconds(second));
  }
  for (auto& series : times) std::sort(series.begin(), series.end());
  return {times[0][50], times[1][50]};
}

void compare_speed() {
  at::set_num_threads(1);
  const Tensor lambda = torch::full({1}, 1.5f, torch::requires_grad());
  const auto ours = [&](const Tensor& x) { return LambdaGeluFunction::apply(x, lambda); };
  std::puts("\nms on one thread      elements   Hardgate   at::gelu   ratio");
  for (const int64_t size : {1 << 16, 1 << 20}) {
    const Tensor x = torch::randn({64, size / 64}, torch::requires_grad()), dy = torch::randn_like(x);
    const auto print = [&](const char* what, std::pair<double, double> times) {
      std::printf("%-20s %9lld %10.3f %10.3f %7.2f\n", what, static_cast<long long>(size), times.first, times.second,
                  times.first / times.second);
    };
    {
      const torch::NoGradGuard no_grad;
      print("forward", interleaved_medians([&] { ours(x); }, [&] { at::gelu(x); }));
    }
    print("and backward, with λ", interleaved_medians(
                                      [&] {
                                        torch::autograd::grad({ours(x)}, {x, lambda}, {dy});
                                      },
                                      [&] { torch::autograd::grad({at::gelu(x)}, {x}, {dy}); }));
  }
}

}  // namespace

int main(int argc, char** argv) {
  torch::manual_seed(1);
  const double error = std::fmax(module_gradient_error<LambdaGelu>(),
                                 module_gradient_error<hardgate_torch::LearnedHardness<hardgate::SeGem<float>>>());
  std::printf("Gradients with respect to x and s differ from central differences by %.1e of the largest.\n", error);
  if (!(error < 1e-7)) return EXIT_FAILURE;
  const bool refused = refuses_the_rest();
  std::printf("Second derivatives, float16 and tensors off the CPU are %s.\n\n", refused ? "refused" : "taken");
  if (!refused) return EXIT_FAILURE;

  const auto data = relu_ization::load_dataset(argc > 1 ? argv[1] : FASHION_MNIST_FOLDER);
  const Images test = tensors(data.test);
  auto network = train(tensors(data.train), argc > 2 ? std::atoi(argv[2]) : 1);
  auto relu = with_relu(network, test.pixels.size(2));
  const Tensor before = predictions(network, test), after = predictions(relu, test);
  std::printf(
      "\nAccuracy on %lld test images: %.2f %% with λ-GELU, %.2f %% after replacing it by ReLU; predictions "
      "changed: %.2f %%\n",
      static_cast<long long>(test.labels.size(0)), percent(before == test.labels), percent(after == test.labels),
      percent(before != after));

  compare_values();
  compare_speed();
}
