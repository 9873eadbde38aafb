#ifndef PANCREAS_KERNELS_THRESHOLD_THRESHOLD_H
#define PANCREAS_KERNELS_THRESHOLD_THRESHOLD_H

#include <cstdint>

namespace pancreas {

// The inner loop, once per instruction set.
struct ThresholdRoutines {
  const char* name;
  // mask = probability > threshold, 0 or 1.
  void (*apply)(const float* probability, float threshold, uint8_t* mask, int64_t count);
};

extern const ThresholdRoutines kThresholdPortable;
#if defined(PANCREAS_WITH_AVX2)
extern const ThresholdRoutines kThresholdAvx2;
#endif

// The fastest routines that this CPU runs.
const ThresholdRoutines& threshold_routines();

}  // namespace pancreas

#endif
