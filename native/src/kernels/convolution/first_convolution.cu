#include "cuda/launch.h"
#include "cuda/values.h"
#include "kernels/convolution/convolution_gpu.h"

namespace pancreas {
namespace {

constexpr int kThreads = 256;

// A thread makes all channels of a pixel, eight at a time; kernel and bias are in shared memory.
template <typename Value>
__global__ void __launch_bounds__(kThreads) first_convolution(const GpuFirstConvolution c) {
  auto* kernel = dynamic_shared_memory<float>();
  float* bias = kernel + 9 * c.out;
  for (int i = static_cast<int>(threadIdx.x); i < 9 * c.out; i += kThreads) {
    kernel[i] = c.kernel[i];
  }
  for (int i = static_cast<int>(threadIdx.x); i < c.out; i += kThreads) {
    bias[i] = c.bias[i];
  }
  __syncthreads();
  const int32_t pixel =
      static_cast<int32_t>(blockIdx.x) * kThreads + static_cast<int32_t>(threadIdx.x);
  if (pixel >= c.slices * c.rows * c.columns) {
    return;
  }
  const int32_t column = pixel % c.columns;
  const int32_t row = pixel / c.columns % c.rows;
  float seen[9];
  for (int i = 0; i < 9; ++i) {
    const int32_t y = row + i / 3 - 1;
    const int32_t x = column + i % 3 - 1;
    const bool inside = y >= 0 && y < c.rows && x >= 0 && x < c.columns;
    seen[i] = inside ? c.source[pixel + (i / 3 - 1) * c.columns + i % 3 - 1] : 0.0f;
  }
  bool all_fit = true;
  for (int32_t first = 0; first < c.out; first += 8) {
    Eight eight;
    for (int j = 0; j < 8; ++j) {
      float sum = bias[first + j];
      for (int i = 0; i < 9; ++i) {
        sum += seen[i] * kernel[i * c.out + first + j];
      }
      all_fit = all_fit && fits<Value>(sum, true);
      eight.values[j] = sum < 0 ? 0.0f : sum;
    }
    store_eight(static_cast<Value*>(c.target) + int64_t{pixel} * c.out + first, eight);
  }
  if (!all_fit) {
    atomicExch(c.not_finite, 1);
  }
}

}  // namespace

void launch_first_convolution(Precision precision, const GpuFirstConvolution& convolution,
                              cudaStream_t stream) {
  const int32_t pixels = convolution.slices * convolution.rows * convolution.columns;
  const auto blocks = static_cast<unsigned>((pixels + kThreads - 1) / kThreads);
  const auto kernel = precision == Precision::kFloat16 ? first_convolution<half>
                      : precision == Precision::kTf32  ? first_convolution<Tf32>
                                                       : first_convolution<float>;
  launch("first convolution", kernel, blocks, kThreads,
         10 * static_cast<size_t>(convolution.out) * sizeof(float), stream, convolution);
}

}  // namespace pancreas
