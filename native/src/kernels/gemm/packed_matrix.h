#ifndef PANCREAS_KERNELS_GEMM_PACKED_MATRIX_H
#define PANCREAS_KERNELS_GEMM_PACKED_MATRIX_H

#include <cstdint>

#include "common/aligned_floats.h"
#include "kernels/gemm/gemm.h"

namespace pancreas {

// Owns the panels of a matrix.
class PackedMatrix {
 public:
  // A matrix [k][n] of zeros; n is rounded up to a multiple of 8.
  PackedMatrix(int64_t k, int64_t n);

  // A matrix given as [k][n].
  PackedMatrix(int64_t k, int64_t n, const float* values);

  // Where the value of a row and column lies, and those of the next columns up to a multiple of 8.
  float* at(int64_t row, int64_t column);

  MatrixPanels panels() const { return {values_.data(), k_, n_}; }
  int64_t bytes() const { return values_.bytes(); }

 private:
  int64_t k_;
  int64_t n_;
  AlignedFloats values_;
};

}  // namespace pancreas

#endif
