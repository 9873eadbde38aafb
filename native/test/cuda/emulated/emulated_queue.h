#ifndef PANCREAS_TEST_CUDA_EMULATED_QUEUE_H
#define PANCREAS_TEST_CUDA_EMULATED_QUEUE_H

#include <functional>

namespace pancreas_test {

// Does a kernel's work at once or, while a stream is being captured, notes it for the graph.
void enqueue(std::function<void()> work);

// How many convolutions the emulated cuDNN has been asked for.
extern int cudnn_runs;

}  // namespace pancreas_test

#endif
