#include "cuda/launch.h"
#include "cuda/values.h"
#include "kernels/convolution/convolution_gpu.h"

namespace pancreas {
namespace {

constexpr int kThreads = 256;

// A thread makes all channels of a pixel, eight at a time; kernel and bias are in shared memory.
template <typename Value>
__global__ void __launch_bounds__(kThreads)
    first_convolution(const float* source, int32_t pixels, int32_t rows, int32_t columns,
                      const float* kernel, const float* bias, int32_t out, Value* target) {
  auto* shared = dynamic_shared_memory<float>();
  float* shared_bias = shared + 9 * out;
  for (int i = static_cast<int>(threadIdx.x); i < 9 * out; i += kThreads) {
    shared[i] = kernel[i];
  }
  for (int i = static_cast<int>(threadIdx.x); i < out; i += kThreads) {
    shared_bias[i] = bias[i];
  }
  __syncthreads();
  const int32_t pixel =
      static_cast<int32_t>(blockIdx.x) * kThreads + static_cast<int32_t>(threadIdx.x);
  if (pixel >= pixels) {
    return;
  }
  const int32_t in_slice = pixel % (rows * columns);
  const int32_t row = in_slice / columns;
  const int32_t column = in_slice % columns;
  float seen[9];
  for (int i = 0; i < 9; ++i) {
    const int32_t y = row + i / 3 - 1;
    const int32_t x = column + i % 3 - 1;
    const bool inside = y >= 0 && y < rows && x >= 0 && x < columns;
    seen[i] = inside ? source[pixel + (i / 3 - 1) * columns + i % 3 - 1] : 0.0f;
  }
  for (int32_t first = 0; first < out; first += 8) {
    Eight eight;
    for (int j = 0; j < 8; ++j) {
      float sum = shared_bias[first + j];
      for (int i = 0; i < 9; ++i) {
        sum += seen[i] * shared[i * out + first + j];
      }
      eight.values[j] = sum < 0 ? 0.0f : sum;
    }
    store_eight(target + int64_t{pixel} * out + first, eight);
  }
}

template <typename Value>
void launch_storing(const float* source, int32_t slices, int32_t rows, int32_t columns,
                    const float* kernel, const float* bias, int32_t out, void* target,
                    cudaStream_t stream) {
  const int32_t pixels = slices * rows * columns;
  const auto blocks = static_cast<unsigned>((pixels + kThreads - 1) / kThreads);
  launch("first convolution", first_convolution<Value>, blocks, kThreads,
         10 * static_cast<size_t>(out) * sizeof(float), stream, source, pixels, rows, columns,
         kernel, bias, out, static_cast<Value*>(target));
}

}  // namespace

void launch_first_convolution(Precision precision, const float* source, int32_t slices,
                              int32_t rows, int32_t columns, const float* kernel, const float* bias,
                              int32_t out, void* target, cudaStream_t stream) {
  const auto launch_it = precision == Precision::kFloat16 ? launch_storing<half>
                         : precision == Precision::kTf32  ? launch_storing<Tf32>
                                                          : launch_storing<float>;
  launch_it(source, slices, rows, columns, kernel, bias, out, target, stream);
}

}  // namespace pancreas
