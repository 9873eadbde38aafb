// Winograd's minimal filtering F(4 x 4, 3 x 3): A. Lavin and S. Gray, "Fast Algorithms for
// Convolutional Neural Networks", 2016 (arXiv:1509.09308), with the points 0, 1, -1, 2, -2 and
// infinity. An output tile of 4 x 4 takes 36 products of an input tile of 6 x 6 instead of 144.
#ifndef PANCREAS_KERNELS_CONVOLUTION_WINOGRAD_H
#define PANCREAS_KERNELS_CONVOLUTION_WINOGRAD_H

#include <cstdint>

#include "kernels/convolution/activation.h"
#include "kernels/convolution/image.h"

namespace pancreas {

constexpr int kWinogradSize = 6;
constexpr int kWinogradPoints = kWinogradSize * kWinogradSize;

// The transform of kernels, G: one row a point.
constexpr double kKernelTransform[kWinogradSize][3] = {
    {1.0 / 4, 0, 0},
    {-1.0 / 6, -1.0 / 6, -1.0 / 6},
    {-1.0 / 6, 1.0 / 6, -1.0 / 6},
    {1.0 / 24, 1.0 / 12, 1.0 / 6},
    {1.0 / 24, -1.0 / 12, 1.0 / 6},
    {0, 0, 1},
};

// Tiles by number: image after image, row after row.
struct Tiles {
  int64_t first;
  int64_t count;
};

// Transformed tiles: [point][tile][channel], points and tiles a stride apart.
struct TransformedTiles {
  float* values;
  int64_t point_stride;
  int64_t tile_stride;
};

// Transforms tiles of all of an image's channels. Where `scale` is not null, pixels are multiplied
// by it while they are read: an image with one channel and half the size.
using WinogradInputRoutine = void (*)(const Image& source, const Image* scale, Tiles tiles,
                                      TransformedTiles transformed);

// What follows a sum: + bias, activation, and a copy max-pooled by 2 x 2 where there is an image
// for it.
struct ConvolutionEnd {
  // [border][channel], of kBorderCases borders or only the first where !bias_of_borders.
  const float* bias;
  bool bias_of_borders;
  Activation activation;
  const Image* pooled;
};

// The borders of the image that a pixel lies at, as bits: first row, last row, first column, last
// column.
constexpr int kBorderCases = 16;

static inline int border_case(const Image& image, int64_t row, int64_t column) {
  return (row == 0 ? 1 : 0) + (row == image.rows - 1 ? 2 : 0) + (column == 0 ? 4 : 0) +
         (column == image.columns - 1 ? 8 : 0);
}

// Transforms products back and writes the tiles' pixels that lie in the image.
using WinogradOutputRoutine = void (*)(TransformedTiles products, Tiles tiles, ConvolutionEnd end,
                                       const Image& target);

}  // namespace pancreas

#endif
