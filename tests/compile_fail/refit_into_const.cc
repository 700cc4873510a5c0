// expect: hardgate: LayerRefit::solve takes .weights, bias, ridge
#include <hardgate/hardgate.hpp>

void values(const hardgate::LayerRefit<float>& refit, const Eigen::MatrixXf& weights, Eigen::VectorXf& y) {
  refit.solve(weights, y, 0.1);
}
