// A stranger's program of two translation units, both of which use the library.
#include <cstdio>
#include <hardgate/hardgate.hpp>

Eigen::ArrayXf other(const Eigen::ArrayXf& x);

int main() {
  const hardgate::LambdaGelu<float> act(2.0f);
  const Eigen::ArrayXf x = Eigen::ArrayXf::LinSpaced(101, -3, 3), here = act(x), there = other(x);
  std::printf("act(3) = %g\n", static_cast<double>(here[100]));
  return (here == there).all() ? 0 : 1;
}
