#ifndef PANCREAS_KERNELS_RESAMPLE_RESAMPLE_H
#define PANCREAS_KERNELS_RESAMPLE_RESAMPLE_H

#include <cstdint>

#include "kernels/resample/axis_weights.h"

namespace pancreas {

// filter_rows takes this many rows at a time.
inline constexpr int kRowBlock = 8;

// The inner loops, once per instruction set. Each sum starts with its first product and goes on in
// the order of the source index, without fused multiply-add, so that all give the same bits.
struct ResampleRoutines {
  const char* name;

  // out[i] = sum over k of weights[k] * rows[k][i], for i in [0, length); count >= 1.
  void (*weighted_sum)(const float* const* rows, const float* weights, int64_t count,
                       int64_t length, float* out);

  // Filters `row_count` rows (1 to kRowBlock) of x.source_size values along x; row r goes to
  // out + r * out_stride. `rows` has kRowBlock valid pointers, whatever the row count. `scratch`
  // has room for kRowBlock * x.source_size values.
  void (*filter_rows)(const float* const* rows, int row_count, const Taps& x, float* out,
                      int64_t out_stride, float* scratch);
};

extern const ResampleRoutines kResamplePortable;
#if defined(PANCREAS_WITH_AVX2)
extern const ResampleRoutines kResampleAvx2;
#endif

// The fastest routines that this CPU runs.
const ResampleRoutines& resample_routines();

// pnc_resample with given routines.
int32_t resample(const ResampleRoutines& routines, const float* source, const int64_t* source_size,
                 float* target, const int64_t* target_size, const int32_t* filters,
                 int32_t threads);

}  // namespace pancreas

#endif
