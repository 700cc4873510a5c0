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

/// Whether a matrix, or a part of a larger one, has of channels what their activations say of each number, and the
/// gradient that long double has.
template <class Activation, class X, class Y>
bool gives_the_same(const ChannelUnits<Activation>& units, const X& x, const X& dy, Y&& y, Y&& d, Y&& dx) {
  using Scalar = typename Activation::scalar;
  using Number = typename Activation::parameter_type;
  using Limits = std::numeric_limits<Number>;
  units.forward(x, y);
  Eigen::Array<Scalar, Eigen::Dynamic, Eigen::Dynamic> alone = y;
  units.forward_with_derivative(x, y, d);
  bool same = all_same_bits(alone, y);
  const auto gradient = units.backward(x, dy, dx);
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    long double exact = 0, size = 0;
    for (Eigen::Index j = 0; j < x.cols(); ++j) {
      Scalar product(0);
      hardgate::backward(units[i], &x(i, j), &dy(i, j), &product, 1);
      same = same && same_bits(y(i, j), units[i](x(i, j))) && same_bits(d(i, j), units[i].derivative(x(i, j))) &&
             same_bits(dx(i, j), product);
      const auto wide = units[i].template cast<long double>();
      const long double addend = static_cast<long double>(dy(i, j)) * wide.parameter_derivative() *
                                 wide.parameter_gradient(static_cast<long double>(x(i, j)));
      exact += addend;
      size += std::fabs(addend);
    }
    const auto error = std::fabs(static_cast<long double>(gradient(i)) - exact);
    same = same && error <= 64 * static_cast<long double>(Limits::epsilon()) * size +
                                4096 * static_cast<long double>(Limits::denorm_min());
  }
  return same;
}

template <class Scalar>
using Table = Eigen::Array<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
template <class Scalar>
using Rows = Eigen::Array<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

template <class Activation>
void check_packets(const std::string& name) {
  using Scalar = typename Activation::scalar;
  using Table = ::Table<Scalar>;
  using Rows = ::Rows<Scalar>;
  for (const Eigen::Index rows : {1, 2, 3, 7, 8, 15, 16, 17, 31, 40, 64, 100}) {
    const ChannelUnits<Activation> units(
        Eigen::Array<typename Activation::parameter_type, Eigen::Dynamic, 1>::LinSpaced(rows, 0.5f, 8));
    for (const Eigen::Index columns : {0, 1, 4, 5, 33}) {
      CAPTURE(name, rows, columns);
      const Eigen::ArrayXXf random = Eigen::ArrayXXf::Random(rows + 9, columns) * 3;
      const Table x = random.topRows(rows).template cast<Scalar>(),
                  dy = random.bottomRows(rows).template cast<Scalar>();
      Table y(rows, columns), d = y, dx = y;
      CHECK(gives_the_same(units, x, dy, y, d, dx));
      const Rows x_rows = x, dy_rows = dy;
      Rows y_rows = y, d_rows = y, dx_rows = y;
      CHECK(gives_the_same(units, x_rows, dy_rows, y_rows, d_rows, dx_rows));
      CHECK(gives_the_same(units, x, dy, y_rows, d_rows, dx_rows));
      Table large = Table::Constant(rows + 5, 3 * columns, Scalar(7));  // with gaps, and guards around them
      CHECK(gives_the_same(units, x, dy, large.block(2, 0, rows, columns), large.block(2, columns, rows, columns),
                           large.block(2, 2 * columns, rows, columns)));
      CHECK(((large.topRows(2) == Scalar(7)).all() && (large.bottomRows(3) == Scalar(7)).all()));
      Table in_place = x;
      units.forward(in_place, in_place);
      units.forward(x, y);
      CHECK(all_same_bits(in_place, y));
    }
  }
}

}  // namespace

TEST_CASE("Packets of channels give what each channel gives alone, in every layout", "[hardening][channels]") {
  check_packets<LambdaGelu<float>>("LambdaGelu<float>");
  check_packets<LambdaGelu<double>>("LambdaGelu<double>");
  check_packets<Swish<float>>("Swish<float>");
  check_packets<EGem<float, 2>>("EGem<float, 2>");
  check_packets<SeGem<double>>("SeGem<double>");
  check_packets<LambdaGelu<Eigen::half>>("LambdaGelu<half>");
}

TEMPLATE_TEST_CASE("Long rows, and columns a page apart, give what each channel gives alone", "[hardening][channels]",
                   LambdaGelu<float>, EGem<double>) {
  using Scalar = typename TestType::scalar;
  struct Shape {
    Eigen::Index rows, columns;
  };
  for (const auto& [rows, columns] : {Shape{2, 9001}, {1024, 13}}) {
    CAPTURE(rows, columns);
    const ChannelUnits<TestType> units(Eigen::Array<Scalar, Eigen::Dynamic, 1>::LinSpaced(rows, 0.5f, 8));
    const Table<Scalar> x = 3 * Table<Scalar>::Random(rows, columns), dy = Table<Scalar>::Random(rows, columns);
    Table<Scalar> y = x, d = x, dx = x;
    CHECK(gives_the_same(units, x, dy, y, d, dx));
    const Rows<Scalar> x_rows = x, dy_rows = dy;
    Rows<Scalar> y_rows = x, d_rows = x, dx_rows = x;
    CHECK(gives_the_same(units, x_rows, dy_rows, y_rows, d_rows, dx_rows));
  }
}

TEST_CASE("Among packets of channels some may be ReLU", "[hardening][channels]") {
  const auto check = [](auto act) {
    using Activation = decltype(act);
    Eigen::ArrayXf hardness = Eigen::ArrayXf::LinSpaced(37, 1, 9);
    hardness(5) = hardness(36) = std::numeric_limits<float>::infinity();
    const ChannelUnits<Activation> units(hardness);
    const Eigen::ArrayXXf x = Eigen::ArrayXXf::Random(37, 11), dy = Eigen::ArrayXXf::Random(37, 11);
    Eigen::ArrayXXf y(37, 11), d = y, dx = y;
    units.forward_with_derivative(x, y, d);
    CHECK((y.row(5) == x.row(5).max(0)).all());
    for (int i = 0; i < 37; ++i)
      for (int j = 0; j < 11; ++j) CHECK((y(i, j) == units[i](x(i, j)) && d(i, j) == units[i].derivative(x(i, j))));
    const Eigen::ArrayXf gradient = units.backward(x, dy, dx);
    CHECK((gradient(5) == 0 && gradient(36) == 0 && gradient(4) != 0 && gradient.isFinite().all()));
  };
  check(LambdaGelu<float>());
  check(EGem<float>());
}

TEST_CASE("A NaN stays in its channel", "[hardening][channels]") {
  const ChannelUnits<LambdaGelu<float>> units(Eigen::ArrayXf::LinSpaced(20, 1, 3));
  Eigen::ArrayXXf x = Eigen::ArrayXXf::Random(20, 9), y = x, dx = x;
  x(7, 3) = std::numeric_limits<float>::quiet_NaN();
  units.forward(x, y);
  const Eigen::ArrayXf gradient = units.backward(x, x, dx);
  CHECK((std::isnan(y(7, 3)) && y.isNaN().count() == 1 && std::isnan(gradient(7)) && gradient.isNaN().count() == 1));
}

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
  CHECK(refuses<Wrong>([&] { units.forward_with_derivative(good, y, y); }, {"dydx", "another array than y"}));
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
