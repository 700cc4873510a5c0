// e^(-w) and the lower tail of the normal distribution in float by tables that fit into a register: fewer instructions
// than polynomials over the whole range. Where the processor fetches 16 or 8 floats by index with one instruction.
#pragma once

#include "arithmetic.hpp"

namespace hardgate::detail {
inline namespace HARDGATE_TARGET {

/// With n floats in a register: `power` is 2^(j/n - 36) in 12 bits and `power_rest` the exponent that rounding it lost;
/// 2^r = 1 + r·q(r). For R(u) = e^(u²/2)·Φ(-u) and w = κu, κ = √(log2(e)/2), segment by segment: `tail` is R at
/// `centre`, where it has (nearly) 12 bits, so that the product of two table values is exact (Gal, 1986), and
/// R = tail·(1 + t·p(t)), t = w - centre. The segment is in the leading bits of w + 1.
/// Made by docs/coefficients.py, which prints the errors.
template <int n>
struct Tables;

// clang-format off
// relative error of 2^r 1.68e-9, of R 6.1e-9, of R(a) as c 1.16e-9; w up to 15.0
template <>
struct Tables<16> {
  static constexpr float q[] = {0.6931472f, 0.24023454f, 0.055502795f};
  alignas(64) static constexpr float power[] = {0x1p-36f, 0x1.0b6p-36f, 0x1.172p-36f, 0x1.238p-36f, 0x1.306p-36f, 0x1.3dep-36f, 0x1.4c0p-36f, 0x1.5acp-36f, 0x1.6a0p-36f, 0x1.7a2p-36f, 0x1.8acp-36f, 0x1.9c4p-36f, 0x1.ae8p-36f, 0x1.c1ap-36f, 0x1.d58p-36f, 0x1.ea4p-36f};
  alignas(64) static constexpr float power_rest[] = {0.0f, -0.00022076716f, 0.00023246418f, 0.0001479268f, 0.00029394304f, 0.00018425331f, -3.9431347e-05f, -0.00025207232f, 0.00015411292f, -0.00021942705f, 0.00020454414f, 0.00012431656f, 0.0001305726f, -7.8444136e-05f, 1.8652347e-05f, 0.0001261798f};
  alignas(64) static constexpr float centre[] = {1.2414613f, 1.7221495f, 2.243644f, 2.7192903f, 3.5406375f, 4.5332193f, 5.488788f, 6.543568f, 7.927442f, 10.022474f, 12.015367f, 13.994106f, 0.11392512f, 0.3736347f, 0.63134426f, 0.87677556f};
  alignas(64) static constexpr float tail[] = {0.20928955f, 0.16638184f, 0.13513184f, 0.1149292f, 0.09094238f, 0.07235718f, 0.06034851f, 0.050949097f, 0.042266846f, 0.033569336f, 0.028060913f, 0.024124146f, 0.4506836f, 0.3635254f, 0.3013916f, 0.25720215f};
  alignas(64) static constexpr float p[][16] = {{-0.5233175f, -0.4357304f, -0.3656518f, -0.31728938f, -0.2566478f, -0.20728973f, -0.17435779f, -0.1480597f, -0.123401724f, -0.098391645f, -0.08241511f, -0.070941664f, -0.8843022f, -0.77415293f, -0.68327045f, -0.6107935f},
{0.24282432f, 0.17301439f, 0.12449444f, 0.095098704f, 0.063286826f, 0.041803926f, 0.029796429f, 0.021599364f, 0.015069107f, 0.0096155545f, 0.006759747f, 0.005014774f, 0.6233166f, 0.49265411f, 0.3941386f, 0.32194695f},
{-0.1025168f, -0.06366427f, -0.039891675f, -0.027118908f, -0.015050181f, -0.008217312f, -0.004995878f, -0.0031063908f, -0.0018212808f, -0.0009334285f, -0.00055180176f, -0.00035323857f, -0.37581494f, -0.27266753f, -0.20074846f, -0.15181044f},
{0.040052194f, 0.02197129f, 0.012128039f, 0.0073919557f, 0.0034604406f, 0.0015765236f, 0.0008222801f, 0.00044093493f, 0.00021818324f, 9.000673e-05f, 4.4855555e-05f, 2.4790443e-05f, 0.20119071f, 0.13542277f, 0.09260151f, 0.06544118f},
{-0.014807389f, -0.0072117043f, -0.0035533563f, -0.0019646192f, -0.00078736094f, -0.000299936f, -0.000134746f, -6.244779e-05f, -2.6406231e-05f, -8.752099e-06f, -3.6700328e-06f, -1.7419716e-06f, -0.098416425f, -0.06212129f, -0.039636407f, -0.026100988f},
{0.004999587f, 0.0021076847f, 0.0009656447f, 0.00056813547f, 0.00018066823f, 5.742136e-05f, 2.2418904e-05f, 8.063191e-06f, 2.9297007e-06f, 8.493027e-07f, 2.837965e-07f, 1.2371524e-07f, 0.043763883f, 0.026557377f, 0.018460138f, 0.010190229f}};
};

// relative error of 2^r 2.1e-10, of R 4.11e-9, of R(a) as c 2.56e-10; w up to 15.0
template <>
struct Tables<8> {
  static constexpr float q[] = {0.6931472f, 0.2402265f, 0.0555081f, 0.009618417f};
  alignas(64) static constexpr float power[] = {0x1p-36f, 0x1.172p-36f, 0x1.306p-36f, 0x1.4c0p-36f, 0x1.6a0p-36f, 0x1.8acp-36f, 0x1.ae8p-36f, 0x1.d58p-36f};
  alignas(64) static constexpr float power_rest[] = {0.0f, 0.00023246418f, 0.00029394304f, -3.9431347e-05f, 0.00015411292f, 0.00020454414f, 0.0001305726f, 1.8652347e-05f};
  alignas(64) static constexpr float centre[] = {1.5170984f, 2.4886377f, 3.918044f, 6.0990148f, 8.8053255f, 13.034176f, 0.23831174f, 0.7471205f};
  alignas(64) static constexpr float tail[] = {0.18255615f, 0.1239624f, 0.08288574f, 0.054534912f, 0.038131714f, 0.025886536f, 0.40515137f, 0.27905273f};
  alignas(64) static constexpr float p[][8] = {{-0.4698641f, -0.33921805f, -0.23549955f, -0.15814336f, -0.11154652f, -0.07608328f, -0.8289956f, -0.6475323f},
{0.19905101f, 0.10799865f, 0.053581946f, 0.024593778f, 0.012335645f, 0.0057649827f, 0.5562095f, 0.35781333f},
{-0.07757915f, -0.03255462f, -0.011813044f, -0.003764035f, -0.0013527521f, -0.00043506443f, -0.32182536f, -0.17568803f},
{0.028196385f, 0.009352194f, 0.0025292262f, 0.00056735903f, 0.00014708732f, 3.2700886e-05f, 0.16618288f, 0.07850789f},
{-0.009643313f, -0.0025689355f, -0.0005261922f, -8.42167e-05f, -1.5835081e-05f, -2.4443557e-06f, -0.078251906f, -0.032535207f},
{0.0031266008f, 0.0006769348f, 0.000107838525f, 1.2267467e-05f, 1.715593e-06f, 1.8248465e-07f, 0.034203693f, 0.012784507f},
{-0.0010113327f, -0.00018721794f, -2.2864462e-05f, -1.8520395e-06f, -1.9582701e-07f, -1.4500764e-08f, -0.014001733f, -0.003831096f},
{0.00030975157f, 5.329255e-05f, 3.888843e-06f, 3.034282e-07f, 1.7450866e-08f, 1.0444268e-09f, 0.0043926686f, -0.0005228886f}};
};
// clang-format on

/// 2^(-w) = power·2^(j/n)·2^r, with the exponent of `power` and with j in the bits of a sum, table_sum - w.
template <class Value>
struct TableExponential {
  using T = Tables<table_size>;
  static constexpr int index_bits = table_size == 16 ? 4 : 3;  ///< of j
  static constexpr int factor_exponent = 36;
  static constexpr float bottom = float(3 << 22) / table_size;  ///< the sum for the exponent 0 in bits

  Value sum, below;  ///< below: w rounded to a multiple of 1/n

  HARDGATE_INLINE explicit TableExponential(Value s) : sum(opaque(s)), below(Value(bottom) - sum) {}

  /// To be added to r = below - w.
  HARDGATE_INLINE Value rest() const { return lookup<0>(T::power_rest, sum); }
  /// 2^(j/n - 36)
  HARDGATE_INLINE Value factor() const { return lookup<0>(T::power, sum); }
  /// 2^r - 1
  HARDGATE_INLINE static Value fraction(Value r) { return r * polynomial<T::q>(r); }
  /// 2^(bias - 127)·power, 0 where that is below the normal numbers.
  HARDGATE_INLINE Value power(Value bias = Value(127 + factor_exponent)) const {
    return exponent_from_bits<index_bits>(maximum(Value(sum + bias), Value(bottom)));
  }
};

/// R(w/κ) = tail·(1 + t·p).
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
    const Value c = lookup<shift>(T::p[k], index);
    if constexpr (k + 1 == sizeof(T::p) / sizeof(T::p[0])) {
      return c;
    } else {
      return mul_add(polynomial<k + 1>(t, index), t, c);
    }
  }
};

}  // namespace HARDGATE_TARGET
}  // namespace hardgate::detail
