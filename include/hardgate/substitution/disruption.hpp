// The last step: replacing an activation by ReLU, and what that changes.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <limits>
#include <ostream>
#include <vector>

#include "../activations.hpp"
#include "../detail/eigen/dense.hpp"

namespace hardgate {
inline namespace HARDGATE_TARGET {

/// The ReLU that replaces an activation. Weights stay as they are.
template <class Scalar, class Gate, class P>
Relu<Scalar> substitute(const GatedUnit<Scalar, Gate, P>&) {
  return {};
}

/// What replacing an activation by ReLU changes, over sample pre-activations.
struct Disruption {
  double sup = 0;   ///< the largest |f(x) - ReLU(x)|
  double mean = 0;  ///< their mean
  /// The share of the variance of f(x) that ReLU(x) explains: 1 - var(f - ReLU)/var(f). What is missing, a shift does not
  /// mend (bias_correction.hpp). NaN where a sample is infinite.
  double explained = 1;
  /// What the loss rises by if this activation alone is replaced: for who evaluates the network to fill in.
  double cost_alone = std::numeric_limits<double>::quiet_NaN();
};

/// What replacing the activation by ReLU changes at the sample points x, an array of any shape; nothing if it is empty,
/// NaN if one of them is.
template <class Activation, class Samples>
Disruption substitution_disruption(const Activation& activation, const Eigen::DenseBase<Samples>& samples) {
  struct Spread {  // of numbers one after the other, after Welford
    double count = 0, mean = 0, squares = 0;
    void add(double x) {
      const double from_mean = x - mean;
      mean += from_mean / ++count;
      squares += from_mean * (x - mean);
    }
  };
  Disruption disruption;
  if (samples.size() == 0) return disruption;
  const auto relu = hardgate::substitute(activation);
  const auto& points = detail::evaluated(samples);
  Spread values, changes;
  for (Eigen::Index j = 0; j < samples.cols(); ++j) {
    for (Eigen::Index i = 0; i < samples.rows(); ++i) {
      const auto x = static_cast<typename Activation::scalar>(points.coeff(i, j));
      const auto before = static_cast<double>(activation(x)), after = static_cast<double>(relu(x));
      const double change = before == after ? 0 : after - before;  // also where both are infinite
      if (std::fabs(change) > disruption.sup || std::isnan(change)) disruption.sup = std::fabs(change);
      disruption.mean += std::fabs(change);
      values.add(before), changes.add(change);
    }
  }
  disruption.mean /= static_cast<double>(samples.size());
  if (!(changes.squares == 0)) disruption.explained = 1 - changes.squares / values.squares;
  return disruption;
}

/// The report on a network whose activations were all replaced: validation metric and loss before and after, and the
/// disruption of each layer. Printed, it is a table that gnuplot can read.
struct SubstitutionReport {
  double metric_before = 0;          ///< such as the accuracy
  double metric_after = 0;           ///< the same with ReLU
  double loss_before = 0;            ///< on the same data
  double loss_after = 0;             ///< the same with ReLU
  double flips = 0;                  ///< share of predictions that changed
  std::vector<Disruption> layers{};  ///< in the order of the network

  double metric_change() const { return metric_after - metric_before; }  ///< after - before
  double loss_change() const { return loss_after - loss_before; }        ///< after - before

  /// A line of names, layer sup mean explained cost_alone, and one for each layer; before them, in lines that start with
  /// #, what was filled in of the rest.
  friend std::ostream& operator<<(std::ostream& out, const SubstitutionReport& report) {
    if (report.metric_before != 0 || report.metric_after != 0)
      out << "# metric " << report.metric_before << " -> " << report.metric_after << '\n';
    if (report.loss_before != 0 || report.loss_after != 0 || report.flips != 0)
      out << "# loss " << report.loss_before << " -> " << report.loss_after << ", flips " << report.flips << '\n';
    out << "layer sup mean explained cost_alone\n";
    std::size_t number = 0;
    for (const Disruption& layer : report.layers)
      out << ++number << ' ' << layer.sup << ' ' << layer.mean << ' ' << layer.explained << ' ' << layer.cost_alone
          << '\n';
    return out;
  }
};

/// The share of predictions that differ: far more sensitive than a change of accuracy. Throws std::invalid_argument
/// unless both are of one size, or vectors of one length.
template <class Before, class After>
double flips(const Eigen::DenseBase<Before>& before, const Eigen::DenseBase<After>& after) {
  detail::require_size("after", "predictions like before", before.size(), after.size());
  const auto is_vector = [](const auto& x) { return x.rows() == 1 || x.cols() == 1; };
  if (!is_vector(before) || !is_vector(after)) detail::require_same_size("after", before, after, "before");
  if (before.size() == 0) return 0;
  const auto& old = detail::evaluated(before);
  const auto& now = detail::evaluated(after);
  using Prediction = std::common_type_t<typename Before::Scalar, typename After::Scalar>;
  Eigen::Index changed = 0;
  const bool turned = old.rows() != now.rows();
  for (Eigen::Index j = 0; j < old.cols(); ++j)
    for (Eigen::Index i = 0; i < old.rows(); ++i)
      changed += static_cast<Prediction>(old.coeff(i, j)) !=
                 static_cast<Prediction>(turned ? now.coeff(j, i) : now.coeff(i, j));
  return static_cast<double>(changed) / static_cast<double>(old.size());
}

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
