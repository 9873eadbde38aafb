#ifndef PANCREAS_KERNELS_GEMM_GEMM_H
#define PANCREAS_KERNELS_GEMM_GEMM_H

#include <cstdint>

namespace pancreas {

// The right factor of matrix products, [k][n], packed: panels of 16 columns (the last one of 8 or
// 16), each [k][columns]. n is a multiple of 8.
struct MatrixPanels {
  const float* values;
  int64_t k;
  int64_t n;
};

// c[m][n] = a[m][k] * b, or += where `accumulate`. a and c may have longer rows: lda and ldc values
// from one to the next. Each sum runs in the order of k and does not depend on m.
using GemmRoutine = void (*)(int64_t m, const float* a, int64_t lda, MatrixPanels b, float* c,
                             int64_t ldc, bool accumulate);

}  // namespace pancreas

#endif
