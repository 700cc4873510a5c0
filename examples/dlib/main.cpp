// A convolutional network of dlib whose activations learn their hardness, harden, and are replaced by dlib's
// ReLU.
//
//     examples.dlib [folder of the images] [epochs]
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <random>

#include "../relu_ization/data.hpp"
#include "learned_hardness.hpp"

namespace {

using hardgate_dlib::lambda_gelu;
using hardgate_dlib::lambda_gelu_con;
using hardgate_dlib::relu_instead;

using Image = dlib::matrix<float>;
using Labels = std::vector<unsigned long>;

/// Two convolutions with the activation Con, and a hidden layer with the activation Fc.
template <template <class> class Con, template <class> class Fc>
using Network = dlib::loss_multiclass_log<dlib::fc<
    10, Fc<dlib::fc<
            64, dlib::max_pool<
                    2, 2, 2, 2,
                    Con<dlib::con<16, 3, 3, 1, 1,
                                  dlib::max_pool<2, 2, 2, 2, Con<dlib::con<8, 3, 3, 1, 1, dlib::input<Image>>>>>>>>>>>;

using Learning = Network<lambda_gelu_con, lambda_gelu>;

std::pair<std::vector<Image>, Labels> images(const relu_ization::LabelledImages& set) {
  const long side = std::lround(std::sqrt(double(set.images.rows())));
  std::pair<std::vector<Image>, Labels> result;
  for (Eigen::Index i = 0; i < set.size(); ++i) {
    result.first.emplace_back(dlib::mat(set.images.col(i).data(), side, side));
    result.second.push_back(static_cast<unsigned long>(set.labels[i]));
  }
  return result;
}

/// Calls function(layer) for the layers of learned hardness, the first one first.
template <class Function>
void for_each_learned(Learning& network, const Function& function) {
  dlib::visit_layers_backwards(network, [&](std::size_t, auto& layer) {
    using Layer = std::decay_t<decltype(layer)>;
    if constexpr (dlib::is_add_layer<Layer>::value) {
      using Details = typename Layer::layer_details_type;
      if constexpr (std::is_same_v<Details, hardgate_dlib::lambda_gelu_> ||
                    std::is_same_v<Details, hardgate_dlib::lambda_gelu_con_>)
        function(layer.layer_details());
    }
  });
}

void train(Learning& network, const std::vector<Image>& all, const Labels& labels, int epochs) {
  constexpr std::size_t batch = 64;
  constexpr double learning_rate = 2e-3;
  dlib::dnn_trainer<Learning, dlib::adam> trainer(network, dlib::adam());
  trainer.set_learning_rate(learning_rate);

  const hardgate::HardeningSchedule schedule;
  const double target = hardgate::hardness_for_gate_tolerance<hardgate::LambdaGelu<float>>(0.02);
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t(0));
  std::mt19937 random(1);
  const std::size_t batches = all.size() / batch, steps = std::size_t(epochs) * batches;
  for (std::size_t step = 0; step < steps; ++step) {
    if (step % batches == 0) std::shuffle(order.begin(), order.end(), random);
    std::vector<Image> chosen;
    Labels chosen_labels;
    for (std::size_t i = 0; i < batch; ++i) {
      chosen.push_back(all[order[step % batches * batch + i]]);
      chosen_labels.push_back(labels[order[step % batches * batch + i]]);
    }
    trainer.train_one_step(chosen, chosen_labels);

    const double progress = double(step + 1) / double(steps);
    trainer.get_net();  // waits for the trainer's thread
    for_each_learned(network, [&](auto& layer) { layer.harden(progress, schedule, target); });
    if (step % std::max<std::size_t>(steps / 8, 1) == 0 || step + 1 == steps) {
      std::printf("%4.0f %%   mean loss %.3f   mean λ by layer", 100 * progress, trainer.get_average_loss());
      for_each_learned(network, [](const auto& layer) { std::printf("%8.3f", double(layer.hardness().mean())); });
      std::puts("");
    }
  }
  trainer.get_net();
}

double percent_equal(const Labels& a, const Labels& b) {
  return 100 * double(std::inner_product(a.begin(), a.end(), b.begin(), 0L, std::plus<>(), std::equal_to<>())) /
         double(a.size());
}

/// dlib's own check of forward, backward, accumulation and parameters.
template <class Layer>
bool passes(const char* name) {
  const auto result = dlib::test_layer(Layer());
  std::printf("dlib::test_layer(%s): %s\n", name, result ? "passed" : result.log.c_str());
  return bool(result);
}

}  // namespace

int main(int argc, char** argv) {
  if (!passes<hardgate_dlib::lambda_gelu_>("lambda_gelu_") ||
      !passes<hardgate_dlib::lambda_gelu_con_>("lambda_gelu_con_"))
    return EXIT_FAILURE;

  const auto data = relu_ization::load_dataset(argc > 1 ? argv[1] : FASHION_MNIST_FOLDER);
  const auto [all, labels] = images(data.train);
  const auto [test, test_labels] = images(data.test);
  Learning network;
  train(network, all, labels, argc > 2 ? std::atoi(argv[2]) : 1);

  Network<dlib::relu, dlib::relu> relu(Network<relu_instead, relu_instead>{network});
  const Labels before = network(test), after = relu(test);
  std::printf(
      "\nAccuracy on %zu test images: %.2f %% with λ-GELU, %.2f %% after replacing it by ReLU; predictions "
      "changed: %.2f %%\n",
      test.size(), percent_equal(before, test_labels), percent_equal(after, test_labels),
      100 - percent_equal(before, after));
}
