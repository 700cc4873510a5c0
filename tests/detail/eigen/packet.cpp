// Each primitive, and what is built on them, gives on every element of a packet what it gives on a number.
#include <hardgate/activations.hpp>

#include <cstdint>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "support.hpp"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wignored-attributes"  // __m256 as a template argument
#endif

using namespace hardgate;
using namespace hardgate_tests;

namespace {

/// Special values, patterns of bits of every kind and numbers in [-2, 2): neighbours have nothing in common.
template <class Scalar>
std::vector<Scalar> numbers() {
  std::vector<Scalar> list = special_values<Scalar>();
  Random random;
  while (list.size() < 128) {
    list.push_back(from_bits<Scalar>(static_cast<bits_t<Scalar>>(random.bits())));
    list.push_back(static_cast<Scalar>(random.between(-2, 2)));
  }
  list.resize(128);
  return list;
}

/// Numbers in the middle of the range, where a product neither overflows nor loses bits to underflow.
template <class Scalar>
std::vector<Scalar> numbers_in_the_middle() {
  std::vector<Scalar> list;
  Random random(777);
  while (list.size() < 512)
    list.push_back(static_cast<Scalar>(
        std::ldexp(random.integer(0, 1) == 0 ? 1 + random.unit() : -1 - random.unit(), random.integer(-20, 19))));
  return list;
}

template <class Packet, class Scalar>
Packet load(const Scalar* from) {
  return Eigen::internal::ploadu<decltype(Packet::data)>(from);
}
template <class Packet, class Scalar>
void store(const Packet& packet, Scalar* to) {
  Eigen::internal::pstoreu(to, packet.data);
}

/// Runs `operation` on packets filled from `numbers`, its four arguments rotated against each other by all
/// shifts, and counts the elements where it differs from itself on numbers.
template <class Packet, class Scalar, class Operation>
int differences(const std::vector<Scalar>& numbers, const Operation& operation) {
  constexpr auto size = static_cast<std::size_t>(Packet::size);
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
      store(operation(load<Packet>(a), load<Packet>(b), load<Packet>(c), load<Packet>(d)), result);
      for (std::size_t k = 0; k < size; ++k) {
        const Scalar expected = operation(a[k], b[k], c[k], d[k]);
        wrong += !same_bits(result[k], expected);
      }
    }
  }
  return wrong;
}

template <class Packet>
void check_packet() {
  using Scalar = detail::scalar_t<Packet>;
  constexpr Scalar nan = std::numeric_limits<Scalar>::quiet_NaN();
  constexpr auto size = static_cast<std::size_t>(Packet::size);
  CAPTURE(sizeof(Scalar), size);
  const std::vector<Scalar> any = numbers<Scalar>(), ordinary = numbers_in_the_middle<Scalar>();
  std::vector<Scalar> ordered;
  for (const Scalar x : any)
    if (!std::isnan(x)) ordered.push_back(x);
  while (ordered.size() % 32 != 0) ordered.push_back(Scalar(2));
  Scalar elements[size];

  SECTION("arithmetic") {
    CHECK(differences<Packet>(any, [](auto a, auto b, auto, auto) { return a + b; }) == 0);
    CHECK(differences<Packet>(any, [](auto a, auto b, auto, auto) { return a - b; }) == 0);
    CHECK(differences<Packet>(any, [](auto a, auto b, auto, auto) { return a * b; }) == 0);
    CHECK(differences<Packet>(any, [](auto a, auto b, auto, auto) { return a / b; }) == 0);
    CHECK(differences<Packet>(any, [](auto a, auto, auto, auto) { return -a; }) == 0);
    CHECK(differences<Packet>(any, [](auto a, auto, auto, auto) { return detail::absolute(a); }) == 0);
  }
  SECTION("products and sums in one operation, with either sign") {
    CHECK(differences<Packet>(any, [](auto a, auto b, auto c, auto) { return detail::mul_add(a, b, c); }) == 0);
    CHECK(differences<Packet>(any, [](auto a, auto b, auto c, auto) { return detail::mul_sub(a, b, c); }) == 0);
    CHECK(differences<Packet>(any, [](auto a, auto b, auto c, auto) { return detail::neg_mul_add(a, b, c); }) == 0);
    CHECK(detail::mul_add(Scalar(2), Scalar(3), Scalar(1)) == Scalar(7));
    CHECK(detail::mul_sub(Scalar(2), Scalar(3), Scalar(1)) == Scalar(5));
    CHECK(detail::neg_mul_add(Scalar(2), Scalar(3), Scalar(1)) == Scalar(-5));
  }
  SECTION("a choice by comparison, which NaN on either side decides for `no`") {
    const auto choose = [](auto a, auto b, auto c, auto d) { return detail::if_less(a, b, c, d); };
    CHECK(differences<Packet>(any, choose) == 0);
    for (const auto& [less, bound] : {std::pair{nan, Scalar(1)}, {Scalar(1), nan}, {nan, nan}}) {
      store(detail::if_less(Packet(less), Packet(bound), Packet(Scalar(3)), Packet(Scalar(4))), elements);
      for (const Scalar element : elements) CHECK(element == Scalar(4));
    }
  }
  if constexpr (std::is_same_v<Scalar, float>) {
    SECTION("a look into a table, and an exponent from bits") {
      alignas(64) static constexpr float table[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
      CHECK(differences<Packet>(any, [](auto a, auto, auto, auto) { return detail::lookup<0>(table, a); }) == 0);
      CHECK(differences<Packet>(any, [](auto a, auto, auto, auto) { return detail::lookup<21>(table, a); }) == 0);
      CHECK(differences<Packet>(any, [](auto a, auto, auto, auto) { return detail::exponent_from_bits<3>(a); }) == 0);
      CHECK(differences<Packet>(any, [](auto a, auto, auto, auto) { return detail::exponent_from_bits<4>(a); }) == 0);
    }
  }
  SECTION("minimum and maximum, which a NaN in the first argument passes") {
    CHECK(differences<Packet>(ordered, [](auto a, auto b, auto, auto) { return detail::minimum(a, b); }) == 0);
    CHECK(differences<Packet>(ordered, [](auto a, auto b, auto, auto) { return detail::maximum(a, b); }) == 0);
    for (const Scalar bound : {Scalar(0), Scalar(1)}) {
      const auto low = [&](auto a, auto, auto, auto) { return detail::minimum(a, decltype(a)(bound)); };
      const auto high = [&](auto a, auto, auto, auto) { return detail::maximum(a, decltype(a)(bound)); };
      CHECK(differences<Packet>(any, low) == 0);
      CHECK(differences<Packet>(any, high) == 0);
      store(detail::minimum(Packet(nan), Packet(bound)), elements);
      for (const Scalar element : elements) CHECK(std::isnan(element));
      store(detail::maximum(Packet(nan), Packet(bound)), elements);
      for (const Scalar element : elements) CHECK(std::isnan(element));
    }
    CHECK(differences<Packet>(any, [](auto a, auto, auto, auto) { return detail::clamp_to_finite(a); }) == 0);
  }
  SECTION("a comparison of any element") {
    for (int i = 0; i < Packet::size; ++i) {
      std::fill_n(elements, size, Scalar(1));
      CHECK(!detail::any_less(load<Packet>(elements), Packet(Scalar(1))));
      elements[i] = nan;
      CHECK(!detail::any_less(load<Packet>(elements), Packet(Scalar(1))));
      elements[i] = Scalar(0.5);
      CHECK(detail::any_less(load<Packet>(elements), Packet(Scalar(1))));
    }
  }
  SECTION("quotients by way of an estimate") {
    const auto estimate = [](auto a, auto, auto, auto) { return detail::reciprocal_estimate(a); };
    CHECK(differences<Packet>(ordinary, estimate) == 0);
  }
  SECTION("a product rounded to an integer") {
    const auto round = [](auto a, auto, auto, auto) { return detail::rounded_product(a, decltype(a)(Scalar(1.5))); };
    CHECK(differences<Packet>(ordinary, round) == 0);
    CHECK(detail::rounded_product(Scalar(-2.75), Scalar(1)) == Scalar(-3));
    CHECK(detail::rounded_product(Scalar(100.125), Scalar(10)) == Scalar(1001));
  }
  SECTION("the upper half of a significand, whose square is exact") {
    CHECK(differences<Packet>(any, [](auto a, auto, auto, auto) { return detail::upper_half(a); }) == 0);
    for (const Scalar x : ordinary) {
      const Scalar high = detail::upper_half(x);
      CHECK(std::fma(high, high, -(high * high)) == 0);
      CHECK(std::fabs(x - high) <= std::fabs(x) * Scalar(sizeof(Scalar) == 4 ? 0x1p-11 : 0x1p-25));
    }
  }
  SECTION("what rounding a product drops") {
    const auto error = [](auto a, auto b, auto, auto) { return detail::product_error(a, b, decltype(a)(a * b)); };
    const auto difference = [](auto a, auto b, auto, auto) { return detail::product_minus(a, b, decltype(a)(a * b)); };
    CHECK(differences<Packet>(ordinary, error) == 0);
    CHECK(differences<Packet>(ordinary, difference) == 0);
    for (std::size_t i = 0; i + 1 < ordinary.size(); ++i) {
      constexpr Scalar epsilon = std::numeric_limits<Scalar>::epsilon();
      const Scalar a = ordinary[i], b = ordinary[i + 1], product = a * b, exact = std::fma(a, b, -product);
      CHECK(std::fabs(detail::product_error(a, b, product) - exact) <= std::fabs(product) * epsilon * epsilon);
    }
  }
  SECTION("powers of two, down to the least normal exponent") {
    constexpr int least = std::numeric_limits<Scalar>::min_exponent - 1;
    int wrong = 0;
    for (int n = least; n <= 0; ++n) {
      const Scalar expected = std::ldexp(Scalar(1), n);
      wrong += detail::power_of_two(Scalar(n)) != expected;
      store(detail::power_of_two(Packet(Scalar(n))), elements);
      for (const Scalar element : elements) wrong += element != expected;
    }
    CHECK(wrong == 0);
    Scalar exponents[size];
    for (std::size_t k = 0; k < size; ++k) exponents[k] = Scalar(least + 3 * static_cast<int>(k));
    store(detail::power_of_two(load<Packet>(exponents)), elements);
    for (std::size_t k = 0; k < size; ++k) CHECK(elements[k] == std::ldexp(Scalar(1), static_cast<int>(exponents[k])));
  }
  SECTION("scaling down rounds once, also to a subnormal, and gives 0 far below") {
    constexpr int least = std::numeric_limits<Scalar>::min_exponent - 1;
    constexpr int digits = std::numeric_limits<Scalar>::digits;
    int wrong = 0;
    for (int n = 0; n >= 2 * least; n -= n > least + 4 || n < least - digits - 30 ? 7 : 1) {
      for (std::size_t i = 0; i + size <= 64; ++i) {
        for (const int bottom : {2 * least, n + 1}) {
          store(detail::scale_down(load<Packet>(ordinary.data() + i), Packet(Scalar(n)), Packet(Scalar(bottom))),
                elements);
          for (std::size_t k = 0; k < size; ++k) {
            const Scalar expected =
                n < bottom ? std::copysign(Scalar(0), ordinary[i + k]) : std::ldexp(ordinary[i + k], n);
            const Scalar alone = detail::scale_down(ordinary[i + k], Scalar(n), Scalar(bottom));
            wrong += !same_bits(elements[k], expected) + !same_bits(alone, expected);
          }
        }
      }
    }
    CHECK(wrong == 0);
  }
  SECTION("polynomials and powers") {
    static constexpr Scalar coefficients[] = {Scalar(1), Scalar(-0.5), Scalar(0.25), Scalar(3)};
    const auto polynomial = [](auto a, auto, auto, auto) { return detail::polynomial<coefficients>(a); };
    CHECK(differences<Packet>(ordinary, polynomial) == 0);
    CHECK(differences<Packet>(ordinary, [](auto a, auto, auto, auto) { return detail::power<5>(a); }) == 0);
    CHECK(detail::polynomial<coefficients>(Scalar(2)) == Scalar(25));
    CHECK(detail::power<0>(Scalar(3)) == Scalar(1));
    CHECK(detail::power<5>(Scalar(-3)) == Scalar(-243));
  }
  SECTION("loads and stores at any alignment") {
    std::vector<Scalar> from(64), to(64);
    for (std::size_t i = 0; i < 64; ++i) from[i] = Scalar(i);
    for (std::size_t offset = 0; offset < 16; ++offset) {
      store(load<Packet>(from.data() + offset) + Packet(Scalar(100)), to.data() + 15 - offset);
      for (std::size_t k = 0; k < size; ++k) CHECK(to[15 - offset + k] == Scalar(100 + offset + k));
    }
  }
}

template <class Scalar>
using Full = typename Eigen::internal::packet_traits<Scalar>::type;
template <class Register>
using Half = typename Eigen::internal::unpacket_traits<Register>::half;

}  // namespace

TEST_CASE("Every element of Eigen's packets agrees with the number it holds", "[packet]") {
  SECTION("float") { check_packet<detail::Packet<Full<float>>>(); }
  SECTION("double") { check_packet<detail::Packet<Full<double>>>(); }
}

TEST_CASE("So do the smaller packets, which Eigen takes for small arrays", "[packet]") {
  SECTION("half of float") { check_packet<detail::Packet<Half<Full<float>>>>(); }
  SECTION("half of double") { check_packet<detail::Packet<Half<Full<double>>>>(); }
  SECTION("a quarter of float") { check_packet<detail::Packet<Half<Half<Full<float>>>>>(); }
}

TEST_CASE("A function of a number applies element by element", "[packet]") {
  using Packet = detail::Packet<Full<double>>;
  double from[Packet::size], to[Packet::size];
  for (int k = 0; k < Packet::size; ++k) from[k] = k;
  store(detail::one_by_one(load<Packet>(from), [](double x) { return 10 * x + 1; }), to);
  for (int k = 0; k < Packet::size; ++k) CHECK(to[k] == 10 * k + 1);
}

#if HARDGATE_HAS_SIXTEEN_BIT_PACKETS
TEMPLATE_TEST_CASE("Packets of 16-bit floats widen exactly and narrow as one number does", "[packet]", Eigen::half,
                   Eigen::bfloat16) {
  using Sixteen = TestType;
  using Register = Full<Sixteen>;
  using Wide = decltype(detail::widen(std::declval<Register>()));
  constexpr auto size = static_cast<std::size_t>(Wide::size);
  STATIC_REQUIRE(std::is_same_v<detail::scalar_t<Wide>, float>);
  STATIC_REQUIRE(int(Eigen::internal::unpacket_traits<Register>::size) == Wide::size);
  int wrong = 0;
  for (std::uint32_t first = 0; first < 0x10000; first += static_cast<std::uint32_t>(size)) {
    Sixteen from[size], back[size];
    float wide[size];
    for (std::size_t k = 0; k < size; ++k) from[k] = from_bits<Sixteen>(static_cast<std::uint16_t>(first + k));
    const Wide packet = detail::widen(Eigen::internal::ploadu<Register>(from));
    store(packet, wide);
    Eigen::internal::pstoreu(back, detail::narrow<Register>(packet));
    for (std::size_t k = 0; k < size; ++k)
      wrong += !same_bits(wide[k], static_cast<float>(from[k])) + !same_bits(back[k], from[k]);
  }
  CHECK(wrong == 0);
  for (std::uint32_t i = 0; i < 1u << 22; i += static_cast<std::uint32_t>(size)) {  // every 1024th float
    float wide[size];
    Sixteen narrow[size];
    for (std::size_t k = 0; k < size; ++k)
      wide[k] = from_bits<float>(static_cast<std::uint32_t>((i + k) * 1024 + (i / size) % 1024));
    Eigen::internal::pstoreu(narrow, detail::narrow<Register>(load<Wide>(wide)));
    for (std::size_t k = 0; k < size; ++k) wrong += !same_bits(narrow[k], Sixteen(wide[k]));
  }
  CHECK(wrong == 0);
}
#endif
