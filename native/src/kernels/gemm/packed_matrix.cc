#include "kernels/gemm/packed_matrix.h"

#include <algorithm>

namespace pancreas {
namespace {

constexpr int64_t kPanelColumns = 16;

}  // namespace

PackedMatrix::PackedMatrix(int64_t k, int64_t n,
                           const std::function<double(int64_t, int64_t)>& value)
    : k_(k), n_((n + 7) / 8 * 8), values_(k_ * n_) {
  for (int64_t column = 0; column < n; ++column) {
    const int64_t first = column / kPanelColumns * kPanelColumns;
    const int64_t width = std::min(kPanelColumns, n_ - first);
    float* panel = values_.data() + first * k_;
    for (int64_t row = 0; row < k; ++row) {
      panel[row * width + column - first] = static_cast<float>(value(row, column));
    }
  }
}

}  // namespace pancreas
