// libtorch's GELU and SiLU, on one thread, into memory that is already there.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "kernel.hpp"

namespace {

template <class Scalar>
at::Tensor tensor(typename bench::Arrays<Scalar>::Array& a, bench::Index n) {
  return at::from_blob(a.data(), {n}, std::is_same_v<Scalar, float> ? at::kFloat : at::kDouble);
}

/// forward(y, x) and backward(d, dy, x) write into y and d.
template <class Scalar, class Forward, class Backward>
void add(const std::string& name, Forward forward, Backward backward) {
  const std::string scalar = std::is_same_v<Scalar, float> ? " float" : " double";
  bench::kernels().push_back({"forward" + scalar, name, 2.0 * sizeof(Scalar), [forward](bench::Index n) {
                                at::set_num_threads(1);
                                auto& a = bench::arrays<Scalar>();
                                return [forward, x = tensor<Scalar>(a.x, n), y = tensor<Scalar>(a.y, n)]() mutable {
                                  forward(y, x);
                                };
                              }});
  bench::kernels().push_back({"backward" + scalar, name, 3.0 * sizeof(Scalar), [backward](bench::Index n) {
                                at::set_num_threads(1);
                                auto& a = bench::arrays<Scalar>();
                                return [backward, x = tensor<Scalar>(a.x, n), dy = tensor<Scalar>(a.dy, n),
                                        d = tensor<Scalar>(a.d, n)]() mutable { backward(d, dy, x); };
                              }});
}

using at::Tensor;

template <class Scalar>
void add_all() {
  add<Scalar>(
      "libtorch gelu", [](Tensor& y, const Tensor& x) { at::gelu_out(y, x); },
      [](Tensor& d, const Tensor& dy, const Tensor& x) { at::gelu_backward_out(d, dy, x); });
  add<Scalar>(
      "libtorch gelu_tanh", [](Tensor& y, const Tensor& x) { at::gelu_out(y, x, "tanh"); },
      [](Tensor& d, const Tensor& dy, const Tensor& x) { at::gelu_backward_out(d, dy, x, "tanh"); });
  add<Scalar>(
      "libtorch silu", [](Tensor& y, const Tensor& x) { at::silu_out(y, x); },
      [](Tensor& d, const Tensor& dy, const Tensor& x) { at::silu_backward_out(d, dy, x); });
}

const bool added = (add_all<float>(), add_all<double>(), true);

}  // namespace
