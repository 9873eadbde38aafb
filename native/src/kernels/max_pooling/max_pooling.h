#ifndef PANCREAS_KERNELS_MAX_POOLING_MAX_POOLING_H
#define PANCREAS_KERNELS_MAX_POOLING_MAX_POOLING_H

#include <cstdint>

namespace pancreas {

// The inner loop, once per instruction set; all give the same bits, payloads of NaN apart.
struct MaxPoolingRoutines {
  const char* name;
  // One row of windows. The second column of a window lies `second` floats after its first, the
  // next window 2 * channels floats after this one.
  void (*pool_row)(const float* upper, const float* lower, int64_t second, int64_t windows,
                   int64_t channels, float* target);
};

extern const MaxPoolingRoutines kMaxPoolingPortable;
#if defined(PANCREAS_WITH_AVX2)
extern const MaxPoolingRoutines kMaxPoolingAvx2;
#endif

// The fastest routines that this CPU runs.
const MaxPoolingRoutines& max_pooling_routines();

// pnc_max_pooling with given routines.
int32_t max_pooling(const MaxPoolingRoutines& routines, const float* source, const int64_t* size,
                    float* target, int32_t threads);

}  // namespace pancreas

#endif
