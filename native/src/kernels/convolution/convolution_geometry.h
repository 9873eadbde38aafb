#ifndef PANCREAS_KERNELS_CONVOLUTION_CONVOLUTION_GEOMETRY_H
#define PANCREAS_KERNELS_CONVOLUTION_CONVOLUTION_GEOMETRY_H

#include <cstdint>

#include "common/host_device.h"

namespace pancreas {

// A convolution as a product of matrices: a row of the first matrix is what one pixel sees, made
// of groups of kTapChannels input channels, each from one place of the kernel (a tap). Images are
// [slice][row][column][channel].
inline constexpr int32_t kTapChannels = 8;

// One group of input channels: the source pixel, relative to the pixel's own, and its first channel
// among those of both sources together. kNoTap: nothing, where the matrix is filled up.
struct alignas(8) Tap {
  int16_t row;
  int16_t column;
  int32_t channel;
};

inline constexpr int32_t kNoTap = -1;

// The pixels that a product goes over, and where each reads and writes. Images have fewer than 2^31
// pixels.
struct ConvolutionGeometry {
  int32_t slices;
  int32_t rows;  // of the pixels: those of the target, or of the source where it is transposed
  int32_t columns;
  int32_t source_rows;
  int32_t source_columns;
  int32_t source_step;  // 2 for a stride of 2
  int32_t first_in;     // channels of the first source; multiples of kTapChannels
  int32_t second_in;    // channels of the second, which follow as if concatenated; 0 for none
  int32_t target_step;  // 2 where transposed: each pixel makes 2 x 2 targets, in four products
  int32_t target_row;   // which of them
  int32_t target_column;
  int32_t out;
  // Whether pixels are counted in windows of 2 x 2, four in turn, so that max-pooling finds them
  // side by side; rows and columns are even then.
  bool windows;
};

struct Pixel {
  int32_t slice;
  int32_t row;
  int32_t column;
};

PNC_HOST_DEVICE inline int64_t pixel_count(const ConvolutionGeometry& g) {
  return static_cast<int64_t>(g.slices) * g.rows * g.columns;
}

// Pixel number `index` of a product.
PNC_HOST_DEVICE inline Pixel pixel_at(const ConvolutionGeometry& g, int64_t index) {
  if (!g.windows) {
    const auto in_slice = static_cast<int32_t>(index % (g.rows * g.columns));
    return {static_cast<int32_t>(index / (g.rows * g.columns)), in_slice / g.columns,
            in_slice % g.columns};
  }
  const int32_t columns = g.columns / 2;
  const int32_t windows = g.rows / 2 * columns;
  const int64_t window = index / 4;
  const auto corner = static_cast<int32_t>(index % 4);
  const auto in_slice = static_cast<int32_t>(window % windows);
  return {static_cast<int32_t>(window / windows), in_slice / columns * 2 + corner / 2,
          in_slice % columns * 2 + corner % 2};
}

// What a pixel reads around: rows and columns of the source, and the place of that source pixel.
struct SourcePixel {
  int32_t row;
  int32_t column;
  int32_t place;
};

PNC_HOST_DEVICE inline SourcePixel source_pixel(const ConvolutionGeometry& g, const Pixel& pixel) {
  const int32_t row = pixel.row * g.source_step;
  const int32_t column = pixel.column * g.source_step;
  return {row, column, (pixel.slice * g.source_rows + row) * g.source_columns + column};
}

// Where a group of channels lies in its source, in values from its beginning; negative if it is
// outside the image, and so zeros. `second` receives whether it is the second source.
PNC_HOST_DEVICE inline int64_t source_offset(const ConvolutionGeometry& g, const SourcePixel& pixel,
                                             const Tap& tap, bool* second) {
  const int32_t row = pixel.row + tap.row;
  const int32_t column = pixel.column + tap.column;
  *second = tap.channel >= g.first_in;
  if (tap.channel == kNoTap || row < 0 || row >= g.source_rows || column < 0 ||
      column >= g.source_columns) {
    return -1;
  }
  const int64_t place = pixel.place + tap.row * g.source_columns + tap.column;
  return *second ? place * g.second_in + (tap.channel - g.first_in)
                 : place * g.first_in + tap.channel;
}

// Where a pixel's result begins in the target.
PNC_HOST_DEVICE inline int64_t target_offset(const ConvolutionGeometry& g, const Pixel& pixel) {
  const int64_t row = static_cast<int64_t>(pixel.row) * g.target_step + g.target_row;
  const int64_t column = static_cast<int64_t>(pixel.column) * g.target_step + g.target_column;
  const int64_t rows = static_cast<int64_t>(g.rows) * g.target_step;
  const int64_t columns = static_cast<int64_t>(g.columns) * g.target_step;
  return ((pixel.slice * rows + row) * columns + column) * g.out;
}

// Which of the 16 biases a pixel of the target takes whose kernel reaches beyond the image: 1 above
// it, 2 below, 4 to the left, 8 to the right. As kBorderCases of winograd.h.
PNC_HOST_DEVICE inline int32_t border_case(const ConvolutionGeometry& g, const Pixel& pixel) {
  return (pixel.row == 0 ? 1 : 0) | (pixel.row == g.rows - 1 ? 2 : 0) |
         (pixel.column == 0 ? 4 : 0) | (pixel.column == g.columns - 1 ? 8 : 0);
}

}  // namespace pancreas

#endif
