#include <immintrin.h>

#include "kernels/resample/resample.h"

// Compiled for AVX2. Nothing here may be inline code that other files share (templates of the
// standard library among it): the linker could keep this file's copy for all.

namespace pancreas {
namespace {

void weighted_sum(const float* const* rows, const float* weights, int64_t count, int64_t length,
                  float* out) {
  int64_t i = 0;
  for (; i + 32 <= length; i += 32) {
    const __m256 weight0 = _mm256_set1_ps(weights[0]);
    const float* row0 = rows[0] + i;
    __m256 a = _mm256_mul_ps(weight0, _mm256_loadu_ps(row0));
    __m256 b = _mm256_mul_ps(weight0, _mm256_loadu_ps(row0 + 8));
    __m256 c = _mm256_mul_ps(weight0, _mm256_loadu_ps(row0 + 16));
    __m256 d = _mm256_mul_ps(weight0, _mm256_loadu_ps(row0 + 24));
    for (int64_t k = 1; k < count; ++k) {
      const __m256 weight = _mm256_set1_ps(weights[k]);
      const float* row = rows[k] + i;
      a = _mm256_add_ps(a, _mm256_mul_ps(weight, _mm256_loadu_ps(row)));
      b = _mm256_add_ps(b, _mm256_mul_ps(weight, _mm256_loadu_ps(row + 8)));
      c = _mm256_add_ps(c, _mm256_mul_ps(weight, _mm256_loadu_ps(row + 16)));
      d = _mm256_add_ps(d, _mm256_mul_ps(weight, _mm256_loadu_ps(row + 24)));
    }
    _mm256_storeu_ps(out + i, a);
    _mm256_storeu_ps(out + i + 8, b);
    _mm256_storeu_ps(out + i + 16, c);
    _mm256_storeu_ps(out + i + 24, d);
  }
  for (; i < length; ++i) {
    float sum = weights[0] * rows[0][i];
    for (int64_t k = 1; k < count; ++k) {
      sum += weights[k] * rows[k][i];
    }
    out[i] = sum;
  }
}

// Transposes an 8 x 8 block in registers.
inline void transpose(__m256 v[8]) {
  const __m256 a0 = _mm256_unpacklo_ps(v[0], v[1]);
  const __m256 a1 = _mm256_unpackhi_ps(v[0], v[1]);
  const __m256 a2 = _mm256_unpacklo_ps(v[2], v[3]);
  const __m256 a3 = _mm256_unpackhi_ps(v[2], v[3]);
  const __m256 a4 = _mm256_unpacklo_ps(v[4], v[5]);
  const __m256 a5 = _mm256_unpackhi_ps(v[4], v[5]);
  const __m256 a6 = _mm256_unpacklo_ps(v[6], v[7]);
  const __m256 a7 = _mm256_unpackhi_ps(v[6], v[7]);
  const __m256 b0 = _mm256_shuffle_ps(a0, a2, 0x44);
  const __m256 b1 = _mm256_shuffle_ps(a0, a2, 0xEE);
  const __m256 b2 = _mm256_shuffle_ps(a1, a3, 0x44);
  const __m256 b3 = _mm256_shuffle_ps(a1, a3, 0xEE);
  const __m256 b4 = _mm256_shuffle_ps(a4, a6, 0x44);
  const __m256 b5 = _mm256_shuffle_ps(a4, a6, 0xEE);
  const __m256 b6 = _mm256_shuffle_ps(a5, a7, 0x44);
  const __m256 b7 = _mm256_shuffle_ps(a5, a7, 0xEE);
  v[0] = _mm256_permute2f128_ps(b0, b4, 0x20);
  v[1] = _mm256_permute2f128_ps(b1, b5, 0x20);
  v[2] = _mm256_permute2f128_ps(b2, b6, 0x20);
  v[3] = _mm256_permute2f128_ps(b3, b7, 0x20);
  v[4] = _mm256_permute2f128_ps(b0, b4, 0x31);
  v[5] = _mm256_permute2f128_ps(b1, b5, 0x31);
  v[6] = _mm256_permute2f128_ps(b2, b6, 0x31);
  v[7] = _mm256_permute2f128_ps(b3, b7, 0x31);
}

// columns[x][r] = rows[r][x]
void interleave(const float* const* rows, int64_t length, float* columns) {
  int64_t x = 0;
  for (; x + 8 <= length; x += 8) {
    __m256 block[8];
    for (int r = 0; r < 8; ++r) {
      block[r] = _mm256_loadu_ps(rows[r] + x);
    }
    transpose(block);
    for (int c = 0; c < 8; ++c) {
      _mm256_storeu_ps(columns + (x + c) * 8, block[c]);
    }
  }
  for (; x < length; ++x) {
    for (int r = 0; r < 8; ++r) {
      columns[x * 8 + r] = rows[r][x];
    }
  }
}

inline __m256 filter_column(const float* interleaved, const Taps& x, int64_t i) {
  const float* columns = interleaved + x.first[i] * 8;
  const float* weights = x.weights + x.offset[i];
  const int64_t count = x.offset[i + 1] - x.offset[i];
  __m256 sum = _mm256_mul_ps(_mm256_set1_ps(weights[0]), _mm256_loadu_ps(columns));
  for (int64_t k = 1; k < count; ++k) {
    sum = _mm256_add_ps(
        sum, _mm256_mul_ps(_mm256_set1_ps(weights[k]), _mm256_loadu_ps(columns + k * 8)));
  }
  return sum;
}

// Eight rows side by side: each lane is a row, so the sums need no gather and no padding.
void filter_rows(const float* const* rows, int row_count, const Taps& x, float* out,
                 int64_t out_stride, float* scratch) {
  static_assert(kRowBlock == 8, "a register holds one value of each row");
  interleave(rows, x.source_size, scratch);
  const int64_t length = x.target_size;
  int64_t i = 0;
  for (; i + 8 <= length; i += 8) {
    __m256 block[8];
    for (int c = 0; c < 8; ++c) {
      block[c] = filter_column(scratch, x, i + c);
    }
    transpose(block);
    for (int r = 0; r < row_count; ++r) {
      _mm256_storeu_ps(out + r * out_stride + i, block[r]);
    }
  }
  for (; i < length; ++i) {
    float column[8];
    _mm256_storeu_ps(column, filter_column(scratch, x, i));
    for (int r = 0; r < row_count; ++r) {
      out[r * out_stride + i] = column[r];
    }
  }
}

}  // namespace

const ResampleRoutines kResampleAvx2 = {"avx2", weighted_sum, filter_rows};

}  // namespace pancreas
