// Activations in the shape mlpack asks for, on Armadillo's vectors and matrices. A file to copy: it needs
// Armadillo and Hardgate, nothing else.
#pragma once

#include <armadillo>
#include <hardgate/hardgate.hpp>

namespace hardgate_mlpack {

/// An activation function of mlpack from an activation, whose hardness may change during training:
///
///     inline hardgate::LambdaGelu<double> lambda_gelu(1.5);
///     network.Add<mlpack::BaseLayer<hardgate_mlpack::ActivationFunction<lambda_gelu>>>();
template <auto& activation>
struct ActivationFunction {
  using Scalar = typename std::decay_t<decltype(activation)>::scalar;

  static Scalar Fn(const Scalar x) { return activation(x); }
  static Scalar Deriv(const Scalar x, const Scalar /*y*/) { return activation.derivative(x); }

  template <class In, class Out>
  static void Fn(const In& x, Out& y) {
    y.set_size(arma::size(x));
    hardgate::forward(activation, x.memptr(), y.memptr(), Eigen::Index(x.n_elem));
  }
  /// From x: y, from which mlpack's own functions compute theirs, does not tell the side of the minimum.
  template <class In, class Out, class Derivative>
  static void Deriv(const In& x, const Out& /*y*/, Derivative& dy) {
    const Eigen::Map<const Eigen::Array<Scalar, Eigen::Dynamic, 1>> points(x.memptr(), Eigen::Index(x.n_elem));
    dy.set_size(arma::size(x));
    Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, 1>>(dy.memptr(), points.size()) = activation.derivative(points);
  }
};

}  // namespace hardgate_mlpack
