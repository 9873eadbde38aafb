#ifndef PANCREAS_KERNELS_CONVOLUTION_CONVOLUTION_REF_H
#define PANCREAS_KERNELS_CONVOLUTION_CONVOLUTION_REF_H

#include <cstdint>
#include <vector>

#include "kernels/convolution/kernel.h"

namespace pancreas {

// An image without a frame, [row][column][channel], in double. For tests.
struct PlainImage {
  int64_t rows;
  int64_t columns;
  int64_t channels;
  std::vector<double> values;

  PlainImage(int64_t rows_, int64_t columns_, int64_t channels_);
  double& at(int64_t row, int64_t column, int64_t channel);
  // 0 outside.
  double get(int64_t row, int64_t column, int64_t channel) const;
};

// A result and, for each value, the sum of the absolute values of what was added: rounding errors
// are in proportion to it.
struct ReferenceResult {
  PlainImage image;
  PlainImage magnitude;
};

// The channels of a and then those of b, multiplied by scale(row / 2, column / 2, 0).
PlainImage concat_scaled(const PlainImage& a, const PlainImage& b, const PlainImage& scale);

// A "same" convolution of an odd size without bias or ReLU, as it is defined.
ReferenceResult convolution_ref(const PlainImage& source, const Kernel& kernel);

// A convolution of 2 x 2 with stride 2 without bias, as it is defined; beyond an odd edge are
// zeros.
ReferenceResult halving_convolution_ref(const PlainImage& source, const Kernel& kernel);

// A transposed convolution of 4 x 4, stride 2, "same", as it is defined: source pixels are added to
// the target's. weights: [row][column][out][in]
ReferenceResult transposed_convolution_ref(const PlainImage& source,
                                           const std::vector<float>& weights, int64_t out);

}  // namespace pancreas

#endif
