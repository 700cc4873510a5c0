// The library's kernels, and what one would write with Eigen alone.
#include <hardgate/hardgate.hpp>
#include <unsupported/Eigen/SpecialFunctions>

#include "kernel.hpp"

namespace {

using bench::add;
using bench::Index;

template <class Scalar, class Activation>
void add_activation(const std::string& name, const Activation& act) {
  add<Scalar>("forward", name, 2,
              [act](auto& a, Index n) { hardgate::forward(act, a.x.data(), a.y.data(), n); });
  add<Scalar>("backward", name, 3,
              [act](auto& a, Index n) { hardgate::backward(act, a.x.data(), a.dy.data(), a.d.data(), n); });
  add<Scalar>("fused", name, 3,
              [act](auto& a, Index n) { hardgate::forward(act, a.x.data(), a.y.data(), a.d.data(), n); });
  if constexpr (Activation::has_parameter) {
    add<Scalar>("gradient", name, 3, [act](auto& a, Index n) {
      volatile Scalar sum = hardgate::backward_with_parameter(act, a.x.data(), a.dy.data(), a.d.data(), n);
      static_cast<void>(sum);
    });
  }
}

/// What a kernel cannot be faster than: the same loads and stores, and between them as many instructions of
/// each kind as it has, but in four chains that need not wait for one another: multiplications, fused with an
/// addition or not; minima, maxima and comparisons; additions and what else there is; divisions.
template <class Scalar, int products, int comparisons, int sums, int divisions = 0>
void add_floor(const std::string& direction, const std::string& name) {
  static_assert(comparisons >= 2 && sums >= 1);  // which join the chains
  using Lane = hardgate::bulk::Lane<hardgate::Gem<Scalar, 1>>;
  using Value = typename Lane::Value;
  const bool fused = direction == "fused", forward = fused || direction == "forward";
  add<Scalar>(direction, name + ", floor", forward && !fused ? 2 : 3, [forward, fused](auto& a, Index n) {
    const Scalar *x = a.x.data(), *dy = a.dy.data();
    Scalar *y = a.y.data(), *d = a.d.data();
    volatile Scalar half = Scalar(0.5);  // the compiler shall not know it, nor that all four are the same
    const Value c[] = {Value(Scalar(half)), Value(Scalar(half)), Value(Scalar(half)), Value(Scalar(half))};
    for (Index i = 0; i + Lane::size <= n; i += Lane::size) {
      const Value first = Lane::load(x + i), second = forward ? first : Lane::load(dy + i);
      Value chain[] = {first, second, first, second};
#pragma GCC unroll 64
      for (int k = 0; k < products; ++k) chain[k % 4] = mul_add(chain[k % 4], c[k % 4], c[0]);
      for (int k = 0; k < divisions; ++k) chain[0] = c[0] / chain[0];
#pragma GCC unroll 64
      for (int k = 1; k < sums; ++k) chain[k % 4] = chain[k % 4] + c[0];
      for (int k = 2; k < comparisons; ++k) chain[k % 4] = maximum(chain[k % 4], c[0]);
      const Value joined = maximum(maximum(chain[0], chain[1]), chain[2] + chain[3]);
      Lane::store((forward ? y : d) + i, joined);
      if (fused) Lane::store(d + i, joined);
    }
  });
}

/// For the kernels of the bars, with the instructions counted in what g++ 12 makes of their loops.
void add_floors() {
#if defined(__AVX512F__)
  add_floor<float, 7, 2, 1>("forward", "GEM N=1");
  add_floor<float, 8, 2, 1>("forward", "E-GEM N=1");
  add_floor<float, 37, 2, 10>("forward", "λ-GELU");
  add_floor<float, 27, 2, 6, 1>("forward", "λ-GELU fast");
  add_floor<float, 8, 2, 1>("backward", "GEM N=1");
  add_floor<float, 34, 2, 9>("backward", "λ-GELU");
  add_floor<float, 28, 2, 6, 1>("backward", "λ-GELU fast");
  add_floor<float, 41, 3, 11>("fused", "λ-GELU");
  add_floor<float, 15, 3, 1>("gradient", "E-GEM N=1");
  add_floor<double, 9, 2, 1>("forward", "GEM N=1");
#elif defined(__AVX2__)
  add_floor<float, 6, 2, 1, 1>("forward", "GEM N=1");
  add_floor<float, 28, 3, 10, 1>("forward", "λ-GELU fast");
#endif
}

/// An Eigen array expression of x, assigned to y.
template <class Scalar, class Expression>
void add_expression(const std::string& name, Expression expression) {
  add<Scalar>("forward", name, 2, [expression](auto& a, Index n) { a.y.head(n) = expression(a.x.head(n)); });
}

template <class Scalar>
void add_all() {
  using namespace hardgate;
  add<Scalar>("forward", "memcpy", 2, [](auto& a, Index n) {
    std::memcpy(a.y.data(), a.x.data(), static_cast<std::size_t>(n) * sizeof(Scalar));
  });
  add_expression<Scalar>("Eigen ReLU", [](const auto& x) { return x.cwiseMax(Scalar(0)); });
  add<Scalar>("backward", "Eigen ReLU", 3, [](auto& a, Index n) {
    a.d.head(n) = (a.x.head(n) > Scalar(0)).select(a.dy.head(n), Scalar(0));
  });

  const LambdaGelu<Scalar> lambda_gelu(Scalar(1.7));
  add_activation<Scalar>("ReLU", Relu<Scalar>());
  add_activation<Scalar>("GEM N=1", Gem<Scalar, 1>());
  add_activation<Scalar>("GEM N=2", Gem<Scalar, 2>());
  add_activation<Scalar>("GEM N=3", Gem<Scalar, 3>());
  add_activation<Scalar>("E-GEM N=1", EGem<Scalar, 1>(Scalar(1e-3)));
  add_activation<Scalar>("SE-GEM N=1", SeGem<Scalar, 1>(Scalar(1e-3)));
  add_activation<Scalar>("λ-GELU", lambda_gelu);
  add_activation<Scalar>("λ-GELU fast", LambdaGelu<Scalar, Accuracy::fast>(Scalar(1.7)));
  add_activation<Scalar>("tanh-GELU", GeluTanh<Scalar>());
  add_activation<Scalar>("SiLU", Silu<Scalar>());
  add_expression<Scalar>("GEM N=1, unaryExpr", [](const auto& x) { return Gem<Scalar, 1>()(x); });
  add_expression<Scalar>("λ-GELU, unaryExpr", [lambda_gelu](const auto& x) { return lambda_gelu(x); });

  const auto add_execution = [&](const std::string& name, const Execution& execution) {
    add<Scalar>("forward", "GEM N=1, " + name, 2, [execution](auto& a, Index n) {
      hardgate::forward(Gem<Scalar, 1>(), a.x.data(), a.y.data(), n, execution);
    });
    add<Scalar>("forward", "λ-GELU, " + name, 2, [lambda_gelu, execution](auto& a, Index n) {
      hardgate::forward(lambda_gelu, a.x.data(), a.y.data(), n, execution);
    });
  };
  add_execution("streaming", streaming());
  // Both ways, of which bulk::prefetching_pays chooses one.
  const auto add_pass = [](const std::string& name, auto ahead) {
    add<Scalar>("forward", "GEM N=1, " + name, 2, [](auto& a, Index n) {
      using Activation = Gem<Scalar, 1>;
      bulk::pass<bulk::Lane<Activation>, false, decltype(ahead)::value>(
          bulk::Forward<Activation>{}, std::array<const Scalar*, 1>{a.x.data()},
          std::array<Scalar*, 1>{a.y.data()}, n);
    });
  };
  add_pass("prefetching", std::true_type());
  add_pass("not prefetching", std::false_type());
#if defined(_OPENMP)
  add_execution("2 threads", openmp(2));
  add<Scalar>("forward", "GEM N=1, 2 threads, floor", 2, [](auto& a, Index n) {  // memcpy
    openmp(2).run(2, [&a, n](int i) {
      std::memcpy(a.y.data() + i * (n / 2), a.x.data() + i * (n / 2),
                  static_cast<std::size_t>(n / 2) * sizeof(Scalar));
    });
  });
#endif

  add_expression<Scalar>("GEM N=1, Eigen expression", [](const auto& x) {
    return (x > Scalar(0)).select(x * (x * x) / (Scalar(1) + x * x), Scalar(0));
  });
  add_expression<Scalar>("GELU, Eigen erf", [](const auto& x) {
    return Scalar(0.5) * x * (Scalar(1) + (x * Scalar(0.7071067811865476)).erf());
  });
  add_expression<Scalar>("GELU, Eigen tanh", [](const auto& x) {
    return Scalar(0.5) * x *
           (Scalar(1) + (Scalar(0.7978845608028654) * (x + Scalar(0.044715) * x * x * x)).tanh());
  });
  add_expression<Scalar>("GELU, std::erf", [](const auto& x) {
    return x.unaryExpr(
        [](Scalar v) { return Scalar(0.5) * v * (Scalar(1) + std::erf(v * Scalar(0.7071067811865476))); });
  });
}

/// λ-GELU on 16-bit floats, as the library does it and one element after the other.
template <class Half>
void add_half(const std::string& name) {
  const auto add_loop = [&](const std::string& how, auto loop) {
    bench::kernels().push_back({"forward 16 bit", name + how, 2.0 * sizeof(Half), [loop](Index n) {
                                  using Array = Eigen::Array<Half, Eigen::Dynamic, 1>;
                                  return [loop,
                                          x = Array(bench::arrays<float>().x.head(n).template cast<Half>()),
                                          y = Array(n)]() mutable { loop(x, y); };
                                }});
  };
  const hardgate::LambdaGelu<Half> act(Half(1.7f));
  add_loop("", [act](const auto& x, auto& y) { hardgate::forward(act, x.data(), y.data(), x.size()); });
  add_loop(", one by one", [act](const auto& x, auto& y) {
    for (Index i = 0; i < x.size(); ++i) y[i] = act(x[i]);
  });
}

const bool added = (add_all<float>(), add_all<double>(), add_floors(), add_half<Eigen::half>("λ-GELU half"),
                    add_half<Eigen::bfloat16>("λ-GELU bfloat16"), true);

}  // namespace
