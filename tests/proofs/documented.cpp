// Prints the bounds that are documented, and tested, for what this is compiled for: function, quantity, scalar, bound.
#include <cstdio>

#include "../support.hpp"

namespace {

template <class T>
void print(const char* scalar) {
  hardgate_tests::every_kind<T>([scalar](const auto& kind) {
    for (std::size_t q = 0; q < kind.bounds.size(); ++q)
      std::printf("%s %s %s %g\n", kind.name.c_str(), hardgate_tests::quantities[q], scalar, kind.bounds[q].here());
  });
}

}  // namespace

int main() {
  print<float>("float");
  print<double>("double");
}
