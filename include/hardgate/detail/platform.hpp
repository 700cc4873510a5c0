// What depends on the compiler and the processor.
#pragma once

#if (defined(_MSVC_LANG) ? _MSVC_LANG : __cplusplus) < 201703L
#error "hardgate: C++17 or newer is needed: compile with -std=c++17 (Visual C++: /std:c++17)."
#endif

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
