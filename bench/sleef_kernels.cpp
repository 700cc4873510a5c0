// GELU with Sleef's vector erf, in the widest vectors of the build.
#include <sleef.h>

#include "kernel.hpp"

namespace {

#if defined(__AVX512F__)
#define SLEEF_ERF_FLOAT Sleef_erff16_u10
#define SLEEF_ERF_DOUBLE Sleef_erfd8_u10
#elif defined(__AVX2__)
#define SLEEF_ERF_FLOAT Sleef_erff8_u10
#define SLEEF_ERF_DOUBLE Sleef_erfd4_u10
#else
#define SLEEF_ERF_FLOAT Sleef_erff4_u10
#define SLEEF_ERF_DOUBLE Sleef_erfd2_u10
#endif

template <class Scalar, class Erf>
void gelu(bench::Arrays<Scalar>& a, bench::Index n, Erf erf) {
  using namespace Eigen::internal;
  using Packet = typename packet_traits<Scalar>::type;
  constexpr bench::Index size = packet_traits<Scalar>::size;
  const Packet half = pset1<Packet>(Scalar(0.5)), one = pset1<Packet>(Scalar(1)),
               root = pset1<Packet>(Scalar(0.7071067811865476));
  for (bench::Index i = 0; i + size <= n; i += size) {
    const Packet x = ploadu<Packet>(a.x.data() + i), e = erf(pmul(x, root));
    pstoreu(a.y.data() + i, pmul(pmul(half, x), padd(one, e)));
  }
}

const bool added =
    (bench::add<float>("forward", "GELU, Sleef erf", 2,
                       [](auto& a, bench::Index n) { gelu(a, n, [](const auto& v) { return SLEEF_ERF_FLOAT(v); }); }),
     bench::add<double>("forward", "GELU, Sleef erf", 2,
                        [](auto& a, bench::Index n) { gelu(a, n, [](const auto& v) { return SLEEF_ERF_DOUBLE(v); }); }),
     true);

}  // namespace
