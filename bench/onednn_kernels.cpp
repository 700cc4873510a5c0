// oneDNN's GELU, SiLU and ReLU, on one thread.
#include <omp.h>

#include <memory>
#include <oneapi/dnnl/dnnl.hpp>

#include "kernel.hpp"

namespace {

using dnnl::memory;

template <class Primitive>
std::function<void()> prepare(dnnl::algorithm algorithm, float alpha, bench::Index n) {
  omp_set_num_threads(1);
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  static dnnl::stream stream(engine);
  auto& a = bench::arrays<float>();
  const memory::desc shape({n}, memory::data_type::f32, memory::format_tag::a);
  const memory x(shape, engine, a.x.data()), dy(shape, engine, a.dy.data()), y(shape, engine, a.y.data()),
      d(shape, engine, a.d.data());
  const dnnl::eltwise_forward::primitive_desc forward({dnnl::prop_kind::forward, algorithm, shape, alpha, 0.f}, engine);
  if constexpr (std::is_same_v<Primitive, dnnl::eltwise_forward>) {
    return [primitive = dnnl::eltwise_forward(forward), x, y] {
      primitive.execute(stream, {{DNNL_ARG_SRC, x}, {DNNL_ARG_DST, y}});
      stream.wait();
    };
  } else {
    const dnnl::eltwise_backward::primitive_desc backward({algorithm, shape, shape, alpha, 0.f}, engine, forward);
    return [primitive = dnnl::eltwise_backward(backward), x, dy, d] {
      primitive.execute(stream, {{DNNL_ARG_SRC, x}, {DNNL_ARG_DIFF_DST, dy}, {DNNL_ARG_DIFF_SRC, d}});
      stream.wait();
    };
  }
}

template <class Primitive>
void add(const char* group, const char* name, int arrays, dnnl::algorithm algorithm, float alpha = 0) {
  bench::kernels().push_back({group, name, arrays * 4.0,
                              [algorithm, alpha](bench::Index n) { return prepare<Primitive>(algorithm, alpha, n); }});
}

using dnnl::algorithm;
using Forward = dnnl::eltwise_forward;
using Backward = dnnl::eltwise_backward;
const bool added = (add<Forward>("forward float", "oneDNN gelu_erf", 2, algorithm::eltwise_gelu_erf),
                    add<Forward>("forward float", "oneDNN gelu_tanh", 2, algorithm::eltwise_gelu_tanh),
                    add<Forward>("forward float", "oneDNN swish", 2, algorithm::eltwise_swish, 1),
                    add<Forward>("forward float", "oneDNN relu", 2, algorithm::eltwise_relu),
                    add<Backward>("backward float", "oneDNN gelu_erf", 3, algorithm::eltwise_gelu_erf),
                    add<Backward>("backward float", "oneDNN gelu_tanh", 3, algorithm::eltwise_gelu_tanh),
                    add<Backward>("backward float", "oneDNN swish", 3, algorithm::eltwise_swish, 1),
                    add<Backward>("backward float", "oneDNN relu", 3, algorithm::eltwise_relu), true);

}  // namespace
