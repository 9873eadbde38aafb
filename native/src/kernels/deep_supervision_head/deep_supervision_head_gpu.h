#ifndef PANCREAS_KERNELS_DEEP_SUPERVISION_HEAD_DEEP_SUPERVISION_HEAD_GPU_H
#define PANCREAS_KERNELS_DEEP_SUPERVISION_HEAD_DEEP_SUPERVISION_HEAD_GPU_H

#include <cuda_runtime_api.h>

#include <cstdint>

#include "cuda/precision.h"

namespace pancreas {

// A network of 8 levels has 7 that the head sees.
inline constexpr int32_t kGpuHeadLevels = 7;

// One linear function of all levels' channels at a pixel, and the logistic function.
struct GpuHead {
  int32_t levels;
  // Of each level: [slice][row / factor][column / factor][channel] of the precision's type.
  const void* maps[kGpuHeadLevels];
  const float* weights[kGpuHeadLevels];  // [channel]
  int32_t channels[kGpuHeadLevels];
  int32_t factors[kGpuHeadLevels];  // powers of two
  float bias;
  int32_t slices;
  int32_t rows;
  int32_t columns;
  float* probability;   // [slice][row][column]
  int32_t* not_finite;  // set to 1 where a probability is no number
};

// Adds the head to a stream.
void launch_deep_supervision_head(Precision precision, const GpuHead& head, cudaStream_t stream);

}  // namespace pancreas

#endif
