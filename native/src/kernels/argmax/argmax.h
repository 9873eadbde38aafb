#ifndef PANCREAS_KERNELS_ARGMAX_ARGMAX_H
#define PANCREAS_KERNELS_ARGMAX_ARGMAX_H

#include <cstdint>

namespace pancreas {

// The inner loop, once per instruction set.
struct ArgmaxRoutines {
  const char* name;
  // mask = logits[.][1] > logits[.][0], 0 or 1.
  void (*apply)(const float* logits, uint8_t* mask, int64_t count);
};

extern const ArgmaxRoutines kArgmaxPortable;
#if defined(PANCREAS_WITH_AVX2)
extern const ArgmaxRoutines kArgmaxAvx2;
#endif

// The fastest routines that this CPU runs.
const ArgmaxRoutines& argmax_routines();

}  // namespace pancreas

#endif
