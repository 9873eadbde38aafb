// In place of src/cuda/launch.h: kernels run on the CPU (see emulated_grid.h), and what CUDA's
// compiler knows by itself is known here.
#ifndef PANCREAS_TEST_CUDA_EMULATED_LAUNCH_H
#define PANCREAS_TEST_CUDA_EMULATED_LAUNCH_H

#include <cuda_runtime_api.h>
#include <vector_functions.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "emulated_grid.h"
#include "emulated_queue.h"

#undef __shared__
#define __shared__ static
#undef __launch_bounds__
#define __launch_bounds__(threads)

static const dim3& gridDim = pancreas_test::grid_blocks;
static const uint3& blockIdx = pancreas_test::block_index;
static const uint3& threadIdx = pancreas_test::thread_index;
inline void __syncthreads() { pancreas_test::wait_for_block(); }

using std::isfinite;
using std::max;
using std::min;

inline void check_mask(uint32_t mask) {
  if (mask != 0xffffffffu) {
    pancreas_test::not_allowed("only whole warps are emulated");
  }
}

template <typename Value>
Value __shfl_xor_sync(uint32_t mask, Value value, int distance) {
  static_assert(sizeof(Value) == sizeof(uint32_t));
  check_mask(mask);
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  const uint32_t* all = pancreas_test::exchange_in_warp(bits);
  std::memcpy(&value, all + (pancreas_test::lane() ^ distance), sizeof bits);
  return value;
}

inline uint32_t __ballot_sync(uint32_t mask, bool predicate) {
  check_mask(mask);
  const uint32_t* all = pancreas_test::exchange_in_warp(predicate ? 1 : 0);
  uint32_t bits = 0;
  for (int i = 0; i < 32; ++i) {
    bits |= all[i] << i;
  }
  return bits;
}

template <typename Value>
void atomicMin(Value* at, Value value) {
  Value old = __atomic_load_n(at, __ATOMIC_RELAXED);
  while (value < old &&
         !__atomic_compare_exchange_n(at, &old, value, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
}

template <typename Value>
void atomicMax(Value* at, Value value) {
  Value old = __atomic_load_n(at, __ATOMIC_RELAXED);
  while (value > old &&
         !__atomic_compare_exchange_n(at, &old, value, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
}

template <typename Value>
void atomicExch(Value* at, Value value) {
  __atomic_store_n(at, value, __ATOMIC_RELAXED);
}

namespace pancreas {

template <typename Value>
Value* dynamic_shared_memory() {
  return reinterpret_cast<Value*>(pancreas_test::block_memory());
}

template <typename... Parameters, typename... Arguments>
void launch(const char*, void (*kernel)(Parameters...), const dim3& blocks, unsigned threads,
            size_t shared_bytes, cudaStream_t stream, Arguments... arguments) {
  pancreas_test::enqueue(stream, [=] {
    pancreas_test::run_grid(blocks, threads, shared_bytes, [&] { kernel(arguments...); });
  });
}

}  // namespace pancreas

#endif
