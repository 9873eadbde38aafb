// Launches of kernels. For files that CUDA's compiler compiles; tests without a GPU have a header
// of the same name instead.
#ifndef PANCREAS_CUDA_LAUNCH_H
#define PANCREAS_CUDA_LAUNCH_H

#include <cuda_runtime.h>

#include <cstddef>

#include "cuda/status.h"

namespace pancreas {

// The shared memory whose size a launch gives, in a kernel; aligned for all that is done there.
template <typename Value>
__device__ Value* dynamic_shared_memory() {
  extern __shared__ __align__(128) unsigned char memory[];
  return reinterpret_cast<Value*>(memory);
}

// Adds a kernel to a stream; `what` names it in errors.
template <typename... Parameters, typename... Arguments>
void launch(const char* what, void (*kernel)(Parameters...), const dim3& blocks, unsigned threads,
            size_t shared_bytes, cudaStream_t stream, const Arguments&... arguments) {
  kernel<<<blocks, threads, shared_bytes, stream>>>(arguments...);
  check(cudaGetLastError(), what);
}

}  // namespace pancreas

#endif
