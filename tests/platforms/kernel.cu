// The activations called inside CUDA kernels. Compiling it is the test; with a GPU it compares with the CPU too.
#include <hardgate/activations.hpp>

#include <cmath>
#include <cstdio>
#include <string>

#include "../support.hpp"

namespace {

template <class Activation>
__global__ void evaluate(Activation act, const typename Activation::scalar* x, typename Activation::scalar* y,
                         typename Activation::scalar* dydx, int n) {
  const int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (i >= n) return;
  y[i] = act(x[i]);
  dydx[i] = act.derivative(x[i]);
}

int failed = 0;

template <class Activation>
void check(const std::string& name, const Activation& act) {
  using T = typename Activation::scalar;
  constexpr int n = 4096;
  T *x, *y, *dydx;
  cudaMallocManaged(&x, n * sizeof(T));
  cudaMallocManaged(&y, n * sizeof(T));
  cudaMallocManaged(&dydx, n * sizeof(T));
  for (int i = 0; i < n; ++i) x[i] = T(i - n / 2) / T(256);
  evaluate<<<(n + 255) / 256, 256>>>(act, x, y, dydx, n);
  if (cudaDeviceSynchronize() != cudaSuccess) ++failed;
  const T allowed = 8 * std::numeric_limits<T>::epsilon();
  for (int i = 0; i < n; ++i)
    if (!(std::fabs(y[i] - act(x[i])) <= allowed * std::fabs(act(x[i]))) ||
        !(std::fabs(dydx[i] - act.derivative(x[i])) <= allowed * 2))
      std::printf("%s differs at %g\n", name.c_str(), static_cast<double>(x[i])), ++failed;
  cudaFree(x);
  cudaFree(y);
  cudaFree(dydx);
}

template <class T>
void check_all() {
  hardgate_tests::every_kernel<T>([](const std::string& name, const auto& act) { check(name, act); });
}

}  // namespace

int main() {
  int devices = 0;
  if (cudaGetDeviceCount(&devices) == cudaSuccess && devices > 0) {
    check_all<float>();
    check_all<double>();
  } else {
    std::puts("compiled, no GPU to run on");
  }
  return failed == 0 ? 0 : 1;
}
