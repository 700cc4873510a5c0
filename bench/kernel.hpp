// A kernel is what the benchmark times: a name, and a function that runs it once over the first n elements of arrays.
#pragma once

#include <Eigen/Core>
#include <functional>
#include <string>
#include <type_traits>
#include <vector>

namespace bench {

using Eigen::Index;

/// The arrays all kernels of one scalar share, as long as the longest size that is measured.
template <class Scalar>
struct Arrays {
  using Array = Eigen::Array<Scalar, Eigen::Dynamic, 1>;
  Array x, dy, y, d, d2;
};
template <class Scalar>
Arrays<Scalar>& arrays() {
  static Arrays<Scalar> shared;
  return shared;
}

struct Kernel {
  std::string group;  ///< "forward float", "backward double", …: what is computed, and on which scalars
  std::string name;
  double bytes;  ///< bytes read and written for each element
  std::function<std::function<void()>(Index n)> prepare;
};

/// Every kernel of the program. Files add theirs while the program starts.
inline std::vector<Kernel>& kernels() {
  static std::vector<Kernel> all;
  return all;
}

/// Adds a kernel that moves so many arrays; run(arrays, n) is called once per iteration.
template <class Scalar, class Run>
void add(const std::string& direction, const std::string& name, int arrays_moved, Run run) {
  const std::string group = direction + (std::is_same_v<Scalar, float> ? " float" : " double");
  kernels().push_back({group, name, arrays_moved * double(sizeof(Scalar)),
                       [run](Index n) { return [run, n] { run(arrays<Scalar>(), n); }; }});
}

}  // namespace bench
