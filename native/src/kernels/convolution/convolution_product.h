#ifndef PANCREAS_KERNELS_CONVOLUTION_CONVOLUTION_PRODUCT_H
#define PANCREAS_KERNELS_CONVOLUTION_CONVOLUTION_PRODUCT_H

#include <cstdint>
#include <vector>

#include "kernels/convolution/convolution_geometry.h"
#include "kernels/convolution/kernel.h"

namespace pancreas {

// The second matrix of a convolution as a product of matrices, and what its rows mean: those of tap
// t are rows kTapChannels * t on.
struct ConvolutionProduct {
  std::vector<Tap> taps;
  std::vector<float> weights;  // [row][out], filled up with zeros
  int64_t padded_out;
};

// To what multiples a product is filled up, with kNoTap and zeros.
struct ProductPadding {
  int64_t taps;
  int64_t out;
};

// A "same" convolution of an odd size. Input channels are multiples of kTapChannels here and below.
ConvolutionProduct same_product(const Kernel& kernel, ProductPadding padding);

// A convolution of 2 x 2 with stride 2.
ConvolutionProduct halving_product(const Kernel& kernel, ProductPadding padding);

// The kernel of a transposed convolution of 4 x 4, whose weights Keras has as
// [row][column][out][in].
Kernel transposed_kernel(const float* weights, int64_t in, int64_t out);

// One of the four products of a transposed convolution of 4 x 4 with stride 2: the one that makes
// the targets (2 r + row, 2 c + column).
ConvolutionProduct doubling_product(const Kernel& kernel, int row, int column,
                                    ProductPadding padding);

}  // namespace pancreas

#endif
