#include <immintrin.h>

#include "kernels/attention_gate/attention_gate.h"

// Compiled for AVX2 and FMA. Nothing here may be inline code that other files share.

namespace pancreas {
namespace {

static_assert(kGateBlock == 16, "a block is two registers");

// The sums of one block for some pixels: with six, twelve registers.
template <int kPixels>
struct Sums {
  __m256 low[kPixels];
  __m256 high[kPixels];

  // Adds in[pixel][depth] x weights[depth][kGateBlock]; pixels lie `stride` floats apart.
  void add_products(const float* in, int64_t stride, int64_t depth, const float* weights) {
    for (int64_t k = 0; k < depth; ++k) {
      const __m256 weights_low = _mm256_loadu_ps(weights + k * kGateBlock);
      const __m256 weights_high = _mm256_loadu_ps(weights + k * kGateBlock + 8);
      for (int p = 0; p < kPixels; ++p) {
        const __m256 value = _mm256_broadcast_ss(in + p * stride + k);
        low[p] = _mm256_fmadd_ps(value, weights_low, low[p]);
        high[p] = _mm256_fmadd_ps(value, weights_high, high[p]);
      }
    }
  }
};

template <int kPixels>
void project_pixels(const float* in, int64_t depth, const float* weights, const float* bias,
                    int64_t blocks, float* out) {
  for (int64_t block = 0; block < blocks; ++block) {
    Sums<kPixels> sums;
    for (int p = 0; p < kPixels; ++p) {
      sums.low[p] = _mm256_loadu_ps(bias + block * kGateBlock);
      sums.high[p] = _mm256_loadu_ps(bias + block * kGateBlock + 8);
    }
    sums.add_products(in, depth, depth, weights + block * depth * kGateBlock);
    for (int p = 0; p < kPixels; ++p) {
      float* values = out + (p * blocks + block) * kGateBlock;
      _mm256_storeu_ps(values, sums.low[p]);
      _mm256_storeu_ps(values + 8, sums.high[p]);
    }
  }
}

void project(const float* in, int64_t pixels, int64_t depth, const float* weights,
             const float* bias, int64_t blocks, float* out) {
  int64_t pixel = 0;
  for (; pixel + 6 <= pixels; pixel += 6) {
    project_pixels<6>(in + pixel * depth, depth, weights, bias, blocks,
                      out + pixel * blocks * kGateBlock);
  }
  for (; pixel < pixels; ++pixel) {
    project_pixels<1>(in + pixel * depth, depth, weights, bias, blocks,
                      out + pixel * blocks * kGateBlock);
  }
}

inline float sum(__m256 v) {
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

template <int kPixels>
void gate_pixels(const GateRow& row, int64_t first, float* logits) {
  const int64_t pair = 2 * row.channels;
  const __m256 zero = _mm256_setzero_ps();
  __m256 dots[kPixels];
  for (int p = 0; p < kPixels; ++p) {
    dots[p] = zero;
  }
  for (int64_t block = 0; block < row.blocks; ++block) {
    Sums<kPixels> sums;
    for (int p = 0; p < kPixels; ++p) {
      const float* phi = row.phi + ((first + p) / row.factor * row.blocks + block) * kGateBlock;
      sums.low[p] = _mm256_loadu_ps(phi);
      sums.high[p] = _mm256_loadu_ps(phi + 8);
    }
    const float* theta = row.theta + block * 2 * pair * kGateBlock;
    sums.add_products(row.upper + first * pair, pair, pair, theta);
    sums.add_products(row.lower + first * pair, pair, pair, theta + pair * kGateBlock);
    const __m256 psi_low = _mm256_loadu_ps(row.psi + block * kGateBlock);
    const __m256 psi_high = _mm256_loadu_ps(row.psi + block * kGateBlock + 8);
    for (int p = 0; p < kPixels; ++p) {
      // The maximum gives its second operand where one is NaN.
      dots[p] = _mm256_fmadd_ps(_mm256_max_ps(zero, sums.low[p]), psi_low, dots[p]);
      dots[p] = _mm256_fmadd_ps(_mm256_max_ps(zero, sums.high[p]), psi_high, dots[p]);
    }
  }
  for (int p = 0; p < kPixels; ++p) {
    logits[first + p] = sum(dots[p]) + row.psi_bias;
  }
}

void gate_row(const GateRow& row, float* logits) {
  int64_t pixel = 0;
  for (; pixel + 6 <= row.pixels; pixel += 6) {
    gate_pixels<6>(row, pixel, logits);
  }
  for (; pixel + 2 <= row.pixels; pixel += 2) {
    gate_pixels<2>(row, pixel, logits);
  }
  for (; pixel < row.pixels; ++pixel) {
    gate_pixels<1>(row, pixel, logits);
  }
}

}  // namespace

const AttentionGateRoutines kAttentionGateAvx2 = {"avx2", project, gate_row};

}  // namespace pancreas
