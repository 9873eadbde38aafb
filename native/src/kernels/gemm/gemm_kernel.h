// The matrix product for one instruction set; see GemmRoutine.
#ifndef PANCREAS_KERNELS_GEMM_GEMM_KERNEL_H
#define PANCREAS_KERNELS_GEMM_GEMM_KERNEL_H

#include "common/vec8.h"
#include "kernels/gemm/gemm.h"

namespace pancreas {
namespace PANCREAS_ISA {

// A block of kRows x 8 kVectors sums that stay in registers.
template <int kRows, int kVectors, bool kAccumulate>
PANCREAS_INLINE void multiply_block(const float* a, int64_t lda, const float* panel, int64_t k,
                                    float* c, int64_t ldc) {
  Vec8 sums[kRows][kVectors];
#pragma GCC unroll 8
  for (int row = 0; row < kRows; ++row) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      sums[row][v] = kAccumulate ? load(c + row * ldc + 8 * v) : zero();
    }
  }
#pragma GCC unroll 4
  for (int64_t i = 0; i < k; ++i) {
    Vec8 right[kVectors];
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      right[v] = load(panel + (i * kVectors + v) * 8);
    }
#pragma GCC unroll 8
    for (int row = 0; row < kRows; ++row) {
      const Vec8 left = splat(a[row * lda + i]);
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) {
        sums[row][v] = multiply_add(left, right[v], sums[row][v]);
      }
    }
  }
#pragma GCC unroll 8
  for (int row = 0; row < kRows; ++row) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      store(c + row * ldc + 8 * v, sums[row][v]);
    }
  }
}

// The last rows, fewer than a block: kRows of them or fewer.
template <int kRows, int kVectors, bool kAccumulate>
PANCREAS_INLINE void multiply_rest(int64_t rows, const float* a, int64_t lda, const float* panel,
                                   int64_t k, float* c, int64_t ldc) {
  if constexpr (kRows > 0) {
    if (rows == kRows) {
      multiply_block<kRows, kVectors, kAccumulate>(a, lda, panel, k, c, ldc);
    } else {
      multiply_rest<kRows - 1, kVectors, kAccumulate>(rows, a, lda, panel, k, c, ldc);
    }
  }
}

template <int kVectors, bool kAccumulate>
void multiply_panel(int64_t m, const float* a, int64_t lda, const float* panel, int64_t k, float* c,
                    int64_t ldc) {
  int64_t row = 0;
  for (; row + kBlockRows <= m; row += kBlockRows) {
    multiply_block<kBlockRows, kVectors, kAccumulate>(a + row * lda, lda, panel, k, c + row * ldc,
                                                      ldc);
  }
  multiply_rest<kBlockRows - 1, kVectors, kAccumulate>(m - row, a + row * lda, lda, panel, k,
                                                       c + row * ldc, ldc);
}

template <bool kAccumulate>
void multiply_panels(int64_t m, const float* a, int64_t lda, MatrixPanels b, float* c,
                     int64_t ldc) {
  int64_t column = 0;
  for (; column + 16 <= b.n; column += 16) {
    multiply_panel<2, kAccumulate>(m, a, lda, b.values + column * b.k, b.k, c + column, ldc);
  }
  if (column < b.n) {
    multiply_panel<1, kAccumulate>(m, a, lda, b.values + column * b.k, b.k, c + column, ldc);
  }
}

inline void gemm(int64_t m, const float* a, int64_t lda, MatrixPanels b, float* c, int64_t ldc,
                 bool accumulate) {
  if (accumulate) {
    multiply_panels<true>(m, a, lda, b, c, ldc);
  } else {
    multiply_panels<false>(m, a, lda, b, c, ldc);
  }
}

}  // namespace PANCREAS_ISA
}  // namespace pancreas

#endif
