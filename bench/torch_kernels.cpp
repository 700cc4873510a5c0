// libtorch's GELU, on one thread, into memory that is already there.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "kernel.hpp"

namespace {

template <class Scalar>
at::Tensor tensor(typename bench::Arrays<Scalar>::Array& a, bench::Index n) {
  return at::from_blob(a.data(), {n}, std::is_same_v<Scalar, float> ? at::kFloat : at::kDouble);
}

template <class Scalar>
void add(const std::string& scalar) {
  bench::kernels().push_back({"forward " + scalar, "libtorch gelu", 2.0 * sizeof(Scalar), [](bench::Index n) {
                                at::set_num_threads(1);
                                auto& a = bench::arrays<Scalar>();
                                return [x = tensor<Scalar>(a.x, n), y = tensor<Scalar>(a.y, n)]() mutable {
                                  at::gelu_out(y, x);
                                };
                              }});
  bench::kernels().push_back(
      {"backward " + scalar, "libtorch gelu", 3.0 * sizeof(Scalar), [](bench::Index n) {
         at::set_num_threads(1);
         auto& a = bench::arrays<Scalar>();
         return [x = tensor<Scalar>(a.x, n), dy = tensor<Scalar>(a.dy, n),
                 d = tensor<Scalar>(a.d, n)]() mutable { at::gelu_backward_out(d, dy, x); };
       }});
}

const bool added = (add<float>("float"), add<double>("double"), true);

}  // namespace
