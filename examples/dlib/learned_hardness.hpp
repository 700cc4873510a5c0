// Activations of learned hardness as computational layers of dlib. A file to copy: it needs dlib and Hardgate,
// nothing else.
#pragma once

#include <dlib/dnn.h>

#include <hardgate/hardgate.hpp>
#include <string>

namespace hardgate_dlib {

enum class Hardnesses { one_per_layer, one_per_channel };

/// A layer with an activation, such as hardgate::LambdaGelu<float>, whose hardness h(s) = 1 + softplus(s/t) is
/// learned through its parameters s, then hardened by a schedule.
template <class Activation, Hardnesses hardnesses>
class learned_hardness_ {
 public:
  /// `start`: the first hardness; `temperature`: t; `multiplier`: s learns at this multiple of the learning rate
  /// of the weights.
  explicit learned_hardness_(float start = 1.6931472f, float temperature = 0.1f, double multiplier = 10)
      : start_(start), temperature_(temperature), multiplier_(multiplier) {}

  /// One number for the layer, or one for each channel.
  Eigen::ArrayXf hardness() const { return hardness(parameters_); }

  /// To be called after each step of the training. While the schedule says to learn, it does nothing. Then it
  /// ends the learning, and moves the hardness from what was learned towards the target.
  void harden(double progress, const hardgate::HardeningSchedule& schedule, double target) {
    if (schedule.phase(progress) == hardgate::Phase::learn) return;
    if (learned_.size() == 0) learned_ = parameters_;
    multiplier_ = 0;
    const Eigen::ArrayXf learned = hardness(learned_);
    for (Eigen::Index i = 0; i < learned.size(); ++i) {
      const auto now = static_cast<float>(schedule.hardness(progress, double(learned[i]), target));
      if (now > learned[i]) parameters_.host()[i] = reparameterization().inverse(now);
    }
  }

  // What dlib asks of a computational layer.

  template <class Subnet>
  void setup(const Subnet& sub) {
    parameters_.set_size(hardnesses == Hardnesses::one_per_channel ? sub.get_output().k() : 1);
    parameters_ = reparameterization().inverse(start_);
  }

  template <class Subnet>
  void forward(const Subnet& sub, dlib::resizable_tensor& output) {
    const dlib::tensor& x = sub.get_output();
    output.copy_size(x);
    const Units units(hardness());
    for (long sample = 0; sample < x.num_samples(); ++sample)
      units.forward(channels(x, sample), channels(output, sample));
  }

  /// Adds to the gradient with respect to the data and assigns the gradient with respect to the parameters, as
  /// dlib's layers do.
  template <class Subnet>
  void backward(const dlib::tensor& gradient_input, Subnet& sub, dlib::tensor& params_grad) {
    const dlib::tensor& x = sub.get_output();
    dlib::tensor& gradient = sub.get_gradient_input();
    const Units units(hardness());
    Eigen::ArrayXf hardness_gradient = Eigen::ArrayXf::Zero(units.size());
    Channels dx(units.size(), x.size() / std::max<std::size_t>(1, std::size_t(units.size() * x.num_samples())));
    for (long sample = 0; sample < x.num_samples(); ++sample) {
      hardness_gradient += units.backward(channels(x, sample), channels(gradient_input, sample), dx);
      channels(gradient, sample) += dx;
    }
    for (Eigen::Index i = 0; i < units.size(); ++i)
      params_grad.host()[i] = hardness_gradient[i] * reparameterization().derivative(parameters_.host()[i]);
  }

  const dlib::tensor& get_layer_params() const { return parameters_; }
  dlib::tensor& get_layer_params() { return parameters_; }
  double get_learning_rate_multiplier() const { return multiplier_; }
  double get_weight_decay_multiplier() const { return 0; }

  dlib::dpoint map_input_to_output(const dlib::dpoint& p) const { return p; }
  dlib::dpoint map_output_to_input(const dlib::dpoint& p) const { return p; }

  friend void serialize(const learned_hardness_& item, std::ostream& out) {
    using dlib::serialize;
    serialize("hardgate learned_hardness_", out);
    serialize(item.parameters_, out);
    serialize(item.learned_, out);
    serialize(item.start_, out);
    serialize(item.temperature_, out);
    serialize(item.multiplier_, out);
  }
  friend void deserialize(learned_hardness_& item, std::istream& in) {
    using dlib::deserialize;
    std::string version;
    deserialize(version, in);
    if (version != "hardgate learned_hardness_")
      throw dlib::serialization_error("Unexpected version '" + version + "' of learned_hardness_.");
    deserialize(item.parameters_, in);
    deserialize(item.learned_, in);
    deserialize(item.start_, in);
    deserialize(item.temperature_, in);
    deserialize(item.multiplier_, in);
  }
  friend std::ostream& operator<<(std::ostream& out, const learned_hardness_& item) {
    return out << "learned_hardness (hardness = " << item.hardness().transpose() << ")";
  }
  friend void to_xml(const learned_hardness_& item, std::ostream& out) {
    out << "<learned_hardness>\n"
        << dlib::mat(item.hardness().eval().data(), item.hardness().size()) << "</learned_hardness>\n";
  }

 private:
  using Units = hardgate::ChannelUnits<Activation>;
  using Channels = Eigen::Array<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  hardgate::Reparameterization<float> reparameterization() const {
    return hardgate::Reparameterization<float>(temperature_);
  }
  Eigen::ArrayXf hardness(const dlib::tensor& s) const {
    return Eigen::Map<const Eigen::ArrayXf>(s.host(), Eigen::Index(s.size())).unaryExpr([this](float value) {
      return reparameterization().hardness(value);
    });
  }

  /// One sample as a matrix of channels × points.
  template <class Tensor>
  auto channels(Tensor& x, long sample) const {
    using Matrix = std::conditional_t<std::is_const_v<Tensor>, const Channels, Channels>;
    const auto rows = Eigen::Index(parameters_.size()), size = Eigen::Index(x.size()) / Eigen::Index(x.num_samples());
    return Eigen::Map<Matrix>(x.host() + sample * size, rows, size / rows);
  }

  dlib::resizable_tensor parameters_, learned_;
  float start_, temperature_;
  double multiplier_;
};

using lambda_gelu_ = learned_hardness_<hardgate::LambdaGelu<float>, Hardnesses::one_per_layer>;
using lambda_gelu_con_ = learned_hardness_<hardgate::LambdaGelu<float>, Hardnesses::one_per_channel>;

/// λ-GELU: after a fully connected layer with one λ, after a convolution with one for each channel.
template <class Subnet>
using lambda_gelu = dlib::add_layer<lambda_gelu_, Subnet>;
template <class Subnet>
using lambda_gelu_con = dlib::add_layer<lambda_gelu_con_, Subnet>;

/// dlib's ReLU, made from any learned_hardness_: dlib converts a trained network into one of other layers by
/// such constructors.
class relu_instead_ : public dlib::relu_ {
 public:
  relu_instead_() = default;
  template <class Activation, Hardnesses hardnesses>
  explicit relu_instead_(const learned_hardness_<Activation, hardnesses>&) {}
};
template <class Subnet>
using relu_instead = dlib::add_layer<relu_instead_, Subnet>;

}  // namespace hardgate_dlib
