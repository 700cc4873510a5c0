// Prints the coefficients and table values as they stand in the headers: a name, then the numbers in hexadecimal.
#include <cstddef>
#include <cstdio>

#include <hardgate/detail/exponential.hpp>
#include <hardgate/detail/normal_tail.hpp>
#include <hardgate/detail/tables.hpp>

namespace {

namespace detail = hardgate::detail;

template <class T, std::size_t n>
void print(const char* name, const char* of, const T (&numbers)[n]) {
  std::printf("%s.%s", name, of);
  for (const T number : numbers) std::printf(" %a", static_cast<double>(number));
  std::printf("\n");
}

template <class T>
void print(const char* name) {
  using E = detail::ExponentialCoefficients<T>;
  using R = detail::NormalTailCoefficients<T>;
  print(name, "exponential", E::p);
  const T ln2[] = {E::ln2_high, E::ln2_low, E::log2_e};
  print(name, "ln2", ln2);
  print(name, "tail_p", R::p);
  print(name, "tail_s", R::s);
}

template <int size>
void print_tables(const char* name) {
  using T = detail::Tables<size>;
  print(name, "q", T::q);
  print(name, "power", T::power);
  print(name, "power_rest", T::power_rest);
  print(name, "density", T::density);
  print(name, "density_rest", T::density_rest);
  print(name, "exponent", T::exponent);
  print(name, "exponent_rest", T::exponent_rest);
  print(name, "centre", T::centre);
  print(name, "tail", T::tail);
  for (const auto& row : T::p) print(name, "segment", row);
}

}  // namespace

int main() {
  print<float>("float");
  print<double>("double");
  print("float", "half", detail::ExponentialCoefficients<float>::half);
  print_tables<16>("tables16");
  print_tables<8>("tables8");
}
