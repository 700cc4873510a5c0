// What depends on the compiler and the processor.
#pragma once

#if (defined(_MSVC_LANG) ? _MSVC_LANG : __cplusplus) < 201703L
#error "hardgate: C++17 or newer is needed: compile with -std=c++17 (Visual C++: /std:c++17)."
#endif

// What the compiler was told to compile for names an inline namespace that everything is in: where the files of one
// program are compiled for different processors, or with different rules for numbers, the linker must not take the code
// of one for that of another.
#if defined(__CUDACC__)
#define HARDGATE_TARGET_VECTORS cuda
#elif defined(__AVX512FP16__)
#define HARDGATE_TARGET_VECTORS avx512fp16
#elif defined(__AVX512BF16__)
#define HARDGATE_TARGET_VECTORS avx512bf16
#elif defined(__AVX512VNNI__)
#define HARDGATE_TARGET_VECTORS avx512vnni
#elif defined(__AVX512VL__)
#define HARDGATE_TARGET_VECTORS avx512vl
#elif defined(__AVX512F__)
#define HARDGATE_TARGET_VECTORS avx512f
#elif defined(__AVX2__)
#define HARDGATE_TARGET_VECTORS avx2
#elif defined(__AVX__)
#define HARDGATE_TARGET_VECTORS avx
#elif defined(__SSE4_2__)
#define HARDGATE_TARGET_VECTORS sse4_2
#elif defined(__SSSE3__)
#define HARDGATE_TARGET_VECTORS ssse3
#elif defined(__ARM_FEATURE_SVE)
#define HARDGATE_TARGET_VECTORS sve
#else
#define HARDGATE_TARGET_VECTORS base
#endif
#if defined(__FMA__)
#define HARDGATE_TARGET_FMA _fma
#else
#define HARDGATE_TARGET_FMA
#endif
#if defined(__F16C__)
#define HARDGATE_TARGET_F16C _f16c
#else
#define HARDGATE_TARGET_F16C
#endif
#if defined(__FAST_MATH__)
#define HARDGATE_TARGET_MATH _fast
#elif defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__
#define HARDGATE_TARGET_MATH _finite
#else
#define HARDGATE_TARGET_MATH
#endif
#if defined(EIGEN_DONT_VECTORIZE)
#define HARDGATE_TARGET_EIGEN _by_numbers
#else
#define HARDGATE_TARGET_EIGEN
#endif
#define HARDGATE_PASTE(a, b, c, d, e) a##b##c##d##e
#define HARDGATE_EXPAND(a, b, c, d, e) HARDGATE_PASTE(a, b, c, d, e)
#define HARDGATE_TARGET                                                                                     \
  HARDGATE_EXPAND(HARDGATE_TARGET_VECTORS, HARDGATE_TARGET_FMA, HARDGATE_TARGET_F16C, HARDGATE_TARGET_MATH, \
                  HARDGATE_TARGET_EIGEN)

#if defined(__CUDACC__)
#define HARDGATE_DEVICE __host__ __device__
#else
#define HARDGATE_DEVICE
#endif

// Kernels are always inlined: only then do the unused parts of a Response cost nothing.
#if defined(_MSC_VER)
#define HARDGATE_INLINE HARDGATE_DEVICE __forceinline
#else
#define HARDGATE_INLINE HARDGATE_DEVICE __attribute__((always_inline)) inline
#endif

// Never inlined: compiled once, however many call it.
#if defined(_MSC_VER)
#define HARDGATE_NOINLINE __declspec(noinline)
#elif defined(__clang__)
#define HARDGATE_NOINLINE __attribute__((noinline))
#else
#define HARDGATE_NOINLINE __attribute__((noinline, noclone))
#endif

// The same for a lambda, between its parameters and its body.
#if defined(__GNUC__)
#define HARDGATE_INLINE_LAMBDA __attribute__((always_inline))
#else
#define HARDGATE_INLINE_LAMBDA
#endif

// Hides from the compiler what a register holds.
#if !defined(__GNUC__) || defined(__CUDA_ARCH__)
#define HARDGATE_OPAQUE(x) static_cast<void>(x)
#elif defined(__AVX512F__)
#define HARDGATE_OPAQUE(x) __asm__("" : "+v"(x))
#elif defined(__SSE2__)
#define HARDGATE_OPAQUE(x) __asm__("" : "+x"(x))
#elif defined(__aarch64__)
#define HARDGATE_OPAQUE(x) __asm__("" : "+w"(x))
#else
#define HARDGATE_OPAQUE(x) __asm__("" : "+m"(x))
#endif

// Whether a·b + c in one rounding is one instruction. It decides between two ways to find the rounding error of a
// product, for a number and for a packet alike, so that both give the same bits.
#if defined(__FMA__) || defined(__AVX512F__) || defined(__ARM_FEATURE_FMA) || defined(__CUDA_ARCH__) || \
    (defined(__FP_FAST_FMA) && defined(__FP_FAST_FMAF))
#define HARDGATE_HAS_FMA 1
#else
#define HARDGATE_HAS_FMA 0
#endif

// How many floats one register holds that an instruction fetches from by index; 0 where there is none.
#if defined(__CUDACC__) || !HARDGATE_HAS_FMA
#define HARDGATE_TABLE_SIZE 0
#elif defined(__AVX512F__)
#define HARDGATE_TABLE_SIZE 16
#elif defined(__AVX2__)
#define HARDGATE_TABLE_SIZE 8
#else
#define HARDGATE_TABLE_SIZE 0
#endif

// Whether there is an instruction that estimates 1/x to half the digits.
#if defined(__AVX512F__) && defined(__AVX512VL__) && !defined(__CUDACC__)
#define HARDGATE_HAS_RECIPROCAL_ESTIMATE 1
#else
#define HARDGATE_HAS_RECIPROCAL_ESTIMATE 0
#endif
