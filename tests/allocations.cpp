// A call over numbers that lie in memory allocates none: real-time code must not wait for an allocator.
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {
std::size_t allocations = 0;
bool allowed = true;
}  // namespace

// Eigen asks for memory without operator new; before it does, it asserts that it may.
#define EIGEN_RUNTIME_NO_MALLOC
#define eigen_assert(condition) static_cast<void>((condition) || allowed || ++allocations)

#include <hardgate/hardgate.hpp>

#include "catch.hpp"
#include "support.hpp"

// Not inline: a compiler that sees both finds that what new gave is freed.
HARDGATE_NOINLINE void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size > 0 ? size : 1)) return memory;
  throw std::bad_alloc();
}
HARDGATE_NOINLINE void operator delete(void* memory) noexcept { std::free(memory); }
HARDGATE_NOINLINE void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

template <class Call>
std::size_t allocations_of(const Call& call) {
  const std::size_t before = allocations;
  Eigen::internal::set_is_malloc_allowed(allowed = false);
  call();
  Eigen::internal::set_is_malloc_allowed(allowed = true);
  return allocations - before;
}

}  // namespace

using namespace hardgate;

TEST_CASE("Allocations are counted, Eigen's too", "[allocations]") {
  CHECK(allocations_of([] { ::operator delete(::operator new(1)); }) == 1);  // an expression with new may vanish
  CHECK(allocations_of([] { Eigen::ArrayXf(100).setZero(); }) == 1);
}

TEMPLATE_TEST_CASE("Array functions allocate nothing", "[allocations]", float, double) {
  const auto check = [](const auto& act) {
    using Scalar = TestType;
    for (const Eigen::Index n : {1, 31, 128, 5000, 100000}) {
      CAPTURE(n);
      using Matrix = Eigen::Array<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
      const Matrix x = Matrix::Random(2 * n, 2), dy = Matrix::Random(2 * n, 2);
      Matrix y(2 * n, 2), d(2 * n, 2), d2(2 * n, 2);
      CHECK(allocations_of([&] { forward(act, x, y); }) == 0);
      CHECK(allocations_of([&] { forward(act, x.topRows(n), y.bottomRows(n)); }) == 0);
      CHECK(allocations_of([&] { forward(act, x, y, streaming()); }) == 0);
      CHECK(allocations_of([&] { forward_with_derivative(act, x, y, d); }) == 0);
      CHECK(allocations_of([&] { forward_with_second_derivative(act, x, y, d, d2); }) == 0);
      CHECK(allocations_of([&] { backward(act, x, dy, d); }) == 0);
      CHECK(allocations_of([&] { backward_with_hardness(act, x, dy, d); }) == 0);
      CHECK(allocations_of([&] { glu_forward(act, x, dy, y); }) == 0);
      CHECK(allocations_of([&] { forward(act, x.data(), y.data(), n); }) == 0);
      CHECK(allocations_of([&] { y = act(x) + act.derivative(x); }) == 0);
    }
  };
  check(LambdaGelu<TestType>(TestType(1.7)));
  check(EGem<TestType, 2>(TestType(0.01)));
  check(Swish<TestType>(TestType(1.3)));
}

TEST_CASE("So does a hardness for each channel on the way forward", "[allocations]") {
  const ChannelUnits<LambdaGelu<float>> units(Eigen::ArrayXf::LinSpaced(50, 1, 40));
  const Eigen::ArrayXXf x = Eigen::ArrayXXf::Random(50, 30);
  Eigen::ArrayXXf y(50, 30), d(50, 30);
  CHECK(allocations_of([&] { units.forward(x, y); }) == 0);
  CHECK(allocations_of([&] { units.forward_with_derivative(x, y, d); }) == 0);
}
