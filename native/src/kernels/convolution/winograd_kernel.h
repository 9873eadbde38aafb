// The transforms of Winograd's algorithm for one instruction set; see winograd.h.
#ifndef PANCREAS_KERNELS_CONVOLUTION_WINOGRAD_KERNEL_H
#define PANCREAS_KERNELS_CONVOLUTION_WINOGRAD_KERNEL_H

#include "common/vectors.h"
#include "kernels/convolution/winograd.h"

namespace pancreas {
namespace PANCREAS_ISA {

// Where a tile lies.
struct TilePlace {
  int64_t image;
  int64_t row;     // its first pixel's
  int64_t column;  // its first pixel's
};

PANCREAS_INLINE TilePlace tile_place(const Image& image, int64_t tile) {
  const int64_t across = tile_columns(image);
  const int64_t in_image = tile_rows(image) * across;
  const int64_t rest = tile % in_image;
  return {tile / in_image, rest / across * kTileSize, rest % across * kTileSize};
}

PANCREAS_INLINE int64_t at_most(int64_t value, int64_t limit) {
  return value < limit ? value : limit;
}

// The transform of an input, B^T, along one axis; results go to out[0], out[stride], ...
template <class Wide, class Vec = typename Wide::Vector>
PANCREAS_INLINE void transform_input(const Vec* in, Vec* out, int stride) {
  const Vec two = Wide::all(2.0f);
  const Vec four = Wide::all(4.0f);
  const Vec five = Wide::all(5.0f);
  const Vec a = subtract_product(four, in[2], in[4]);
  const Vec b = subtract_product(four, in[1], in[3]);
  const Vec c = in[4] - in[2];
  const Vec d = in[3] - in[1];
  out[0] = multiply_add(four, in[0], subtract_product(five, in[2], in[4]));
  out[stride] = a + b;
  out[2 * stride] = a - b;
  out[3 * stride] = multiply_add(two, d, c);
  out[4 * stride] = subtract_product(two, d, c);
  out[5 * stride] = multiply_add(four, in[1], subtract_product(five, in[3], in[5]));
}

// The transform of an output, A^T, along one axis.
template <class Wide, class Vec = typename Wide::Vector>
PANCREAS_INLINE void transform_output(const Vec* in, Vec* out, int stride) {
  const Vec a = in[1] + in[2];
  const Vec b = in[1] - in[2];
  const Vec c = in[3] + in[4];
  const Vec d = in[3] - in[4];
  out[0] = in[0] + a + c;
  out[stride] = multiply_add(Wide::all(2.0f), d, b);
  out[2 * stride] = multiply_add(Wide::all(4.0f), c, a);
  out[3 * stride] = multiply_add(Wide::all(8.0f), d, b) + in[5];
}

// One vector's channels of one tile. The scale's pixels lie under the tile's rows -1; 0, 1; 2,
// 3; 4.
template <class Wide, bool kScaled>
PANCREAS_INLINE void transform_input_tile(const float* source, int64_t pixel_stride,
                                          int64_t row_stride, const float* scale,
                                          int64_t scale_stride, float* out, int64_t point_stride) {
  using Vec = typename Wide::Vector;
  Vec columns[kWinogradPoints];
#pragma GCC unroll 6
  for (int j = 0; j < kWinogradSize; ++j) {
    const float* p = source + j * pixel_stride;
    Vec d[kWinogradSize];
#pragma GCC unroll 6
    for (int i = 0; i < kWinogradSize; ++i) {
      d[i] = Wide::load_from(p + i * row_stride);
      if constexpr (kScaled) {
        d[i] = d[i] * Wide::all(scale[(i + 1) / 2 * scale_stride + (j + 1) / 2]);
      }
    }
    transform_input<Wide>(d, columns + j, kWinogradSize);
  }
#pragma GCC unroll 6
  for (int i = 0; i < kWinogradSize; ++i) {
    Vec points[kWinogradSize];
    transform_input<Wide>(columns + i * kWinogradSize, points, 1);
#pragma GCC unroll 6
    for (int j = 0; j < kWinogradSize; ++j) {
      store(out + (i * kWinogradSize + j) * point_stride, points[j]);
    }
  }
}

// Asks for rows of floats that will be read, or written, soon.
enum class Use { kRead = 0, kWrite = 1 };

template <Use kUse>
PANCREAS_INLINE void prefetch(const float* first, int64_t rows, int64_t floats,
                              int64_t row_stride) {
  constexpr int64_t kCacheLine = 16;  // floats
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t i = 0; i < floats; i += kCacheLine) {
      __builtin_prefetch(first + row * row_stride + i, static_cast<int>(kUse));
    }
  }
}

template <bool kScaled>
void transform_input_tiles(const Image& source, const Image* scale, Tiles tiles,
                           TransformedTiles transformed) {
  for (int64_t t = 0; t < tiles.count; ++t) {
    const TilePlace place = tile_place(source, tiles.first + t);
    const float* in = pixel(source, place.image, place.row - 1, place.column - 1);
    float* out = transformed.values + t * transformed.tile_stride;
    const float* factors =
        kScaled ? pixel(*scale, place.image, place.row / 2 - 1, place.column / 2 - 1) : nullptr;
    const int64_t factor_stride = kScaled ? scale->row_stride : 0;
    // What the tile after the next adds to its row.
    prefetch<Use::kRead>(in + (kWinogradSize + kTileSize) * source.channels, kWinogradSize,
                         kTileSize * source.channels, source.row_stride);
    for_channels(source.channels, [&](int64_t channel, auto wide) PANCREAS_INLINE_LAMBDA {
      transform_input_tile<decltype(wide), kScaled>(in + channel, source.channels,
                                                    source.row_stride, factors, factor_stride,
                                                    out + channel, transformed.point_stride);
    });
  }
}

inline void winograd_input(const Image& source, const Image* scale, Tiles tiles,
                           TransformedTiles transformed) {
  if (scale == nullptr) {
    transform_input_tiles<false>(source, nullptr, tiles, transformed);
  } else {
    transform_input_tiles<true>(source, scale, tiles, transformed);
  }
}

// One vector's channels of one tile: pixels[4 * row + column].
template <class Wide, class Vec = typename Wide::Vector>
PANCREAS_INLINE void transform_output_tile(const float* products, int64_t point_stride,
                                           Vec* pixels) {
  Vec columns[kTileSize * kWinogradSize];
#pragma GCC unroll 6
  for (int j = 0; j < kWinogradSize; ++j) {
    Vec m[kWinogradSize];
#pragma GCC unroll 6
    for (int i = 0; i < kWinogradSize; ++i) {
      m[i] = Wide::load_from(products + (i * kWinogradSize + j) * point_stride);
    }
    transform_output<Wide>(m, columns + j, kWinogradSize);
  }
#pragma GCC unroll 4
  for (int i = 0; i < kTileSize; ++i) {
    transform_output<Wide>(columns + i * kWinogradSize, pixels + i * kTileSize, 1);
  }
}

template <class Wide, Activation kActivation>
PANCREAS_INLINE typename Wide::Vector activate(typename Wide::Vector a) {
  return kActivation == Activation::kRelu ? relu<Wide>(a) : a;
}

// A whole tile away from borders that have a bias of their own.
template <class Wide, Activation kActivation, class Vec = typename Wide::Vector>
PANCREAS_INLINE void finish_whole_tile(Vec* pixels, const float* bias, float* target,
                                       int64_t row_stride, int64_t pixel_stride, float* pooled,
                                       int64_t pooled_row_stride) {
  const Vec b = Wide::load_from(bias);
#pragma GCC unroll 16
  for (int i = 0; i < kTileSize * kTileSize; ++i) {
    pixels[i] = activate<Wide, kActivation>(pixels[i] + b);
    store(target + i / kTileSize * row_stride + i % kTileSize * pixel_stride, pixels[i]);
  }
  if (pooled != nullptr) {
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      const int first = i / 2 * 8 + i % 2 * 2;
      store(pooled + i / 2 * pooled_row_stride + i % 2 * pixel_stride,
            larger(larger(pixels[first], pixels[first + 1]),
                   larger(pixels[first + 4], pixels[first + 5])));
    }
  }
}

// Any tile, pixel by pixel.
template <class Wide, Activation kActivation>
void finish_any_tile(const float* products, int64_t point_stride, int64_t channel,
                     const ConvolutionEnd& end, const TilePlace& place, const Image& target) {
  using Vec = typename Wide::Vector;
  Vec pixels[kTileSize * kTileSize];
  transform_output_tile<Wide>(products + channel, point_stride, pixels);
  const int64_t rows = at_most(kTileSize, target.rows - place.row);
  const int64_t columns = at_most(kTileSize, target.columns - place.column);
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < columns; ++j) {
      const int64_t row = place.row + i;
      const int64_t column = place.column + j;
      const int border = end.bias_of_borders ? border_case(target, row, column) : 0;
      const Vec bias = Wide::load_from(end.bias + border * target.channels + channel);
      const Vec value = activate<Wide, kActivation>(pixels[i * kTileSize + j] + bias);
      pixels[i * kTileSize + j] = value;
      store(pixel(target, place.image, row, column) + channel, value);
    }
  }
  if (end.pooled != nullptr) {
    for (int64_t i = 0; i + 1 < rows; i += 2) {
      for (int64_t j = 0; j + 1 < columns; j += 2) {
        const Vec* p = pixels + i * kTileSize + j;
        store(
            pixel(*end.pooled, place.image, (place.row + i) / 2, (place.column + j) / 2) + channel,
            larger(larger(p[0], p[1]), larger(p[kTileSize], p[kTileSize + 1])));
      }
    }
  }
}

template <Activation kActivation>
void finish_tiles(TransformedTiles products, Tiles tiles, const ConvolutionEnd& end,
                  const Image& target) {
  for (int64_t t = 0; t < tiles.count; ++t) {
    const TilePlace place = tile_place(target, tiles.first + t);
    const float* tile = products.values + t * products.tile_stride;
    const bool whole =
        place.row + kTileSize <= target.rows && place.column + kTileSize <= target.columns;
    const bool at_border = place.row == 0 || place.column == 0 ||
                           place.row + kTileSize >= target.rows ||
                           place.column + kTileSize >= target.columns;
    if (!whole || (at_border && end.bias_of_borders)) {
      for_channels(target.channels, [&](int64_t channel, auto wide) PANCREAS_INLINE_LAMBDA {
        finish_any_tile<decltype(wide), kActivation>(tile, products.point_stride, channel, end,
                                                     place, target);
      });
      continue;
    }
    float* out = pixel(target, place.image, place.row, place.column);
    float* pooled = end.pooled == nullptr
                        ? nullptr
                        : pixel(*end.pooled, place.image, place.row / 2, place.column / 2);
    const int64_t pooled_row_stride = end.pooled == nullptr ? 0 : end.pooled->row_stride;
    prefetch<Use::kWrite>(out + kTileSize * target.channels, kTileSize, kTileSize * target.channels,
                          target.row_stride);
    for_channels(target.channels, [&](int64_t channel, auto wide) PANCREAS_INLINE_LAMBDA {
      using Wide = decltype(wide);
      typename Wide::Vector pixels[kTileSize * kTileSize];
      transform_output_tile<Wide>(tile + channel, products.point_stride, pixels);
      finish_whole_tile<Wide, kActivation>(
          pixels, end.bias + channel, out + channel, target.row_stride, target.channels,
          pooled == nullptr ? nullptr : pooled + channel, pooled_row_stride);
    });
  }
}

inline void winograd_output(TransformedTiles products, Tiles tiles, ConvolutionEnd end,
                            const Image& target) {
  if (end.activation == Activation::kRelu) {
    finish_tiles<Activation::kRelu>(products, tiles, end, target);
  } else {
    finish_tiles<Activation::kNone>(products, tiles, end, target);
  }
}

}  // namespace PANCREAS_ISA
}  // namespace pancreas

#endif
