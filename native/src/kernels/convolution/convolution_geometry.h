#ifndef PANCREAS_KERNELS_CONVOLUTION_CONVOLUTION_GEOMETRY_H
#define PANCREAS_KERNELS_CONVOLUTION_CONVOLUTION_GEOMETRY_H

#include <cstdint>

#include "common/divider.h"
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

PNC_HOST_DEVICE inline int32_t pixel_count(const ConvolutionGeometry& g) {
  return g.slices * g.rows * g.columns;
}

// In which order a product goes over its pixels.
struct PixelOrder {
  bool windows;
  Divider columns;  // of pixels, or of windows
  Divider rows;

  explicit PixelOrder(const ConvolutionGeometry& g)
      : windows(g.windows),
        columns(windows ? g.columns / 2 : g.columns),
        rows(windows ? g.rows / 2 : g.rows) {}
};

// Pixel number `index` of a product.
PNC_HOST_DEVICE inline Pixel pixel_at(const PixelOrder& order, int32_t index) {
  const int32_t unit = order.windows ? index / 4 : index;
  const int32_t line = order.columns.quotient(unit);
  const int32_t column = unit - line * order.columns.divisor();
  const int32_t slice = order.rows.quotient(line);
  const int32_t row = line - slice * order.rows.divisor();
  if (!order.windows) {
    return {slice, row, column};
  }
  return {slice, 2 * row + index % 4 / 2, 2 * column + index % 2};
}

// The pixel of the source that a pixel reads around: its place, and which of those around it are
// inside the image (see bit_of).
struct SourcePixel {
  int32_t place;
  uint32_t inside;
};

// The bit of a neighbour, so many rows and columns away: -1, 0 or 1.
PNC_HOST_DEVICE constexpr uint32_t bit_of(int32_t row, int32_t column) {
  return 1u << (3 * row + column + 4);
}

PNC_HOST_DEVICE inline SourcePixel source_pixel(const ConvolutionGeometry& g, const Pixel& pixel) {
  constexpr uint32_t kColumn = bit_of(-1, 0) | bit_of(0, 0) | bit_of(1, 0);
  constexpr uint32_t kRow = bit_of(0, -1) | bit_of(0, 0) | bit_of(0, 1);
  const int32_t row = pixel.row * g.source_step;
  const int32_t column = pixel.column * g.source_step;
  uint32_t outside = 0;
  outside |= row == 0 ? kRow >> 3 : 0;
  outside |= row + 1 == g.source_rows ? kRow << 3 : 0;
  outside |= column == 0 ? kColumn >> 1 : 0;
  outside |= column + 1 == g.source_columns ? kColumn << 1 : 0;
  constexpr uint32_t kAll = kRow >> 3 | kRow | kRow << 3;
  return {(pixel.slice * g.source_rows + row) * g.source_columns + column, kAll & ~outside};
}

// What a tap means for all pixels.
struct TapOffset {
  bool second;     // of the sources
  int32_t values;  // from the source pixel's own in that source
  uint32_t bit;    // one of SourcePixel::inside has to be there, or it is zeros
};

PNC_HOST_DEVICE inline TapOffset tap_offset(const ConvolutionGeometry& g, const Tap& tap) {
  const bool second = tap.channel >= g.first_in;
  const int32_t pixels = tap.row * g.source_columns + tap.column;
  return {
      second,
      second ? pixels * g.second_in + tap.channel - g.first_in : pixels * g.first_in + tap.channel,
      tap.channel == kNoTap ? 0 : bit_of(tap.row, tap.column)};
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
