#ifndef PANCREAS_KERNELS_MAX_POOLING_MAX_POOLING_GPU_H
#define PANCREAS_KERNELS_MAX_POOLING_MAX_POOLING_GPU_H

#include <cuda_runtime_api.h>

#include <cstdint>

#include "cuda/precision.h"

namespace pancreas {

// Adds 2 x 2 max-pooling, stride 2, of each slice by itself to a stream. Images are
// [slice][row][column][channel] of the precision's type; rows and columns of the source are even,
// channels a multiple of 8.
void launch_max_pooling(Precision precision, const void* source, int32_t slices, int32_t rows,
                        int32_t columns, int32_t channels, void* target, cudaStream_t stream);

}  // namespace pancreas

#endif
