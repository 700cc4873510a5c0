// One hardness per channel: an activation for each row of a matrix.
#pragma once

#include <vector>

#include "../arrays.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

/// Activations of one kind that differ in hardness. Row i of every matrix belongs to activation i; the columns are
/// samples.
template <class Activation>
class ChannelUnits {
 public:
  using scalar = typename Activation::scalar;                                          ///< what they compute with
  using Array = Eigen::Array<typename Activation::parameter_type, Eigen::Dynamic, 1>;  ///< a number for each channel

  /// One activation per entry; throws std::domain_error for a hardness outside (0, ∞].
  template <class Hardness>
  explicit ChannelUnits(const Eigen::DenseBase<Hardness>& hardness) {
    static_assert(Activation::has_parameter,
                  "hardgate: ChannelUnits needs an activation with a parameter, such as LambdaGelu or EGem.");
    const typename Hardness::PlainObject each = hardness.derived();
    units_.reserve(static_cast<std::size_t>(each.size()));
    for (Eigen::Index i = 0; i < each.size(); ++i) units_.push_back(Activation().with_hardness(each.data()[i]));
  }
  /// The activation of a channel.
  const Activation& operator[](Eigen::Index channel) const { return units_[static_cast<std::size_t>(channel)]; }
  /// How many channels there are.
  Eigen::Index size() const { return static_cast<Eigen::Index>(units_.size()); }

  /// Y = f(X), row by row. Y may be X, or stand in the expression that X is. Throws std::invalid_argument, before
  /// writing, if sizes do not match.
  template <class X, class Y>
  void forward(const X& x, Y&& y) const {
    static_assert(
        detail::is_dense<detail::In<X>, scalar> && detail::is_dense<detail::Out<Y>, scalar>,
        "hardgate: ChannelUnits::forward takes (x, y): Eigen objects of the activation's scalar; y writable.");
    detail::require_size("x", "rows, one per channel", size(), x.rows());
    detail::require_same_size("y", x, y);
    const auto from = detail::rows_of(x.derived());
    auto to = detail::rows_of(y.derived());
    for (Eigen::Index i = 0; i < size(); ++i) hardgate::forward((*this)[i], from.data(i), to.data(i), x.cols());
    to.finish();
  }

  /// dX = dY·f'(X), and returns ∂/∂h of Σ dY·f(X) for each channel: with respect to the hardness, not to ε.
  template <class X, class DY, class DX>
  Array backward(const X& x, const DY& dy, DX&& dx) const {
    static_assert(detail::is_dense<detail::In<X>, scalar> && detail::is_dense<detail::In<DY>, scalar> &&
                      detail::is_dense<detail::Out<DX>, scalar>,
                  "hardgate: ChannelUnits::backward takes (x, dy, dx): Eigen objects of the activation's scalar; dx "
                  "writable.");
    detail::require_size("x", "rows, one per channel", size(), x.rows());
    detail::require_same_size("dy", x, dy);
    detail::require_same_size("dx", x, dx);
    const auto from = detail::rows_of(x.derived());
    const auto upstream = detail::rows_of(dy.derived());
    auto to = detail::rows_of(dx.derived());
    Array gradient(size());
    for (Eigen::Index i = 0; i < size(); ++i)
      gradient(i) = hardgate::backward_with_hardness((*this)[i], from.data(i), upstream.data(i), to.data(i), x.cols());
    to.finish();
    return gradient;
  }

 private:
  std::vector<Activation> units_;
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
