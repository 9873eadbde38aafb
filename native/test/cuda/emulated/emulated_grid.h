// The threads of a kernel on the CPU: one after the other, each until it waits for others. So the
// kernels themselves run where there is no GPU, in an order that no GPU would take.
#ifndef PANCREAS_TEST_CUDA_EMULATED_GRID_H
#define PANCREAS_TEST_CUDA_EMULATED_GRID_H

#include <vector_types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace pancreas_test {

// What a kernel may ask where it runs; the same for all of a block but for the thread.
extern dim3 grid_blocks;
extern uint3 block_index;
extern uint3 thread_index;

// Runs a kernel's function for all threads of a grid. Ends the program where a GPU would refuse the
// grid, or would wait for ever or do what is not defined.
void run_grid(const dim3& blocks, unsigned threads, size_t shared_bytes,
              const std::function<void()>& thread);

// The block's shared memory of the size that the launch gave.
unsigned char* block_memory();

// Returns when all threads of the block have called it.
void wait_for_block();

// What each of the 32 threads of the warp gave, once all have.
const uint32_t* exchange_in_warp(uint32_t value);

// The place of the calling thread in its warp.
inline int lane() { return static_cast<int>(thread_index.x) % 32; }

// 16 bytes on their way to shared memory.
struct AsyncCopy {
  void* to;
  const void* from;  // null for zeros
};

// Those that the calling thread has begun, in groups; the last one still grows.
std::vector<std::vector<AsyncCopy>>& copies_of_thread();

// Ends the program: a kernel did what is not allowed.
[[noreturn]] void not_allowed(const char* what);

}  // namespace pancreas_test

#endif
