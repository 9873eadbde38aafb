#ifndef PANCREAS_KERNELS_CONVOLUTION_REFERENCE_CONVOLUTION_H
#define PANCREAS_KERNELS_CONVOLUTION_REFERENCE_CONVOLUTION_H

#include <cstdint>

namespace pancreas {

enum class ConvolutionKind { k1x1, k3x3, k2x2Stride2, kTransposed4x4Stride2 };

// One call, checked; layouts as pancreas.h has them.
struct Convolution {
  ConvolutionKind kind;
  const float* source;
  int64_t slices;
  int64_t rows;
  int64_t columns;
  int64_t inputs;
  const float* kernel;
  const float* bias;  // may be null
  int64_t outputs;
  int32_t activation;
  float* target;
  int32_t threads;

  int64_t kernel_size() const;
  int64_t target_rows() const { return target_length(rows); }
  int64_t target_columns() const { return target_length(columns); }

 private:
  int64_t target_length(int64_t source_length) const;
};

// One way to convolve.
struct ConvolutionRoutine {
  const char* name;
  // Whether this CPU can, and the code is made for such kinds and channels.
  bool (*handles)(const Convolution& convolution);
  // Throws std::bad_alloc before anything is written.
  void (*run)(const Convolution& convolution);
};

// Sums in double in the order of the definition; handles everything.
extern const ConvolutionRoutine kConvolutionReference;

// The first of the ordered list that handles a call.
const ConvolutionRoutine& convolution_routine(const Convolution& convolution);

}  // namespace pancreas

#endif
