// Scalars that are large, or hold memory of their own, past the caches: they are computed and stored one by one.
#include <hardgate/hardgate.hpp>

#include <unsupported/Eigen/AutoDiff>
#include <vector>

#include "catch.hpp"

#if defined(HARDGATE_HAS_BOOST)
#include <boost/multiprecision/cpp_int.hpp>
#endif

namespace {

template <class Scalar, class Activation, class Same>
bool streams_like_one_by_one(const Activation& act, const std::vector<Scalar>& x, const Same& same) {
  std::vector<Scalar> y(x.size(), Scalar(0)), in_place = x;
  hardgate::forward(act, x.data(), y.data(), static_cast<Eigen::Index>(x.size()), hardgate::streaming());
  hardgate::forward(act, in_place.data(), in_place.data(), static_cast<Eigen::Index>(x.size()), hardgate::streaming());
  bool all = true;
  for (std::size_t i = 0; i < x.size(); ++i) all = all && same(y[i], act(x[i])) && same(in_place[i], y[i]);
  return all;
}

}  // namespace

TEST_CASE("A scalar of more bytes than go past the caches at a time", "[unusual_scalars]") {
  using Scalar = Eigen::AutoDiffScalar<Eigen::Matrix<double, 400, 1>>;
  std::vector<Scalar> x;
  for (int i = 0; i < 7; ++i) x.emplace_back(i - 3.0, 400, i);
  CHECK(streams_like_one_by_one<Scalar>(hardgate::LambdaGelu<Scalar>(Scalar(2.0)), x, [](const auto& a, const auto& b) {
    return a.value() == b.value() && a.derivatives() == b.derivatives();
  }));
}

#if defined(HARDGATE_HAS_BOOST)
TEST_CASE("A scalar whose digits lie elsewhere", "[unusual_scalars]") {
  using Scalar = boost::multiprecision::cpp_rational;
  std::vector<Scalar> x;
  for (int i = 0; i < 9; ++i) x.emplace_back((Scalar(i) - 4) / 7);
  CHECK(streams_like_one_by_one<Scalar>(hardgate::SeGem<Scalar, 2>(Scalar(1) / 3), x,
                                        [](const Scalar& a, const Scalar& b) { return a == b; }));
}
#endif
