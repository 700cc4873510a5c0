// expect: hardgate: BiasCorrection::fold_into takes .weights, bias
#include <hardgate/hardgate.hpp>

void values(const hardgate::BiasCorrection<float>& correction, Eigen::VectorXd& y) {
  correction.fold_into(Eigen::MatrixXf(y.size(), 3), y);
}
