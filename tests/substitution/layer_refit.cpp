// A linear layer fitted anew to what it gave before its inputs were replaced.
#include <hardgate/hardgate.hpp>

#include <Eigen/QR>
#include <limits>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;

namespace {

struct Layer {
  Eigen::MatrixXd weights = Eigen::MatrixXd::Random(3, 6);
  Eigen::VectorXd bias = Eigen::VectorXd::Random(3);
  Eigen::MatrixXd z = (Eigen::MatrixXd::Random(6, 6) * Eigen::MatrixXd::Random(6, 400)).array() * 2 + 0.2;
  Eigen::MatrixXd relu = z.cwiseMax(0.0);
  Eigen::MatrixXd wanted = (weights * Eigen::MatrixXd(Gelu<double>()(z))).colwise() + bias;

  double error(const Eigen::MatrixXd& w, const Eigen::VectorXd& b) const {
    return ((w * relu - wanted).colwise() + b).squaredNorm() / static_cast<double>(wanted.size());
  }
};

}  // namespace

TEST_CASE("With next to no ridge it is the least-squares fit, and the residual is what is left", "[layer_refit]") {
  const Layer layer;
  LayerRefit<double> refit(6, 3);
  refit.observe(layer.relu, layer.wanted);
  Eigen::MatrixXd weights = layer.weights;
  Eigen::VectorXd bias = layer.bias;
  const double left = refit.solve(weights, bias, 1e-12);
  CHECK(left == Approx(layer.error(weights, bias)).epsilon(1e-9));
  CHECK(left < 0.7 * layer.error(layer.weights, layer.bias));

  Eigen::MatrixXd with_ones(7, 400);
  with_ones << layer.relu, Eigen::RowVectorXd::Ones(400);
  const Eigen::MatrixXd fit = with_ones.transpose().colPivHouseholderQr().solve(layer.wanted.transpose()).transpose();
  CHECK((fit.leftCols(6) - weights).norm() < 1e-8);
  CHECK((fit.col(6) - bias).norm() < 1e-8);
}

TEST_CASE("With a ridge it minimises the error and the distance to the old weights", "[layer_refit]") {
  const Layer layer;
  LayerRefit<double> refit(6, 3);
  refit.observe(layer.relu, layer.wanted);
  const double ridge = 0.1;
  Eigen::MatrixXd weights = layer.weights;
  Eigen::VectorXd bias = layer.bias;
  refit.solve(weights, bias, ridge);
  const Eigen::MatrixXd centred = layer.relu.colwise() - layer.relu.rowwise().mean().eval();
  const double rho = ridge * (centred * centred.transpose()).trace() / 400 / 6;
  const auto cost = [&](const Eigen::MatrixXd& w, const Eigen::VectorXd& b) {
    return 3 * layer.error(w, b) + rho * (w - layer.weights).squaredNorm();
  };
  const double best = cost(weights, bias);
  for (int i = 0; i < 50; ++i) {
    const Eigen::MatrixXd step = 1e-3 * Eigen::MatrixXd::Random(3, 6);
    const Eigen::VectorXd offset = 1e-3 * Eigen::VectorXd::Random(3);
    CHECK(cost(weights + step, bias + offset) > best);
  }
  Eigen::MatrixXd stiff = layer.weights;
  refit.solve(stiff, bias, 1e12);
  CHECK((stiff - layer.weights).norm() < 1e-9);  // then only the bias changes: it is the bias correction
  BiasCorrection<double> correction(6);
  correction.observe(Eigen::MatrixXd(Gelu<double>()(layer.z)), layer.relu);
  Eigen::VectorXd corrected = layer.bias;
  correction.fold_into(layer.weights, corrected);
  CHECK((bias - corrected).norm() < 1e-9);
}

TEST_CASE("Batches, scalars and large means change nothing", "[layer_refit]") {
  const Layer layer;
  LayerRefit<double> whole(6, 3), parts(6, 3), far(6, 3);
  LayerRefit<float> single(6, 3);
  whole.observe(layer.relu, layer.wanted);
  single.observe(layer.relu.cast<float>(), layer.wanted.cast<float>());
  for (int first = 0; first < 400; first += 80)
    parts.observe(layer.relu.middleCols(first, 80).array(), layer.wanted.middleCols(first, 80).array());
  parts.observe(layer.relu.leftCols(0), layer.wanted.leftCols(0));
  far.observe((layer.relu.array() + 1e6).matrix(), layer.wanted);
  const auto solved = [&](const auto& refit, auto scalar) {
    using Scalar = decltype(scalar);
    Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic> weights = layer.weights.cast<Scalar>();
    Eigen::Matrix<Scalar, Eigen::Dynamic, 1> bias = layer.bias.cast<Scalar>();
    refit.solve(weights, bias);
    return Eigen::MatrixXd(weights.template cast<double>());
  };
  CHECK(parts.samples() == 400);
  CHECK((solved(parts, 1.0) - solved(whole, 1.0)).norm() < 1e-12);
  CHECK((solved(single, 1.0f) - solved(whole, 1.0)).norm() < 1e-5);
  CHECK((solved(far, 1.0) - solved(whole, 1.0)).norm() < 1e-7);

  LayerRefit<double> late(6, 3);  // a first batch that is far from the others
  late.observe(Eigen::MatrixXd::Zero(6, 1), layer.bias + layer.weights * Eigen::VectorXd::Zero(6));
  late.observe((layer.relu.array() + 1e4).matrix(), layer.wanted);
  late.observe((layer.relu.array() + 1e4).matrix(), layer.wanted);
  Eigen::MatrixXd samples(6, 801), outputs(3, 801);
  samples << Eigen::VectorXd::Zero(6), (layer.relu.array() + 1e4).matrix(), (layer.relu.array() + 1e4).matrix();
  outputs << layer.bias, layer.wanted, layer.wanted;
  LayerRefit<double> at_once(6, 3);
  at_once.observe(samples, outputs);
  CHECK((solved(late, 1.0) - solved(at_once, 1.0)).norm() < 1e-6);
}

TEST_CASE("What cannot be fitted is refused, and the weights stay", "[layer_refit]") {
  CHECK_THROWS_WITH(LayerRefit<float>(0, 1), "hardgate: inputs must be at least 1, got 0");
  CHECK_THROWS_WITH(LayerRefit<float>(1, -1), "hardgate: outputs must be at least 1, got -1");
  LayerRefit<double> refit(2, 1);
  Eigen::MatrixXd weights = Eigen::MatrixXd::Ones(1, 2);
  Eigen::VectorXd bias = Eigen::VectorXd::Ones(1);
  CHECK_THROWS_WITH(refit.solve(weights, bias), Catch::Contains("samples must be at least 1"));
  Eigen::MatrixXd x = Eigen::MatrixXd::Random(2, 9), y = Eigen::MatrixXd::Random(1, 9);
  CHECK_THROWS_AS(refit.observe(y, y), std::invalid_argument);
  CHECK_THROWS_AS(refit.observe(x, x), std::invalid_argument);
  CHECK_THROWS_AS(refit.observe(x, y.leftCols(8)), std::invalid_argument);
  y(0, 3) = HUGE_VAL;
  CHECK_THROWS_WITH(refit.observe(x, y), Catch::Contains("wanted must be finite"));
  CHECK(refit.samples() == 0);
  y(0, 3) = 1;
  x.row(1) = 2 * x.row(0);
  refit.observe(x, y);
  CHECK_THROWS_WITH(refit.solve(weights, bias, 0), Catch::Contains("ridge must be larger"));
  CHECK_THROWS_WITH(refit.solve(weights, bias, -1), Catch::Contains("ridge must be at least 0"));
  Eigen::MatrixXd wide = Eigen::MatrixXd::Ones(1, 3);
  CHECK_THROWS_AS(refit.solve(wide, bias), std::invalid_argument);
  Eigen::MatrixXd bad = weights;
  bad(0, 1) = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(refit.solve(bad, bias), std::domain_error);
  CHECK((weights.array() == 1).all());
  CHECK((bias.array() == 1).all());
  CHECK_NOTHROW(refit.solve(weights, bias, 0.1));

  LayerRefit<float> dead(1, 1), large(1, 1);
  Eigen::MatrixXf weight = Eigen::MatrixXf::Ones(1, 1);
  Eigen::VectorXf offset = Eigen::VectorXf::Ones(1);
  dead.observe(Eigen::RowVector3d(0, 0, 0), Eigen::RowVector3d(1, 2, 3));
  CHECK_THROWS_WITH(dead.solve(weight, offset), "hardgate: the variance of relu must be greater than 0, got 0");
  large.observe(Eigen::RowVector3d(1, 2, 3), Eigen::RowVector3d(1e39, 2e39, 3e39));
  CHECK_THROWS_WITH(large.solve(weight, offset), Catch::Contains("of a size that gives finite weights"));
  CHECK(weight(0, 0) == 1);

  Eigen::MatrixXd beside = Eigen::MatrixXd::Ones(1, 4);  // blocks and rows are written too
  Eigen::RowVectorXd row = Eigen::RowVectorXd::Zero(1);
  refit.solve(beside.rightCols(2), row, 0.1);
  CHECK(beside.rightCols(2) == weights);
  CHECK(beside.leftCols(2) == Eigen::MatrixXd::Ones(1, 2));
}
