#ifndef PANCREAS_KERNELS_GEMM_PACKED_MATRIX_H
#define PANCREAS_KERNELS_GEMM_PACKED_MATRIX_H

#include <cstdint>
#include <functional>

#include "common/aligned_floats.h"
#include "kernels/gemm/gemm.h"

namespace pancreas {

// Owns the panels of a matrix.
class PackedMatrix {
 public:
  // Packs value(row, column) of a matrix [k][n]; columns up to the next multiple of 8 are zero.
  PackedMatrix(int64_t k, int64_t n, const std::function<double(int64_t, int64_t)>& value);

  MatrixPanels panels() const { return {values_.data(), k_, n_}; }
  int64_t bytes() const { return values_.bytes(); }

 private:
  int64_t k_;
  int64_t n_;
  AlignedFloats values_;
};

}  // namespace pancreas

#endif
