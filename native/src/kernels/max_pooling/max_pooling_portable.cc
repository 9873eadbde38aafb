#include "kernels/max_pooling/max_pooling.h"
#include "kernels/max_pooling/max_pooling_element.h"

namespace pancreas {
namespace {

void pool_row(const float* upper, const float* lower, int64_t second, int64_t windows,
              int64_t channels, float* target) {
  for (int64_t window = 0; window < windows; ++window) {
    const float* a = upper + 2 * window * channels;
    const float* b = lower + 2 * window * channels;
    float* out = target + window * channels;
    for (int64_t i = 0; i < channels; ++i) {
      out[i] = pooled_value(a[i], a[second + i], b[i], b[second + i]);
    }
  }
}

}  // namespace

const MaxPoolingRoutines kMaxPoolingPortable = {"portable", pool_row};

}  // namespace pancreas
