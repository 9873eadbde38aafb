// Copies from the GPU's memory to shared memory that go on while a kernel does other things. From
// compute capability 8.0; before, they are done at once. For device code; tests without a GPU have
// a header of the same name instead.
#ifndef PANCREAS_CUDA_ASYNC_COPY_H
#define PANCREAS_CUDA_ASYNC_COPY_H

#include <cstdint>

namespace pancreas {

// Of one copy; both its ends are multiples of it.
inline constexpr int kCopyBytes = 16;

// Zeros where it is not valid; nothing is read then.
__device__ inline void begin_copy(void* shared, const void* global, bool valid) {
#if __CUDA_ARCH__ >= 800
  const auto address = static_cast<uint32_t>(__cvta_generic_to_shared(shared));
  // What is missing of 16 bytes becomes zeros.
  const int bytes = valid ? kCopyBytes : 0;
  // Through the first cache: pixels are read again by their neighbours.
  asm volatile("cp.async.ca.shared.global [%0], [%1], 16, %2;" ::"r"(address), "l"(global),
               "r"(bytes)
               : "memory");
#else
  *static_cast<uint4*>(shared) =
      valid ? *static_cast<const uint4*>(global) : make_uint4(0, 0, 0, 0);
#endif
}

// Makes a group of the thread's copies since the last group; it may be empty.
__device__ inline void end_group_of_copies() {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.commit_group;" ::: "memory");
#endif
}

// Waits until all but the latest of the thread's groups are there. Other threads see them after
// __syncthreads().
__device__ inline void wait_for_all_groups_but_one() {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.wait_group 1;" ::: "memory");
#endif
}

// Waits until all of the thread's copies are there; other threads see them as above.
__device__ inline void wait_for_all_copies() {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.wait_all;" ::: "memory");
#endif
}

}  // namespace pancreas

#endif
