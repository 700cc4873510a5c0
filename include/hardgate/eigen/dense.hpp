// The bulk kernels for dense Eigen objects: matrices, arrays, maps, blocks; for inputs, expressions too.
#pragma once

#include <stdexcept>
#include <string>
#include <type_traits>

#include "../math/error.hpp"
#include "bulk.hpp"

namespace hardgate {
namespace bulk {

template <class T>
using plain_t = std::remove_cv_t<std::remove_reference_t<T>>;
template <class T>
inline constexpr bool is_dense = std::is_base_of_v<Eigen::DenseBase<plain_t<T>>, plain_t<T>>;
/// Outputs, given by forwarding references, must not be const.
template <class... Ts>
using enable_if_dense =
    std::enable_if_t<((is_dense<Ts> && !std::is_const_v<std::remove_reference_t<Ts>>)&&...)>;

/// A dense object as columns (rows, if row-major) of consecutive numbers: itself where it is that, else a
/// copy.
template <class T, bool row_major>
class Columns {
  using Plain = plain_t<T>;
  using Scalar = typename Plain::Scalar;
  static constexpr bool direct = bool(Plain::Flags & Eigen::DirectAccessBit) &&
                                 int(Plain::InnerStrideAtCompileTime) == 1 &&
                                 bool(Plain::IsRowMajor) == row_major;
  static constexpr int order = row_major ? Eigen::RowMajor : Eigen::ColMajor;
  using Copy = std::conditional_t<std::is_base_of_v<Eigen::MatrixBase<Plain>, Plain>,
                                  Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, order>,
                                  Eigen::Array<Scalar, Eigen::Dynamic, Eigen::Dynamic, order>>;
  T& object_;
  std::conditional_t<direct, T&, Copy> held_;

 public:
  explicit Columns(T& object) : object_(object), held_(object) {}
  auto data() const {
    return const_cast<std::conditional_t<std::is_const_v<T>, const Scalar, Scalar>*>(held_.data());
  }
  Eigen::Index stride() const { return held_.outerStride(); }
  /// Writes a copy back, once everything has been computed.
  void finish() const {
    if constexpr (!direct && !std::is_const_v<T>) object_ = held_;
  }
};

template <class X, class Y>
void require_same_size(const char* name, const X& x, const Y& y) {
  if (x.rows() == y.rows() && x.cols() == y.cols()) return;
  const auto size = [](const auto& a) { return std::to_string(a.rows()) + " x " + std::to_string(a.cols()); };
  HARDGATE_THROW(std::invalid_argument(std::string("hardgate: ") + name + " must be " + size(x) +
                                       " like x, got " + size(y)));
}

/// kernel(x.data, others.data…, n) for each column, or once for all where there are no gaps between them.
template <class Kernel, class X, class... Others>
void over_columns(const Kernel& kernel, const X& x, Others&... others) {
  static_assert((std::is_same_v<typename X::Scalar, typename plain_t<Others>::Scalar> && ...),
                "hardgate: all arrays must have the scalar of the activation.");
  const auto run = [&, inner = x.innerSize(), outer = x.outerSize()](const auto&... columns) {
    if (outer == 1 || ((columns.stride() == inner) && ...)) {
      kernel(columns.data()..., inner * outer);
    } else {
      for (Eigen::Index j = 0; j < outer; ++j) kernel((columns.data() + j * columns.stride())..., inner);
    }
    (columns.finish(), ...);
  };
  run(Columns<const X, bool(X::IsRowMajor)>(x), Columns<Others, bool(X::IsRowMajor)>(others)...);
}

}  // namespace bulk

/// Y = f(X). Y may be X. Throws std::invalid_argument, before writing, unless the sizes agree; so do the
/// others below.
template <class Activation, class X, class Y, class = bulk::enable_if_dense<X, Y>>
void forward(const Activation& activation, const X& x, Y&& y) {
  bulk::require_same_size("y", x, y);
  bulk::over_columns([&](auto... arguments) { forward(activation, arguments...); }, x, y);
}

/// Y = f(X) and D = f'(X) in one pass. One of the two may be X.
template <class Activation, class X, class Y, class D, class = bulk::enable_if_dense<X, Y, D>>
void forward(const Activation& activation, const X& x, Y&& y, D&& dydx) {
  bulk::require_same_size("y", x, y);
  bulk::require_same_size("dydx", x, dydx);
  bulk::over_columns([&](auto... arguments) { forward(activation, arguments...); }, x, y, dydx);
}

/// dX = dY·f'(X), assigned, not accumulated. dX may be dY or X.
template <class Activation, class X, class DY, class DX, class = bulk::enable_if_dense<X, DY, DX>>
void backward(const Activation& activation, const X& x, const DY& dy, DX&& dx) {
  bulk::require_same_size("dy", x, dy);
  bulk::require_same_size("dx", x, dx);
  bulk::over_columns([&](auto... arguments) { backward(activation, arguments...); }, x, dy, dx);
}

/// dX = dY·f'(X) as `backward`, and returns Σ dY·∂f/∂p(X), p being λ or ε, in the same pass.
template <class Activation, class X, class DY, class DX, class = bulk::enable_if_dense<X, DY, DX>>
typename Activation::scalar backward_with_parameter(const Activation& activation, const X& x, const DY& dy,
                                                    DX&& dx) {
  bulk::require_same_size("dy", x, dy);
  bulk::require_same_size("dx", x, dx);
  using Total = bulk::total_t<typename Activation::scalar>;
  Total sum(0);
  bulk::over_columns(
      [&](auto... arguments) {
        sum += static_cast<Total>(backward_with_parameter(activation, arguments...));
      },
      x, dy, dx);
  return static_cast<typename Activation::scalar>(sum);
}

}  // namespace hardgate
