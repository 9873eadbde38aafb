// A transposed convolution of 4 x 4, stride 2, "same", is four convolutions of 2 x 2, one for each
// phase (row, column) mod 2 of the target. Seen as 3 x 3 with a row and a column of zeros, they
// take the input transform of F(4 x 4, 3 x 3); of each phase, 11 of 36 points have no weights.
#ifndef PANCREAS_KERNELS_TRANSPOSED_CONVOLUTION_TRANSPOSED_WINOGRAD_H
#define PANCREAS_KERNELS_TRANSPOSED_CONVOLUTION_TRANSPOSED_WINOGRAD_H

#include <cstdint>

#include "kernels/convolution/winograd.h"

namespace pancreas {

constexpr int kPhases = 4;

// The kernel's index that a phase (of rows or columns) has at source offset -1, 0, 1; or -1.
constexpr int kPhaseTaps[2][3] = {{3, 1, -1}, {-1, 2, 0}};

// Whether phase 2 * row + column has weights at a point.
constexpr bool phase_has_point(int phase, int point) {
  const int row = point / kWinogradSize;
  const int column = point % kWinogradSize;
  const int last = kWinogradSize - 1;
  return row != (phase / 2 == 0 ? last : 0) && column != (phase % 2 == 0 ? last : 0);
}

// How many phases before this one have weights at a point: the place of its products.
constexpr int phases_before(int phase, int point) {
  int count = 0;
  for (int p = 0; p < phase; ++p) {
    count += phase_has_point(p, point) ? 1 : 0;
  }
  return count;
}

// Transforms products back, adds the bias, and writes the target's pixels, of twice the source's
// size. Tiles are the source's. Products are [point][tile][phases with that point][channel].
using TransposedOutputRoutine = void (*)(TransformedTiles products, Tiles tiles, const float* bias,
                                         const Image& source, const Image& target);

}  // namespace pancreas

#endif
