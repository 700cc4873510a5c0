// expect: hardgate: the order of a derivative is at least 0
#include <hardgate/hardgate.hpp>

const bool smooth = hardgate::check_smoothness<-1>(hardgate::LambdaGelu<float>(2.0f)).passed();
