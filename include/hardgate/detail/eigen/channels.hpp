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

  template <class V>
  HARDGATE_INLINE Response<V> response(const V& x) const {
    return gate::kernel(x, scale);
  }
};

/// act.by_hardness() of each channel.
template <class Activation>
using units_by_hardness = std::vector<std::pair<Activation, typename Activation::parameter_type>>;

/// What the activations of all channels compute with, number by number: the first of each, the second of each, ...
template <class Activation>
class ChannelScales {
  using Number = typename Activation::parameter_type;
  using Value = typename Access<Activation>::Value;
  using Unit = ChannelUnit<Activation>;
  std::size_t padded_;
  std::vector<Number> numbers_;

 public:
  static constexpr std::size_t size = Access<Activation>::size;

  /// None where an activation is ReLU and the kernel does not hold for it.
  explicit ChannelScales(const units_by_hardness<Activation>& units)
      : padded_((units.size() + 2 * size - 1) / size * size) {
    if (units.empty()) return;
    for (const auto& unit : units)
      if (unit.first.is_relu() && !kernel_covers_relu<typename Activation::gate>) return;
    for (std::size_t i = 0; i < padded_; ++i) {
      auto scale = units[i % units.size()].first.scale_;
      std::size_t at = i;
      scale.each([&](const Number& number) {
        if (at >= numbers_.size()) numbers_.resize(numbers_.size() + padded_);
        numbers_[at] = number;
        at += padded_;
      });
    }
  }
  bool empty() const { return numbers_.empty(); }
  /// The number of channels, padded so that a packet begins at each; behind the last they begin again.
  std::size_t padded() const { return padded_; }
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
  explicit NoChannelScales(const units_by_hardness<Activation>&) {}
};
template <class Activation>
using channel_scales_t =
    std::conditional_t<vectorizes<Activation>, ChannelScales<Activation>, NoChannelScales<Activation>>;

/// A kernel over all rows and some columns, a packet of rows after the other; `sums` has that of each row so far.
template <template <class> class Kernel, class Activation, class Over = Kernel<ChannelUnit<Activation>>>
HARDGATE_NOINLINE void channel_pass(const ChannelScales<Activation>& scales, Index rows, const inputs_t<Over> x,
                                    const outputs_t<Over> y,
                                    const std::array<Index, Over::inputs + Over::outputs> strides, Index columns,
                                    typename Access<Activation>::Value::Scalar* sums) {
  using Access = detail::Access<Activation>;
  using Value = typename Access::Value;
  using Register = decltype(Value::data);
  const Index *of_x = strides.data(), *of_y = of_x + Over::inputs;
  for (Index i = 0; i < rows; i += Access::size) {
    const Over kernel{{scales[i]}};
    const inputs_t<Over> from = detail::advanced(x, i);
    const outputs_t<Over> to = detail::advanced(y, i);
    Value sum(0);
    if constexpr (Over::sums) sum = Eigen::internal::ploadu<Register>(sums + i);
    const auto over_columns = [&](const auto& access) HARDGATE_INLINE_LAMBDA {
      for (Index j = 0; j < columns; ++j)
        detail::step(access, kernel, detail::advanced(from, of_x, j), detail::advanced(to, of_y, j), sum);
    };
    if (rows - i >= Access::size) {
      over_columns(Access());
    } else {
      over_columns(SomeOf<Access>{rows - i});
    }
    if constexpr (Over::sums) Eigen::internal::pstoreu(sums + i, sum.data);
  }
}

/// The number of channels below which columns count as short.
template <class Activation>
inline constexpr Index most_cyclic = 4 * ChannelScales<Activation>::size;

/// A kernel over columns without gaps that are too short for packets of their own: n numbers in all, an array that goes
/// through the channels cyclically.
template <template <class> class Kernel, class Activation, class Over = Kernel<ChannelUnit<Activation>>>
HARDGATE_NOINLINE void cyclic_pass(const ChannelScales<Activation>& scales, Index rows, const inputs_t<Over> x,
                                   const outputs_t<Over> y, Index n, double* sums) {
  using Access = detail::Access<Activation>;
  using Value = typename Access::Value;
  Value each[most_cyclic<Activation>];  // the sums of the packets that begin with a channel
  for (Index i = 0; Over::sums && i < rows; ++i) each[i] = Value(0);
  Index i = 0, channel = 0;
  for (; i <= n - Access::size; i += Access::size) {
    const Over kernel{{scales[channel]}};
    detail::step(Access(), kernel, detail::advanced(x, i), detail::advanced(y, i), each[channel]);
    channel = (channel + Access::size) % rows;
  }
  if (i < n) {
    const Over kernel{{scales[channel]}};
    detail::step(SomeOf<Access>{n - i}, kernel, detail::advanced(x, i), detail::advanced(y, i), each[channel]);
  }
  for (Index k = 0; Over::sums && k < rows; ++k) {
    typename Value::Scalar elements[Access::size];
    Eigen::internal::pstoreu(elements, each[k].data);
    for (Index j = 0; j < Access::size; ++j) sums[k + j] += static_cast<double>(elements[j]);
  }
}

/// A kernel over all rows, one per channel, and columns; `sums` has a number for each channel, padded to whole packets.
/// Some columns at a time, so that what is loaded for a packet of channels serves for more than one. Columns a page apart
/// share a set of the first-level cache, which has no room for many.
template <template <class> class Kernel, class Activation, class Over = Kernel<ChannelUnit<Activation>>>
void run_channels(const ChannelScales<Activation>& scales, Index rows, Index columns, const inputs_t<Over>& x,
                  const outputs_t<Over>& y, const std::array<Index, Over::inputs + Over::outputs>& strides,
                  double* sums) {
  constexpr Index size = Access<Activation>::size, summed = 240;  // in packets, a multiple of both blocks
  constexpr Index page = 4096 / static_cast<Index>(sizeof(typename Activation::scalar));
  bool gaps = false, pages = true;
  for (const Index stride : strides) {
    gaps = gaps || stride != rows;
    pages = pages && stride % page == 0;
  }
  const Index block = pages ? 3 : 8;
  if (!gaps && rows % size != 0 && rows < most_cyclic<Activation>) {
    const Index n = rows * columns, most = summed * size * rows;
    for (Index i = 0; i < n; i += most)
      detail::cyclic_pass<Kernel>(scales, rows, detail::advanced(x, i), detail::advanced(y, i), (std::min)(most, n - i),
                                  sums);
    return;
  }
  const Index *of_x = strides.data(), *of_y = of_x + Over::inputs;
  std::vector<typename Access<Activation>::Value::Scalar> some(Over::sums ? scales.padded() : 0);
  for (Index first = 0; first < columns; first += block) {
    detail::channel_pass<Kernel>(scales, rows, detail::advanced(x, of_x, first), detail::advanced(y, of_y, first),
                                 strides, (std::min)(block, columns - first), some.data());
    if (!Over::sums || (first + block < columns && (first + block) % summed != 0)) continue;
    for (std::size_t k = 0; k < some.size(); ++k) sums[k] += static_cast<double>(some[k]);
    std::fill(some.begin(), some.end(), typename Access<Activation>::Value::Scalar(0));
  }
}

/// A kernel over rows of consecutive numbers, each with an activation of its own, and its sum by the hardness of each,
/// for a kernel that sums. In one loop: a call for each row would cost as much as its numbers where it is short.
template <class Over, class Activation>
HARDGATE_NOINLINE void row_pass(const units_by_hardness<Activation>& units, Index columns, const inputs_t<Over> x,
                                const outputs_t<Over> y, const std::array<Index, Over::inputs + Over::outputs> strides,
                                typename Activation::parameter_type* gradient) {
  using Value = typename Access<Activation>::Value;
  const Index *of_x = strides.data(), *of_y = of_x + Over::inputs;
  for (std::size_t row = 0; row < units.size(); ++row) {
    const inputs_t<Over> from = detail::advanced(x, of_x, static_cast<Index>(row));
    const outputs_t<Over> to = detail::advanced(y, of_y, static_cast<Index>(row));
    const auto over_columns = [&](const Activation& unit) HARDGATE_INLINE_LAMBDA {
      const Over kernel{{unit}};
      const Index most = Over::sums ? summed_in_packets<Over> : columns;
      Sum<Over> sum;
      for (Index j = 0; j < columns; j += most) {
        const Index n = (std::min)(most, columns - j);
        sum.in_packets = detail::inline_pass(kernel, detail::advanced(from, j), detail::advanced(to, j), n, Value(0));
        sum.add_up();
      }
      return static_cast<typename Activation::parameter_type>(sum.total());
    };
    if constexpr (Over::sums) {
      gradient[row] = detail::by_hardness(units[row], over_columns);
    } else {
      over_columns(units[row].first);
    }
  }
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
