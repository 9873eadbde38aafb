#ifndef PANCREAS_KERNELS_RESAMPLE_RESAMPLE_GPU_H
#define PANCREAS_KERNELS_RESAMPLE_RESAMPLE_GPU_H

#include <cuda_runtime_api.h>

#include <cstdint>

#include "kernels/resample/volume_element.h"

namespace pancreas {

// Adds to a stream: slices [first, first + count) of the network's grid, [slice][row][column].
void launch_input(const GpuInput& input, int32_t first, int32_t count, float* target,
                  cudaStream_t stream);

// The smallest and largest HU on the network's grid, as the integers that order as they do; see
// ordered_bits. Reset them to those of infinity and negative infinity before.
struct GpuRange {
  uint32_t least;
  uint32_t most;
};

// Adds to a stream: the range of all slices, resampled and not windowed.
void launch_range(const GpuInput& input, GpuRange* range, cudaStream_t stream);

// Words of 32 voxels of a slice of the mask; slices begin with words of their own.
inline int32_t words_of_slice(const Size3& stored) { return (stored.y * stored.x + 31) / 32; }

// Adds to a stream: bit i % 32 of word i / 32 of a slice is voxel i, 1 where the probability is
// strictly above the threshold. bits: [slice, from first to first + count][word]
void launch_mask(const GpuMask& mask, int32_t first, int32_t count, uint32_t* bits,
                 cudaStream_t stream);

}  // namespace pancreas

#endif
