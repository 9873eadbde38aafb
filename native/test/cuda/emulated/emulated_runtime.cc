// CUDA's runtime as far as the engine uses it, on the CPU, so that the engine's own code runs where
// there is no GPU. What is added to a stream happens as late as it may: when somebody waits for it.
// So who reads results too early, or changes too early what is still to be read, shows.
#include <cuda_runtime_api.h>

#include <cstdlib>
#include <cstring>
#include <deque>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "emulated_queue.h"

using Work = std::function<void()>;

struct CUgraph_st {
  std::vector<Work> work;
};
struct CUgraphExec_st {
  std::vector<Work> work;
};
struct CUstream_st {
  std::deque<Work> work;
  std::unique_ptr<CUgraph_st> captured;  // while it is
};
// Happens in the stream that it was recorded in last.
struct CUevent_st {
  cudaStream_t stream = nullptr;
  std::shared_ptr<bool> happened = std::make_shared<bool>(true);
};

namespace pancreas_test {

size_t emulated_memory = size_t{2} << 30;

}  // namespace pancreas_test

namespace {

std::recursive_mutex one_call_at_a_time;
std::set<cudaStream_t> streams;
std::map<const char*, size_t> on_gpu;  // address -> bytes
std::map<const char*, size_t> pinned;

using Lock = std::lock_guard<std::recursive_mutex>;

bool is_pinned(const void* memory) {
  const auto* address = static_cast<const char*>(memory);
  const auto after = pinned.upper_bound(address);
  return after != pinned.begin() && address < std::prev(after)->first + std::prev(after)->second;
}

void run_next(CUstream_st& stream) {
  const Work work = std::move(stream.work.front());
  stream.work.pop_front();
  work();
}

void drain(CUstream_st& stream) {
  while (!stream.work.empty()) {
    run_next(stream);
  }
}

void wait_for(cudaStream_t stream, const bool& happened) {
  while (!happened) {
    run_next(*stream);
  }
}

size_t used() {
  size_t bytes = 0;
  for (const auto& [address, size] : on_gpu) {
    bytes += size;
  }
  return bytes;
}

// Filled with NaN: what is read before it is written shows.
void* take(size_t bytes, std::map<const char*, size_t>& owners) {
  void* memory = std::malloc(bytes);
  if (memory != nullptr) {
    std::memset(memory, 0xff, bytes);
    owners[static_cast<char*>(memory)] = bytes;
  }
  return memory;
}

// Waits for all streams, as the real one does.
void give(void* memory, std::map<const char*, size_t>& owners) {
  for (const cudaStream_t stream : streams) {
    drain(*stream);
  }
  owners.erase(static_cast<char*>(memory));
  std::free(memory);
}

}  // namespace

namespace pancreas_test {

void enqueue(cudaStream_t stream, Work work) {
  const Lock lock(one_call_at_a_time);
  if (stream->captured != nullptr) {
    stream->captured->work.push_back(std::move(work));
  } else {
    stream->work.push_back(std::move(work));
  }
}

}  // namespace pancreas_test

using pancreas_test::emulated_memory;
using pancreas_test::enqueue;

extern "C" {

const char* cudaGetErrorString(cudaError_t error) {
  return error == cudaErrorMemoryAllocation ? "out of memory" : "failed";
}
cudaError_t cudaGetLastError() { return cudaSuccess; }
cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) { return device == 0 ? cudaSuccess : cudaErrorInvalidDevice; }
cudaError_t cudaGetDeviceCount(int* count) {
  *count = 1;
  return cudaSuccess;
}
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
  *value = attribute == cudaDevAttrComputeCapabilityMajor ? 7 : 5;
  return cudaSuccess;
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  if (device != 0) {
    return cudaErrorInvalidDevice;
  }
  *properties = {};
  std::strcpy(properties->name, "emulated");
  properties->major = 7;
  properties->minor = 5;
  properties->multiProcessorCount = 1;
  properties->totalGlobalMem = emulated_memory;
  return cudaSuccess;
}
cudaError_t cudaMemGetInfo(size_t* free, size_t* total) {
  const Lock lock(one_call_at_a_time);
  *free = emulated_memory - used();
  *total = emulated_memory;
  return cudaSuccess;
}
cudaError_t cudaMalloc(void** memory, size_t bytes) {
  const Lock lock(one_call_at_a_time);
  *memory = used() + bytes > emulated_memory ? nullptr : take(bytes, on_gpu);
  return *memory == nullptr ? cudaErrorMemoryAllocation : cudaSuccess;
}
cudaError_t cudaFree(void* memory) {
  const Lock lock(one_call_at_a_time);
  give(memory, on_gpu);
  return cudaSuccess;
}
cudaError_t cudaMallocHost(void** memory, size_t bytes) {
  const Lock lock(one_call_at_a_time);
  *memory = take(bytes, pinned);
  return *memory == nullptr ? cudaErrorMemoryAllocation : cudaSuccess;
}
cudaError_t cudaFreeHost(void* memory) {
  const Lock lock(one_call_at_a_time);
  give(memory, pinned);
  return cudaSuccess;
}
cudaError_t cudaPointerGetAttributes(cudaPointerAttributes* attributes, const void* memory) {
  const Lock lock(one_call_at_a_time);
  *attributes = {};
  attributes->type = is_pinned(memory) ? cudaMemoryTypeHost : cudaMemoryTypeUnregistered;
  return cudaSuccess;
}
// Streams that do not wait for this one are not waited for either.
cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes, cudaMemcpyKind) {
  std::memcpy(to, from, bytes);
  return cudaSuccess;
}
// Of memory that is not pinned: it is read at once, and written before the call returns.
cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  const Lock lock(one_call_at_a_time);
  if (kind == cudaMemcpyHostToDevice && !is_pinned(from)) {
    const auto* first = static_cast<const char*>(from);
    enqueue(stream, [to, values = std::vector<char>(first, first + bytes)] {
      std::memcpy(to, values.data(), values.size());
    });
    return cudaSuccess;
  }
  enqueue(stream, [=] { std::memcpy(to, from, bytes); });
  if (kind == cudaMemcpyDeviceToHost && !is_pinned(to)) {
    drain(*stream);
  }
  return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void* memory, int value, size_t bytes, cudaStream_t stream) {
  enqueue(stream, [=] { std::memset(memory, value, bytes); });
  return cudaSuccess;
}
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  const Lock lock(one_call_at_a_time);
  *stream = new CUstream_st;
  streams.insert(*stream);
  return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  const Lock lock(one_call_at_a_time);
  drain(*stream);
  streams.erase(stream);
  delete stream;
  return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  const Lock lock(one_call_at_a_time);
  if (stream != nullptr) {
    drain(*stream);
  }
  return cudaSuccess;
}
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  enqueue(stream,
          [other = event->stream, happened = event->happened] { wait_for(other, *happened); });
  return cudaSuccess;
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = new CUevent_st;
  return cudaSuccess;
}
cudaError_t cudaEventCreate(cudaEvent_t* event) { return cudaEventCreateWithFlags(event, 0); }
// All work takes as long.
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t, cudaEvent_t) {
  *milliseconds = 1;
  return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  const Lock lock(one_call_at_a_time);
  event->stream = stream;
  event->happened = std::make_shared<bool>(false);
  enqueue(stream, [happened = event->happened] { *happened = true; });
  return cudaSuccess;
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  const Lock lock(one_call_at_a_time);
  wait_for(event->stream, *event->happened);
  return cudaSuccess;
}
cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  const Lock lock(one_call_at_a_time);
  stream->captured = std::make_unique<CUgraph_st>();
  return cudaSuccess;
}
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  const Lock lock(one_call_at_a_time);
  *graph = stream->captured.release();
  return cudaSuccess;
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* exec, cudaGraph_t graph, unsigned long long) {
  *exec = new CUgraphExec_st{graph->work};
  return cudaSuccess;
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete graph;
  return cudaSuccess;
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec) {
  delete exec;
  return cudaSuccess;
}
cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream) {
  enqueue(stream, [work = exec->work] {
    for (const Work& step : work) {
      step();
    }
  });
  return cudaSuccess;
}

}  // extern "C"
