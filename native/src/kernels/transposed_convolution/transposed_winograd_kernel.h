// For one instruction set; see transposed_winograd.h.
#ifndef PANCREAS_KERNELS_TRANSPOSED_CONVOLUTION_TRANSPOSED_WINOGRAD_KERNEL_H
#define PANCREAS_KERNELS_TRANSPOSED_CONVOLUTION_TRANSPOSED_WINOGRAD_KERNEL_H

#include "kernels/convolution/winograd_kernel.h"
#include "kernels/transposed_convolution/transposed_winograd.h"

namespace pancreas {
namespace PANCREAS_ISA {

template <class Wide, int kPhase>
PANCREAS_INLINE typename Wide::Vector phase_product(const float* products, int64_t point_stride,
                                                    int64_t channels, int point) {
  return phase_has_point(kPhase, point) ? Wide::load_from(products + point * point_stride +
                                                          phases_before(kPhase, point) * channels)
                                        : Wide::all(0.0f);
}

// One vector's channels of a phase of one tile: pixels[4 * row + column].
template <class Wide, int kPhase, class Vec = typename Wide::Vector>
PANCREAS_INLINE void transform_phase_tile(const float* products, int64_t point_stride,
                                          int64_t channels, Vec* pixels) {
  Vec columns[kTileSize * kWinogradSize];
#pragma GCC unroll 6
  for (int j = 0; j < kWinogradSize; ++j) {
    Vec m[kWinogradSize];
#pragma GCC unroll 6
    for (int i = 0; i < kWinogradSize; ++i) {
      m[i] = phase_product<Wide, kPhase>(products, point_stride, channels, i * kWinogradSize + j);
    }
    transform_output<Wide>(m, columns + j, kWinogradSize);
  }
#pragma GCC unroll 4
  for (int i = 0; i < kTileSize; ++i) {
    transform_output<Wide>(columns + i * kWinogradSize, pixels + i * kTileSize, 1);
  }
}

template <int kPhase>
void write_phase(const float* products, int64_t point_stride, const float* bias, int64_t rows,
                 int64_t columns, float* target, int64_t row_stride, int64_t channels) {
  float* first = target + kPhase / 2 * row_stride + kPhase % 2 * channels;
  for_channels(channels, [&](int64_t channel, auto wide) PANCREAS_INLINE_LAMBDA {
    using Wide = decltype(wide);
    typename Wide::Vector pixels[kTileSize * kTileSize];
    transform_phase_tile<Wide, kPhase>(products + channel, point_stride, channels, pixels);
    const typename Wide::Vector b = Wide::load_from(bias + channel);
    for (int64_t i = 0; i < rows; ++i) {
      for (int64_t j = 0; j < columns; ++j) {
        store(first + 2 * i * row_stride + 2 * j * channels + channel,
              pixels[i * kTileSize + j] + b);
      }
    }
  });
}

inline void transposed_output(TransformedTiles products, Tiles tiles, const float* bias,
                              const Image& source, const Image& target) {
  const int64_t channels = target.channels;
  for (int64_t t = 0; t < tiles.count; ++t) {
    const TilePlace place = tile_place(source, tiles.first + t);
    const int64_t rows = at_most(kTileSize, source.rows - place.row);
    const int64_t columns = at_most(kTileSize, source.columns - place.column);
    const float* tile = products.values + t * products.tile_stride;
    float* out = pixel(target, place.image, 2 * place.row, 2 * place.column);
    const int64_t stride = products.point_stride;
    prefetch<Use::kWrite>(out + 2 * kTileSize * channels, 2 * rows, 2 * kTileSize * channels,
                          target.row_stride);
    write_phase<0>(tile, stride, bias, rows, columns, out, target.row_stride, channels);
    write_phase<1>(tile, stride, bias, rows, columns, out, target.row_stride, channels);
    write_phase<2>(tile, stride, bias, rows, columns, out, target.row_stride, channels);
    write_phase<3>(tile, stride, bias, rows, columns, out, target.row_stride, channels);
  }
}

}  // namespace PANCREAS_ISA
}  // namespace pancreas

#endif
