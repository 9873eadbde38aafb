#include "kernels/gemm/packed_matrix.h"

#include <algorithm>

namespace pancreas {
namespace {

constexpr int64_t kPanelColumns = 16;

}  // namespace

PackedMatrix::PackedMatrix(int64_t k, int64_t n) : k_(k), n_((n + 7) / 8 * 8), values_(k_ * n_) {}

PackedMatrix::PackedMatrix(int64_t k, int64_t n, const float* values) : PackedMatrix(k, n) {
  for (int64_t row = 0; row < k; ++row) {
    for (int64_t column = 0; column < n; ++column) {
      *at(row, column) = values[row * n + column];
    }
  }
}

float* PackedMatrix::at(int64_t row, int64_t column) {
  const int64_t first = column / kPanelColumns * kPanelColumns;
  const int64_t width = std::min(kPanelColumns, n_ - first);
  return values_.data() + first * k_ + row * width + column - first;
}

}  // namespace pancreas
