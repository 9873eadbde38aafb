// Compiled without contraction to fused multiply-add: the same bits as on the CPU.
#include <algorithm>

#include "cuda/launch.h"
#include "kernels/resample/resample_gpu.h"

namespace pancreas {
namespace {

constexpr int kThreads = 256;

// Blocks go over a slice, and over the slices.
__device__ int32_t place_in_slice() {
  return static_cast<int32_t>(blockIdx.x) * kThreads + static_cast<int32_t>(threadIdx.x);
}

__global__ void __launch_bounds__(kThreads)
    network_input(const GpuInput input, int32_t first, float* target) {
  const int32_t place = place_in_slice();
  const int32_t size = input.target.y * input.target.x;
  if (place >= size) {
    return;
  }
  const auto slice = static_cast<int32_t>(blockIdx.y);
  target[static_cast<int64_t>(slice) * size + place] =
      input_value(input, first + slice, place / input.target.x, place % input.target.x);
}

__global__ void __launch_bounds__(kThreads) range_of_input(const GpuInput input, GpuRange* range) {
  const int32_t slice_size = input.target.y * input.target.x;
  const int64_t count = static_cast<int64_t>(input.target.z) * slice_size;
  uint32_t least = 0xffffffffu;
  uint32_t most = 0;
  for (int64_t i = static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x; i < count;
       i += static_cast<int64_t>(gridDim.x) * kThreads) {
    const auto in_slice = static_cast<int32_t>(i % slice_size);
    const float value = resampled_hu(input, static_cast<int32_t>(i / slice_size),
                                     in_slice / input.target.x, in_slice % input.target.x);
    const uint32_t bits = ordered_bits(value);
    least = min(least, bits);
    most = max(most, bits);
  }
  for (int distance = 16; distance > 0; distance /= 2) {
    least = min(least, __shfl_xor_sync(0xffffffffu, least, distance));
    most = max(most, __shfl_xor_sync(0xffffffffu, most, distance));
  }
  if (threadIdx.x % 32 == 0) {
    atomicMin(&range->least, least);
    atomicMax(&range->most, most);
  }
}

// A warp makes a word.
__global__ void __launch_bounds__(kThreads)
    mask_bits(const GpuMask mask, int32_t first, int32_t words, uint32_t* bits) {
  const int32_t place = place_in_slice();
  const int32_t row = place / mask.stored.x;
  const auto slice = static_cast<int32_t>(blockIdx.y);
  const bool inside =
      row < mask.stored.y && is_inside(mask, first + slice, row, place % mask.stored.x);
  const uint32_t word = __ballot_sync(0xffffffffu, inside);
  if (threadIdx.x % 32 == 0 && place / 32 < words) {
    bits[static_cast<int64_t>(slice) * words + place / 32] = word;
  }
}

unsigned blocks_of(int64_t count) {
  return static_cast<unsigned>((count + kThreads - 1) / kThreads);
}

}  // namespace

void launch_input(const GpuInput& input, int32_t first, int32_t count, float* target,
                  cudaStream_t stream) {
  const dim3 blocks(blocks_of(int64_t{input.target.y} * input.target.x),
                    static_cast<unsigned>(count));
  launch("network input", network_input, blocks, kThreads, 0, stream, input, first, target);
}

void launch_range(const GpuInput& input, GpuRange* range, cudaStream_t stream) {
  const int64_t values = static_cast<int64_t>(input.target.z) * input.target.y * input.target.x;
  constexpr unsigned kMostBlocks = 4096;
  const unsigned blocks = std::min(blocks_of(values), kMostBlocks);
  launch("range of the CT", range_of_input, blocks, kThreads, 0, stream, input, range);
}

void launch_mask(const GpuMask& mask, int32_t first, int32_t count, uint32_t* bits,
                 cudaStream_t stream) {
  const int32_t words = words_of_slice(mask.stored);
  const dim3 blocks(blocks_of(int64_t{words} * 32), static_cast<unsigned>(count));
  launch("mask", mask_bits, blocks, kThreads, 0, stream, mask, first, words, bits);
}

}  // namespace pancreas
