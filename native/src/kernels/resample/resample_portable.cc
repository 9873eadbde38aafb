#include "kernels/resample/resample.h"

namespace pancreas {
namespace {

void weighted_sum(const float* const* rows, const float* weights, int64_t count, int64_t length,
                  float* out) {
  for (int64_t i = 0; i < length; ++i) {
    out[i] = weights[0] * rows[0][i];
  }
  for (int64_t k = 1; k < count; ++k) {
    const float weight = weights[k];
    const float* row = rows[k];
    for (int64_t i = 0; i < length; ++i) {
      out[i] += weight * row[i];
    }
  }
}

void filter_rows(const float* const* rows, int row_count, const Taps& x, float* out,
                 int64_t out_stride, float* /*scratch*/) {
  for (int r = 0; r < row_count; ++r) {
    for (int64_t i = 0; i < x.target_size; ++i) {
      const float* values = rows[r] + x.first[i];
      const float* weights = x.weights + x.offset[i];
      const int64_t count = x.offset[i + 1] - x.offset[i];
      float sum = weights[0] * values[0];
      for (int64_t k = 1; k < count; ++k) {
        sum += weights[k] * values[k];
      }
      out[r * out_stride + i] = sum;
    }
  }
}

}  // namespace

const ResampleRoutines kResamplePortable = {"portable", weighted_sum, filter_rows};

}  // namespace pancreas
