// Replacing an activation by ReLU, and what that changes.
#include <hardgate/hardgate.hpp>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;

TEST_CASE("The substitute of every activation is ReLU", "[substitution]") {
  every_activation<float>([](const std::string&, const auto& act) {
    STATIC_REQUIRE(std::is_same_v<decltype(substitute(act)), Relu<float>>);
  });
  const auto relu = substitute(EGem<double>(0.1));
  CHECK(relu(2.5) == 2.5);
  CHECK(relu(-2.5) == 0);
  CHECK(relu(0.0) == 0);
}

TEST_CASE("The disruption is the largest and the mean difference at the samples", "[substitution]") {
  const LambdaGelu<double> act(2.0);
  const Eigen::ArrayXXd x = Eigen::ArrayXXd::Random(13, 7) * 2;
  double sup = 0, mean = 0;
  for (Eigen::Index i = 0; i < x.size(); ++i) {
    const double change = std::fabs(act(x(i)) - (x(i) > 0 ? x(i) : 0));
    sup = change > sup ? change : sup;
    mean += change / static_cast<double>(x.size());
  }
  const Disruption disruption = substitution_disruption(act, x);
  CHECK(disruption.sup == Approx(sup));
  CHECK(disruption.mean == Approx(mean));
  CHECK(disruption.mean < disruption.sup);
  CHECK(disruption.sup <= relu_distance_sup<LambdaGelu<double>>() / 2 * (1 + 1e-14));

  const Disruption same = substitution_disruption(act, x.matrix().transpose());
  CHECK(same.sup == disruption.sup);
  CHECK(same.mean == Approx(disruption.mean));
  CHECK(substitution_disruption(act, x.block(2, 2, 3, 3)).sup <= disruption.sup);
  CHECK(substitution_disruption(act, 2 * x).sup > 0);
  CHECK(substitution_disruption(LambdaGelu<float>(2.0f), x.cast<float>()).mean == Approx(mean).epsilon(1e-5));
  const Eigen::RowVectorXd row = x.matrix().row(0);
  CHECK(substitution_disruption(act, row).sup <= disruption.sup);
}

TEST_CASE("On known points the disruption is known", "[substitution]") {
  const SeGem<double> act(1.0);  // x/(1 + x²) for x < 0
  const Eigen::Array4d x(-1.0, 3.0, -3.0, 0.0);
  const Disruption disruption = substitution_disruption(act, x);
  CHECK(disruption.sup == Approx(0.5));
  CHECK(disruption.mean == Approx((0.5 + 0.3) / 4));
  // f = -½, 3, -0.3, 0 has the variance 2.0325, what ReLU lacks, ½, 0, 0.3, 0, has 0.045
  CHECK(disruption.explained == Approx(1 - 0.045 / 2.0325));
  CHECK(std::isnan(disruption.cost_alone));
  CHECK(substitution_disruption(Relu<double>(), x).explained == 1);
}

TEST_CASE("A report prints as a table that gnuplot reads", "[substitution]") {
  SubstitutionReport report{0.9, 0.875, 0.25, 0.5, 0.125, {{0.5, 0.25, 0.75, 0.125}, {1, 0.5}}};
  std::ostringstream out;
  out << report;
  CHECK(out.str() ==
        "# metric 0.9 -> 0.875\n# loss 0.25 -> 0.5, flips 0.125\nlayer sup mean explained cost_alone\n"
        "1 0.5 0.25 0.75 0.125\n2 1 0.5 1 nan\n");
  std::ostringstream layers;
  layers << SubstitutionReport{0, 0, 0, 0, 0, {{0.5, 0.25, 0.75, 0.125}}};
  CHECK(layers.str() == "layer sup mean explained cost_alone\n1 0.5 0.25 0.75 0.125\n");
}

TEST_CASE("Harder activations disrupt less, ReLU not at all", "[substitution]") {
  const Eigen::ArrayXd x = Eigen::ArrayXd::LinSpaced(1001, -4, 4);
  Disruption before{1, 1};
  for (const double lambda : {1.0, 3.0, 10.0, 100.0}) {
    const Disruption now = substitution_disruption(LambdaGelu<double>(lambda), x);
    CHECK(now.sup < before.sup);
    CHECK(now.mean < before.mean);
    before = now;
  }
  const Disruption none = substitution_disruption(LambdaGelu<double>(std::numeric_limits<double>::infinity()), x);
  CHECK(none.sup == 0);
  CHECK(none.mean == 0);
  CHECK(substitution_disruption(Relu<double>(), x).sup == 0);
}

TEST_CASE("Without samples there is no disruption", "[substitution]") {
  const Disruption none = substitution_disruption(LambdaGelu<double>(2.0), Eigen::ArrayXXd(0, 5));
  CHECK(none.sup == 0);
  CHECK(none.mean == 0);
  CHECK(substitution_disruption(LambdaGelu<float>(2.0f), Eigen::ArrayXf()).mean == 0);
}

TEST_CASE("A report states the changes", "[substitution]") {
  SubstitutionReport report;
  CHECK(report.layers.empty());
  CHECK(report.metric_change() == 0);
  report.metric_before = 0.875;
  report.metric_after = 0.8125;
  report.loss_before = 0.5;
  report.loss_after = 0.75;
  report.layers = {{0.25, 0.125}, {0.5, 0.0625}};
  CHECK(report.metric_change() == -0.0625);
  CHECK(report.loss_change() == 0.25);
  CHECK(report.layers[1].sup == 0.5);
}

TEST_CASE("Flips are the share of predictions that changed", "[substitution]") {
  Eigen::ArrayXi before(5), after(5);
  before << 1, 2, 3, 4, 5;
  after << 1, 0, 3, 4, 9;
  CHECK(flips(before, after) == Approx(0.4));
  CHECK(flips(before, before) == 0);
  CHECK(flips(before, Eigen::ArrayXi(before + 1)) == 1);
  CHECK(flips(before.matrix(), after.matrix()) == Approx(0.4));
  CHECK(flips(Eigen::ArrayXi(), Eigen::ArrayXi()) == 0);
  CHECK(refuses<std::invalid_argument>([&] { flips(before, Eigen::ArrayXi(4)); }, {"after must", "5", "got 4"}));
}

TEST_CASE("Where activation and ReLU are both infinite they do not differ; a sample that is NaN shows",
          "[substitution]") {
  const double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const SeGem<double> act(1.0);
  const Disruption far = substitution_disruption(act, Eigen::Array3d(infinity, -1, -infinity));
  CHECK(far.sup == 0.5);
  CHECK(far.mean == Approx(0.5 / 3));
  const Disruption bad = substitution_disruption(act, Eigen::Array3d(-1, nan, -1));
  CHECK(std::isnan(bad.sup));
  CHECK(std::isnan(bad.mean));
}
