// Small steps on runs of pixels, [pixel][channel]; channels are a multiple of 8.
#ifndef PANCREAS_KERNELS_CONVOLUTION_PIXELS_H
#define PANCREAS_KERNELS_CONVOLUTION_PIXELS_H

#include <cstdint>

#include "kernels/convolution/image.h"

namespace pancreas {

struct PixelRoutines {
  // A 3 x 3 convolution of an image of one channel, rows [first, last): + bias, ReLU. The kernel is
  // [row][column][channel].
  void (*convolve_one_channel)(const Image& source, const float* kernel, const float* bias,
                               int64_t first_row, int64_t last_row, const Image& target);

  // pixels += bias
  void (*add_bias)(float* pixels, int64_t count, int64_t channels, const float* bias);

  // pixels = ReLU(pixels + bias)
  void (*add_bias_relu)(float* pixels, int64_t count, int64_t channels, const float* bias);

  // target[i] = the maximum of pixels 2 i and 2 i + 1 of both rows, for i in [0, count).
  void (*max_pool)(const float* row0, const float* row1, int64_t count, int64_t channels,
                   float* target);

  // target = source times scale[i / 2] for pixel i.
  void (*scale_pairs)(const float* source, const float* scale, int64_t count, int64_t channels,
                      float* target);

  // target[i] = the sum over channels of ReLU(pixels[i] + addend[i / repeat]) * weights.
  void (*add_relu_dot)(const float* pixels, const float* addend, int64_t repeat,
                       const float* weights, int64_t count, int64_t channels, float* target);
};

}  // namespace pancreas

#endif
