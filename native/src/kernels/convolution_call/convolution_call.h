#ifndef PANCREAS_KERNELS_CONVOLUTION_CALL_CONVOLUTION_CALL_H
#define PANCREAS_KERNELS_CONVOLUTION_CALL_CONVOLUTION_CALL_H

#include <cstdint>
#include <string>
#include <vector>

namespace pancreas {

// Channels of a vector of the fast code.
constexpr int64_t kConvolutionVector = 8;

enum class ConvolutionKind { k1x1, k3x3, k2x2Stride2, kTransposed4x4Stride2 };

// One call, checked; layouts as pancreas.h has them.
struct ConvolutionCall {
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
  // With the instruction set, where it depends on that.
  std::string (*name)();
  // Whether the code is made for such kinds and channels; reads none of the arrays.
  bool (*handles)(const ConvolutionCall& convolution);
  // Throws std::bad_alloc before anything is written.
  void (*run)(const ConvolutionCall& convolution);
};

// The bias, or as many zeros.
std::vector<float> bias_or_zeros(const ConvolutionCall& convolution);

// Whether the outputs fill vectors, and there are not too many channels to pack the weights.
bool fits_vectors(const ConvolutionCall& convolution);

// 3x3 and transposed 4x4 by Winograd's F(4x4, 3x3), where the inputs fill vectors.
extern const ConvolutionRoutine kConvolutionWinograd;

// 3x3 and transposed 4x4 as matrix products of kernel rows.
extern const ConvolutionRoutine kConvolutionDirect;

// 1x1 and 2x2 as matrix products.
extern const ConvolutionRoutine kConvolutionGemm;

// Sums in double in the order of the definition; handles everything.
extern const ConvolutionRoutine kConvolutionReference;

// The first of the ordered list that handles a call.
const ConvolutionRoutine& convolution_routine(const ConvolutionCall& convolution);

}  // namespace pancreas

#endif
