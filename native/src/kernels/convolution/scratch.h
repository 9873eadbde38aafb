#ifndef PANCREAS_KERNELS_CONVOLUTION_SCRATCH_H
#define PANCREAS_KERNELS_CONVOLUTION_SCRATCH_H

#include <algorithm>
#include <cstdint>

namespace pancreas {

// Seconds of a thread's time that the stages of convolutions took.
struct StageTimes {
  double input = 0;    // the input transform
  double product = 0;  // the matrix products
  double output = 0;   // the output transform with what follows
};

// Working memory in floats.
struct ScratchSize {
  int64_t inputs = 0;
  int64_t products = 0;

  ScratchSize larger(ScratchSize other) const {
    return {std::max(inputs, other.inputs), std::max(products, other.products)};
  }
};

// The working memory of one thread, for any convolutions one after the other.
struct Scratch {
  float* inputs = nullptr;
  float* products = nullptr;
  StageTimes* times = nullptr;  // counts where it is not null
};

}  // namespace pancreas

#endif
