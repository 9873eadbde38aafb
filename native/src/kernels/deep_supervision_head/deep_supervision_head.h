#ifndef PANCREAS_KERNELS_DEEP_SUPERVISION_HEAD_DEEP_SUPERVISION_HEAD_H
#define PANCREAS_KERNELS_DEEP_SUPERVISION_HEAD_DEEP_SUPERVISION_HEAD_H

#include <cstdint>

namespace pancreas {

// The arguments of pnc_deep_supervision_head.
struct DeepSupervisionHead {
  int32_t levels;
  const float* const* maps;
  const int64_t* channels;
  const int64_t* factors;
  const float* kernels;
  const float* biases;
  const float* head_kernel;
  const float* head_bias;
  float* probability;
  const int64_t* size;
  int32_t threads;
};

// The inner loops, once per instruction set.
struct DeepSupervisionHeadRoutines {
  const char* name;
  // dots[pixel] = in[pixel][channels] . weights
  void (*dot_row)(const float* in, int64_t pixels, int64_t channels, const float* weights,
                  float* dots);
  // values[i] = 1 / (1 + exp(-values[i])), within 2e-7
  void (*sigmoid)(float* values, int64_t count);
};

extern const DeepSupervisionHeadRoutines kDeepSupervisionHeadPortable;
#if defined(PANCREAS_WITH_AVX2)
extern const DeepSupervisionHeadRoutines kDeepSupervisionHeadAvx2;
#endif

// The fastest routines that this CPU runs.
const DeepSupervisionHeadRoutines& deep_supervision_head_routines();

// pnc_deep_supervision_head with given routines.
int32_t deep_supervision_head(const DeepSupervisionHeadRoutines& routines,
                              const DeepSupervisionHead& head);

}  // namespace pancreas

#endif
