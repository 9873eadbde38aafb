#include "cuda/launch.h"
#include "cuda/values.h"
#include "kernels/attention_gate/attention_gate_element.h"
#include "kernels/deep_supervision_head/deep_supervision_head_gpu.h"

namespace pancreas {
namespace {

constexpr int kTile = 16;  // rows and columns of a block
constexpr int kThreads = kTile * kTile;

// The dot products of a level's pixels that the block's tile lies in, one for each. Threads work
// together on a pixel where there are fewer pixels than threads.
template <typename Value>
__device__ void add_level(const GpuHead& head, int level, int32_t first_row, int32_t first_column,
                          int32_t slice, float* dots) {
  const int32_t factor = head.factors[level];
  const int32_t side = factor < kTile ? kTile / factor : 1;
  const int32_t pixels = side * side;
  const int32_t together = pixels >= kThreads ? 1 : kThreads / pixels < 32 ? kThreads / pixels : 32;
  const auto thread = static_cast<int32_t>(threadIdx.x);
  const int32_t rows = head.rows / factor;
  const int32_t columns = head.columns / factor;
  const int32_t channels = head.channels[level];
  const int32_t pixel = thread / together;
  const int32_t row = first_row / factor + pixel / side;
  const int32_t column = first_column / factor + pixel % side;
  float sum = 0;
  if (pixel < pixels && row < rows && column < columns) {
    const Value* map = static_cast<const Value*>(head.maps[level]) +
                       ((static_cast<int64_t>(slice) * rows + row) * columns + column) * channels;
    for (int32_t c = thread % together * 8; c < channels; c += together * 8) {
      const Eight eight = load_eight(map + c);
      for (int j = 0; j < 8; ++j) {
        sum += eight.values[j] * head.weights[level][c + j];
      }
    }
  }
  for (int32_t distance = together / 2; distance > 0; distance /= 2) {
    sum += __shfl_xor_sync(0xffffffffu, sum, distance);
  }
  if (pixel < pixels && thread % together == 0) {
    dots[pixel] = sum;
  }
}

template <typename Value>
__global__ void __launch_bounds__(kThreads) deep_supervision_head(const GpuHead head) {
  __shared__ float dots[kGpuHeadLevels][kThreads];
  const auto first_row = static_cast<int32_t>(blockIdx.y) * kTile;
  const auto first_column = static_cast<int32_t>(blockIdx.x) * kTile;
  const auto slice = static_cast<int32_t>(blockIdx.z);
  for (int level = 0; level < head.levels; ++level) {
    add_level<Value>(head, level, first_row, first_column, slice, dots[level]);
  }
  __syncthreads();
  const int32_t row = static_cast<int32_t>(threadIdx.x) / kTile;
  const int32_t column = static_cast<int32_t>(threadIdx.x) % kTile;
  if (first_row + row >= head.rows || first_column + column >= head.columns) {
    return;
  }
  float sum = head.bias;
  for (int level = 0; level < head.levels; ++level) {
    const int32_t factor = head.factors[level];
    const int32_t side = factor < kTile ? kTile / factor : 1;
    sum += factor < kTile ? dots[level][row / factor * side + column / factor] : dots[level][0];
  }
  const float probability = logistic(sum);
  const int64_t place = (static_cast<int64_t>(slice) * head.rows + first_row + row) * head.columns +
                        first_column + column;
  head.probability[place] = probability;
  if (!isfinite(sum)) {
    atomicExch(head.not_finite, 1);
  }
}

}  // namespace

void launch_deep_supervision_head(Precision precision, const GpuHead& head, cudaStream_t stream) {
  const dim3 grid(static_cast<unsigned>((head.columns + kTile - 1) / kTile),
                  static_cast<unsigned>((head.rows + kTile - 1) / kTile),
                  static_cast<unsigned>(head.slices));
  const auto kernel =
      precision == Precision::kFloat16 ? deep_supervision_head<half> : deep_supervision_head<float>;
  launch("deep-supervision head", kernel, grid, kThreads, 0, stream, head);
}

}  // namespace pancreas
