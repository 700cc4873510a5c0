// Shifted ReLU: the means that a replacement takes are given back.
#include <hardgate/hardgate.hpp>

#include <limits>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;

namespace {

/// Pre-activations of four channels, each with a mean and a deviation of its own.
Eigen::MatrixXd pre_activations(int samples) {
  Eigen::MatrixXd z = Eigen::MatrixXd::Random(4, samples);
  const double mean[] = {-1, 0, 0.3, 2}, deviation[] = {1, 2, 0.5, 3};
  for (int i = 0; i < 4; ++i) z.row(i).array() = deviation[i] * (z.row(i).array() + mean[i]);
  return z;
}

}  // namespace

TEMPLATE_TEST_CASE("The shift is the difference of the means, over any batches", "[bias_correction]", float, double) {
  using T = TestType;
  using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;
  const Matrix z = pre_activations(301).cast<T>();
  const Matrix smooth = Gelu<T>()(z), relu = z.cwiseMax(T(0));
  BiasCorrection<T> whole(4), parts(4);
  whole.observe(smooth, relu);
  parts.observe(smooth.leftCols(100), relu.leftCols(100));
  parts.observe(smooth.middleCols(100, 0), relu.middleCols(100, 0));
  parts.observe(smooth.rightCols(201).array(), relu.rightCols(201).array());
  CHECK(whole.channels() == 4);
  CHECK(whole.samples() == 301);
  CHECK(parts.samples() == 301);
  const Eigen::VectorXd expected = (smooth - relu).template cast<double>().rowwise().mean();
  for (int i = 0; i < 4; ++i) {
    CHECK(static_cast<double>(whole.shift()[i]) == Approx(expected[i]).epsilon(1e-6));
    CHECK(static_cast<double>(parts.shift()[i]) == Approx(expected[i]).epsilon(1e-6));
    CHECK(whole.shift()[i] < 0);
  }
}

TEST_CASE("Folded into the bias it gives the outputs the means they had", "[bias_correction]") {
  const Eigen::MatrixXd z = pre_activations(500), smooth = Silu<double>()(z), relu = z.cwiseMax(0.0);
  const Eigen::MatrixXd weights = Eigen::MatrixXd::Random(3, 4);
  const Eigen::Vector3d before = Eigen::Vector3d::Random();
  Eigen::Vector3d bias = before;
  BiasCorrection<double> correction(4);
  correction.observe(smooth, relu);
  correction.fold_into(weights, bias);
  const Eigen::Vector3d wanted = (weights * smooth).rowwise().mean() + before,
                        plain = (weights * relu).rowwise().mean() + before,
                        given = (weights * relu).rowwise().mean() + bias;
  CHECK((given - wanted).norm() < 1e-13);
  CHECK((plain - wanted).norm() > 0.05);
}

TEST_CASE("The bias may be a row, an array, a segment or a column of a matrix", "[bias_correction]") {
  BiasCorrection<double> correction(2);
  correction.observe(Eigen::MatrixXd::Ones(2, 1), Eigen::MatrixXd::Zero(2, 1));
  const Eigen::MatrixXd weights = Eigen::MatrixXd::Ones(3, 2);
  Eigen::RowVectorXd row = Eigen::RowVectorXd::Zero(3);
  Eigen::ArrayXd array = Eigen::ArrayXd::Zero(3);
  Eigen::VectorXd longer = Eigen::VectorXd::Zero(5);
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(3, 2);
  correction.fold_into(weights, row);
  correction.fold_into(weights, array);
  correction.fold_into(weights, longer.segment(1, 3));
  correction.fold_into(weights, matrix.col(1));
  CHECK((row.array() == 2).all());
  CHECK((array == 2).all());
  CHECK((longer.array() == Eigen::ArrayXd(Eigen::Array<double, 5, 1>(0, 2, 2, 2, 0))).all());
  CHECK((matrix.col(1).array() == 2).all());
  CHECK((matrix.col(0).array() == 0).all());
}

TEST_CASE("The bypass is the shift on the gate of a gated product", "[bias_correction]") {
  const Eigen::MatrixXd up = Eigen::MatrixXd::Random(4, 5), down = Eigen::MatrixXd::Random(5, 4);
  const Eigen::VectorXd up_bias = Eigen::VectorXd::Random(4), x = Eigen::VectorXd::Random(5);
  const Eigen::MatrixXd z = pre_activations(200);
  BiasCorrection<double> correction(4);
  correction.observe(Eigen::MatrixXd(Silu<double>()(z)), z.cwiseMax(0.0));
  const Eigen::VectorXd gate = Eigen::VectorXd::Random(4).cwiseMax(0.0), b = up * x + up_bias;
  const Eigen::VectorXd wanted = down * (gate + correction.shift()).cwiseProduct(b);
  const Eigen::VectorXd given =
      down * gate.cwiseProduct(b) + correction.bypass(down, up) * x + correction.bypass_bias(down, up_bias);
  CHECK((given - wanted).norm() < 1e-14);
}

TEST_CASE("What does not fit is refused, and nothing changes", "[bias_correction]") {
  CHECK_THROWS_WITH(BiasCorrection<float>(0), "hardgate: channels must be at least 1, got 0");
  BiasCorrection<float> correction(2);
  CHECK_THROWS_WITH(correction.shift(), "hardgate: samples must be at least 1 before there is a shift, got 0");
  const Eigen::MatrixXf two = Eigen::MatrixXf::Ones(2, 3), three = Eigen::MatrixXf::Ones(3, 3);
  CHECK_THROWS_WITH(correction.observe(three, three),
                    Catch::Contains("smooth must have 2 rows, one per channel, got 3"));
  CHECK_THROWS_WITH(correction.observe(two, two.leftCols(2)), Catch::Contains("relu must be 2 x 3 like smooth"));
  Eigen::MatrixXf bad = two;
  bad(1, 2) = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_WITH(correction.observe(bad, two), Catch::Contains("smooth must be finite"));
  CHECK_THROWS_WITH(correction.observe(two, bad), Catch::Contains("relu must be finite"));
  CHECK(correction.samples() == 0);
  correction.observe(two, 0.5f * two);
  Eigen::VectorXf bias = Eigen::VectorXf::Ones(3);
  CHECK_THROWS_AS(correction.fold_into(two, bias), std::invalid_argument);
  CHECK_THROWS_AS(correction.fold_into(Eigen::MatrixXf::Constant(3, 2, HUGE_VALF), bias), std::domain_error);
  Eigen::MatrixXf square = Eigen::MatrixXf::Ones(2, 2);
  const Eigen::MatrixXf four = Eigen::MatrixXf::Ones(4, 2);
  CHECK_THROWS_WITH(correction.fold_into(four, square), Catch::Contains("bias must be a vector"));
  bias[1] = HUGE_VALF;
  CHECK_THROWS_WITH(correction.fold_into(three.leftCols(2), bias), Catch::Contains("bias must be finite"));
  bias[1] = 1;
  CHECK((square.array() == 1).all());
  CHECK((bias.array() == 1).all());
  CHECK_THROWS_AS(correction.bypass(three, two), std::invalid_argument);
  CHECK_THROWS_AS(correction.bypass_bias(two, bias), std::invalid_argument);
}

TEST_CASE("Without data the shift is the integral", "[bias_correction]") {
  const double root_2_pi = std::sqrt(2 * pi<double>());
  CHECK(mean_shift(Gelu<double>()) == Approx(0.5 / std::sqrt(pi<double>()) - 1 / root_2_pi).epsilon(1e-12));
  CHECK(mean_shift(Silu<float>()) == Approx(-0.1923213163).epsilon(1e-9));
  CHECK(mean_shift(Relu<double>()) == 0);
  // λ-GELU: E[z·Φ(λz)] = λ/√(2π(1 + λ²)) for standard normal z
  for (const double lambda : {0.1, 3.0, 50.0})
    CHECK(mean_shift(LambdaGelu<double>(lambda)) ==
          Approx(lambda / (root_2_pi * std::sqrt(1 + lambda * lambda)) - 1 / root_2_pi).epsilon(1e-9));
  // Any mean and deviation, by a plain sum.
  for (const auto& [mean, deviation] : {std::pair{0.7, 1.3}, {-2.0, 0.5}, {-0.1, 0.01}}) {
    double sum = 0;
    const int steps = 200000;
    for (int i = 0; i <= steps; ++i) {
      const double t = -12 + 24.0 * i / steps, z = mean + deviation * t;
      sum += (SeGem<double>(0.5)(z) - std::fmax(z, 0)) * std::exp(-t * t / 2) / root_2_pi * 24 / steps;
    }
    CHECK(mean_shift(SeGem<double>(0.5), mean, deviation) == Approx(sum).epsilon(1e-6));
  }
  CHECK_THROWS_WITH(mean_shift(Gelu<double>(), 0, 0),
                    "hardgate: deviation must be greater than 0 and at most 1e300, got 0");
  CHECK_THROWS_AS(mean_shift(Gelu<double>(), HUGE_VAL), std::domain_error);
  CHECK_THROWS_AS(mean_shift(Gelu<double>(), 0, 5e306), std::domain_error);
  // A small deviation: the shift is f - ReLU at the mean.
  for (const double mean : {3.0, 1.0, -0.5, 1e-3})
    for (const double deviation : {1e-4, 1e-5, 1e-8, 1e-300}) {
      if (mean == 1e-3 && deviation > 1e-5) continue;
      const double exact = Silu<double>()(mean) - std::fmax(mean, 0);
      CHECK(mean_shift(Silu<double>(), mean, deviation) == Approx(exact).epsilon(1e-7));
    }
  // A large one: the integral of f - ReLU, over the density at 0.
  CHECK(mean_shift(Gelu<double>(), 0, 1e8) == Approx(-0.5 / (root_2_pi * 1e8)).epsilon(1e-9));
}

struct Overshooting : Gate<Overshooting> {
  template <class T>
  static T value(const T& u) {
    using std::exp;
    return T(1) / (T(1) + exp(T(-u))) + T(2) * T(u * exp(T(-u * u)));
  }
};

TEST_CASE("Without data the shift keeps the sign of a gate that overshoots", "[bias_correction]") {
  const GatedUnit<double, Overshooting> act;
  CHECK(mean_shift(act) == Approx(mean_shift(Silu<double>()) + 2 / std::sqrt(27.0)).epsilon(1e-9));  // 2·E[z²e^(-z²)]
}
