// Kernels over dense Eigen objects: matrices, arrays, maps, blocks; for inputs, expressions too.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <type_traits>

#include "loop.hpp"

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

/// The class D of what derives from Eigen::DenseBase<D>, as an array, a block, or a class of the user's derived from
/// one does; else void.
template <class D>
D dense_class(const Eigen::DenseBase<D>*);
void dense_class(const void*);
template <class T>
using dense_t = decltype(detail::dense_class(static_cast<const std::remove_reference_t<T>*>(nullptr)));

/// Whether the numbers of a dense object lie in memory: some indexed views say so and have no data().
template <class D, class = void>
inline constexpr bool lies_in_memory = false;
template <class D>
inline constexpr bool lies_in_memory<D, std::void_t<decltype(std::declval<const D&>().data())>> =
    bool(D::Flags& Eigen::DirectAccessBit);

/// x itself where its numbers lie in memory; else evaluated, once.
template <class D>
decltype(auto) evaluated(const Eigen::DenseBase<D>& x) {
  if constexpr (lies_in_memory<D>) {
    return (x.derived());
  } else {
    return typename D::PlainObject(x.derived());
  }
}

/// An argument of type T that is read, or written: not const, not read-only for Eigen, not a matrix that nobody else
/// holds.
template <class T>
struct In {
  using Dense = dense_t<T>;
  template <class D>
  static constexpr bool allows = true;
};
/// Whether an object was reversed from a const one, which Eigen lets be written.
template <class D>
inline constexpr bool reverses_const = false;
template <class D, int direction>
inline constexpr bool reverses_const<Eigen::Reverse<const D, direction>> = true;
template <class T>
struct Out {
  using Dense = dense_t<T>;
  template <class D>
  static constexpr bool allows =
      !std::is_const_v<std::remove_reference_t<T>> && bool(D::Flags & Eigen::LvalueBit) && !reverses_const<D> &&
      (std::is_lvalue_reference_v<T> || !std::is_base_of_v<Eigen::PlainObjectBase<D>, D>);
};

template <class Argument, class Scalar, class D = typename Argument::Dense>
inline constexpr bool is_dense = std::is_same_v<typename D::Scalar, Scalar>&& Argument::template allows<D>;
template <class Argument, class Scalar>
inline constexpr bool is_dense<Argument, Scalar, void> = false;

/// Exists if all arguments, given as In<T> and Out<T>, are dense objects of the activation's scalar.
template <class Activation, class... Arguments>
using if_dense = std::enable_if_t<(is_dense<Arguments, typename Activation::scalar> && ...)>;

/// A dense object as columns (rows, if row-major) of consecutive numbers: itself where it is that, else a copy, which
/// for an output is what is to be written.
template <class T, bool row_major>
class Columns {
  using Plain = std::remove_const_t<T>;
  using Scalar = typename Plain::Scalar;
  static constexpr bool consecutive() {
    if constexpr (lies_in_memory<Plain>) return int(Plain::InnerStrideAtCompileTime) == 1;
    return false;
  }
  static constexpr bool direct = consecutive() && bool(Plain::IsRowMajor) == row_major;
  static constexpr int order = row_major ? Eigen::RowMajor : Eigen::ColMajor;
  using Copy = std::conditional_t<std::is_base_of_v<Eigen::MatrixBase<Plain>, Plain>,
                                  Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, order>,
                                  Eigen::Array<Scalar, Eigen::Dynamic, Eigen::Dynamic, order>>;
  T& object_;
  std::conditional_t<direct, T&, Copy> held_;

  static decltype(auto) hold(T& object) {
    if constexpr (direct) {
      return (object);
    } else if constexpr (std::is_const_v<T>) {
      return Copy(object);
    } else {
      return Copy(object.rows(), object.cols());
    }
  }

 public:
  explicit Columns(T& object) : object_(object), held_(hold(object)) {}
  /// Column j.
  auto* data(Index j = 0) const {
    using Pointer = std::conditional_t<std::is_const_v<T>, const Scalar*, Scalar*>;
    return const_cast<Pointer>(held_.data()) + j * stride();
  }
  Index stride() const { return held_.outerStride(); }
  /// Writes a copy back, once everything has been computed.
  void finish() {
    if constexpr (!direct && !std::is_const_v<T>) object_ = held_;
  }
};

/// A dense object as rows of consecutive numbers.
template <class T>
Columns<T, true> rows_of(T& object) {
  return Columns<T, true>(object);
}

/// Throws std::invalid_argument unless y has the size of another, x if not said.
template <class X, class Y>
void require_same_size(const char* name, const X& x, const Y& y, const char* other = "x") {
  if (x.rows() == y.rows() && x.cols() == y.cols()) return;
  const auto size = [](const auto& a) { return std::to_string(a.rows()) + " x " + std::to_string(a.cols()); };
  refuse<std::invalid_argument>(name, size(x) + " like " + other, size(y));
}

/// Where column number `times` of each begins.
template <class Scalar, std::size_t count>
HARDGATE_INLINE std::array<Scalar*, count> advanced(std::array<Scalar*, count> pointers, const Index* by, Index times) {
  for (std::size_t k = 0; k < count; ++k) pointers[k] += by[k] * times;
  return pointers;
}

/// kernel over `outer` columns of `inner` numbers each, inputs first in `strides`: all at once where there are no
/// gaps between the columns, one by one where they are long, and else as many as fit at a time in a contiguous
/// buffer.
template <class Kernel>
total_t<scalar_of<Kernel>> run_columns(const Kernel& kernel, const Execution& execution, Index inner, Index outer,
                                       const inputs_t<Kernel>& x, const outputs_t<Kernel>& y,
                                       const std::array<Index, Kernel::inputs + Kernel::outputs>& strides) {
  constexpr Index buffered = 1024, shortest = 256;
  bool gaps = false;
  for (const Index stride : strides) gaps = gaps || (outer > 1 && stride != inner);
  if (!gaps || inner == 0) return detail::run(kernel, x, y, inner * outer, execution);

  total_t<scalar_of<Kernel>> total(0);
  const auto* x_strides = strides.data();
  const auto* y_strides = strides.data() + Kernel::inputs;
  if (inner >= shortest) {
    for (Index j = 0; j < outer; ++j)  // before anything is written
      detail::require_apart<Kernel>(detail::advanced(x, x_strides, j), detail::advanced(y, y_strides, j), inner);
    for (Index j = 0; j < outer; ++j)
      total +=
          detail::run(kernel, detail::advanced(x, x_strides, j), detail::advanced(y, y_strides, j), inner, execution);
    return total;
  }
  std::array<std::array<scalar_of<Kernel>, buffered>, Kernel::inputs> x_buffers;
  std::array<std::array<scalar_of<Kernel>, buffered>, Kernel::outputs> y_buffers;
  inputs_t<Kernel> from;
  outputs_t<Kernel> to;
  for (std::size_t k = 0; k < Kernel::inputs; ++k) from[k] = x_buffers[k].data();
  for (std::size_t k = 0; k < Kernel::outputs; ++k) to[k] = y_buffers[k].data();
  for (Index first = 0, columns; first < outer; first += columns) {
    columns = (std::min)(buffered / inner, outer - first);
    for (std::size_t k = 0; k < Kernel::inputs; ++k)
      for (Index j = 0; j < columns; ++j)
        std::copy_n(x[k] + (first + j) * x_strides[k], inner, x_buffers[k].data() + j * inner);
    total += detail::run(kernel, from, to, columns * inner, execution);
    for (std::size_t k = 0; k < Kernel::outputs; ++k)
      for (Index j = 0; j < columns; ++j)
        std::copy_n(y_buffers[k].data() + j * inner, inner, y[k] + (first + j) * y_strides[k]);
  }
  return total;
}

/// Where the numbers of a dense object begin; null where they lie nowhere, or there are none.
template <class D>
const void* address_of(const D& object) {
  if constexpr (lies_in_memory<D>) return object.size() > 0 ? object.data() : nullptr;
  return nullptr;
}

/// Throws std::invalid_argument if the sizes of the operands of a kernel, inputs first, differ or two outputs are one
/// object.
template <class Kernel, class X, class... Others>
void require_operands(const X& x, const Others&... others) {
  std::size_t operand = 0;
  (detail::require_same_size(Kernel::names[++operand], x, others, Kernel::names[0]), ...);
  const void* const begins[] = {detail::address_of(x), detail::address_of(others)...};
  detail::require_apart(Kernel::names, begins, Kernel::inputs, Kernel::inputs + Kernel::outputs, 1);
}

template <class Kernel, class Operands, class Run, std::size_t... i, std::size_t... o>
void run_operands(Operands operands, const Run& run, std::index_sequence<i...>, std::index_sequence<o...>) {
  run(inputs_t<Kernel>{std::get<i>(operands).data()...},
      outputs_t<Kernel>{std::get<Kernel::inputs + o>(operands).data()...},
      std::array<Index, Kernel::inputs + Kernel::outputs>{std::get<i>(operands).stride()...,
                                                          std::get<Kernel::inputs + o>(operands).stride()...});
  (std::get<Kernel::inputs + o>(operands).finish(), ...);
}

/// run(where the inputs begin, where the outputs do, the strides of both) for dense objects, inputs first, as columns
/// (rows, if row-major) of consecutive numbers.
template <class Kernel, bool row_major, class Run, class X, class... Others>
void as_columns(const Run& run, const X& x, Others&... others) {
  detail::run_operands<Kernel>(std::tuple<Columns<const X, row_major>, Columns<Others, row_major>...>(x, others...),
                               run, std::make_index_sequence<Kernel::inputs>(),
                               std::make_index_sequence<Kernel::outputs>());
}

/// kernel over dense objects of one size, inputs first. Throws std::invalid_argument, before anything is written, if
/// the sizes differ or two outputs are one object.
template <class Kernel, class X, class... Others>
total_t<scalar_of<Kernel>> run_dense(const Kernel& kernel, const Execution& execution, const X& x, Others&... others) {
  detail::require_operands<Kernel>(x, others...);
  total_t<scalar_of<Kernel>> total(0);
  detail::as_columns<Kernel, bool(X::IsRowMajor)>(
      [&](const auto& from, const auto& to, const auto& strides) {
        total = detail::run_columns(kernel, execution, x.innerSize(), x.outerSize(), from, to, strides);
      },
      x, others...);
  return total;
}

/// Throws std::invalid_argument unless a dense object is a vector, row or column, of so many numbers.
template <class Vector>
void require_vector(const char* name, const char* things, Index size, const Vector& vector) {
  require_size(name, things, size, vector.size());
  if (vector.rows() != 1 && vector.cols() != 1) refuse<std::invalid_argument>(name, "a vector", "a matrix");
}
/// Numbers, rounded, into such a vector.
template <class Vector, class Numbers>
void assign_vector(Vector& vector, const Numbers& numbers) {
  for (Index i = 0; i < numbers.size(); ++i)
    (vector.rows() == 1 ? vector.coeffRef(0, i) : vector.coeffRef(i, 0)) =
        static_cast<typename Vector::Scalar>(numbers[i]);
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
