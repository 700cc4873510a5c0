#include "onednn.hpp"

#include <omp.h>

#include <algorithm>
#include <oneapi/dnnl/dnnl.hpp>

namespace sparse_inference {
namespace {

using dnnl::memory;
using tag = memory::format_tag;

memory::desc shape(const memory::dims& sizes, tag layout) { return {sizes, memory::data_type::f32, layout}; }

/// oneDNN's memory objects do not know const; what is read is not written.
float* data(const Vector& vector) { return const_cast<float*>(vector.data()); }

/// output = after(weights · input + bias), where what comes after is ReLU, a product with other numbers, or nothing.
class Product {
 public:
  Product(const dnnl::engine& engine, dnnl::stream& stream, const ByRows& weights, Layout layout,
          const dnnl::post_ops& after)
      : input_(shape({1, weights.cols()}, tag::nc), engine, nullptr),
        bias_(shape({weights.rows()}, tag::a), engine, nullptr),
        output_(shape({1, weights.rows()}, tag::nc), engine, nullptr),
        other_(output_.get_desc(), engine, nullptr) {
    const memory::dims sizes{weights.rows(), weights.cols()};
    dnnl::primitive_attr attributes;
    attributes.set_post_ops(after);
    memory given(shape(sizes, tag::oi), engine, const_cast<float*>(weights.data()));
    const memory::desc wanted = layout == Layout::own ? shape(sizes, tag::any) : given.get_desc();
    const dnnl::inner_product_forward::primitive_desc description(
        {dnnl::prop_kind::forward_inference, input_.get_desc(), wanted, bias_.get_desc(), output_.get_desc()},
        attributes, engine);
    weights_ = given;
    if (description.weights_desc() != given.get_desc()) {
      weights_ = memory(description.weights_desc(), engine);
      dnnl::reorder(given, weights_).execute(stream, given, weights_);
      stream.wait();
    }
    primitive_ = dnnl::inner_product_forward(description);
  }

  void execute(dnnl::stream& stream, float* input, float* bias, float* other, float* output) {
    input_.set_data_handle(input);
    bias_.set_data_handle(bias);
    other_.set_data_handle(other);
    output_.set_data_handle(output);
    primitive_.execute(stream, {{DNNL_ARG_SRC, input_},
                                {DNNL_ARG_WEIGHTS, weights_},
                                {DNNL_ARG_BIAS, bias_},
                                {DNNL_ARG_DST, output_},
                                {DNNL_ARG_ATTR_MULTIPLE_POST_OP(0) | DNNL_ARG_SRC_1, other_}});
    stream.wait();
  }

 private:
  memory input_, bias_, output_, other_, weights_;
  dnnl::inner_product_forward primitive_;
};

dnnl::post_ops relu() {
  dnnl::post_ops after;
  after.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0, 0);
  return after;
}

dnnl::post_ops times_other(Index numbers) {
  dnnl::post_ops after;
  after.append_binary(dnnl::algorithm::binary_mul, shape({1, numbers}, tag::nc));
  return after;
}

/// One thread, before oneDNN plans for more.
dnnl::engine engine_of_one_thread() {
  omp_set_num_threads(1);
  return {dnnl::engine::kind::cpu, 0};
}

class Blocks final : public OneDnn {
 public:
  Blocks(const ByRows& gate_weights, const ByRows& up_weights, const ByRows& down_weights, Layout layout)
      : engine_(engine_of_one_thread()),
        stream_(engine_),
        gate_(engine_, stream_, gate_weights, layout, relu()),
        up_(engine_, stream_, up_weights, layout, times_other(up_weights.rows())),
        down_(engine_, stream_, down_weights, layout, dnnl::post_ops()),
        hidden_(gate_weights.rows()),
        product_(gate_weights.rows()),
        no_bias_(Vector::Zero(std::max(up_weights.rows(), down_weights.rows()))) {}

  void multiply_down(const Vector& hidden, Vector& result) override {
    down_.execute(stream_, data(hidden), no_bias_.data(), nullptr, result.data());
  }

  void relu_block(const Vector& bias, const Vector& token, Vector& result) override {
    gate_.execute(stream_, data(token), data(bias), nullptr, hidden_.data());
    multiply_down(hidden_, result);
  }

  void reglu_block(const Vector& bias, const Vector& token, Vector& result) override {
    gate_.execute(stream_, data(token), data(bias), nullptr, hidden_.data());
    up_.execute(stream_, data(token), no_bias_.data(), hidden_.data(), product_.data());
    multiply_down(product_, result);
  }

 private:
  dnnl::engine engine_;
  dnnl::stream stream_;
  Product gate_, up_, down_;
  Vector hidden_, product_, no_bias_;
};

}  // namespace

std::unique_ptr<OneDnn> make_onednn(const ByRows& gate, const ByRows& up, const ByRows& down, Layout layout) {
  return std::make_unique<Blocks>(gate, up, down, layout);
}

std::string onednn_version() {
  const dnnl_version_t& version = *dnnl_version();
  return std::to_string(version.major) + '.' + std::to_string(version.minor) + '.' + std::to_string(version.patch);
}

}  // namespace sparse_inference
