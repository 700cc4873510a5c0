// One hardness per channel: the same as separate activations, row by row.
#include <hardgate/hardgate.hpp>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;

namespace {

using Eigen::ArrayXd;
using Eigen::ArrayXXd;

/// forward and backward of all channels against one activation per row, for matrices of either storage order.
template <class Activation>
void check_rows(const ArrayXd& hardness, Eigen::Index samples) {
  using Table = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic>;
  using Rows = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const ChannelUnits<Activation> units(hardness);
  REQUIRE(units.size() == hardness.size());
  const Table x = Table::Random(hardness.size(), samples) * 3, dy = Table::Random(hardness.size(), samples);
  Table y(x.rows(), x.cols()), dx = y, in_place = x;
  Rows y_rows(x.rows(), x.cols()), dx_rows = y_rows;
  units.forward(x, y);
  units.forward(Rows(x), y_rows);
  units.forward(in_place, in_place);
  const ArrayXd gradient = units.backward(x, dy, dx);
  const ArrayXd gradient_rows = units.backward(Rows(x), dy, dx_rows);
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    const Activation act = Activation().with_hardness(hardness(i));
    CHECK(units[i].parameter() == act.parameter());
    for (Eigen::Index j = 0; j < samples; ++j) {
      CHECK(y(i, j) == act(x(i, j)));
      CHECK(dx(i, j) == dy(i, j) * act.derivative(x(i, j)));
    }
  }
  CHECK((y_rows == y).all());
  CHECK((in_place == y).all());
  CHECK((dx_rows == dx).all());
  CHECK((gradient_rows - gradient).matrix().norm() <= 1e-12 * (1 + gradient.matrix().norm()));

  // ∂/∂h of Σ dy·f, by differences in h
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    const auto loss = [&](double h) { return (dy.row(i) * Activation().with_hardness(h)(x.row(i))).sum(); };
    const double h = hardness(i), step = 1e-4 * h;
    const double coarse = (loss(h + 2 * step) - loss(h - 2 * step)) / (4 * step),
                 fine = (loss(h + step) - loss(h - step)) / (2 * step);
    CHECK(std::fabs(gradient(i) - (4 * fine - coarse) / 3) <= 1e-8 / h * (1 + std::fabs(h * gradient(i))));
  }
}

}  // namespace

TEST_CASE("Channels are separate activations, one a row", "[hardening][channels]") {
  ArrayXd hardness(5);
  hardness << 0.5, 1, 2.5, 7, 30;
  check_rows<LambdaGelu<double>>(hardness, 41);
  check_rows<EGem<double, 1>>(hardness, 41);
  check_rows<EGem<double, 3>>(hardness, 41);
  check_rows<SeGem<double, 2>>(hardness, 41);
  check_rows<LambdaGelu<double>>(hardness.head(1), 3);
}

TEST_CASE("Channels with nothing in them are no error", "[hardening][channels]") {
  const ChannelUnits<LambdaGelu<double>> units(ArrayXd::Constant(3, 2.0));
  ArrayXXd none(3, 0);
  units.forward(none, none);
  const ArrayXd gradient = units.backward(none, none, none);
  CHECK(gradient.size() == 3);
  CHECK((gradient == 0).all());
}

TEST_CASE("A channel may be ReLU already", "[hardening][channels]") {
  ArrayXd hardness(2);
  hardness << 2, std::numeric_limits<double>::infinity();
  const ArrayXXd x = ArrayXXd::Random(2, 20);
  ArrayXXd y(2, 20), dx(2, 20);
  const ChannelUnits<LambdaGelu<double>> gelus(hardness);
  gelus.forward(x, y);
  CHECK((y.row(1) == x.row(1).max(0.0)).all());
  CHECK(gelus.backward(x, x, dx)(1) == 0);
  const ChannelUnits<EGem<double>> gems(hardness);
  gems.forward(x, y);
  CHECK((y.row(1) == x.row(1).max(0.0)).all());
  const ArrayXd gradient = gems.backward(x, x, dx);
  CHECK(gradient(1) == 0);
  CHECK(std::isfinite(gradient(0)));
}

TEST_CASE("The learner's profile can be used as it is", "[hardening][channels]") {
  const HardnessLearner<float> learner(4);
  const ChannelUnits<LambdaGelu<float>> units(learner.hardness());
  CHECK(units.size() == 4);
  CHECK(units[3].lambda() == learner.hardness()(3));
}

TEST_CASE("Sizes and hardnesses that do not fit are refused, before anything is written", "[hardening][channels]") {
  const ChannelUnits<LambdaGelu<double>> units(ArrayXd::Constant(3, 2.0));
  const ArrayXXd good = ArrayXXd::Random(3, 6), tall = ArrayXXd::Random(4, 6);
  ArrayXXd y = ArrayXXd::Constant(3, 6, 7), wide = ArrayXXd::Constant(3, 8, 7), four = ArrayXXd::Constant(4, 6, 7);
  using Wrong = std::invalid_argument;
  CHECK(refuses<Wrong>([&] { units.forward(tall, four); }, {"x must have 3 rows", "got 4"}));
  CHECK(refuses<Wrong>([&] { units.forward(good, wide); }, {"y must be 3 x 6", "got 3 x 8"}));
  CHECK(refuses<Wrong>([&] { units.forward(good, four); }, {"y must be 3 x 6", "got 4 x 6"}));
  CHECK(refuses<Wrong>([&] { units.backward(tall, tall, four); }, {"x must have 3 rows", "got 4"}));
  CHECK(refuses<Wrong>([&] { units.backward(good, wide, y); }, {"dy must be 3 x 6", "got 3 x 8"}));
  CHECK(refuses<Wrong>([&] { units.backward(good, good, wide); }, {"dx must be 3 x 6", "got 3 x 8"}));
  CHECK((y == 7).all());
  CHECK((wide == 7).all());
  CHECK((four == 7).all());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto make = [](double bad) {
    ChannelUnits<EGem<double>> channels(Eigen::Array3d(1.0, bad, 2.0));
    return channels.size();
  };
  CHECK(refuses<std::domain_error>([&] { make(0); }, {"hardness", "got 0"}));
  CHECK(refuses<std::domain_error>([&] { make(-2.5); }, {"hardness", "got -2.5"}));
  CHECK(refuses<std::domain_error>([&] { make(nan); }, {"hardness", "nan"}));
}
