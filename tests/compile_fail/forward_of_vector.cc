// expect: hardgate: forward takes .* Eigen objects, or pointers and then n
#include <hardgate/hardgate.hpp>
#include <vector>

void values(const std::vector<float>& x, std::vector<float>& y) {
  hardgate::forward(hardgate::LambdaGelu<float>(2.0f), x, y);
}
