// expect: (could not convert|no viable conversion|conversion from|cannot convert|explicit)
#include <hardgate/activations.hpp>

hardgate::LambdaGelu<float> value() {
  hardgate::LambdaGelu<float> act = 2.0f;
  return act;
}
