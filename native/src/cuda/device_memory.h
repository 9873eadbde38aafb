#ifndef PANCREAS_CUDA_DEVICE_MEMORY_H
#define PANCREAS_CUDA_DEVICE_MEMORY_H

#include <cuda_runtime_api.h>

#include <cstddef>
#include <memory>

#include "cuda/status.h"

namespace pancreas {

struct FreeOnDevice {
  void operator()(void* memory) const { cudaFree(memory); }
};
struct FreePinned {
  void operator()(void* memory) const { cudaFreeHost(memory); }
};
struct DestroyStream {
  void operator()(cudaStream_t stream) const { cudaStreamDestroy(stream); }
};
struct DestroyEvent {
  void operator()(cudaEvent_t event) const { cudaEventDestroy(event); }
};
struct DestroyGraph {
  void operator()(cudaGraphExec_t graph) const { cudaGraphExecDestroy(graph); }
};

// Owners of what CUDA hands out. All throw DeviceError where there is none.
using DeviceMemory = std::unique_ptr<void, FreeOnDevice>;
using PinnedMemory = std::unique_ptr<void, FreePinned>;
using Stream = std::unique_ptr<CUstream_st, DestroyStream>;
using Event = std::unique_ptr<CUevent_st, DestroyEvent>;
using GraphExec = std::unique_ptr<CUgraphExec_st, DestroyGraph>;

inline DeviceMemory allocate_on_device(size_t bytes) {
  void* memory = nullptr;
  check(cudaMalloc(&memory, bytes), "GPU memory");
  return DeviceMemory(memory);
}

// Returns when the GPU has it, for kernels of all streams.
inline void copy_to_device(void* to, const void* from, size_t bytes, const char* what) {
  check(cudaMemcpy(to, from, bytes, cudaMemcpyHostToDevice), what);
  // Of memory that is not pinned, the last part may still be on its way.
  check(cudaStreamSynchronize(nullptr), what);
}

inline PinnedMemory allocate_pinned(size_t bytes) {
  void* memory = nullptr;
  check(cudaMallocHost(&memory, bytes), "memory for copies to the GPU");
  return PinnedMemory(memory);
}

inline Stream make_stream() {
  cudaStream_t stream = nullptr;
  check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "stream");
  return Stream(stream);
}

inline Event make_event() {
  cudaEvent_t event = nullptr;
  check(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "event");
  return Event(event);
}

}  // namespace pancreas

#endif
