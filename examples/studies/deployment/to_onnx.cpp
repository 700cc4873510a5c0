// Trains a network with λ-GELU, hardens it, replaces λ-GELU by ReLU, writes the network as ONNX, and lets OpenCV, which
// shares no code with Hardgate, predict the test images from that file: the same classes, image for image.

#include <onnx/checker.h>
#include <onnx/onnx_pb.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <fstream>
#include <iostream>
#include <opencv2/dnn.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "experiment.hpp"
#include "training.hpp"

namespace {

using namespace relu_ization;

/// A chain of ONNX operators, each applied to the result of the one before.
class Graph {
 public:
  Graph(Index inputs, Index outputs) {
    model_.set_ir_version(onnx::IR_VERSION_2020_5_8);
    model_.add_opset_import()->set_version(13);
    graph().set_name("relu");
    declare(*graph().add_input(), "image", inputs);
    declare(*graph().add_output(), "logits", outputs);
  }

  const std::string& value() const { return value_; }
  onnx::ModelProto& model() { return model_; }

  /// value = op(value, others...)
  onnx::NodeProto& apply(const std::string& op, const std::vector<std::string>& others = {}) {
    onnx::NodeProto& node = *graph().add_node();
    node.set_op_type(op);
    node.add_input(value_);
    for (const std::string& other : others) node.add_input(other);
    value_ = op + std::to_string(graph().node_size());
    node.add_output(value_);
    return node;
  }

  /// Adds a constant, and returns its name. ONNX stores rows, Eigen columns: so it is the transpose.
  std::string constant(const Matrix& values) {
    onnx::TensorProto& tensor = *graph().add_initializer();
    tensor.set_name("constant" + std::to_string(graph().initializer_size()));
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    if (values.cols() > 1) tensor.add_dims(values.cols());
    tensor.add_dims(values.rows());
    tensor.mutable_float_data()->Add(values.data(), values.data() + values.size());
    return tensor.name();
  }

  void dense(const Matrix& weights, const Vector& bias) {
    onnx::AttributeProto& transposed = *apply("Gemm", {constant(weights.transpose()), constant(bias)}).add_attribute();
    transposed.set_name("transB");  // without it OpenCV 4.6 takes the size of the result from the wrong dimension
    transposed.set_type(onnx::AttributeProto::INT);
    transposed.set_i(1);
  }

  /// OpenCV 4.6 has no operator for LayerNorm, nor one that divides each row by a number of its own. But to subtract
  /// the mean is linear, and is folded into the dense layer before; and the product of the squares with a matrix of
  /// 1/n is their mean, once for every feature.
  void normalised_dense(const Dense& layer, const LayerNorm& norm) {
    const Matrix& weights = layer.weights();
    const Index n = weights.rows();
    dense(weights.rowwise() - weights.colwise().mean(), layer.bias().array() - layer.bias().mean());
    const std::string centred = value_;
    apply("Mul", {centred});
    dense(Matrix::Constant(n, n, 1 / float(n)), Vector::Constant(n, LayerNorm::tiny));
    apply("Sqrt");
    const std::string deviation = value_;
    value_ = centred;
    apply("Div", {deviation});
    apply("Mul", {constant(norm.gain())});
    apply("Add", {constant(norm.shift())});
  }

  void finish() { graph().mutable_node()->rbegin()->set_output(0, "logits"); }

 private:
  onnx::GraphProto& graph() { return *model_.mutable_graph(); }

  static void declare(onnx::ValueInfoProto& value, const std::string& name, Index features) {
    value.set_name(name);
    auto& tensor = *value.mutable_type()->mutable_tensor_type();
    tensor.set_elem_type(onnx::TensorProto::FLOAT);
    tensor.mutable_shape()->add_dim()->set_dim_param("images");
    tensor.mutable_shape()->add_dim()->set_dim_value(features);
  }

  onnx::ModelProto model_;
  std::string value_ = "image";
};

onnx::ModelProto to_onnx(const Network& network, Index inputs) {
  Graph graph(inputs, number_of_classes);
  for (const HiddenLayer& layer : network.layers()) {
    if (!std::holds_alternative<hardgate::Relu<float>>(layer.activation()))
      throw std::invalid_argument("to_onnx: a layer's activation is not ReLU; substitute it first");
    graph.normalised_dense(layer.dense(), layer.norm());
    graph.apply("Relu");
  }
  graph.dense(network.classifier().weights(), network.classifier().bias());
  graph.finish();
  return graph.model();
}

}  // namespace

int main(int argc, char** argv) try {
  std::string folder = FASHION_MNIST_FOLDER, file = "relu.onnx";
  int epochs = 8;
  CLI::App app(
      "Trains and hardens a network, replaces its activations by ReLU, writes it as ONNX, and compares "
      "OpenCV's "
      "predictions.");
  app.add_option("--data", folder, "Folder of the images, as relu_ization takes it");
  app.add_option("--epochs", epochs, "Epochs of training")->check(CLI::Range(1, 10000))->capture_default_str();
  app.add_option("--onnx", file, "File to write")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  const Dataset data = load_dataset(folder);
  const Row row = hardened_row(0.02);
  Random random(1);
  Network network(data.train.images.rows(), row.activation, random);
  train(network, row, data.train, epochs, random, [] { return true; });
  const Predictions smooth = predict(network, data.test);
  network.substitute();
  const Predictions with_relu = predict(network, data.test);

  const onnx::ModelProto model = to_onnx(network, data.test.images.rows());
  onnx::checker::check_model(model);
  std::ofstream out(file, std::ios::binary);
  if (!model.SerializeToOstream(&out) || !out.flush()) throw std::runtime_error(file + ": cannot be written");

  cv::dnn::Net net = cv::dnn::readNetFromONNX(file);
  Matrix images = data.test.images;
  net.setInput(cv::Mat(int(images.cols()), int(images.rows()), CV_32F, images.data()));
  const cv::Mat logits = net.forward();
  Index different = 0;
  float largest = 0;
  const Matrix ours = network.forward(data.test.images);
  for (Index i = 0; i < images.cols(); ++i) {
    const auto theirs = Vector::Map(logits.ptr<float>(int(i)), number_of_classes);
    Index predicted = 0;
    theirs.maxCoeff(&predicted);
    different += predicted != with_relu.classes[i];
    largest = std::max(largest, (theirs - ours.col(i)).cwiseAbs().maxCoeff());
  }
  std::cout << "Accuracy " << 100 * smooth.accuracy << " % with hardened λ-GELU, " << 100 * with_relu.accuracy
            << " % with ReLU\n"
            << file << ": " << model.ByteSizeLong() << " bytes, ReLU in all of " << network.layers().size()
            << " hidden layers\nOpenCV " << CV_VERSION << " on it: " << different << " of " << images.cols()
            << " predictions differ; logits by at most " << largest << '\n';
  return different == 0 ? 0 : 1;
} catch (const std::exception& error) {
  std::cerr << "to_onnx: " << error.what() << '\n';
  return 1;
}
