// expect: hardgate: check_smoothness needs a scalar of full precision
#include <hardgate/hardgate.hpp>

const bool smooth = hardgate::check_smoothness<2>(hardgate::LambdaGelu<Eigen::half>(2.0f)).passed();
