// The matrix product for one instruction set; see GemmRoutine.
#ifndef PANCREAS_KERNELS_GEMM_GEMM_KERNEL_H
#define PANCREAS_KERNELS_GEMM_GEMM_KERNEL_H

#include "common/vectors.h"
#include "kernels/gemm/gemm.h"

namespace pancreas {
namespace PANCREAS_ISA {

#if defined(__AVX512F__)
// Of 32 registers; enough sums to hide the latency, and chunks of tiles are a multiple.
constexpr int kRowsOfWidest = 12;
// Two panels at once halve the reads of the left factor, which are the limit: 24 sums.
constexpr int kPanelsOfBlock = 2;
#else
constexpr int kRowsOfWidest = kBlockRows;
constexpr int kPanelsOfBlock = 1;
#endif

// The columns that a block takes from the right factor, whose panels of kColumns lie
// panel_stride apart.
template <class Wide, int kColumns>
struct BlockColumns {
  static constexpr int kVectorsOfPanel = kColumns / Wide::kWidth;
  const float* values;
  int64_t panel_stride;

  PANCREAS_INLINE typename Wide::Vector at(int64_t i, int v) const {
    return Wide::load_from(values + v / kVectorsOfPanel * panel_stride + i * kColumns +
                           v % kVectorsOfPanel * Wide::kWidth);
  }
};

// A block of sums that stay in registers: kRows, and columns of kPanels panels.
template <class Wide, int kRows, int kColumns, int kPanels, bool kAccumulate>
PANCREAS_INLINE void multiply_block(const float* a, int64_t lda,
                                    BlockColumns<Wide, kColumns> columns, int64_t k, float* c,
                                    int64_t ldc) {
  constexpr int kVectors = kPanels * kColumns / Wide::kWidth;
  typename Wide::Vector sums[kRows][kVectors];
#pragma GCC unroll 14
  for (int row = 0; row < kRows; ++row) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      sums[row][v] =
          kAccumulate ? Wide::load_from(c + row * ldc + v * Wide::kWidth) : Wide::all(0.0f);
    }
  }
#pragma GCC unroll 4
  for (int64_t i = 0; i < k; ++i) {
    typename Wide::Vector right[kVectors];
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      right[v] = columns.at(i, v);
    }
#pragma GCC unroll 14
    for (int row = 0; row < kRows; ++row) {
      const typename Wide::Vector left = Wide::all(a[row * lda + i]);
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) {
        sums[row][v] = multiply_add(left, right[v], sums[row][v]);
      }
    }
  }
#pragma GCC unroll 14
  for (int row = 0; row < kRows; ++row) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      store(c + row * ldc + v * Wide::kWidth, sums[row][v]);
    }
  }
}

// The last rows, fewer than a block, in blocks of kRows, half of that and so on.
template <class Wide, int kRows, int kColumns, int kPanels, bool kAccumulate>
PANCREAS_INLINE void multiply_rest(int64_t rows, const float* a, int64_t lda,
                                   BlockColumns<Wide, kColumns> columns, int64_t k, float* c,
                                   int64_t ldc) {
  if constexpr (kRows > 0) {
    if (rows >= kRows) {
      multiply_block<Wide, kRows, kColumns, kPanels, kAccumulate>(a, lda, columns, k, c, ldc);
      rows -= kRows;
      a += kRows * lda;
      c += kRows * ldc;
    }
    multiply_rest<Wide, kRows / 2, kColumns, kPanels, kAccumulate>(rows, a, lda, columns, k, c,
                                                                   ldc);
  }
}

// The largest power of two below a number of rows: it and its halves make up every rest.
constexpr int largest_rest(int rows) {
  int power = 1;
  while (2 * power < rows) {
    power *= 2;
  }
  return power;
}

template <class Wide, int kColumns, int kPanels, bool kAccumulate>
void multiply_columns(int64_t m, const float* a, int64_t lda, const float* panel, int64_t k,
                      float* c, int64_t ldc) {
  constexpr int kRows = Wide::kWidth == Widest::kWidth ? kRowsOfWidest : kBlockRows;
  const BlockColumns<Wide, kColumns> columns = {panel, k * kColumns};
  int64_t row = 0;
  for (; row + kRows <= m; row += kRows) {
    multiply_block<Wide, kRows, kColumns, kPanels, kAccumulate>(a + row * lda, lda, columns, k,
                                                                c + row * ldc, ldc);
  }
  multiply_rest<Wide, largest_rest(kRows), kColumns, kPanels, kAccumulate>(
      m - row, a + row * lda, lda, columns, k, c + row * ldc, ldc);
}

template <bool kAccumulate>
void multiply_panels(int64_t m, const float* a, int64_t lda, MatrixPanels b, float* c,
                     int64_t ldc) {
  constexpr int kColumnsOfBlock = 16 * kPanelsOfBlock;
  int64_t column = 0;
  for (; column + kColumnsOfBlock <= b.n; column += kColumnsOfBlock) {
    multiply_columns<Widest, 16, kPanelsOfBlock, kAccumulate>(m, a, lda, b.values + column * b.k,
                                                              b.k, c + column, ldc);
  }
  if (kPanelsOfBlock > 1 && column + 16 <= b.n) {
    multiply_columns<Widest, 16, 1, kAccumulate>(m, a, lda, b.values + column * b.k, b.k,
                                                 c + column, ldc);
    column += 16;
  }
  if (column < b.n) {
    multiply_columns<EightWide, 8, 1, kAccumulate>(m, a, lda, b.values + column * b.k, b.k,
                                                   c + column, ldc);
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
