#include "kernels/convolution/arena.h"

namespace pancreas {
namespace {

constexpr int64_t kCacheLine = 16;  // floats

}  // namespace

float* Arena::take(int64_t count) {
  float* part = block_ == nullptr ? nullptr : block_ + used_;
  used_ += (count + kCacheLine - 1) / kCacheLine * kCacheLine;
  return part;
}

Image Arena::take_images(int64_t images, int64_t rows, int64_t columns, int64_t channels) {
  Image image;
  image.rows = rows;
  image.columns = columns;
  image.channels = channels;
  image.row_stride = (tile_columns(image) * kTileSize + 2) * channels;
  image.image_stride = (tile_rows(image) * kTileSize + 2) * image.row_stride;
  float* part = take(images * image.image_stride);
  image.origin = part == nullptr ? nullptr : part + image.row_stride + channels;
  return image;
}

}  // namespace pancreas
