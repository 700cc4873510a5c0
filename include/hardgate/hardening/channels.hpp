// One hardness per channel: an activation for each row of a matrix.
#pragma once

#include <utility>
#include <vector>

#include "../arrays.hpp"
#include "../detail/eigen/channels.hpp"

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
  explicit ChannelUnits(const Eigen::DenseBase<Hardness>& hardness)
      : units_(units(hardness.derived())), by_hardness_(by_hardness(units_)), scales_(by_hardness_) {}
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
    run<detail::Forward>(nullptr, x.derived(), y.derived());
  }

  /// Y = f(X) and D = f'(X).
  template <class X, class Y, class D>
  void forward_with_derivative(const X& x, Y&& y, D&& dydx) const {
    static_assert(detail::is_dense<detail::In<X>, scalar> && detail::is_dense<detail::Out<Y>, scalar> &&
                      detail::is_dense<detail::Out<D>, scalar>,
                  "hardgate: ChannelUnits::forward_with_derivative takes (x, y, dydx): Eigen objects of the "
                  "activation's scalar; y and dydx writable.");
    run<detail::ForwardWithDerivative>(nullptr, x.derived(), y.derived(), dydx.derived());
  }

  /// dX = dY·f'(X), and returns ∂/∂h of Σ dY·f(X) for each channel: with respect to the hardness, not to ε.
  template <class X, class DY, class DX>
  Array backward(const X& x, const DY& dy, DX&& dx) const {
    static_assert(detail::is_dense<detail::In<X>, scalar> && detail::is_dense<detail::In<DY>, scalar> &&
                      detail::is_dense<detail::Out<DX>, scalar>,
                  "hardgate: ChannelUnits::backward takes (x, dy, dx): Eigen objects of the activation's scalar; dx "
                  "writable.");
    Array gradient = Array::Zero(size());
    run<detail::BackwardWithParameter>(gradient.data(), x.derived(), dy.derived(), dx.derived());
    return gradient;
  }

 private:
  template <class Hardness>
  static std::vector<Activation> units(const Hardness& hardness) {
    static_assert(Activation::has_parameter,
                  "hardgate: ChannelUnits needs an activation with a parameter, such as LambdaGelu or EGem.");
    const typename Hardness::PlainObject each = hardness;
    std::vector<Activation> result;
    result.reserve(static_cast<std::size_t>(each.size()));
    for (Eigen::Index i = 0; i < each.size(); ++i) result.push_back(Activation().with_hardness(each.data()[i]));
    return result;
  }

  static detail::units_by_hardness<Activation> by_hardness(const std::vector<Activation>& units) {
    detail::units_by_hardness<Activation> result;
    result.reserve(units.size());
    for (const Activation& unit : units) result.push_back(unit.by_hardness());
    return result;
  }

  // A kernel over matrices, inputs first: in packets of channels where those lie side by side in memory, else row by row.
  template <template <class> class Kernel, class X, class... Others>
  void run(typename Array::Scalar* gradient, const X& x, Others&... others) const {
    using Over = Kernel<Activation>;
    detail::require_size("x", "rows, one per channel", size(), x.rows());
    detail::require_operands<Over>(x, others...);
    if constexpr (detail::vectorizes<Activation> && !bool(X::IsRowMajor) && (!bool(Others::IsRowMajor) && ...)) {
      if (!scales_.empty()) {
        std::vector<double> sums(gradient ? scales_.padded() : 0, 0.0);
        detail::as_columns<Over, false>(
            [&](const auto& from, const auto& to, const auto& strides) {
              detail::run_channels<Kernel>(scales_, size(), x.cols(), from, to, strides, sums.data());
            },
            x, others...);
        for (std::size_t i = units_.size(); i < sums.size(); ++i) sums[i % units_.size()] += sums[i];
        for (std::size_t i = 0; gradient && i < units_.size(); ++i)
          gradient[i] = static_cast<typename Array::Scalar>(sums[i] / detail::sum_scale<typename Array::Scalar>);
        return;
      }
    }
    detail::as_columns<Over, true>(
        [&](const auto& from, const auto& to, const auto& strides) {
          detail::row_pass<Over>(by_hardness_, x.cols(), from, to, strides, gradient);
        },
        x, others...);
  }

  std::vector<Activation> units_;
  detail::units_by_hardness<Activation> by_hardness_;
  detail::channel_scales_t<Activation> scales_;
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
