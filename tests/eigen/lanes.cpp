// Each operation of the vocabulary gives on every lane of a packet what it gives on a number.
#include <hardgate/hardgate.hpp>

#include <cstdint>
#include <utility>
#include <vector>

#include "catch.hpp"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wignored-attributes"  // __m256 as a template argument
#endif

namespace {

namespace math = hardgate::math;

template <class Scalar>
using Bits = std::conditional_t<sizeof(Scalar) == 4, std::uint32_t, std::uint64_t>;

/// The same number, sign of zero included; one NaN is as good as another.
template <class Scalar>
bool same(Scalar a, Scalar b) {
  return std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b));
}

/// Numbers of every kind, in an order that gives neighbours nothing in common.
template <class Scalar>
std::vector<Scalar> numbers() {
  using Limits = std::numeric_limits<Scalar>;
  std::vector<Scalar> list = {Scalar(0),
                              -Scalar(0),
                              Scalar(1),
                              Scalar(-1),
                              Limits::infinity(),
                              -Limits::infinity(),
                              Limits::quiet_NaN(),
                              (Limits::max)(),
                              Limits::lowest(),
                              (Limits::min)(),
                              -(Limits::min)(),
                              Limits::denorm_min(),
                              -Limits::denorm_min(),
                              Scalar(3) * Limits::denorm_min(),
                              Limits::epsilon(),
                              Scalar(1) + Limits::epsilon()};
  std::uint64_t state = 12345;
  while (list.size() < 128) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    const auto pattern = static_cast<Bits<Scalar>>(state >> (64 - 8 * sizeof(Scalar)));
    Scalar x;
    std::memcpy(&x, &pattern, sizeof x);
    list.push_back(x);
    list.push_back(static_cast<Scalar>(static_cast<double>(state >> 40) / double(1 << 22) - 2));
  }
  return list;
}

/// Numbers in the middle of the range, where a product neither overflows nor loses bits to underflow.
template <class Scalar>
std::vector<Scalar> ordinary_numbers() {
  std::vector<Scalar> list;
  std::uint64_t state = 777;
  while (list.size() < 512) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    const auto magnitude = static_cast<Scalar>(1 + static_cast<double>(state >> 12) / double(1ull << 52));
    const auto sign = (state >> 5) % 2 ? Scalar(1) : Scalar(-1);
    list.push_back(sign * std::ldexp(magnitude, static_cast<int>((state >> 6) % 40) - 20));
  }
  return list;
}

template <class Lanes>
using packet_of = decltype(Lanes::packet);

template <class Lanes, class Scalar>
Lanes load(const Scalar* from) {
  return Eigen::internal::ploadu<packet_of<Lanes>>(from);
}
template <class Lanes, class Scalar>
void store(const Lanes& lanes, Scalar* to) {
  Eigen::internal::pstoreu(to, lanes.packet);
}

/// Runs `operation` on lanes filled from `numbers`, its four arguments rotated against each other by all
/// shifts, and counts the lanes where it differs from itself on numbers.
template <class Lanes, class Scalar, class Operation>
int differences(const std::vector<Scalar>& numbers, const Operation& operation) {
  constexpr auto size = static_cast<std::size_t>(Lanes::size);
  int wrong = 0;
  const std::size_t n = numbers.size();
  for (std::size_t shift = 0; shift < n; ++shift) {
    for (std::size_t i = 0; i + size <= n; i += size) {
      Scalar a[size], b[size], c[size], d[size], result[size];
      for (std::size_t k = 0; k < size; ++k) {
        a[k] = numbers[i + k];
        b[k] = numbers[(i + k + shift) % n];
        c[k] = numbers[(i + k + 3 * shift + 1) % n];
        d[k] = numbers[(i + k + 5 * shift + 2) % n];
      }
      const Lanes lanes = operation(load<Lanes>(a), load<Lanes>(b), load<Lanes>(c), load<Lanes>(d));
      store(lanes, result);
      for (std::size_t k = 0; k < size; ++k) {
        const Scalar expected = operation(a[k], b[k], c[k], d[k]);
        wrong += !same(result[k], expected);
      }
    }
  }
  return wrong;
}

template <class Lanes>
void check_lanes() {
  using Scalar = math::scalar_t<Lanes>;
  constexpr Scalar nan = std::numeric_limits<Scalar>::quiet_NaN();
  constexpr auto size = static_cast<std::size_t>(Lanes::size);
  CAPTURE(sizeof(Scalar), size);
  const std::vector<Scalar> any = numbers<Scalar>(), ordinary = ordinary_numbers<Scalar>();
  std::vector<Scalar> ordered;
  for (const Scalar x : any)
    if (!std::isnan(x)) ordered.push_back(x);
  while (ordered.size() % 32 != 0) ordered.push_back(Scalar(2));
  Scalar lanes[size];

  SECTION("arithmetic") {
    CHECK(differences<Lanes>(any, [](auto a, auto b, auto, auto) { return a + b; }) == 0);
    CHECK(differences<Lanes>(any, [](auto a, auto b, auto, auto) { return a - b; }) == 0);
    CHECK(differences<Lanes>(any, [](auto a, auto b, auto, auto) { return a * b; }) == 0);
    CHECK(differences<Lanes>(any, [](auto a, auto b, auto, auto) { return a / b; }) == 0);
    CHECK(differences<Lanes>(any, [](auto a, auto, auto, auto) { return -a; }) == 0);
    CHECK(differences<Lanes>(any, [](auto a, auto, auto, auto) { return math::absolute(a); }) == 0);
  }
  SECTION("products and sums in one operation, with either sign") {
    CHECK(differences<Lanes>(any, [](auto a, auto b, auto c, auto) { return math::mul_add(a, b, c); }) == 0);
    CHECK(differences<Lanes>(any, [](auto a, auto b, auto c, auto) { return math::mul_sub(a, b, c); }) == 0);
    CHECK(differences<Lanes>(any, [](auto a, auto b, auto c, auto) { return math::sub_mul(a, b, c); }) == 0);
    CHECK(math::mul_add(Scalar(2), Scalar(3), Scalar(1)) == Scalar(7));
    CHECK(math::mul_sub(Scalar(2), Scalar(3), Scalar(1)) == Scalar(5));
    CHECK(math::sub_mul(Scalar(1), Scalar(2), Scalar(3)) == Scalar(-5));
  }
  SECTION("a choice by comparison, which NaN on either side decides for `no`") {
    const auto choose = [](auto a, auto b, auto c, auto d) { return math::where_less(a, b, c, d); };
    CHECK(differences<Lanes>(any, choose) == 0);
    for (const auto& [less, bound] : {std::pair{nan, Scalar(1)}, {Scalar(1), nan}, {nan, nan}}) {
      store(math::where_less(Lanes(less), Lanes(bound), Lanes(Scalar(3)), Lanes(Scalar(4))), lanes);
      for (const Scalar lane : lanes) CHECK(lane == Scalar(4));
    }
  }
  SECTION("minimum and maximum, which a NaN in the first argument passes") {
    CHECK(differences<Lanes>(ordered, [](auto a, auto b, auto, auto) { return math::minimum(a, b); }) == 0);
    CHECK(differences<Lanes>(ordered, [](auto a, auto b, auto, auto) { return math::maximum(a, b); }) == 0);
    for (const Scalar bound : {Scalar(0), Scalar(1)}) {
      const auto low = [&](auto a, auto, auto, auto) { return math::minimum(a, decltype(a)(bound)); };
      const auto high = [&](auto a, auto, auto, auto) { return math::maximum(a, decltype(a)(bound)); };
      CHECK(differences<Lanes>(any, low) == 0);
      CHECK(differences<Lanes>(any, high) == 0);
      store(math::minimum(Lanes(nan), Lanes(bound)), lanes);
      for (const Scalar lane : lanes) CHECK(std::isnan(lane));
      store(math::maximum(Lanes(nan), Lanes(bound)), lanes);
      for (const Scalar lane : lanes) CHECK(std::isnan(lane));
    }
    CHECK(differences<Lanes>(any, [](auto a, auto, auto, auto) { return math::bounded(a); }) == 0);
  }
  SECTION("a comparison of any lane") {
    for (int i = 0; i < Lanes::size; ++i) {
      std::fill_n(lanes, size, Scalar(1));
      CHECK(!math::any_less(load<Lanes>(lanes), Lanes(Scalar(1))));
      lanes[i] = nan;
      CHECK(!math::any_less(load<Lanes>(lanes), Lanes(Scalar(1))));
      lanes[i] = Scalar(0.5);
      CHECK(math::any_less(load<Lanes>(lanes), Lanes(Scalar(1))));
    }
  }
  SECTION("quotients by way of an estimate") {
    const auto estimate = [](auto a, auto, auto, auto) { return math::reciprocal_estimate(a); };
    CHECK(differences<Lanes>(ordinary, estimate) == 0);
  }
  SECTION("a product rounded to an integer") {
    const auto round = [](auto a, auto, auto, auto) {
      return math::rounded_product(a, decltype(a)(Scalar(1.5)));
    };
    CHECK(differences<Lanes>(ordinary, round) == 0);
    CHECK(math::rounded_product(Scalar(-2.75), Scalar(1)) == Scalar(-3));
    CHECK(math::rounded_product(Scalar(100.125), Scalar(10)) == Scalar(1001));
  }
  SECTION("the upper half of a significand, whose square is exact") {
    CHECK(differences<Lanes>(any, [](auto a, auto, auto, auto) { return math::upper_half(a); }) == 0);
    for (const Scalar x : ordinary) {
      const Scalar high = math::upper_half(x);
      CHECK(std::fma(high, high, -(high * high)) == 0);
      CHECK(std::fabs(x - high) <= std::fabs(x) * Scalar(sizeof(Scalar) == 4 ? 0x1p-11 : 0x1p-25));
    }
  }
  SECTION("what rounding a product drops") {
    const auto error = [](auto a, auto b, auto, auto) {
      return math::product_error(a, b, decltype(a)(a * b));
    };
    const auto difference = [](auto a, auto b, auto, auto) {
      return math::product_minus(a, b, decltype(a)(a * b));
    };
    CHECK(differences<Lanes>(ordinary, error) == 0);
    CHECK(differences<Lanes>(ordinary, difference) == 0);
    for (std::size_t i = 0; i + 1 < ordinary.size(); ++i) {
      constexpr Scalar epsilon = std::numeric_limits<Scalar>::epsilon();
      const Scalar a = ordinary[i], b = ordinary[i + 1], product = a * b, exact = std::fma(a, b, -product);
      CHECK(std::fabs(math::product_error(a, b, product) - exact) <= std::fabs(product) * epsilon * epsilon);
    }
  }
  SECTION("powers of two, down to the least normal exponent") {
    constexpr int least = std::numeric_limits<Scalar>::min_exponent - 1;
    int wrong = 0;
    for (int n = least; n <= 0; ++n) {
      const Scalar expected = std::ldexp(Scalar(1), n);
      wrong += math::power_of_two(Scalar(n)) != expected;
      store(math::power_of_two(Lanes(Scalar(n))), lanes);
      for (const Scalar lane : lanes) wrong += lane != expected;
    }
    CHECK(wrong == 0);
    Scalar exponents[size];
    for (std::size_t k = 0; k < size; ++k) exponents[k] = Scalar(least + 3 * static_cast<int>(k));
    store(math::power_of_two(load<Lanes>(exponents)), lanes);
    for (std::size_t k = 0; k < size; ++k)
      CHECK(lanes[k] == std::ldexp(Scalar(1), static_cast<int>(exponents[k])));
  }
  SECTION("scaling down rounds once, also to a subnormal, and gives 0 far below") {
    constexpr int least = std::numeric_limits<Scalar>::min_exponent - 1;
    constexpr int digits = std::numeric_limits<Scalar>::digits;
    int wrong = 0;
    for (int n = 0; n >= 2 * least; n -= n > least + 4 || n < least - digits - 30 ? 7 : 1) {
      for (std::size_t i = 0; i + size <= 64; ++i) {
        store(math::scale_down(load<Lanes>(ordinary.data() + i), Lanes(Scalar(n))), lanes);
        for (std::size_t k = 0; k < size; ++k) {
          const Scalar expected = std::ldexp(ordinary[i + k], n);
          wrong += !same(lanes[k], expected) + !same(math::scale_down(ordinary[i + k], Scalar(n)), expected);
        }
      }
    }
    CHECK(wrong == 0);
  }
  SECTION("polynomials and powers") {
    static constexpr Scalar coefficients[] = {Scalar(1), Scalar(-0.5), Scalar(0.25), Scalar(3)};
    const auto polynomial = [](auto a, auto, auto, auto) { return math::polynomial<coefficients>(a); };
    CHECK(differences<Lanes>(ordinary, polynomial) == 0);
    CHECK(differences<Lanes>(ordinary, [](auto a, auto, auto, auto) { return math::power<5>(a); }) == 0);
    CHECK(math::polynomial<coefficients>(Scalar(2)) == Scalar(25));
    CHECK(math::power<0>(Scalar(3)) == Scalar(1));
    CHECK(math::power<5>(Scalar(-3)) == Scalar(-243));
  }
  SECTION("loads and stores at any alignment") {
    std::vector<Scalar> from(64), to(64);
    for (std::size_t i = 0; i < 64; ++i) from[i] = Scalar(i);
    for (std::size_t offset = 0; offset < 16; ++offset) {
      store(load<Lanes>(from.data() + offset) + Lanes(Scalar(100)), to.data() + 15 - offset);
      for (std::size_t k = 0; k < size; ++k) CHECK(to[15 - offset + k] == Scalar(100 + offset + k));
    }
  }
}

template <class Scalar>
using Full = typename Eigen::internal::packet_traits<Scalar>::type;
template <class Packet>
using Half = typename Eigen::internal::unpacket_traits<Packet>::half;

}  // namespace

TEST_CASE("Every lane of Eigen's packets agrees with the number it holds", "[eigen][lanes]") {
  SECTION("float") { check_lanes<math::Lanes<Full<float>>>(); }
  SECTION("double") { check_lanes<math::Lanes<Full<double>>>(); }
}

TEST_CASE("So do the smaller packets, which Eigen takes for small arrays", "[eigen][lanes]") {
  SECTION("half of float") { check_lanes<math::Lanes<Half<Full<float>>>>(); }
  SECTION("half of double") { check_lanes<math::Lanes<Half<Full<double>>>>(); }
  SECTION("a quarter of float") { check_lanes<math::Lanes<Half<Half<Full<float>>>>>(); }
}

TEST_CASE("A scalar function applies lane by lane", "[eigen][lanes]") {
  using Lanes = math::Lanes<Full<double>>;
  double from[Lanes::size], to[Lanes::size];
  for (int k = 0; k < Lanes::size; ++k) from[k] = k;
  store(math::lane_by_lane(load<Lanes>(from), [](double x) { return 10 * x + 1; }), to);
  for (int k = 0; k < Lanes::size; ++k) CHECK(to[k] == 10 * k + 1);
}

#if HARDGATE_HAS_SIXTEEN_BIT_LANES
TEMPLATE_TEST_CASE("Packets of 16-bit floats widen exactly and narrow as one number does", "[eigen][lanes]",
                   Eigen::half, Eigen::bfloat16) {
  using Half16 = TestType;
  using Packet = Full<Half16>;
  using Wide = decltype(math::widen(std::declval<Packet>()));
  constexpr auto size = static_cast<std::size_t>(Wide::size);
  STATIC_REQUIRE(std::is_same_v<math::scalar_t<Wide>, float>);
  STATIC_REQUIRE(int(Eigen::internal::unpacket_traits<Packet>::size) == Wide::size);
  const auto same_half = [](Half16 a, Half16 b) {
    return std::memcmp(&a, &b, sizeof a) == 0 || ((Eigen::numext::isnan)(a) && (Eigen::numext::isnan)(b));
  };
  int wrong = 0;
  for (std::uint32_t first = 0; first < 0x10000; first += static_cast<std::uint32_t>(size)) {
    Half16 from[size], back[size];
    float wide[size];
    for (std::size_t k = 0; k < size; ++k) {
      const auto pattern = static_cast<std::uint16_t>(first + k);
      std::memcpy(static_cast<void*>(from + k), &pattern, sizeof pattern);
    }
    const Wide lanes = math::widen(Eigen::internal::ploadu<Packet>(from));
    store(lanes, wide);
    Eigen::internal::pstoreu(back, math::narrow<Packet>(lanes));
    for (std::size_t k = 0; k < size; ++k)
      wrong += !same(wide[k], static_cast<float>(from[k])) + !same_half(back[k], from[k]);
  }
  CHECK(wrong == 0);
  for (std::uint32_t i = 0; i < 1u << 22; i += static_cast<std::uint32_t>(size)) {  // every 1024th float
    float wide[size];
    Half16 narrow[size];
    for (std::size_t k = 0; k < size; ++k) {
      const auto pattern = static_cast<std::uint32_t>((i + k) * 1024 + (i / size) % 1024);
      std::memcpy(wide + k, &pattern, sizeof pattern);
    }
    Eigen::internal::pstoreu(narrow, math::narrow<Packet>(load<Wide>(wide)));
    for (std::size_t k = 0; k < size; ++k) wrong += !same_half(narrow[k], Half16(wide[k]));
  }
  CHECK(wrong == 0);
}
#endif
