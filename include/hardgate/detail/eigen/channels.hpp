// Kernels over the columns of a matrix whose rows have an activation each: what is computed from the parameters comes in
// packets too.
#pragma once

#include "dense.hpp"

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

/// As many activations as a packet has elements.
template <class Activation>
struct ChannelUnit {
  using scalar = typename Activation::scalar;
  using gate = typename Activation::gate;
  using Value = typename Access<Activation>::Value;
  typename gate::template Scale<Value> scale;

  HARDGATE_INLINE Response<Value> response(const Value& x) const { return gate::kernel(x, scale); }
};

/// What the activations of all channels compute with, number by number: the first of each, the second of each, ...
template <class Activation>
class ChannelScales {
  using Number = typename Activation::parameter_type;
  using Value = typename Access<Activation>::Value;
  using Unit = ChannelUnit<Activation>;
  Index padded_ = 0;
  std::vector<Number> numbers_;

 public:
  static constexpr Index size = Access<Activation>::size;

  /// None where an activation is ReLU and the kernel does not hold for it.
  explicit ChannelScales(const std::vector<Activation>& units)
      : padded_((static_cast<Index>(units.size()) + 2 * size - 1) / size * size) {
    if (units.empty()) return;
    for (const Activation& unit : units)
      if (unit.is_relu() && !kernel_covers_relu<typename Activation::gate>) return;
    const auto padded = static_cast<std::size_t>(padded_);
    for (std::size_t i = 0; i < padded; ++i) {
      auto scale = units[i % units.size()].by_hardness().first.scale_;
      std::size_t at = i;
      scale.each([&](const Number& number) {
        if (at >= numbers_.size()) numbers_.resize(numbers_.size() + padded);
        numbers_[at] = number;
        at += padded;
      });
    }
  }
  bool empty() const { return numbers_.empty(); }
  /// The number of channels, padded so that a packet begins at each; behind the last they begin again.
  std::size_t padded() const { return static_cast<std::size_t>(padded_); }
  /// Those from a channel on.
  HARDGATE_INLINE Unit operator[](Index channel) const {
    Unit unit{typename Unit::gate::template Scale<Value>(Value(Number(1)))};
    const Number* from = numbers_.data() + channel;
    unit.scale.each([&](Value& value) {
      value = Eigen::internal::ploadu<decltype(Value::data)>(from);
      from += padded_;
    });
    return unit;
  }
};

/// Where nothing is computed in packets.
template <class Activation>
struct NoChannelScales {
  explicit NoChannelScales(const std::vector<Activation>&) {}
};
template <class Activation>
using channel_scales_t =
    std::conditional_t<vectorizes<Activation>, ChannelScales<Activation>, NoChannelScales<Activation>>;

/// A kernel over a packet of rows and some columns; the sum for each row is added to `sums`. What the kernel computes
/// with is loaded here, so that it stays in registers.
template <template <class> class Kernel, class Activation, class Over = Kernel<ChannelUnit<Activation>>>
HARDGATE_NOINLINE void channel_pass(const ChannelScales<Activation>& scales, Index channel, inputs_t<Over> x,
                                    outputs_t<Over> y, const std::array<Index, Over::inputs + Over::outputs>& strides,
                                    Index columns, double* sums) {
  using Access = detail::Access<Activation>;
  const Over kernel{{scales[channel]}};
  typename Access::Value sum(0);
  for (Index j = 0; j < columns; ++j) {
    detail::step(Access(), kernel, x, y, sum);
    for (std::size_t k = 0; k < Over::inputs; ++k) x[k] += strides[k];
    for (std::size_t k = 0; k < Over::outputs; ++k) y[k] += strides[Over::inputs + k];
  }
  if constexpr (Over::sums) Access::add(sum, sums);
}

/// The number of channels below which columns count as short.
template <class Activation>
inline constexpr Index most_cyclic = 4 * ChannelScales<Activation>::size;

/// A kernel over columns without gaps that are too short for packets of their own: n numbers in all, an array that
/// begins with `channel` and goes on cyclically.
template <template <class> class Kernel, class Activation, class Over = Kernel<ChannelUnit<Activation>>>
HARDGATE_NOINLINE void cyclic_pass(const ChannelScales<Activation>& scales, Index rows, Index channel,
                                   const inputs_t<Over> x, const outputs_t<Over> y, Index n, double* sums) {
  using Access = detail::Access<Activation>;
  using Value = typename Access::Value;
  Value each[most_cyclic<Activation>];  // the sums of the packets that begin with a channel
  for (Index i = 0; Over::sums && i < rows; ++i) each[i] = Value(0);
  for (Index i = 0; i < n; i += Access::size) {
    const Over kernel{{scales[channel]}};
    detail::step(Access(), kernel, detail::advanced(x, i), detail::advanced(y, i), each[channel]);
    channel = (channel + Access::size) % rows;
  }
  if constexpr (Over::sums)
    for (Index i = 0; i < rows; ++i) Access::add(each[i], sums + i);
}

/// A kernel over all rows, one per channel, and columns; `sums` has a number for each channel, padded to whole packets.
/// Some columns at a time, so that what is loaded for a packet of channels serves for more than one.
template <template <class> class Kernel, class Activation, class Over = Kernel<ChannelUnit<Activation>>>
void run_channels(const ChannelScales<Activation>& scales, Index rows, Index columns, const inputs_t<Over>& x,
                  const outputs_t<Over>& y, const std::array<Index, Over::inputs + Over::outputs>& strides,
                  double* sums) {
  using Scalar = typename Activation::scalar;
  constexpr Index block = 4, size = ChannelScales<Activation>::size;
  const Index rest = rows % size, whole = rows - rest;
  bool gaps = false;
  for (const Index stride : strides) gaps = gaps || stride != rows;
  if (!gaps && rest != 0 && rows < most_cyclic<Activation>) {
    const Index n = rows * columns, left = n % size, most = 256 * size * rows;  // that many are summed in packets
    for (Index i = 0; i < n - left; i += most)
      detail::cyclic_pass<Kernel>(scales, rows, 0, detail::advanced(x, i), detail::advanced(y, i),
                                  (std::min)(most, n - left - i), sums);
    Scalar padded[Over::inputs][size] = {}, written[Over::outputs][size];
    inputs_t<Over> padded_from;
    outputs_t<Over> padded_to;
    for (std::size_t k = 0; k < Over::inputs; ++k)
      padded_from[k] = padded[k], std::copy_n(x[k] + n - left, left, padded[k]);
    for (std::size_t k = 0; k < Over::outputs; ++k) padded_to[k] = written[k];
    if (left > 0) detail::cyclic_pass<Kernel>(scales, rows, (n - left) % rows, padded_from, padded_to, size, sums);
    for (std::size_t k = 0; k < Over::outputs; ++k) std::copy_n(written[k], left, y[k] + n - left);
    return;
  }
  for (Index first = 0; first < columns; first += block) {
    const Index some = columns - first < block ? columns - first : block;
    inputs_t<Over> from;
    outputs_t<Over> to;
    for (std::size_t k = 0; k < Over::inputs; ++k) from[k] = x[k] + first * strides[k];
    for (std::size_t k = 0; k < Over::outputs; ++k) to[k] = y[k] + first * strides[Over::inputs + k];
    for (Index i = 0; i < whole; i += size)
      detail::channel_pass<Kernel>(scales, i, detail::advanced(from, i), detail::advanced(to, i), strides, some,
                                   sums + i);
    if (rest == 0) continue;
    Scalar padded[Over::inputs][size * block] = {}, written[Over::outputs][size * block];
    inputs_t<Over> padded_from;
    outputs_t<Over> padded_to;
    std::array<Index, Over::inputs + Over::outputs> dense;
    dense.fill(size);
    for (std::size_t k = 0; k < Over::inputs; ++k) {
      padded_from[k] = padded[k];
      for (Index j = 0; j < some; ++j) std::copy_n(from[k] + whole + j * strides[k], rest, padded[k] + j * size);
    }
    for (std::size_t k = 0; k < Over::outputs; ++k) padded_to[k] = written[k];
    detail::channel_pass<Kernel>(scales, whole, padded_from, padded_to, dense, some, sums + whole);
    for (std::size_t k = 0; k < Over::outputs; ++k)
      for (Index j = 0; j < some; ++j)
        std::copy_n(written[k] + j * size, rest, to[k] + whole + j * strides[Over::inputs + k]);
  }
}

template <template <class> class Kernel, class Activation, class Operands, std::size_t... i, std::size_t... o>
void run_channel_operands(const ChannelScales<Activation>& scales, Index rows, Index columns, double* sums,
                          Operands operands, std::index_sequence<i...>, std::index_sequence<o...>) {
  constexpr std::size_t inputs = sizeof...(i);
  detail::run_channels<Kernel>(scales, rows, columns, {std::get<i>(operands).data()...},
                               {std::get<inputs + o>(operands).data()...},
                               {std::get<i>(operands).stride()..., std::get<inputs + o>(operands).stride()...}, sums);
  (std::get<inputs + o>(operands).finish(), ...);
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
