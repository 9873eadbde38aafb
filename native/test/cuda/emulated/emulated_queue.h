#ifndef PANCREAS_TEST_CUDA_EMULATED_QUEUE_H
#define PANCREAS_TEST_CUDA_EMULATED_QUEUE_H

#include <cuda_runtime_api.h>

#include <atomic>
#include <cstddef>
#include <functional>

namespace pancreas_test {

// Adds a kernel's work to a stream or, while that is being captured, notes it for the graph.
void enqueue(cudaStream_t stream, std::function<void()> work);

// Bytes of the emulated GPU.
extern size_t emulated_memory;

// How many convolutions the emulated cuDNN has been asked for.
extern std::atomic<int> cudnn_runs;

}  // namespace pancreas_test

#endif
