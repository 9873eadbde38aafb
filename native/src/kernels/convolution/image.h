#ifndef PANCREAS_KERNELS_CONVOLUTION_IMAGE_H
#define PANCREAS_KERNELS_CONVOLUTION_IMAGE_H

#include <cstdint>

namespace pancreas {

// A view of images of one size, [image][row][column][channel]. Whoever makes one for convolutions
// leaves a frame of zeros around each image, which nobody writes to: one row above and one column
// before it, and after it what completes the last tile of kTileSize and one more. So kernels of
// 3 x 3 and tiles read over the edges without asking.
struct Image {
  float* origin = nullptr;  // image 0, row 0, column 0, channel 0
  int64_t rows = 0;
  int64_t columns = 0;
  int64_t channels = 0;
  int64_t row_stride = 0;
  int64_t image_stride = 0;
};

// Convolutions make this many rows and columns at a time.
constexpr int64_t kTileSize = 4;

// Static, not inline: files for different instruction sets must not share a copy.
static inline float* pixel(const Image& image, int64_t index, int64_t row, int64_t column) {
  return image.origin + index * image.image_stride + row * image.row_stride +
         column * image.channels;
}

static inline int64_t tile_rows(const Image& image) {
  return (image.rows + kTileSize - 1) / kTileSize;
}

static inline int64_t tile_columns(const Image& image) {
  return (image.columns + kTileSize - 1) / kTileSize;
}

// The images from one on.
static inline Image images_from(Image image, int64_t index) {
  image.origin += index * image.image_stride;
  return image;
}

}  // namespace pancreas

#endif
