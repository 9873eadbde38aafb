// Eight floats in a register, or two, and sixteen with AVX-512. A source that uses them is compiled
// once per instruction set, with PANCREAS_ISA defined as that set's namespace: everything lies in
// it, so that the linker never takes one set's inline function for another's.
#ifndef PANCREAS_COMMON_VECTORS_H
#define PANCREAS_COMMON_VECTORS_H

#include <cstdint>

#if !defined(PANCREAS_ISA)
#error "define PANCREAS_ISA as the namespace of the instruction set"
#endif

#define PANCREAS_INLINE inline __attribute__((always_inline))
#define PANCREAS_INLINE_LAMBDA __attribute__((always_inline))

#if defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>
#elif defined(PANCREAS_USE_NEON)
#include <arm_neon.h>
#endif

namespace pancreas {
namespace PANCREAS_ISA {

#if defined(__AVX2__) && defined(__FMA__)

struct Vec8 {
  __m256 v;
};

PANCREAS_INLINE Vec8 load(const float* p) { return {_mm256_loadu_ps(p)}; }
PANCREAS_INLINE void store(float* p, Vec8 a) { _mm256_storeu_ps(p, a.v); }
PANCREAS_INLINE Vec8 splat(float x) { return {_mm256_set1_ps(x)}; }
PANCREAS_INLINE Vec8 operator+(Vec8 a, Vec8 b) { return {_mm256_add_ps(a.v, b.v)}; }
PANCREAS_INLINE Vec8 operator-(Vec8 a, Vec8 b) { return {_mm256_sub_ps(a.v, b.v)}; }
PANCREAS_INLINE Vec8 operator*(Vec8 a, Vec8 b) { return {_mm256_mul_ps(a.v, b.v)}; }
// a * b + c
PANCREAS_INLINE Vec8 multiply_add(Vec8 a, Vec8 b, Vec8 c) {
  return {_mm256_fmadd_ps(a.v, b.v, c.v)};
}
// c - a * b
PANCREAS_INLINE Vec8 subtract_product(Vec8 a, Vec8 b, Vec8 c) {
  return {_mm256_fnmadd_ps(a.v, b.v, c.v)};
}
// The larger; b where either is NaN.
PANCREAS_INLINE Vec8 larger(Vec8 a, Vec8 b) { return {_mm256_max_ps(a.v, b.v)}; }
PANCREAS_INLINE float sum(Vec8 a) {
  __m128 four = _mm_add_ps(_mm256_castps256_ps128(a.v), _mm256_extractf128_ps(a.v, 1));
  four = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(four, _mm_movehdup_ps(four)));
}

// Rows of the matrix product's block of registers.
constexpr int kBlockRows = 6;

#elif defined(PANCREAS_USE_NEON)

struct Vec8 {
  float32x4_t lo;
  float32x4_t hi;
};

PANCREAS_INLINE Vec8 load(const float* p) { return {vld1q_f32(p), vld1q_f32(p + 4)}; }
PANCREAS_INLINE void store(float* p, Vec8 a) {
  vst1q_f32(p, a.lo);
  vst1q_f32(p + 4, a.hi);
}
PANCREAS_INLINE Vec8 splat(float x) { return {vdupq_n_f32(x), vdupq_n_f32(x)}; }
PANCREAS_INLINE Vec8 operator+(Vec8 a, Vec8 b) {
  return {vaddq_f32(a.lo, b.lo), vaddq_f32(a.hi, b.hi)};
}
PANCREAS_INLINE Vec8 operator-(Vec8 a, Vec8 b) {
  return {vsubq_f32(a.lo, b.lo), vsubq_f32(a.hi, b.hi)};
}
PANCREAS_INLINE Vec8 operator*(Vec8 a, Vec8 b) {
  return {vmulq_f32(a.lo, b.lo), vmulq_f32(a.hi, b.hi)};
}
// a * b + c
PANCREAS_INLINE Vec8 multiply_add(Vec8 a, Vec8 b, Vec8 c) {
  return {vfmaq_f32(c.lo, a.lo, b.lo), vfmaq_f32(c.hi, a.hi, b.hi)};
}
// c - a * b
PANCREAS_INLINE Vec8 subtract_product(Vec8 a, Vec8 b, Vec8 c) {
  return {vfmsq_f32(c.lo, a.lo, b.lo), vfmsq_f32(c.hi, a.hi, b.hi)};
}
// The larger; NaN where either is NaN.
PANCREAS_INLINE Vec8 larger(Vec8 a, Vec8 b) {
  return {vmaxq_f32(a.lo, b.lo), vmaxq_f32(a.hi, b.hi)};
}
PANCREAS_INLINE float sum(Vec8 a) { return vaddvq_f32(vaddq_f32(a.lo, a.hi)); }

// 32 registers hold 24 of sums, 4 of one factor and one of the other.
constexpr int kBlockRows = 6;

#else

// GCC's and Clang's vectors of four, which every CPU has or emulates.
typedef float Vec4 __attribute__((vector_size(16)));

struct Vec8 {
  Vec4 lo;
  Vec4 hi;
};

// Copies, because p need not be aligned.
PANCREAS_INLINE Vec8 load(const float* p) {
  Vec8 a;
  __builtin_memcpy(&a, p, sizeof(a));
  return a;
}
PANCREAS_INLINE void store(float* p, Vec8 a) { __builtin_memcpy(p, &a, sizeof(a)); }
PANCREAS_INLINE Vec8 splat(float x) { return {Vec4{x, x, x, x}, Vec4{x, x, x, x}}; }
PANCREAS_INLINE Vec8 operator+(Vec8 a, Vec8 b) { return {a.lo + b.lo, a.hi + b.hi}; }
PANCREAS_INLINE Vec8 operator-(Vec8 a, Vec8 b) { return {a.lo - b.lo, a.hi - b.hi}; }
PANCREAS_INLINE Vec8 operator*(Vec8 a, Vec8 b) { return {a.lo * b.lo, a.hi * b.hi}; }
// a * b + c, rounded twice
PANCREAS_INLINE Vec8 multiply_add(Vec8 a, Vec8 b, Vec8 c) { return a * b + c; }
// c - a * b, rounded twice
PANCREAS_INLINE Vec8 subtract_product(Vec8 a, Vec8 b, Vec8 c) { return c - a * b; }
// The larger; b where either is NaN.
PANCREAS_INLINE Vec8 larger(Vec8 a, Vec8 b) {
  return {a.lo > b.lo ? a.lo : b.lo, a.hi > b.hi ? a.hi : b.hi};
}
PANCREAS_INLINE float sum(Vec8 a) {
  const Vec4 four = a.lo + a.hi;
  return (four[0] + four[2]) + (four[1] + four[3]);
}

// 16 registers hold 8 of sums, 4 of one factor and one of the other.
constexpr int kBlockRows = 2;

#endif

// A vector's width, and what cannot be overloaded.
struct EightWide {
  using Vector = Vec8;
  static constexpr int kWidth = 8;
  static PANCREAS_INLINE Vec8 load_from(const float* p) { return load(p); }
  static PANCREAS_INLINE Vec8 all(float x) { return splat(x); }
};

#if defined(__AVX512F__)

struct Vec16 {
  __m512 v;
};

PANCREAS_INLINE void store(float* p, Vec16 a) { _mm512_storeu_ps(p, a.v); }
PANCREAS_INLINE Vec16 operator+(Vec16 a, Vec16 b) { return {_mm512_add_ps(a.v, b.v)}; }
PANCREAS_INLINE Vec16 operator-(Vec16 a, Vec16 b) { return {_mm512_sub_ps(a.v, b.v)}; }
PANCREAS_INLINE Vec16 operator*(Vec16 a, Vec16 b) { return {_mm512_mul_ps(a.v, b.v)}; }
// a * b + c
PANCREAS_INLINE Vec16 multiply_add(Vec16 a, Vec16 b, Vec16 c) {
  return {_mm512_fmadd_ps(a.v, b.v, c.v)};
}
// c - a * b
PANCREAS_INLINE Vec16 subtract_product(Vec16 a, Vec16 b, Vec16 c) {
  return {_mm512_fnmadd_ps(a.v, b.v, c.v)};
}
// The larger; b where either is NaN.
PANCREAS_INLINE Vec16 larger(Vec16 a, Vec16 b) { return {_mm512_max_ps(a.v, b.v)}; }

struct SixteenWide {
  using Vector = Vec16;
  static constexpr int kWidth = 16;
  static PANCREAS_INLINE Vec16 load_from(const float* p) { return {_mm512_loadu_ps(p)}; }
  static PANCREAS_INLINE Vec16 all(float x) { return {_mm512_set1_ps(x)}; }
};
using Widest = SixteenWide;

#else

using Widest = EightWide;

#endif

PANCREAS_INLINE Vec8 zero() { return splat(0.0f); }

// Max(0, a), NaN where a is NaN.
template <class Wide>
PANCREAS_INLINE typename Wide::Vector relu(typename Wide::Vector a) {
  return larger(Wide::all(0.0f), a);
}

// Calls body(channel, a width) for all channels, a multiple of eight, with the widest vectors
// first.
template <class Body>
PANCREAS_INLINE void for_channels(int64_t channels, Body body) {
  int64_t channel = 0;
  for (; channel + Widest::kWidth <= channels; channel += Widest::kWidth) {
    body(channel, Widest());
  }
  if (Widest::kWidth > EightWide::kWidth && channel < channels) {
    body(channel, EightWide());
  }
}

}  // namespace PANCREAS_ISA
}  // namespace pancreas

#endif
