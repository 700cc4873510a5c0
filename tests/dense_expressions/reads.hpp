// Every array function with an expression as its input.
#pragma once

#include "dense_expressions/shared.hpp"

namespace hardgate_tests {

/// Every function that reads, with `in` for x and for dy.
template <class In>
void reads(const std::string& kind, const In& in) {
  CAPTURE(kind);
  const Table numbers = in.array(), other = eighths(in.rows(), in.cols());
  const Right as_x(numbers, other), as_dy(other, numbers);
  Table y(in.rows(), in.cols()), d = y;
  const auto gives = [](Table& actual, const Table& expected) {
    const bool same = all_same_bits(actual, expected);
    actual.setConstant(77);
    return same;
  };
  forward(act, in, y);
  CHECK(gives(y, as_x.value));
  forward_with_derivative(act, in, y, d);
  CHECK((gives(y, as_x.value) && gives(d, as_x.slope)));
  backward(act, in, other, d);
  CHECK(gives(d, as_x.product));
  CHECK((as_x.sums_to(backward_with_parameter(act, in, other, d)) && gives(d, as_x.product)));
  CHECK((as_dy.sums_to(backward_with_parameter(act, other, in, d)) && gives(d, as_dy.product)));

  const ChannelUnits<Act> units(Eigen::ArrayXf::Constant(in.rows(), 1.0f));
  units.forward(in, y);
  CHECK(gives(y, Act()(numbers)));
  units.backward(in, in, d);
  CHECK(gives(d, numbers * Act().derivative(numbers)));
  CHECK(substitution_disruption(act, in).mean == substitution_disruption(act, numbers).mean);
  CHECK(flips(in, numbers) == 0);
}

}  // namespace hardgate_tests
