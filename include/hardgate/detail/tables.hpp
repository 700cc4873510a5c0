// e^(-w) and the lower tail of the normal distribution in float by tables that fit into a register: fewer instructions
// than polynomials over the whole range. Where the processor fetches 16 or 8 floats by index with one instruction.
#pragma once

#include "arithmetic.hpp"

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

/// With n floats in a register: `power` is 2^(j/n) in 12 bits and `power_rest` the exponent that rounding it lost; the
/// same of c·2^(j/n) are `density` and `density_rest`, c = φ(0)/κ, κ = √(log2(e)/2), so that u·φ(u) = c·w·2^(-w²) for
/// w = κu, and of log2(e)·2^(j/n) `exponent` and `exponent_rest`, for e^(-e^(-u)). 2^r = 1 + r·q(r). For
/// R(w) = e^(u²/2)·Φ(-u)/c, segment by segment: `tail` is R at `centre`, where it has (nearly) 12 bits, so that the
/// product of two table values is exact (Gal, 1986), and R = tail·(1 + t·p(t)), t = w - centre. The segment is in the
/// leading bits of w + 1. Made by docs/coefficients.py, which prints the errors; those of 2^r and R are rounded up to
/// what tests/proofs certifies.
template <int n>
struct Tables;

// clang-format off
// relative error of 2^r 1.69e-9, of R 6.02e-9, of R(a) as c 2.2e-9; w up to 15.0
template <>
struct Tables<16> {
  static constexpr float q[] = {0.6931472f, 0.24023454f, 0.055502795f};
  alignas(64) static constexpr float power[] = {0x1p+0f, 0x1.0b6p+0f, 0x1.172p+0f, 0x1.238p+0f, 0x1.306p+0f, 0x1.3dep+0f, 0x1.4c0p+0f, 0x1.5acp+0f, 0x1.6a0p+0f, 0x1.7a2p+0f, 0x1.8acp+0f, 0x1.9c4p+0f, 0x1.ae8p+0f, 0x1.c1ap+0f, 0x1.d58p+0f, 0x1.ea4p+0f};
  alignas(64) static constexpr float power_rest[] = {0.0f, -0.00022076716f, 0.00023246418f, 0.0001479268f, 0.00029394304f, 0.00018425331f, -3.9431347e-05f, -0.00025207232f, 0.00015411292f, -0.00021942705f, 0.00020454414f, 0.00012431656f, 0.0001305726f, -7.8444136e-05f, 1.8652347e-05f, 0.0001261798f};
  alignas(64) static constexpr float density[] = {0x1.e10p-2f, 0x1.f64p-2f, 0x1.064p-1f, 0x1.11ep-1f, 0x1.1e0p-1f, 0x1.2aap-1f, 0x1.37ep-1f, 0x1.45cp-1f, 0x1.542p-1f, 0x1.632p-1f, 0x1.72ep-1f, 0x1.836p-1f, 0x1.948p-1f, 0x1.a66p-1f, 0x1.b92p-1f, 0x1.ccap-1f};
  alignas(64) static constexpr float density_rest[] = {-2.4334979e-05f, 0.00010690006f, 6.978621e-05f, -5.020199e-06f, -2.587987e-06f, 0.00017761033f, 4.464857e-05f, -0.00025261976f, -5.2492458e-05f, 0.0001856326f, 7.953731e-05f, -0.00021829079f, -0.00012714363f, -1.1886373e-05f, -0.00017496599f, -8.0155194e-05f};
  alignas(64) static constexpr float exponent[] = {0x1.716p+0f, 0x1.81ap+0f, 0x1.92cp+0f, 0x1.a4ap+0f, 0x1.b74p+0f, 0x1.caap+0f, 0x1.df0p+0f, 0x1.f42p+0f, 0x1.052p+1f, 0x1.10cp+1f, 0x1.1ccp+1f, 0x1.296p+1f, 0x1.36ap+1f, 0x1.446p+1f, 0x1.52ap+1f, 0x1.61ap+1f};
  alignas(64) static constexpr float exponent_rest[] = {-0.00017604211f, 0.0002115989f, 2.5594238e-05f, -0.00012441655f, -0.00013210306f, 9.51837e-05f, -0.000115472794f, 0.0001214596f, 0.00016959588f, -0.00016901338f, 0.00021434124f, 0.00012681652f, -0.0002637635f, -0.0002524503f, 0.00022169475f, 0.00018991155f};
  alignas(64) static constexpr float centre[] = {1.2383547f, 1.7694792f, 2.2444913f, 2.770202f, 3.4577484f, 4.5120006f, 5.4535365f, 6.513779f, 7.951073f, 9.944209f, 11.981709f, 14.010226f, 0.109625556f, 0.3871909f, 0.62810326f, 0.8898825f};
  alignas(64) static constexpr float tail[] = {0.44628906f, 0.3470459f, 0.28759766f, 0.24078369f, 0.19781494f, 0.15472412f, 0.12927246f, 0.108947754f, 0.08972168f, 0.072021484f, 0.059906006f, 0.05130005f, 0.96313477f, 0.76586914f, 0.6430664f, 0.5432129f};
  alignas(64) static constexpr float p[][16] = {{-0.52397615f, -0.42844427f, -0.3655541f, -0.3127899f, -0.26177278f, -0.20815545f, -0.17539273f, -0.14869617f, -0.12305036f, -0.099144734f, -0.08264215f, -0.070861205f, -0.886303f, -0.7689455f, -0.68431336f, -0.60725975f},
{0.2433859f, 0.1676563f, 0.12443185f, 0.092541255f, 0.06574878f, 0.04214512f, 0.030144412f, 0.021782877f, 0.0149842845f, 0.009762323f, 0.006796873f, 0.00500343f, 0.62579983f, 0.4867773f, 0.3952199f, 0.31857744f},
{-0.10284734f, -0.060894243f, -0.039864667f, -0.026077295f, -0.015908083f, -0.0083156945f, -0.005082194f, -0.0031454784f, -0.0018060536f, -0.0009547465f, -0.0005563413f, -0.00035204765f, -0.37785628f, -0.26823324f, -0.2015081f, -0.14961725f},
{0.04021397f, 0.020754974f, 0.0121100405f, 0.0070358324f, 0.0037241138f, 0.0016017193f, 0.0008425425f, 0.0004480351f, 0.00021571675f, 9.2773655e-05f, 4.5331733e-05f, 2.4712646e-05f, 0.20256859f, 0.13270669f, 0.09297625f, 0.06425278f},
{-0.014890459f, -0.0067514563f, -0.0035278765f, -0.001829885f, -0.00085887266f, -0.0003060539f, -0.00013816758f, -6.3848034e-05f, -2.606794e-05f, -9.077191e-06f, -3.7127625e-06f, -1.7320791e-06f, -0.09892467f, -0.060313463f, -0.03979771f, -0.025278674f},
{0.0050334698f, 0.0021572942f, 0.0010196492f, 0.00047548814f, 0.00017763504f, 5.7005647e-05f, 1.9093002e-05f, 8.799193e-06f, 2.9388227e-06f, 8.5068655e-07f, 2.953239e-07f, 1.0344327e-07f, 0.042097278f, 0.025911069f, 0.021045648f, 0.011444063f}};
};

// relative error of 2^r 2.1e-10, of R 4.03e-9, of R(a) as c 7.31e-10; w up to 15.0
template <>
struct Tables<8> {
  static constexpr float q[] = {0.6931472f, 0.2402265f, 0.0555081f, 0.009618417f};
  alignas(64) static constexpr float power[] = {0x1p+0f, 0x1.172p+0f, 0x1.306p+0f, 0x1.4c0p+0f, 0x1.6a0p+0f, 0x1.8acp+0f, 0x1.ae8p+0f, 0x1.d58p+0f};
  alignas(64) static constexpr float power_rest[] = {0.0f, 0.00023246418f, 0.00029394304f, -3.9431347e-05f, 0.00015411292f, 0.00020454414f, 0.0001305726f, 1.8652347e-05f};
  alignas(64) static constexpr float density[] = {0x1.e10p-2f, 0x1.064p-1f, 0x1.1e0p-1f, 0x1.37ep-1f, 0x1.542p-1f, 0x1.72ep-1f, 0x1.948p-1f, 0x1.b92p-1f};
  alignas(64) static constexpr float density_rest[] = {-2.4334979e-05f, 6.978621e-05f, -2.587987e-06f, 4.464857e-05f, -5.2492458e-05f, 7.953731e-05f, -0.00012714363f, -0.00017496599f};
  alignas(64) static constexpr float exponent[] = {0x1.716p+0f, 0x1.92cp+0f, 0x1.b74p+0f, 0x1.df0p+0f, 0x1.052p+1f, 0x1.1ccp+1f, 0x1.36ap+1f, 0x1.52ap+1f};
  alignas(64) static constexpr float exponent_rest[] = {-0.00017604211f, 2.5594238e-05f, -0.00013210306f, -0.000115472794f, 0.00016959588f, 0.00021434124f, -0.0002637635f, 0.00022169475f};
  alignas(64) static constexpr float centre[] = {1.5263735f, 2.503616f, 3.9928706f, 5.9313164f, 8.918281f, 12.84315f, 0.23659495f, 0.74103045f};
  alignas(64) static constexpr float tail[] = {0.3869629f, 0.26257324f, 0.17340088f, 0.119262695f, 0.08016968f, 0.055923462f, 0.86376953f, 0.59643555f};
  alignas(64) static constexpr float p[][8] = {{-0.46822414f, -0.33771232f, -0.23168947f, -0.16230114f, -0.110181846f, -0.07719593f, -0.829726f, -0.64934075f},
{0.19776532f, 0.10708987f, 0.051912464f, 0.025882503f, 0.0120380875f, 0.0059341257f, 0.55707616f, 0.35961756f},
{-0.076875284f, -0.03216192f, -0.011280116f, -0.0040590162f, -0.0013045017f, -0.00045426333f, -0.3225104f, -0.176917f},
{0.027874328f, 0.009207814f, 0.002382241f, 0.0006264795f, 0.00014020628f, 3.463119e-05f, 0.16662504f, 0.079211466f},
{-0.009510582f, -0.0025272532f, -0.00048873515f, -9.506976e-05f, -1.49085145e-05f, -2.6297043e-06f, -0.07845706f, -0.032732606f},
{0.0030740001f, 0.0006665239f, 9.834958e-05f, 1.4178032e-05f, 1.5870395e-06f, 1.9952871e-07f, 0.034132965f, 0.01234825f},
{-0.000996412f, -0.00016964556f, -2.0957985e-05f, -2.2462914e-06f, -1.823849e-07f, -1.5351919e-08f, -0.014401298f, -0.005128699f},
{0.0003127666f, 4.2213123e-05f, 3.877993e-06f, 3.5777143e-07f, 1.7645277e-08f, 1.0111801e-09f, 0.0061223553f, 0.004380178f}};
};
// clang-format on

/// 2^(bias - 127 - w) = power·2^(j/n)·2^r for w = p·q, which is never rounded, with the exponent of `power` and with j in
/// the bits of a sum, start - w for start = bottom + bias, and in r what rounding it dropped.
template <class Value>
struct TableExponential {
  using T = Tables<table_size>;
  static constexpr int index_bits = table_size == 16 ? 4 : 3;   ///< of j
  static constexpr float bottom = float(3 << 22) / table_size;  ///< the sum for the exponent 0 in bits

  Value sum, dropped;

  HARDGATE_INLINE TableExponential(Value start, Value p, Value q)
      : sum(opaque(neg_mul_add(p, q, start))), dropped(neg_mul_add(p, q, opaque(Value(start - sum)))) {}

  /// table[j]
  template <class Table>
  HARDGATE_INLINE Value entry(const Table& table) const {
    return lookup<0>(table, sum);
  }
  /// table[j]·factor, a power of two. Where it is one number, that is a product with the whole table, before any loop.
  template <class Table, class Factor>
  HARDGATE_INLINE Value entry(const Table& table, const Factor& factor) const {
    if constexpr (std::is_same_v<Factor, float>)
      return lookup<0>(table, sum, factor);
    else
      return entry(table) * factor;
  }
  /// 2^r - 1, where the rest of r, beside what was dropped, is what rounding table[j] lost, and what w is more than p·q.
  HARDGATE_INLINE Value fraction(Value rest) const {
    const Value r = dropped + rest;
    return r * polynomial<T::q>(r);
  }
  /// 2^(-w)/power, given the same.
  template <class Scale>
  HARDGATE_INLINE Value exponential(Value rest, const Scale& scale) const {
    const Value f = fraction(rest), factor = entry(T::power, scale.factor);
    return mul_add(factor, f, factor);
  }
  /// 0 for a sum below bottom + 1.
  HARDGATE_INLINE Value power() const { return exponent_from_bits<index_bits>(maximum(sum, Value(bottom))); }
  /// The same for a bias that is larger by `more`.
  HARDGATE_INLINE Value power(Value more) const {
    return exponent_from_bits<index_bits>(maximum(opaque(sum + more), Value(bottom)));
  }
};

/// R(w) = tail·(1 + t·p).
template <class Value>
struct TableTail {
  using T = Tables<table_size>;
  static constexpr int shift = table_size == 16 ? 21 : 22;  ///< below the leading bits

  Value tail, t, p;

  HARDGATE_INLINE TableTail(Value w, Value w_low) {
    const Value index = w + Value(1);
    tail = lookup<shift>(T::tail, index);
    t = opaque(w - lookup<shift>(T::centre, index)) + w_low;
    p = polynomial(t, index);
  }

 private:
  template <std::size_t k = 0>
  HARDGATE_INLINE static Value polynomial(Value t, Value index) {
    if constexpr (k + 1 == sizeof(T::p) / sizeof(T::p[0])) {
      return lookup<shift>(T::p[k], index);
    } else {
      const Value higher = polynomial<k + 1>(t, index);  // first, so that no more than it waits in a register
      return mul_add(higher, t, lookup<shift>(T::p[k], index));
    }
  }
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
