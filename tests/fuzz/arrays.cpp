// Array functions of any size, offset, aliasing, execution, parameter and values: the bits of the activation one
// number at a time, and nothing read or written outside the arrays.
#include <hardgate/hardgate.hpp>
#include <vector>

#include "fuzz.hpp"
#include "support.hpp"

#if defined(__has_include)
#if __has_include(<sanitizer/asan_interface.h>)
#include <sanitizer/asan_interface.h>  // its macros do nothing without the sanitizer
#endif
#endif
#if !defined(ASAN_POISON_MEMORY_REGION)
#define ASAN_POISON_MEMORY_REGION(address, size)
#define ASAN_UNPOISON_MEMORY_REGION(address, size)
#endif

namespace {

using namespace hardgate;
using namespace hardgate_tests;
using Eigen::Index;
using fuzz::Input;

/// n numbers at an offset from an aligned place, between bytes that nobody may read or write.
template <class Scalar>
class Fenced {
 public:
  Fenced(const std::vector<Scalar>& content, unsigned offset)
      : count_(content.size() * sizeof(Scalar)),
        before_(fence + offset * sizeof(Scalar)),
        bytes_(before_ + count_ + fence, guard) {
    if (count_ > 0) std::memcpy(bytes_.data() + before_, content.data(), count_);
    ASAN_POISON_MEMORY_REGION(bytes_.data(), before_);
    ASAN_POISON_MEMORY_REGION(bytes_.data() + before_ + count_, fence);
  }
  Fenced(const Fenced&) = delete;
  Fenced& operator=(const Fenced&) = delete;
  ~Fenced() { open(); }

  Scalar* data() { return reinterpret_cast<Scalar*>(bytes_.data() + before_); }
  /// The numbers are those expected, one NaN as good as another, and the fence is whole.
  void holds(const std::vector<Scalar>& expected, const char* what) {
    for (std::size_t i = 0; i < expected.size(); ++i) fuzz::require(same_bits(data()[i], expected[i]), what);
    open();
    for (std::size_t i = 0; i < bytes_.size(); ++i)
      fuzz::require((i >= before_ && i < before_ + count_) || bytes_[i] == guard, "written outside the array");
  }

 private:
  static constexpr std::size_t fence = 128;
  static constexpr unsigned char guard = 0xA5;

  void open() { ASAN_UNPOISON_MEMORY_REGION(bytes_.data(), bytes_.size()); }

  std::size_t count_, before_;
  std::vector<unsigned char, Eigen::aligned_allocator<unsigned char>> bytes_;
};

/// n numbers of the bits that follow, again and again.
template <class Scalar>
std::vector<Scalar> numbers(std::size_t n, const Input& input, std::size_t from) {
  std::vector<Scalar> list(n, Scalar(1));
  auto* bytes = reinterpret_cast<unsigned char*>(list.data());
  if (input.size() > 0)
    for (std::size_t i = 0; i < n * sizeof(Scalar); ++i) bytes[i] = input.data()[(from + i) % input.size()];
  return list;
}

template <class Activation>
void check(const Activation& act, Input input) {
  using Scalar = typename Activation::scalar;
  using Compute = detail::compute_t<Scalar>;
  const unsigned kernel = input.below(4), alias = input.below(3), offsets = input.take<std::uint16_t>();
  // A thread is worth 2^14 numbers: now and then there are that many.
  const unsigned pieces = 1 + input.below(3), many = input.below(64) == 63 ? 1u << 14 : 0;
  const std::size_t n = many + input.take<std::uint16_t>() % 300;
  Execution execution{input.below(2) == 1, static_cast<int>(pieces),
                      [](int count, const std::function<void(int)>& piece) {
                        for (int i = count - 1; i >= 0; --i) piece(i);
                      }};

  const std::vector<Scalar> x = numbers<Scalar>(n, input, 0), dy = numbers<Scalar>(n, input, 1);
  std::vector<Scalar> value(n), slope(n), product(n);
  long double sum = 0, size = 0;
  for (std::size_t i = 0; i < n; ++i) {
    value[i] = act(x[i]);
    slope[i] = act.derivative(x[i]);
    const auto response = act.response(static_cast<Compute>(x[i]));
    product[i] = static_cast<Scalar>(static_cast<Compute>(dy[i]) * response.derivative);
    const long double term =
        static_cast<long double>(static_cast<Compute>(dy[i])) * static_cast<long double>(response.parameter_gradient);
    sum += term;
    size += std::fabs(term);
  }

  Fenced<Scalar> in(x, offsets % 16), other(dy, offsets / 16 % 16), out(dy, offsets / 256 % 16),
      second(x, offsets / 4096);
  const auto count = static_cast<Index>(n);
  switch (kernel) {
    case 0: {
      Fenced<Scalar>& y = alias == 0 ? out : in;
      forward(act, in.data(), y.data(), count, execution);
      y.holds(value, "forward");
      break;
    }
    case 1: {
      Fenced<Scalar>&y = alias == 1 ? in : out, &d = alias == 2 ? in : second;
      forward_with_derivative(act, in.data(), y.data(), d.data(), count, execution);
      y.holds(value, "forward with derivative: value");
      d.holds(slope, "forward with derivative: derivative");
      break;
    }
    default: {
      Fenced<Scalar>& dx = alias == 0 ? out : alias == 1 ? in : other;
      if constexpr (Activation::has_parameter) {
        if (kernel == 3) {
          const auto found = static_cast<long double>(
              static_cast<double>(backward_with_parameter(act, in.data(), other.data(), dx.data(), count, execution)));
          // A few hundred numbers are summed in their own precision. Where that overflows there is no sum to
          // speak of.
          using Limits = std::numeric_limits<Scalar>;
          const auto ulp = [](auto zero) {  // Eigen's limits give half a wrong epsilon
            return std::ldexp(1.0L, 1 - std::numeric_limits<decltype(zero)>::digits);
          };
          const long double epsilon = 1024 * ulp(Compute()) + ulp(Scalar());
          const auto least = static_cast<long double>(std::numeric_limits<Compute>::min()) * static_cast<double>(n) +
                             static_cast<long double>(Limits::denorm_min());
          if (size < static_cast<long double>((Limits::max)()) / 2)
            fuzz::require(std::fabs(found - sum) <= epsilon * size + least, "summed parameter gradient");
          dx.holds(product, "backward with parameter");
          break;
        }
      }
      backward(act, in.data(), other.data(), dx.data(), count, execution);
      dx.holds(product, "backward");
    }
  }
  if (alias == 0 && kernel != 1) in.holds(x, "the input was written to");
}

/// An activation with a parameter of any bits; those that are refused are those out of the domain.
template <class Activation>
void with_parameter(Input input) {
  using Scalar = typename Activation::scalar;
  using Parameter = typename Activation::gate::Parameter;
  const auto parameter = input.take<Scalar>();
  const bool inside = Parameter::exponent == 1
                          ? parameter > Scalar(0)
                          : parameter >= Scalar(0) && parameter < std::numeric_limits<Scalar>::infinity();
  try {
    const Activation act(parameter);
    fuzz::require(inside, "a parameter outside the domain was taken");
    check(act, input);
  } catch (const std::domain_error& error) {
    fuzz::require(!inside, "a parameter inside the domain was refused");
    fuzz::require(std::strstr(error.what(), Parameter::name) != nullptr, error.what());
  }
}

/// One of the activations that have code of their own, at any hardness.
template <class Scalar>
void with_scalar(Input input) {
  unsigned count = 0, current = 0;
  const auto every = [](auto&& visit) {
    every_kind<Scalar>([&](const auto& kind) {
      if constexpr (std::decay_t<decltype(kind)>::own != Own::name) visit(kind.at("1"));
    });
  };
  every([&](const auto&) { ++count; });
  const unsigned chosen = input.below(count);
  every([&](const auto& act) {
    if (current++ != chosen) return;
    if constexpr (std::is_same_v<std::decay_t<decltype(act)>, Relu<Scalar>>) {
      check(act, input);
    } else {  // also where the hardness is otherwise fixed
      with_parameter<decltype(act.with_hardness(Scalar(1)))>(input);
    }
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  switch (input.below(4)) {
    case 0:
      with_scalar<float>(input);
      break;
    case 1:
      with_scalar<double>(input);
      break;
    case 2:
      with_parameter<LambdaGelu<Eigen::half>>(input);
      break;
    default:
      with_parameter<SeGem<Eigen::bfloat16>>(input);
  }
  return 0;
}
