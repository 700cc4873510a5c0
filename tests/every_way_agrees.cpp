// Every way to evaluate an activation agrees: (value, derivatives, parameter gradient, derivatives<4>) × (float,
// double) × (one number, Eigen expression, array functions on pointers, on dense objects). One number is compared with
// the same activation in long double; every other way must give its bits.
#include <Eigen/Core>
#include <array>
#include <functional>
#include <hardgate/hardgate.hpp>

#include "catch.hpp"
#include "support.hpp"

using namespace hardgate;
using namespace hardgate_tests;

namespace {

template <class T>
using Array = Eigen::Array<T, Eigen::Dynamic, 1>;
template <class T>
using Matrix = Eigen::Array<T, Eigen::Dynamic, Eigen::Dynamic>;
template <class T>
using RowMajor = Eigen::Array<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class T>
using Segment = Eigen::VectorBlock<const Array<T>>;
using Real = long double;

constexpr Eigen::Index longest = 67, most_offset = 3;

/// Every way to evaluate one activation, so that the checks below are compiled once for all of them.
template <class T>
struct Ways {
  std::string name;
  T width;  ///< 1/h, where the activation bends
  bool has_parameter;

  std::function<T(T)> value, derivative, second, gradient;
  std::function<std::array<T, 5>(T)> derivatives;
  std::function<std::array<Real, 5>(Real)> exact;
  std::function<Real(Real)> exact_gradient;

  std::function<Array<T>(const Segment<T>&)> value_of, derivative_of, second_of, gradient_of, unary_expr,
      inside_of_another, strided;
  std::function<Array<T>(const Array<T>&, std::size_t)> derivatives_of;
  std::function<Array<T>(const Array<T>&)> fixed_size;  ///< of 35 elements, as a 5 × 7 matrix

  std::function<void(const T*, T*, Eigen::Index)> forward;
  std::function<void(const T*, T*, T*, Eigen::Index)> forward_both, backward;
  std::function<T(const T*, const T*, T*, Eigen::Index)> backward_with_parameter;
  std::function<void(const T*, T*, T*, T*, Eigen::Index)> forward_three;
  std::function<void(const T*, const T*, const T*, T*, T*, Eigen::Index)> twice;

  std::function<void(const Matrix<T>&, Matrix<T>&)> dense_forward, dense_forward_to_block;
  std::function<void(const Matrix<T>&, Matrix<T>&, Matrix<T>&)> dense_forward_both, dense_backward;
  std::function<T(const Matrix<T>&, const Matrix<T>&, Matrix<T>&)> dense_with_parameter;
  std::function<void(const Matrix<T>&, Matrix<T>&, Matrix<T>&, Matrix<T>&)> dense_three;
  std::function<void(const Matrix<T>&, const Matrix<T>&, const Matrix<T>&, Matrix<T>&, Matrix<T>&)> dense_twice;
  std::function<void(const Matrix<T>&, const Matrix<T>&, RowMajor<T>&, RowMajor<T>&, RowMajor<T>&)> row_major;
};

template <class Activation, class T = typename Activation::scalar>
Ways<T> ways(const std::string& name, const Activation& act) {
  Ways<T> w;
  w.name = name;
  w.width = std::isfinite(act.hardness()) ? 1 / act.hardness() : T(1);
  w.has_parameter = Activation::has_parameter;

  w.value = [act](T x) { return act(x); };
  w.derivative = [act](T x) { return act.derivative(x); };
  w.second = [act](T x) { return act.second_derivative(x); };
  w.derivatives = [act](T x) { return act.template derivatives<4>(x); };
  const auto exact = act.template cast<Real>();
  w.exact = [exact](Real x) { return exact.template derivatives<4>(x); };

  w.value_of = [act](const Segment<T>& x) { return Array<T>(act(x)); };
  w.derivative_of = [act](const Segment<T>& x) { return Array<T>(act.derivative(x)); };
  w.second_of = [act](const Segment<T>& x) { return Array<T>(act.second_derivative(x)); };
  w.unary_expr = [act](const Segment<T>& x) { return Array<T>(x.unaryExpr(act)); };
  w.inside_of_another = [act](const Segment<T>& x) { return Array<T>(T(2) * act(T(1) * x)); };
  w.strided = [act](const Segment<T>& x) {  // no packets
    Array<T> spread = Array<T>::Zero(2 * x.size());
    Eigen::Map<Array<T>, 0, Eigen::InnerStride<2>> every_second(spread.data(), x.size());
    every_second = x;
    return Array<T>(act(every_second));
  };
  w.derivatives_of = [act](const Array<T>& x, std::size_t k) {
    return Array<T>(x.unaryExpr([act, k](T y) { return act.template derivatives<4>(y)[k]; }));
  };
  w.fixed_size = [act](const Array<T>& x) {
    const Eigen::Matrix<T, 5, 7> in = Eigen::Map<const Eigen::Matrix<T, 5, 7>>(x.data()), out = act(in);
    return Array<T>(Eigen::Map<const Array<T>>(out.data(), 35));
  };

  w.forward = [act](const T* x, T* y, Eigen::Index n) { forward(act, x, y, n); };
  w.forward_both = [act](const T* x, T* y, T* dydx, Eigen::Index n) { forward_with_derivative(act, x, y, dydx, n); };
  w.backward = [act](const T* x, T* dy, T* dx, Eigen::Index n) { backward(act, x, dy, dx, n); };

  w.forward_three = [act](const T* x, T* y, T* d, T* d2, Eigen::Index n) {
    forward_with_second_derivative(act, x, y, d, d2, n);
  };
  w.twice = [act](const T* x, const T* dy, const T* ddx, T* ddy, T* dx, Eigen::Index n) {
    double_backward(act, x, dy, ddx, ddy, dx, n);
  };

  w.dense_forward = [act](const Matrix<T>& x, Matrix<T>& y) { forward(act, x, y); };
  w.dense_forward_to_block = [act](const Matrix<T>& x, Matrix<T>& y) {
    forward(act, x, y.block(1, 1, x.rows(), x.cols()));
  };
  w.dense_forward_both = [act](const Matrix<T>& x, Matrix<T>& y, Matrix<T>& dydx) {
    forward_with_derivative(act, x, y, dydx);
  };
  w.dense_backward = [act](const Matrix<T>& x, Matrix<T>& dy, Matrix<T>& dx) { backward(act, x, dy, dx); };
  w.dense_three = [act](const Matrix<T>& x, Matrix<T>& y, Matrix<T>& d, Matrix<T>& d2) {
    forward_with_second_derivative(act, x, y, d, d2);
  };
  w.dense_twice = [act](const Matrix<T>& x, const Matrix<T>& dy, const Matrix<T>& ddx, Matrix<T>& ddy, Matrix<T>& dx) {
    double_backward(act, x, dy, ddx, ddy, dx);
  };
  w.row_major = [act](const Matrix<T>& x, const Matrix<T>& dy, RowMajor<T>& y, RowMajor<T>& dydx, RowMajor<T>& dx) {
    forward_with_derivative(act, x, y, dydx);
    backward(act, x, dy, dx);
  };
  if constexpr (Activation::has_parameter) {
    w.gradient = [act](T x) { return act.parameter_gradient(x); };
    w.exact_gradient = [exact](Real x) { return exact.parameter_gradient(x); };
    w.gradient_of = [act](const Segment<T>& x) { return Array<T>(act.parameter_gradient(x)); };
    w.backward_with_parameter = [act](const T* x, const T* dy, T* dx, Eigen::Index n) {
      return backward_with_parameter(act, x, dy, dx, n);
    };
    w.dense_with_parameter = [act](const Matrix<T>& x, const Matrix<T>& dy, Matrix<T>& dx) {
      return backward_with_parameter(act, x, dy, dx);
    };
  }
  return w;
}

// ---- What the checks need ----

/// Points around where the activation bends.
template <class T>
Array<T> points(const Ways<T>& w, Eigen::Index n, std::uint64_t seed) {
  const auto sample = around<T>(w.width, static_cast<int>(n), 12, seed);  // all finite: widths are moderate
  return Eigen::Map<const Array<T>>(sample.data(), n);
}
/// The same with special values among them.
template <class T>
Array<T> inputs(const Ways<T>& w, Eigen::Index n, std::uint64_t seed) {
  const auto special = special_values<T>();
  Array<T> x = points(w, n, seed);
  for (Eigen::Index i = 4; i < n; i += 5) x[i] = special[(static_cast<std::size_t>(i) + seed) % special.size()];
  return x;
}

/// A function of one number, one number at a time.
template <class X, class T = typename X::Scalar>
X one_by_one(const X& x, const std::function<T(T)>& function) {
  X y(x.rows(), x.cols());
  for (Eigen::Index j = 0; j < x.cols(); ++j)
    for (Eigen::Index i = 0; i < x.rows(); ++i) y(i, j) = function(x(i, j));
  return y;
}

/// Sizes 0…67, each at several offsets from alignment; visit(size, offset).
template <class Visitor>
void every_size(Visitor&& visit) {
  for (Eigen::Index n = 0; n <= longest; ++n)
    for (Eigen::Index offset = 0; offset <= most_offset; ++offset) visit(n, offset);
}

/// Whether a sum is Σ dyᵢ·∂f/∂p(xᵢ).
template <class X, class T = typename X::Scalar>
bool is_summed_gradient(T found, const Ways<T>& w, const X& x, const X& dy) {
  Real sum = 0, size = 0;
  for (Eigen::Index j = 0; j < x.cols(); ++j)
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      const Real term = static_cast<Real>(dy(i, j)) * static_cast<Real>(w.gradient(x(i, j)));
      sum += term;
      size += std::fabs(term);
    }
  return std::fabs(static_cast<Real>(found) - sum) <= size * 32 * static_cast<Real>(std::numeric_limits<T>::epsilon()) +
                                                          static_cast<Real>((std::numeric_limits<T>::min)());
}

// ---- One number: against long double ----

template <class T>
void check_scalar(const Ways<T>& w, Findings& findings) {
  const Real epsilon = std::numeric_limits<T>::epsilon(), least = (std::numeric_limits<T>::min)();
  const Real h = 1 / static_cast<Real>(w.width);
  for (const T x : around<T>(w.width, 300, 12)) {
    const auto near = [&](const std::string& what, T found, Real expected, Real size) {
      findings.expect(std::fabs(static_cast<Real>(found) - expected) <= size * epsilon + least, w.name + ' ' + what, x,
                      found, expected);
    };
    const auto exact = w.exact(static_cast<Real>(x));
    const Real gate = exact[0] / static_cast<Real>(x);
    near("value", w.value(x), exact[0], 8 * std::fabs(exact[0]));
    near("derivative", w.derivative(x), exact[1], 8 * (std::fabs(exact[1]) + std::fabs(gate)));
    if (w.has_parameter) {
      const Real by_parameter = w.exact_gradient(static_cast<Real>(x));
      near("parameter gradient", w.gradient(x), by_parameter, 24 * std::fabs(by_parameter));
    }
    const auto found = w.derivatives(x);
    near("derivatives<4>[0]", found[0], exact[0], 8 * std::fabs(exact[0]));
    near("derivatives<4>[1]", found[1], exact[1], 8 * (std::fabs(exact[1]) + std::fabs(gate)));
    Real size = 400;  // f⁽ᵏ⁾ is of the size h^(k-1)·4^k·k!, and cancels
    for (std::size_t k = 2; k <= 4; ++k) {
      size *= h * static_cast<Real>(4 * k);
      near("derivatives<4>[" + std::to_string(k) + "]", found[k], exact[k], size);
      if (k == 2) near("second derivative", w.second(x), exact[k], size);
    }
  }
}

// ---- Eigen expressions ----

template <class T>
void check_expressions(const Ways<T>& w, Findings& findings) {
  every_size([&](Eigen::Index n, Eigen::Index offset) {
    const Array<T> all = inputs(w, longest + most_offset, static_cast<std::uint64_t>(n));
    const Segment<T> segment = all.segment(offset, n);
    const Array<T> x = segment, value = one_by_one(x, w.value);
    const auto expect = [&](const char* what, const Array<T>& found, const Array<T>& expected) {
      findings.expect(all_same_bits(found, expected), w.name + ' ' + what, n, offset);
    };
    expect("act(X)", w.value_of(segment), value);
    expect("X.unaryExpr(act)", w.unary_expr(segment), value);
    expect("2·act(1·X)", w.inside_of_another(segment), Array<T>(T(2) * value));
    expect("act of a strided X", w.strided(segment), value);
    expect("act.derivative(X)", w.derivative_of(segment), one_by_one(x, w.derivative));
    expect("act.second_derivative(X)", w.second_of(segment), one_by_one(x, w.second));
    if (w.has_parameter) expect("act.parameter_gradient(X)", w.gradient_of(segment), one_by_one(x, w.gradient));
  });
  const Array<T> x = inputs(w, longest, 1);
  for (std::size_t k = 0; k <= 4; ++k) {
    const std::function<T(T)> order = [&](T y) { return w.derivatives(y)[k]; };
    findings.expect(all_same_bits(w.derivatives_of(x, k), one_by_one(x, order)),
                    w.name + " derivatives<4> in an expression", k);
  }
  const Array<T> block = x.head(35);
  findings.expect(all_same_bits(w.fixed_size(block), one_by_one(block, w.value)), w.name + " fixed-size matrix");
}

// ---- Array functions on pointers ----

template <class T>
void check_pointers(const Ways<T>& w, Findings& findings) {
  every_size([&](Eigen::Index n, Eigen::Index offset) {
    const Array<T> all = inputs(w, longest + most_offset, static_cast<std::uint64_t>(n + 100));
    Array<T> upstream = Array<T>::Random(longest + most_offset);
    const Array<T> x = all.segment(offset, n), dy = upstream.segment(offset, n);
    const Array<T> value = one_by_one(x, w.value), slope = one_by_one(x, w.derivative), dx = dy * slope;
    const T* from = all.data() + offset;
    T* up = upstream.data() + offset;
    const T guard = T(-123.25);

    // An output with guards on both sides: nothing outside may change.
    const auto expect = [&](const char* what, const Array<T>& expected, const std::function<void(T*)>& run) {
      Array<T> out = Array<T>::Constant(longest + 2 * most_offset + 2, guard);
      run(out.data() + offset + 1);
      findings.expect(all_same_bits(out.segment(offset + 1, n), expected), w.name + ' ' + what, n, offset);
      findings.expect((out.head(offset + 1) == guard).all() && (out.tail(out.size() - n - offset - 1) == guard).all(),
                      w.name + ' ' + what + " wrote outside", n, offset);
    };
    Array<T> other(n), place;
    expect("forward", value, [&](T* out) { w.forward(from, out, n); });
    expect("forward with derivative, value", value, [&](T* out) { w.forward_both(from, out, other.data(), n); });
    expect("forward with derivative, derivative", slope, [&](T* out) { w.forward_both(from, other.data(), out, n); });
    expect("backward", dx, [&](T* out) { w.backward(from, up, out, n); });
    if (w.has_parameter) {
      T sum = 0;
      expect("backward_with_parameter", dx, [&](T* out) { sum = w.backward_with_parameter(from, up, out, n); });
      const Array<T> tame = points(w, n, 300);
      sum = w.backward_with_parameter(tame.data(), up, other.data(), n);
      findings.expect(is_summed_gradient(sum, w, tame, dy), w.name + " summed parameter gradient", n, offset, sum);
    }

    const auto in_place = [&](const char* what, const Array<T>& start, const Array<T>& expected, auto run) {
      place = start;
      run();
      findings.expect(all_same_bits(place, expected), w.name + ' ' + what, n);
    };
    in_place("forward in place", x, value, [&] { w.forward(place.data(), place.data(), n); });
    in_place("value in place", x, value, [&] { w.forward_both(place.data(), place.data(), other.data(), n); });
    findings.expect(all_same_bits(other, slope), w.name + " derivative beside a value in place", n);
    in_place("derivative in place", x, slope, [&] { w.forward_both(place.data(), other.data(), place.data(), n); });
    findings.expect(all_same_bits(other, value), w.name + " value beside a derivative in place", n);
    in_place("backward in place of dy", dy, dx, [&] { w.backward(from, place.data(), place.data(), n); });
    in_place("backward in place of x", x, dx, [&] { w.backward(place.data(), up, place.data(), n); });

    const Array<T> bend = one_by_one(x, w.second), ddx = Array<T>::LinSpaced(n, T(-2), T(3));
    Array<T> third(n);
    expect("three, value", value, [&](T* out) { w.forward_three(from, out, other.data(), third.data(), n); });
    expect("three, f'", slope, [&](T* out) { w.forward_three(from, other.data(), out, third.data(), n); });
    expect("three, f''", bend, [&](T* out) { w.forward_three(from, other.data(), third.data(), out, n); });
    const Array<T> ddy = ddx * slope, again = (ddx * bend) * dy;
    expect("double_backward, ddy", ddy, [&](T* out) { w.twice(from, up, ddx.data(), out, other.data(), n); });
    expect("double_backward, dx", again, [&](T* out) { w.twice(from, up, ddx.data(), other.data(), out, n); });
    in_place("double_backward in place of ddx", ddx, ddy,
             [&] { w.twice(from, up, place.data(), place.data(), other.data(), n); });
    findings.expect(all_same_bits(other, again), w.name + " dx beside a ddy in place", n);

    // derivatives<4> has no array function; its first two orders are those of the pass that gives both.
    w.forward_both(from, (place = x).data(), other.data(), n);
    for (Eigen::Index i = 0; i < n; ++i) {
      const auto d = w.derivatives(x[i]);
      findings.expect(same_bits(d[0], place[i]) && same_bits(d[1], other[i]), w.name + " derivatives<4>", x[i]);
    }
  });
}

// ---- Array functions on dense objects ----

template <class T>
void check_dense(const Ways<T>& w, Findings& findings) {
  every_size([&](Eigen::Index columns, Eigen::Index offset) {
    const Eigen::Index rows = offset + 1;
    Matrix<T> x(rows, columns), dy = Matrix<T>::Random(rows, columns), y(rows, columns), d(rows, columns);
    const Array<T> all = inputs(w, rows * columns, static_cast<std::uint64_t>(columns + 200));
    for (Eigen::Index i = 0; i < all.size(); ++i) x.data()[i] = all[i];
    const Matrix<T> value = one_by_one(x, w.value), slope = one_by_one(x, w.derivative), dx = dy * slope;
    const auto expect = [&](bool holds, const char* what) {
      findings.expect(holds, w.name + ' ' + what, rows, columns);
    };

    w.dense_forward(x, y);
    expect(all_same_bits(y, value), "forward");
    y.setZero();
    w.dense_forward_both(x, y, d);
    expect(all_same_bits(y, value) && all_same_bits(d, slope), "forward with derivative");
    w.dense_backward(x, dy, d);
    expect(all_same_bits(d, dx), "backward");
    const Matrix<T> bend = one_by_one(x, w.second);
    Matrix<T> d2(rows, columns);
    w.dense_three(x, y, d, d2);
    expect(all_same_bits(y, value) && all_same_bits(d, slope) && all_same_bits(d2, bend), "three at once");
    w.dense_twice(x, dy, value, d, d2);
    expect(all_same_bits(d, Matrix<T>(value * slope)) && all_same_bits(d2, Matrix<T>((value * bend) * dy)),
           "double_backward");
    if (w.has_parameter) {
      d.setZero();
      w.dense_with_parameter(x, dy, d);
      expect(all_same_bits(d, dx), "backward_with_parameter");
      const Array<T> some = points(w, rows * columns, 300);
      const Matrix<T> tame = Eigen::Map<const Matrix<T>>(some.data(), rows, columns);
      expect(is_summed_gradient(w.dense_with_parameter(tame, dy, d), w, tame, dy), "summed parameter gradient");
    }
    RowMajor<T> row_y(rows, columns), row_d(rows, columns), row_dx(rows, columns);
    w.row_major(x, dy, row_y, row_d, row_dx);
    expect(all_same_bits(row_y, value) && all_same_bits(row_d, slope) && all_same_bits(row_dx, dx),
           "row-major outputs");
    Matrix<T> frame = Matrix<T>::Constant(rows + 2, columns + 2, T(7)), place = x;
    w.dense_forward_to_block(x, frame);
    expect(all_same_bits(frame.block(1, 1, rows, columns), value), "forward to a block");
    frame.block(1, 1, rows, columns).setConstant(T(7));
    expect((frame == T(7)).all(), "beside the block");
    w.dense_forward(place, place);
    expect(all_same_bits(place, value), "forward in place");
    for (Eigen::Index i = 0; i < x.size(); ++i) {
      const auto orders = w.derivatives(x.data()[i]);
      expect(same_bits(orders[0], value.data()[i]) && same_bits(orders[1], slope.data()[i]), "derivatives<4>");
    }
  });
}

template <class T>
void check_every(void (*check)(const Ways<T>&, Findings&)) {
  Findings findings;
  every_activation<T>([&](const std::string& name, const auto& act) { check(ways(name, act), findings); });
  INFO(findings.report());
  CHECK(findings.none());
}

}  // namespace

TEMPLATE_TEST_CASE("One number at a time: every activation agrees with itself in long double", "[scalar]", float,
                   double) {
  check_every<TestType>(check_scalar);
}
TEMPLATE_TEST_CASE("Eigen expressions: every activation gives the bits of one number at a time", "[eigen]", float,
                   double) {
  check_every<TestType>(check_expressions);
}
TEMPLATE_TEST_CASE("Array functions on pointers: every activation gives the bits of one number at a time", "[arrays]",
                   float, double) {
  check_every<TestType>(check_pointers);
}
TEMPLATE_TEST_CASE("Array functions on dense objects: every activation gives the bits of one number at a time",
                   "[dense]", float, double) {
  check_every<TestType>(check_dense);
}
