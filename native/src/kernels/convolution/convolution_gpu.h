#ifndef PANCREAS_KERNELS_CONVOLUTION_CONVOLUTION_GPU_H
#define PANCREAS_KERNELS_CONVOLUTION_CONVOLUTION_GPU_H

#include <cuda_runtime_api.h>

#include <cstdint>

#include "cuda/precision.h"
#include "kernels/convolution/convolution_geometry.h"
#include "kernels/convolution/convolution_product.h"

namespace pancreas {

// To what multiples the products of convolutions are filled up for the GPU: of taps, and of output
// channels one of these, the least that wastes nothing or the largest.
inline constexpr int32_t kGpuTapMultiple = 4;
inline constexpr int32_t kGpuOutMultiples[] = {16, 32, 64};

// The multiple for so many output channels.
constexpr int32_t gpu_out_multiple(int64_t out) {
  for (const int32_t multiple : kGpuOutMultiples) {
    if (out <= multiple) {
      return multiple;
    }
  }
  return kGpuOutMultiples[2];
}

inline ProductPadding gpu_padding(int64_t out) { return {kGpuTapMultiple, gpu_out_multiple(out)}; }

// A convolution as a product of matrices (see ConvolutionProduct), on the GPU. Values of images and
// weights are half for kFloat16, else float; output channels are a multiple of 8.
struct GpuConvolution {
  ConvolutionGeometry geometry;
  int32_t kernel_size;
  const void* first;
  const void* second;  // null where second_in is 0
  const Tap* taps;
  int32_t tap_count;  // a multiple of kGpuTapMultiple
  const void* weights;
  int32_t padded_out;  // a multiple of gpu_out_multiple(out)
  const float* bias;   // [out], or [border case][out]
  bool bias_of_borders;
  bool relu;
  void* target;
  void* pooled;         // a copy max-pooled by 2 x 2, or null; needs windows
  int32_t* not_finite;  // set to 1 where a result is more than its type holds, or no number
};

// Adds the product to a stream.
void launch_convolution(Precision precision, const GpuConvolution& convolution,
                        cudaStream_t stream);

// The first convolution of 3 x 3, of images of one channel, with bias and ReLU, in float32.
struct GpuFirstConvolution {
  const float* source;  // [slice][row][column]
  int32_t slices;
  int32_t rows;
  int32_t columns;
  const float* kernel;  // [row][column][out]
  const float* bias;
  int32_t out;          // a multiple of 8
  void* target;         // [slice][row][column][out] of the precision's type
  int32_t* not_finite;  // as above
};

// Adds the first convolution to a stream.
void launch_first_convolution(Precision precision, const GpuFirstConvolution& convolution,
                              cudaStream_t stream);

}  // namespace pancreas

#endif
