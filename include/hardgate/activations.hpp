// The activations by the names of the papers: a gate each, and a parameter.
//
// [L] λ-GELU: Learning Gating Hardness for Controlled ReLU-ization in Deep Networks (arXiv 2603.21991)
// [G] Geometric Monomial (GEM): a family of rational 2N-differentiable activation functions (arXiv 2604.21677)
//
// Error bounds are for float and double, every x, every λ and β in [1e-12, 1e30] (double: [1e-140, 1e300]) and every
// normal ε up to 1e30 (1e300), in every instruction set with fused multiplication; in brackets without, where that
// differs. Those of f and ∂f/∂p are in ulp of the exact value; those of f' and f'', whose terms may cancel, in ulp of
// the sum of their sizes: for f' that is Φ(u) + |u|φ(u) for λ-GELU, r·(1 + 2N(1 - r)) for SE-GEM, f' itself for GEM.
// f'' for λ and β up to 1e14 (1e280): above, its tail below λ·2^-190 (λ·2^-1950) may be cut off. with_hardness gives
// tanh-GELU, Mish and GoLU another hardness: twice their bounds then.
//
// Proved (docs/proofs.md), where results are normal: f, f' and ∂f/∂p of tanh-GELU, Swish, SiLU, for N ≤ 3 the GEM
// family, and in float λ-GELU and GELU. All others are measured: tests/accuracy.cpp does so at the parameters in
// docs/accuracy.md, and tests/worst_case_search.cpp climbs to the largest errors over x and the parameter, of what is
// proved too. Special values, and what throws: see GatedUnit.
#pragma once

#include "gated_unit.hpp"
#include "gates/cauchy.hpp"
#include "gates/gompertz.hpp"
#include "gates/hard_sigmoid.hpp"
#include "gates/heaviside.hpp"
#include "gates/log_logistic.hpp"
#include "gates/logistic.hpp"
#include "gates/mish.hpp"
#include "gates/normal.hpp"
#include "gates/tanh_normal.hpp"

/// Everything public. What is in the namespace detail is not, and may change.
namespace hardgate {
inline namespace HARDGATE_TARGET {

/// λ-GELU, x·Φ(λx) [L], for λ in (0, ∞]; λ = 1 is GELU, λ = ∞ is ReLU. HardnessLearner keeps λ ≥ 1. C^∞. In float
/// f: 4.5 ulp [7], with AVX2 or AVX-512 3; f': 4.5 [5], with AVX2 or AVX-512 4; ∂f/∂λ: 4.5 [5]. In double f 3 [4], f' 4
/// [5], ∂f/∂λ 3.5 [4]. f'' 7.5. Down to underflow, on both sides, but in float for λ < 1e-6 the far tail of ∂f/∂λ may be
/// cut off to 0, and for λ < 1e-12 that of f.
/// Where x² overflows, beyond |x| = 2e19 (double: 1.5e154), ∂f/∂λ may saturate: it is finite, and too small where it
/// should be infinite.
template <class Scalar>
using LambdaGelu = GatedUnit<Scalar, NormalGate>;

/// GEM, x^(2N+1)/(1 + x^(2N)) for x > 0, else 0 [G]. C^(2N). In ulp, for N = 1, 2, 3, f: 4, 5.5 [6], 7.5; f': 4.5, 6.5,
/// 8.5 [10.5]; f'': 8.5, 11.5, 14. For larger N, 8 + 4N up to N = 7 (float), 21 (double); beyond, tails lose digits. N > 20
/// (float) or 170 (double) does not compile.
template <class Scalar, int N = 1>
using Gem = GatedUnit<Scalar, LogLogisticGate<N>, Fixed>;

/// E-GEM, x^(2N+1)/(ε + x^(2N)) for x > 0, else 0, for ε in [0, ∞); ε = 0 is ReLU. [G] names ε and its L^p
/// approximation of ReLU; where ε stands is chosen: here ε = 10 and ε = 1e-6 are both sensible, and ε = 1 is GEM.
/// C^(2N). As GEM, f: 4, 5.5 [6], 7.5; f': 4.5, 6.5, 8.5 [10.5]; ∂f/∂ε: 8.5, 10.5, 12.5; f'' likewise; a subnormal ε
/// can cost a third of its digits.
template <class Scalar, int N = 1>
using EGem = GatedUnit<Scalar, LogLogisticGate<N>>;

/// SE-GEM, x + EGEM(-x): x for x ≥ 0, ε·x/(ε + x^(2N)) for x < 0; ε = 0 is ReLU. Chosen: [G]'s own formula was not
/// available. This one has what [G] claims: piecewise, C^(2N) at the junction, as near to ReLU as E-GEM in every L^p,
/// no dead neurons while ε is near 1 (the slope is 0 only at x = -(ε/(2N-1))^(1/2N)), dipping below 0 and
/// returning, like Swish. As E-GEM, f: 4, 5.5 [6], 7.5; f': 4.5, 6.5, 8.5 [10.5]; ∂f/∂ε: 8.5, 10.5, 12.5; f'' likewise. A
/// subnormal ε can cost a tenth of f and f' far out.
template <class Scalar, int N = 1>
using SeGem = GatedUnit<Scalar, ReflectedLogLogisticGate<N>>;

/// Swish, x/(1 + e^(-βx)), for β in (0, ∞]; β = 1 is SiLU, β = ∞ is ReLU. C^∞. f: 5 ulp; f': 6.5 [7]; f'': 9; ∂f/∂β:
/// 8 [8.5]. In float far tails are cut off for small β, and ∂f/∂β saturates, as with λ-GELU.
template <class Scalar>
using Swish = GatedUnit<Scalar, LogisticGate>;

/// SiLU, x/(1 + e^(-x)). f: 4 ulp; f': 5.5 [6]; f'': 8.
template <class Scalar>
using Silu = GatedUnit<Scalar, LogisticGate, Fixed>;

/// GELU, x·Φ(x). In float f: 3 ulp [4]; f': 4.5 [5]; in double f 2.5 [3], f' 4 [5]; f'' 7.5.
template <class Scalar>
using Gelu = GatedUnit<Scalar, NormalGate, Fixed>;

/// The tanh form of GELU, ½x(1 + tanh(√(2/π)(x + 0.044715 x³))): a baseline, up to 5e-4 from GELU.
/// f: 4 ulp; f': 9.5; f'': 11.
template <class Scalar>
using GeluTanh = GatedUnit<Scalar, TanhNormalGate, Fixed>;

/// Mish, x·tanh(log(1 + e^x)) (arXiv 1908.08681). C^∞. f: 5 ulp; f': 6; f'': 10.
template <class Scalar>
using Mish = GatedUnit<Scalar, MishGate, Fixed>;

/// Hard swish, x·clip((x + 3)/6, 0, 1) (arXiv 1905.02244). Continuous; f' jumps at ±3. f: 3 ulp; f': 2.5; f'': 1.
/// At another hardness f loses digits next to x = -3/h where there is no fused multiplication.
template <class Scalar>
using HardSwish = GatedUnit<Scalar, HardSigmoidGate, Fixed>;

/// GoLU, x·exp(-exp(-x)) (arXiv 2502.03654). C^∞. In float f: 8 ulp; f': 9; f'': 12; in double 25, 26, 30, from
/// which it is far but near underflow. with_hardness(h) for h from 1e-30 to 1e30 (double: 1e±300); in float far tails
/// are cut off for small h, as with λ-GELU.
template <class Scalar>
using Golu = GatedUnit<Scalar, GompertzGate, Fixed>;

/// IGLU, x·(½ + atan(σx)/π) (arXiv 2603.06861), for σ in (0, ∞]; σ = ∞ is ReLU. f tends to -1/(πσ) at -∞: it has no
/// finite L^p distance to ReLU. C^∞. f: 4.5 ulp [5]; f': 4; f'': 15; ∂f/∂σ: 6.
template <class Scalar>
using Iglu = GatedUnit<Scalar, CauchyGate>;

/// ReLU, max(x, 0), with ReLU'(0) = 0.
template <class Scalar>
using Relu = GatedUnit<Scalar, HeavisideGate, Fixed>;

}  // namespace HARDGATE_TARGET
}  // namespace hardgate
