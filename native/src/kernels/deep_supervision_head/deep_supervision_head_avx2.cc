#include <immintrin.h>

#include "kernels/deep_supervision_head/deep_supervision_head.h"

// Compiled for AVX2 and FMA. Nothing here may be inline code that other files share.

namespace pancreas {
namespace {

// The products of one pixel, summed over groups of eight channels.
struct Products {
  const float* weights;
  int64_t whole;  // channels in whole groups
  int64_t rest;   // channels beyond them
  __m256i mask;   // of the rest

  __m256 of(const float* in) const {
    __m256 sum = _mm256_setzero_ps();
    for (int64_t c = 0; c < whole; c += 8) {
      sum = _mm256_fmadd_ps(_mm256_loadu_ps(in + c), _mm256_loadu_ps(weights + c), sum);
    }
    if (rest > 0) {
      const __m256 last = _mm256_maskload_ps(in + whole, mask);
      sum = _mm256_fmadd_ps(last, _mm256_maskload_ps(weights + whole, mask), sum);
    }
    return sum;
  }
};

// The sums of four registers, half by half.
inline __m256 sum_four(__m256 a, __m256 b, __m256 c, __m256 d) {
  return _mm256_hadd_ps(_mm256_hadd_ps(a, b), _mm256_hadd_ps(c, d));
}

void dot_row(const float* in, int64_t pixels, int64_t channels, const float* weights, float* dots) {
  const auto rest = static_cast<int>(channels % 8);
  const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const Products products = {weights, channels - rest, rest,
                             _mm256_cmpgt_epi32(_mm256_set1_epi32(rest), lane)};
  int64_t pixel = 0;
  for (; pixel + 8 <= pixels; pixel += 8) {
    const float* first = in + pixel * channels;
    const __m256 a = sum_four(products.of(first), products.of(first + channels),
                              products.of(first + 2 * channels), products.of(first + 3 * channels));
    const __m256 b = sum_four(products.of(first + 4 * channels), products.of(first + 5 * channels),
                              products.of(first + 6 * channels), products.of(first + 7 * channels));
    _mm256_storeu_ps(dots + pixel, _mm256_add_ps(_mm256_permute2f128_ps(a, b, 0x20),
                                                 _mm256_permute2f128_ps(a, b, 0x31)));
  }
  for (; pixel < pixels; ++pixel) {
    const __m256 one = products.of(in + pixel * channels);
    const __m256 halves = sum_four(one, one, one, one);
    dots[pixel] =
        _mm_cvtss_f32(_mm_add_ss(_mm256_castps256_ps128(halves), _mm256_extractf128_ps(halves, 1)));
  }
}

// exp(x) = 2^n exp(r) with n = round(x / ln 2) and |r| <= ln 2 / 2, and exp(r) from its Taylor
// series up to r^7 / 7!, which leaves out less than r^8 / 8! < 6e-9. ln 2 is taken in two parts, of
// which the first has so few bits that n times it is exact. x is in [-87, 87] or NaN.
inline __m256 exponential(__m256 x) {
  const __m256 n = _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(1.44269504f)),
                                   _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m256 r = _mm256_fnmadd_ps(n, _mm256_set1_ps(0.693359375f), x);
  r = _mm256_fnmadd_ps(n, _mm256_set1_ps(-2.12194440e-4f), r);
  __m256 p = _mm256_set1_ps(1.0f / 5040);
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 720));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 120));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 24));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 6));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(0.5f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1));
  const __m256i exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
  return _mm256_mul_ps(p, _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23)));
}

inline __m256 sigmoid_of(__m256 value) {
  // Beyond 87 the result is 0 or 1 within 2e-38. The second operand, if NaN, is what comes out.
  __m256 x = _mm256_sub_ps(_mm256_setzero_ps(), value);
  x = _mm256_min_ps(_mm256_set1_ps(87), x);
  x = _mm256_max_ps(_mm256_set1_ps(-87), x);
  const __m256 one = _mm256_set1_ps(1);
  return _mm256_div_ps(one, _mm256_add_ps(one, exponential(x)));
}

void sigmoid(float* values, int64_t count) {
  int64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    _mm256_storeu_ps(values + i, sigmoid_of(_mm256_loadu_ps(values + i)));
  }
  for (; i < count; ++i) {
    values[i] = _mm256_cvtss_f32(sigmoid_of(_mm256_set1_ps(values[i])));
  }
}

}  // namespace

const DeepSupervisionHeadRoutines kDeepSupervisionHeadAvx2 = {"avx2", dot_row, sigmoid};

}  // namespace pancreas
