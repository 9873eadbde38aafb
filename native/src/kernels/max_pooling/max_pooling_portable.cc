#include "kernels/max_pooling/max_pooling.h"

namespace pancreas {
namespace {

// The larger one, the first where they are equal, NaN where one is.
inline float larger(float first, float second) {
  return second > first || second != second ? second : first;
}

void pool_row(const float* upper, const float* lower, int64_t second, int64_t windows,
              int64_t channels, float* target) {
  for (int64_t window = 0; window < windows; ++window) {
    const float* a = upper + 2 * window * channels;
    const float* b = lower + 2 * window * channels;
    float* out = target + window * channels;
    for (int64_t i = 0; i < channels; ++i) {
      out[i] = larger(larger(larger(a[i], a[second + i]), b[i]), b[second + i]);
    }
  }
}

}  // namespace

const MaxPoolingRoutines kMaxPoolingPortable = {"portable", pool_row};

}  // namespace pancreas
