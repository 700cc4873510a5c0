// The library's kernels, and what one would write with Eigen alone.
#include <hardgate/hardgate.hpp>
#include <unsupported/Eigen/SpecialFunctions>

#include "kernel.hpp"

namespace {

using bench::add;
using bench::Index;

/// What one would write without the library, for an array or an expression x. What is used more than once (the positive
/// part, the negative part, a power) is an expression too, not a temporary array.
namespace plain {

template <int N, class X>
auto even_power(const X& z) {
  if constexpr (N == 1) return z * z;
  if constexpr (N == 2) return z.square().square();
  if constexpr (N == 3) return (z.square() * z).square();
}

template <int N>
struct EGem {
  double epsilon = 1;
  template <class X, class Scalar = typename X::Scalar>
  auto operator()(const X& x) const {
    const auto z = x.max(Scalar(0));
    const auto t = even_power<N>(z);
    return z * t / (Scalar(epsilon) + t);
  }
  template <class X, class Scalar = typename X::Scalar>
  auto derivative(const X& x) const {
    const auto t = even_power<N>(x.max(Scalar(0)));
    return t * (t + Scalar((2 * N + 1) * epsilon)) / (Scalar(epsilon) + t).square();
  }
};

template <int N>
struct SeGem {
  double epsilon;
  template <class X, class Scalar = typename X::Scalar>
  auto operator()(const X& x) const {
    const auto z = x.min(Scalar(0));
    return x.max(Scalar(0)) + Scalar(epsilon) * z / (Scalar(epsilon) + even_power<N>(z));
  }
  template <class X, class Scalar = typename X::Scalar>
  auto derivative(const X& x) const {
    const auto t = even_power<N>(x.min(Scalar(0)));
    return Scalar(epsilon) * (Scalar(epsilon) - Scalar(2 * N - 1) * t) / (Scalar(epsilon) + t).square();
  }
};

struct Silu {
  template <class X, class Scalar = typename X::Scalar>
  auto operator()(const X& x) const {
    return x / (Scalar(1) + (-x).exp());
  }
};

struct Gelu {
  template <class X, class Scalar = typename X::Scalar>
  auto operator()(const X& x) const {
    return Scalar(0.5) * x * (Scalar(1) + (x * Scalar(0.7071067811865476)).erf());
  }
};

struct GeluTanh {
  template <class X, class Scalar = typename X::Scalar>
  auto operator()(const X& x) const {
    return Scalar(0.5) * x * (Scalar(1) + (Scalar(0.7978845608028654) * (x + Scalar(0.044715) * x * x * x)).tanh());
  }
};

}  // namespace plain

template <class Scalar, class Activation>
void add_activation(const std::string& name, const Activation& act) {
  add<Scalar>("forward", name, 2, [act](auto& a, Index n) { hardgate::forward(act, a.x.data(), a.y.data(), n); });
  add<Scalar>("backward", name, 3,
              [act](auto& a, Index n) { hardgate::backward(act, a.x.data(), a.dy.data(), a.d.data(), n); });
  add<Scalar>("fused", name, 3, [act](auto& a, Index n) {
    hardgate::forward_with_derivative(act, a.x.data(), a.y.data(), a.d.data(), n);
  });
  add<Scalar>("second", name, 4, [act](auto& a, Index n) {
    hardgate::forward_with_second_derivative(act, a.x.data(), a.y.data(), a.d.data(), a.d2.data(), n);
  });
  if constexpr (Activation::has_parameter) {
    add<Scalar>("gradient", name, 3, [act](auto& a, Index n) {
      volatile Scalar sum = hardgate::backward_with_parameter(act, a.x.data(), a.dy.data(), a.d.data(), n);
      static_cast<void>(sum);
    });
  }
}

/// An Eigen array expression of x, assigned to y.
template <class Scalar, class Expression>
void add_expression(const std::string& name, Expression expression) {
  add<Scalar>("forward", name, 2, [expression](auto& a, Index n) { a.y.head(n) = expression(a.x.head(n)); });
}
/// The same, and its derivative.
template <class Scalar, class Expression>
void add_with_derivative(const std::string& name, Expression expression) {
  add_expression<Scalar>(name, expression);
  add<Scalar>("backward", name, 3,
              [expression](auto& a, Index n) { a.d.head(n) = a.dy.head(n) * expression.derivative(a.x.head(n)); });
}

template <class Scalar>
void add_plain_expressions() {
  add_expression<Scalar>("Eigen ReLU", [](const auto& x) { return x.max(Scalar(0)); });
  add<Scalar>("backward", "Eigen ReLU", 3,
              [](auto& a, Index n) { a.d.head(n) = (a.x.head(n) > Scalar(0)).select(a.dy.head(n), Scalar(0)); });
  add_with_derivative<Scalar>("GEM N=1, Eigen expression", plain::EGem<1>());
  add_with_derivative<Scalar>("GEM N=2, Eigen expression", plain::EGem<2>());
  add_with_derivative<Scalar>("GEM N=3, Eigen expression", plain::EGem<3>());
  add_with_derivative<Scalar>("E-GEM N=1, Eigen expression", plain::EGem<1>{1e-3});
  add_with_derivative<Scalar>("SE-GEM N=1, Eigen expression", plain::SeGem<1>{1e-3});
  add_with_derivative<Scalar>("SE-GEM N=2, Eigen expression", plain::SeGem<2>{1e-3});
  add_with_derivative<Scalar>("SE-GEM N=3, Eigen expression", plain::SeGem<3>{1e-3});
  add_expression<Scalar>("SiLU, Eigen expression", plain::Silu());
  add<Scalar>("backward", "SiLU, Eigen expressions", 3, [](auto& a, Index n) {
    const auto x = a.x.head(n);
    a.y.head(n) = Scalar(1) / (Scalar(1) + (-x).exp());
    a.d.head(n) = a.dy.head(n) * a.y.head(n) * (Scalar(1) + x * (Scalar(1) - a.y.head(n)));
  });
  add_expression<Scalar>("Mish, Eigen expression", [](const auto& x) { return x * x.exp().log1p().tanh(); });
  add_expression<Scalar>("hard swish, Eigen expression", [](const auto& x) {
    return x * (x * Scalar(1.0 / 6) + Scalar(0.5)).max(Scalar(0)).min(Scalar(1));
  });
  add_expression<Scalar>("GoLU, Eigen expression", [](const auto& x) { return x * (-(-x).exp()).exp(); });
  add_expression<Scalar>("IGLU, Eigen expression",
                         [](const auto& x) { return x * (x.atan() * Scalar(0.3183098861837907) + Scalar(0.5)); });
  add_expression<Scalar>("GELU, Eigen erf", plain::Gelu());
  add_expression<Scalar>("GELU, Eigen tanh", plain::GeluTanh());
  add_expression<Scalar>("GELU, std::erf", [](const auto& x) {
    return x.unaryExpr(
        [](Scalar v) { return Scalar(0.5) * v * (Scalar(1) + std::erf(v * Scalar(0.7071067811865476))); });
  });
}

template <class Scalar>
void add_all() {
  using namespace hardgate;
  add<Scalar>("forward", "memcpy", 2, [](auto& a, Index n) {
    std::memcpy(a.y.data(), a.x.data(), static_cast<std::size_t>(n) * sizeof(Scalar));
  });
  const LambdaGelu<Scalar> lambda_gelu(Scalar(1.7));
  add_activation<Scalar>("ReLU", Relu<Scalar>());
  add_activation<Scalar>("GEM N=1", Gem<Scalar, 1>());
  add_activation<Scalar>("GEM N=2", Gem<Scalar, 2>());
  add_activation<Scalar>("GEM N=3", Gem<Scalar, 3>());
  add_activation<Scalar>("E-GEM N=1", EGem<Scalar, 1>(Scalar(1e-3)));
  add_activation<Scalar>("SE-GEM N=1", SeGem<Scalar, 1>(Scalar(1e-3)));
  add_activation<Scalar>("SE-GEM N=2", SeGem<Scalar, 2>(Scalar(1e-3)));
  add_activation<Scalar>("SE-GEM N=3", SeGem<Scalar, 3>(Scalar(1e-3)));
  add_activation<Scalar>("λ-GELU", lambda_gelu);
  add_activation<Scalar>("λ-GELU, λ = 40", LambdaGelu<Scalar>(Scalar(40)));
  add_activation<Scalar>("λ-GELU, λ = 160", LambdaGelu<Scalar>(Scalar(160)));
  add_activation<Scalar>("tanh-GELU", GeluTanh<Scalar>());
  add_activation<Scalar>("SiLU", Silu<Scalar>());
  add_activation<Scalar>("Swish", Swish<Scalar>(Scalar(1.7)));
  add_activation<Scalar>("Mish", Mish<Scalar>());
  add_activation<Scalar>("hard swish", HardSwish<Scalar>());
  add_activation<Scalar>("GoLU", Golu<Scalar>());
  add_activation<Scalar>("IGLU", Iglu<Scalar>());
  add_expression<Scalar>("GEM N=1, unaryExpr", [](const auto& x) { return x.unaryExpr(Gem<Scalar, 1>()); });
  add_expression<Scalar>("λ-GELU, unaryExpr", [lambda_gelu](const auto& x) { return x.unaryExpr(lambda_gelu); });

  const auto add_execution = [&](const std::string& name, const Execution& execution) {
    add<Scalar>("forward", "GEM N=1, " + name, 2, [execution](auto& a, Index n) {
      hardgate::forward(Gem<Scalar, 1>(), a.x.data(), a.y.data(), n, execution);
    });
    add<Scalar>("forward", "λ-GELU, " + name, 2, [lambda_gelu, execution](auto& a, Index n) {
      hardgate::forward(lambda_gelu, a.x.data(), a.y.data(), n, execution);
    });
  };
  add_execution("streaming", streaming());
#if defined(_OPENMP)
  add_execution("2 threads", openmp(2));
#endif
  add_plain_expressions<Scalar>();
}

/// A square matrix with one hardness for all, or with one for each row, in both storage orders.
template <class Scalar, class Activation>
void add_channels(const std::string& name) {
  const auto add_order = [&name](const std::string& how, auto order) {
    constexpr int storage = decltype(order)::value;
    using Matrix = Eigen::Array<Scalar, Eigen::Dynamic, Eigen::Dynamic, storage>;
    const auto of = [](auto& array, Index rows) { return Eigen::Map<Matrix>(array.data(), rows, rows); };
    const auto units = [](Index rows) {
      return hardgate::ChannelUnits<Activation>(Eigen::Array<Scalar, Eigen::Dynamic, 1>::LinSpaced(rows, 1, 8));
    };
    const auto prepared = [&](const std::string& group, double arrays, auto run) {
      bench::kernels().push_back({group + (sizeof(Scalar) == 4 ? " float" : " double"), name + how,
                                  arrays * double(sizeof(Scalar)), [of, units, run](Index n) {
                                    const auto rows = static_cast<Index>(std::lround(std::sqrt(double(n))));
                                    return [of, run, rows, each = units(rows)] {
                                      auto& a = bench::arrays<Scalar>();
                                      run(each, of(a.x, rows), of(a.dy, rows), of(a.d, rows));
                                    };
                                  }});
    };
    prepared("channels", 2, [](const auto& each, const auto& x, const auto&, auto d) { each.forward(x, d); });
    prepared("channels-backward", 3, [](const auto& each, const auto& x, const auto& dy, auto d) {
      volatile Scalar sum = each.backward(x, dy, d)(0);
      static_cast<void>(sum);
    });
  };
  const Activation one = Activation().with_hardness(3);
  add<Scalar>("channels", name + ", one hardness", 2,
              [one](auto& a, Index n) { hardgate::forward(one, a.x.data(), a.d.data(), n); });
  add<Scalar>("channels-backward", name + ", one hardness", 3, [one](auto& a, Index n) {
    volatile Scalar sum = hardgate::backward_with_hardness(one, a.x.data(), a.dy.data(), a.d.data(), n);
    static_cast<void>(sum);
  });
  add_order(", one for each row", std::integral_constant<int, Eigen::ColMajor>());
  add_order(", one for each row, row-major", std::integral_constant<int, Eigen::RowMajor>());
}

/// f(a)·b and its gradients: as the library does it, and by passes of the library and of Eigen. d2 stands for b.
template <class Activation>
void add_glu(const std::string& name, const Activation& act) {
  add<float>("glu", name, 3,
             [act](auto& a, Index n) { hardgate::glu_forward(act, a.x.data(), a.d2.data(), a.y.data(), n); });
  add<float>("glu", name + ", f(a), then times b", 3, [act](auto& a, Index n) {
    hardgate::forward(act, a.x.data(), a.y.data(), n);
    a.y.head(n) *= a.d2.head(n);
  });
  add<float>("glu", name + ", f(a) alone", 2,
             [act](auto& a, Index n) { hardgate::forward(act, a.x.data(), a.y.data(), n); });
  add<float>("glu-backward", name, 5, [act](auto& a, Index n) {
    hardgate::glu_backward(act, a.x.data(), a.d2.data(), a.dy.data(), a.d.data(), a.y.data(), n);
  });
  add<float>("glu-backward", name + ", three passes", 5, [act](auto& a, Index n) {
    hardgate::forward_with_derivative(act, a.x.data(), a.y.data(), a.d.data(), n);
    a.d.head(n) *= a.dy.head(n) * a.d2.head(n);
    a.y.head(n) *= a.dy.head(n);
  });
}

/// Arrays that fit into few packets, where a call costs as much as the work.
template <class Activation, class Expression>
void add_short(const std::string& name, const Activation& act, Expression expression) {
  add<float>("short", name, 2, [act](auto& a, Index n) { hardgate::forward(act, a.x.data(), a.y.data(), n); });
  add<float>("short", name + ", act(x)", 2, [act](auto& a, Index n) { a.y.head(n) = act(a.x.head(n)); });
  add<float>("short", name + ", Eigen expression", 2,
             [expression](auto& a, Index n) { a.y.head(n) = expression(a.x.head(n)); });
}

/// λ-GELU on 16-bit floats, as the library does it and one element after the other.
template <class Half>
void add_half(const std::string& name) {
  const auto add_loop = [&](const std::string& how, auto loop) {
    bench::kernels().push_back({"forward 16 bit", name + how, 2.0 * sizeof(Half), [loop](Index n) {
                                  using Array = Eigen::Array<Half, Eigen::Dynamic, 1>;
                                  return [loop, x = Array(bench::arrays<float>().x.head(n).template cast<Half>()),
                                          y = Array(n)]() mutable { loop(x, y); };
                                }});
  };
  const hardgate::LambdaGelu<Half> act(Half(1.7f));
  add_loop("", [act](const auto& x, auto& y) { hardgate::forward(act, x.data(), y.data(), x.size()); });
  add_loop(", one by one", [act](const auto& x, auto& y) {
    for (Index i = 0; i < x.size(); ++i) y[i] = act(x[i]);
  });
}

void add_small_square_and_gated() {
  add_glu("GEM N=1", hardgate::Gem<float>());
  add_glu("SiLU (SwiGLU)", hardgate::Silu<float>());
  add_glu("λ-GELU (GEGLU)", hardgate::LambdaGelu<float>(1.7f));
  add_channels<float, hardgate::LambdaGelu<float>>("λ-GELU");
  add_channels<float, hardgate::EGem<float>>("E-GEM N=1");
  add_channels<float, hardgate::Swish<float>>("Swish");
  add_channels<double, hardgate::LambdaGelu<double>>("λ-GELU");
  add_short("GEM N=1", hardgate::Gem<float>(), plain::EGem<1>());
  add_short("SiLU", hardgate::Silu<float>(), plain::Silu());
  add_short("λ-GELU", hardgate::LambdaGelu<float>(1.7f), plain::Gelu());
}

const bool added = (add_all<float>(), add_all<double>(), add_small_square_and_gated(),
                    add_half<Eigen::half>("λ-GELU half"), add_half<Eigen::bfloat16>("λ-GELU bfloat16"), true);

}  // namespace
