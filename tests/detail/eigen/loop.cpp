// The loop behind the array functions: beyond the caches and with prefetching, which a processor may never choose.
#include <hardgate/hardgate.hpp>

#include <array>
#include <vector>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;
using Eigen::Index;

TEMPLATE_TEST_CASE("Arrays larger than the caches go by the same rules", "[loop]", float, double) {
  using Scalar = TestType;
  const auto n = static_cast<Index>(detail::cache_bytes / sizeof(Scalar) / 2 + 1037);
  const std::vector<Scalar> x = mixed_numbers<Scalar>(static_cast<std::size_t>(n)),
                            dy = ordinary_numbers<Scalar>(static_cast<std::size_t>(n), 5);
  const auto check = [&](auto act) {
    const Expected<Scalar> expected(act, x, dy);
    Guarded<Scalar> in(x, n, 3), other(dy, n, 5), y(n, 1), d(n, 7);
    forward(act, in.data(), y.data(), n);
    CHECK(y.holds(expected.value));
    forward_with_derivative(act, in.data(), y.data(), d.data(), n);
    CHECK(y.holds(expected.value));
    CHECK(d.holds(expected.derivative));
    backward(act, in.data(), other.data(), d.data(), n);
    CHECK(d.holds(expected.backward));
    backward_with_parameter(act, in.data(), other.data(), y.data(), n);
    CHECK(y.holds(expected.backward));
    CHECK(in.holds(x));
    CHECK(other.holds(dy));
    forward(act, in.data(), in.data(), n);
    CHECK(in.holds(expected.value));
  };
  check(LambdaGelu<Scalar>(Scalar(3.7)));
  check(SeGem<Scalar, 2>(Scalar(1e-4)));
}

TEMPLATE_TEST_CASE("Asking for memory ahead changes nothing, on any processor", "[loop]", float, double) {
  using Scalar = TestType;
  using Activation = LambdaGelu<Scalar>;
  using Kernel = detail::BackwardWithParameter<Activation>;
  const Kernel kernel{{Activation(Scalar(3.7))}};
  for (const Index n : {1, 100, 1037, 5000}) {
    const std::vector<Scalar> x = mixed_numbers<Scalar>(static_cast<std::size_t>(n)),
                              dy = ordinary_numbers<Scalar>(static_cast<std::size_t>(n), 5);
    const Expected<Scalar> expected(kernel.activation, x, dy);
    Guarded<Scalar> in(x, n, 3), other(dy, n, 5);
    for (const bool ahead : {false, true})
      for (const bool streaming : {false, true}) {
        Guarded<Scalar> y(n, 1);
        detail::run_piece(kernel, {in.data(), other.data()}, {y.data()}, n, ahead, streaming);
        CHECK(y.holds(expected.backward));
      }
  }
}
