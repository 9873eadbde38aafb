// For one instruction set; see pixels.h.
#ifndef PANCREAS_KERNELS_CONVOLUTION_PIXELS_KERNEL_H
#define PANCREAS_KERNELS_CONVOLUTION_PIXELS_KERNEL_H

#include "common/vectors.h"
#include "kernels/convolution/pixels.h"

namespace pancreas {
namespace PANCREAS_ISA {

inline void convolve_one_channel(const Image& source, const float* kernel, const float* bias,
                                 int64_t first_row, int64_t last_row, const Image& target) {
  const int64_t channels = target.channels;
  for_channels(channels, [&](int64_t channel, auto wide) PANCREAS_INLINE_LAMBDA {
    using Wide = decltype(wide);
    using Vec = typename Wide::Vector;
    Vec k[9];
    for (int i = 0; i < 9; ++i) {
      k[i] = Wide::load_from(kernel + i * channels + channel);
    }
    const Vec b = Wide::load_from(bias + channel);
    for (int64_t row = first_row; row < last_row; ++row) {
      const float* above = pixel(source, 0, row - 1, -1);
      float* out = pixel(target, 0, row, 0) + channel;
      for (int64_t column = 0; column < target.columns; ++column) {
        Vec even = b;
        Vec odd = Wide::all(0.0f);
#pragma GCC unroll 9
        for (int i = 0; i < 9; ++i) {
          const Vec x = Wide::all(above[i / 3 * source.row_stride + column + i % 3]);
          if (i % 2 == 0) {
            even = multiply_add(x, k[i], even);
          } else {
            odd = multiply_add(x, k[i], odd);
          }
        }
        store(out + column * channels, relu<Wide>(even + odd));
      }
    }
  });
}

inline void add_bias(float* pixels, int64_t count, int64_t channels, const float* bias) {
  for (int64_t i = 0; i < count; ++i) {
    for_channels(channels, [&](int64_t channel, auto wide) PANCREAS_INLINE_LAMBDA {
      using Wide = decltype(wide);
      float* p = pixels + i * channels + channel;
      store(p, Wide::load_from(p) + Wide::load_from(bias + channel));
    });
  }
}

inline void add_bias_relu(float* pixels, int64_t count, int64_t channels, const float* bias) {
  for (int64_t i = 0; i < count; ++i) {
    for_channels(channels, [&](int64_t channel, auto wide) PANCREAS_INLINE_LAMBDA {
      using Wide = decltype(wide);
      float* p = pixels + i * channels + channel;
      store(p, relu<Wide>(Wide::load_from(p) + Wide::load_from(bias + channel)));
    });
  }
}

inline void max_pool(const float* row0, const float* row1, int64_t count, int64_t channels,
                     float* target) {
  for (int64_t i = 0; i < count; ++i) {
    for_channels(channels, [&](int64_t channel, auto wide) PANCREAS_INLINE_LAMBDA {
      using Wide = decltype(wide);
      const float* p0 = row0 + 2 * i * channels + channel;
      const float* p1 = row1 + 2 * i * channels + channel;
      store(target + i * channels + channel,
            larger(larger(Wide::load_from(p0), Wide::load_from(p0 + channels)),
                   larger(Wide::load_from(p1), Wide::load_from(p1 + channels))));
    });
  }
}

inline void scale_pairs(const float* source, const float* scale, int64_t count, int64_t channels,
                        float* target) {
  for (int64_t i = 0; i < count; ++i) {
    for_channels(channels, [&](int64_t channel, auto wide) PANCREAS_INLINE_LAMBDA {
      using Wide = decltype(wide);
      const auto factor = Wide::all(scale[i / 2]);
      store(target + i * channels + channel,
            Wide::load_from(source + i * channels + channel) * factor);
    });
  }
}

inline void add_relu_dot(const float* pixels, const float* addend, int64_t repeat,
                         const float* weights, int64_t count, int64_t channels, float* target) {
  for (int64_t i = 0; i < count; ++i) {
    const float* other = addend + i / repeat * channels;
    Vec8 total = zero();
    for (int64_t channel = 0; channel < channels; channel += 8) {
      const Vec8 x = relu<EightWide>(load(pixels + i * channels + channel) + load(other + channel));
      total = multiply_add(x, load(weights + channel), total);
    }
    target[i] = sum(total);
  }
}

constexpr PixelRoutines kPixelRoutines = {
    convolve_one_channel, add_bias, add_bias_relu, max_pool, scale_pairs, add_relu_dot};

}  // namespace PANCREAS_ISA
}  // namespace pancreas

#endif
