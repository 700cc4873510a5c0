// Activations of learned hardness as modules of libtorch. A file to copy: it needs libtorch and Hardgate,
// nothing else.
#pragma once

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>
#include <hardgate/hardgate.hpp>

namespace hardgate_torch {

/// f(x; h) of an activation such as hardgate::LambdaGelu<float>, with the gradients with respect to x and to the
/// hardness h: one for all of x, or one for each channel (dimension 1). On the CPU, in float and double, whichever
/// the tensors are. It is differentiable once: with create_graph, the backward pass throws.
template <class Activation>
class ActivationFunction : public torch::autograd::Function<ActivationFunction<Activation>> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& input,
                               const torch::Tensor& hardness) {
    check(input, hardness);
    const torch::Tensor x = input.contiguous(), h = hardness.contiguous(), y = torch::empty_like(x);
    context->save_for_backward({x, h});
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "hardgate", [&] {
      const Units<scalar_t> units(hardnesses<scalar_t>(h));
      for_each_sample(x, [&](int64_t sample) {
        units.forward(channels<const scalar_t>(x, h, sample), channels<scalar_t>(y, h, sample));
      });
    });
    return y;
  }

  static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context,
                                               const torch::autograd::tensor_list& gradients) {
    // What is computed here leaves no graph, so a derivative of it would be 0 without a word.
    TORCH_CHECK(!at::GradMode::is_enabled(),
                "hardgate: an activation is differentiable once, so no graph of its gradients can be made "
                "(create_graph = true)");
    const auto saved = context->get_saved_variables();
    const torch::Tensor &x = saved[0], &h = saved[1], dy = gradients[0].contiguous(), dx = torch::empty_like(x);
    const torch::Tensor dh = torch::empty({samples(x), h.numel()}, h.options());
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "hardgate", [&] {
      const Units<scalar_t> units(hardnesses<scalar_t>(h));
      for_each_sample(x, [&](int64_t sample) {
        const auto gradient =
            units.backward(channels<const scalar_t>(x, h, sample), channels<const scalar_t>(dy, h, sample),
                           channels<scalar_t>(dx, h, sample));
        std::copy(gradient.begin(), gradient.end(), dh.data_ptr<scalar_t>() + sample * h.numel());
      });
    });
    return {dx, dh.sum(0).view_as(h)};
  }

 private:
  template <class Scalar>
  using Units = hardgate::ChannelUnits<decltype(Activation().template cast<Scalar>())>;

  static void check(const torch::Tensor& x, const torch::Tensor& h) {
    TORCH_CHECK(x.device().is_cpu() && h.device().is_cpu(), "hardgate: an activation works on the CPU, got x on ",
                x.device(), " and hardness on ", h.device());
    TORCH_CHECK(x.scalar_type() == torch::kFloat || x.scalar_type() == torch::kDouble,
                "hardgate: x must be of type Float or Double, got ", x.scalar_type());
    TORCH_CHECK(x.scalar_type() == h.scalar_type(), "hardgate: hardness must be of type ", x.scalar_type(),
                " like x, got ", h.scalar_type());
    TORCH_CHECK(h.numel() == 1 || (x.dim() > 1 && h.numel() == x.size(1)),
                "hardgate: hardness must be one number or one for each channel of x, of sizes ", x.sizes(), ", got ",
                h.numel());
  }

  static int64_t samples(const torch::Tensor& x) { return x.dim() > 1 ? x.size(0) : 1; }

  template <class Scalar>
  static auto hardnesses(const torch::Tensor& h) {
    return Eigen::Map<const Eigen::Array<Scalar, Eigen::Dynamic, 1>>(h.data_ptr<Scalar>(), h.numel());
  }

  /// One sample as a matrix of channels × points.
  template <class Scalar>
  static auto channels(const torch::Tensor& x, const torch::Tensor& h, int64_t sample) {
    using Plain = Eigen::Array<std::remove_const_t<Scalar>, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    using Channels = Eigen::Map<std::conditional_t<std::is_const_v<Scalar>, const Plain, Plain>>;
    const int64_t size = x.numel() / samples(x);
    return Channels(x.data_ptr<std::remove_const_t<Scalar>>() + sample * size, h.numel(), size / h.numel());
  }

  /// On libtorch's own threads.
  template <class Function>
  static void for_each_sample(const torch::Tensor& x, const Function& function) {
    if (x.numel() == 0) return;
    const int64_t at_once = at::internal::GRAIN_SIZE / (x.numel() / samples(x)) + 1;
    at::parallel_for(0, samples(x), at_once, [&](int64_t begin, int64_t end) {
      for (int64_t sample = begin; sample < end; ++sample) function(sample);
    });
  }
};

struct LearnedHardnessOptions {
  int64_t channels = 1;      ///< how many hardnesses: 1 for the whole layer, or one for each channel
  double start = 1 + M_LN2;  ///< the first hardness
  double temperature = 0.1;  ///< t of h(s) = 1 + softplus(s/t)
};

/// An activation whose hardness h(s) = 1 + softplus(s/t) is learned through `s`, then hardened by a schedule.
template <class Activation>
class LearnedHardnessImpl : public torch::nn::Module {
 public:
  torch::Tensor s;

  explicit LearnedHardnessImpl(const LearnedHardnessOptions& options = {}) : temperature_(options.temperature) {
    s = register_parameter("s", torch::full({options.channels}, reparameterization().inverse(options.start)));
  }

  /// One number for each channel.
  torch::Tensor hardness() const { return 1 + torch::softplus(s / temperature_); }

  torch::Tensor forward(const torch::Tensor& x) {
    using Function = ActivationFunction<Activation>;
    if (x.dim() == 2 && s.numel() > 1)  // samples × channels: the kernels like a channel in one piece
      return Function::apply(x.t().unsqueeze(0), hardness()).squeeze(0).t();
    return Function::apply(x, hardness());
  }

  /// To be called after each step of the training. While the schedule says to learn, it does nothing. Then it
  /// ends the learning, and moves the hardness from what was learned towards the target.
  void harden(double progress, const hardgate::HardeningSchedule& schedule, double target) {
    if (schedule.phase(progress) == hardgate::Phase::learn) return;
    if (!learned_.defined()) {
      learned_ = s.detach().clone();
      s.set_requires_grad(false);
      s.mutable_grad() = torch::Tensor();  // optimizers pass over it from now on
    }
    for (int64_t i = 0; i < s.numel(); ++i) {
      const double learned = reparameterization().hardness(learned_[i].item<double>());
      const double now = schedule.hardness(progress, learned, target);
      if (now > learned) s[i] = reparameterization().inverse(now);
    }
  }

 private:
  hardgate::Reparameterization<double> reparameterization() const {
    return hardgate::Reparameterization<double>(temperature_);
  }
  double temperature_;
  torch::Tensor learned_;
};

/// The module: torch::nn::Sequential(torch::nn::Linear(10, 20), LearnedHardness<hardgate::SeGem<float>>()).
template <class Activation>
class LearnedHardness : public torch::nn::ModuleHolder<LearnedHardnessImpl<Activation>> {
 public:
  using torch::nn::ModuleHolder<LearnedHardnessImpl<Activation>>::ModuleHolder;
};
/// λ-GELU of learned λ.
using LambdaGelu = LearnedHardness<hardgate::LambdaGelu<float>>;

/// What an optimizer needs for the hardness of all layers with this module: a group of its own, at a multiple of
/// the learning rate, without weight decay.
template <class Module = LambdaGelu>
std::vector<torch::Tensor> hardness_parameters(const torch::nn::Module& network) {
  std::vector<torch::Tensor> parameters;
  for (const auto& module : network.modules())
    if (const auto* layer = module->as<Module>()) parameters.push_back(layer->s);
  return parameters;
}

}  // namespace hardgate_torch
