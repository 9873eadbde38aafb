#ifndef PANCREAS_KERNELS_CONVOLUTION_CONVOLUTION_TILE_H
#define PANCREAS_KERNELS_CONVOLUTION_CONVOLUTION_TILE_H

#include <cuda_runtime_api.h>

#include <cstdint>

#include "cuda/precision.h"
#include "kernels/convolution/convolution_gpu.h"

namespace pancreas {

// Input channels, of each source, are multiples of this.
inline constexpr int32_t kTileChannels = 16;

// Whether the kernel for few channels can do a convolution.
bool fits_tiles(Precision precision, const GpuConvolution& convolution);

// Adds a convolution that fits to a stream.
void launch_convolution_tiles(const GpuConvolution& convolution, cudaStream_t stream);

}  // namespace pancreas

#endif
