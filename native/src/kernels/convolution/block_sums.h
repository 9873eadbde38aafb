// What follows the sums of a block's pixels and output channels, in shared memory: bias,
// activation, storing, max-pooling. For device code.
#ifndef PANCREAS_KERNELS_CONVOLUTION_BLOCK_SUMS_H
#define PANCREAS_KERNELS_CONVOLUTION_BLOCK_SUMS_H

#include "cuda/values.h"
#include "kernels/convolution/convolution_gpu.h"
#include "kernels/max_pooling/max_pooling_element.h"

namespace pancreas {

constexpr int kBlockPixels = 128;

template <int kOut>
struct BlockSums {
  static constexpr int kLine = kOut + 4;
  float values[kBlockPixels * kLine];
};

// Pixels in a product's order.
class PixelsInOrder {
 public:
  __device__ PixelsInOrder(const ConvolutionGeometry& g, const PixelOrder& order, int32_t first)
      : order_(order), first_(first), count_(min(kBlockPixels, pixel_count(g) - first)) {}
  __device__ bool has(int i) const { return i < count_; }
  __device__ Pixel pixel(int i) const { return pixel_at(order_, first_ + i); }
  __device__ int in_window(int window, int corner) const { return 4 * window + corner; }
  // Windows are counted as the pixels of the pooled image are.
  __device__ int64_t pooled(int window) const { return first_ / 4 + window; }

 private:
  const PixelOrder& order_;
  int32_t first_;
  int32_t count_;
};

// Pixels of a rectangle of a slice, line by line.
class PixelsOfTile {
 public:
  static constexpr int kRows = 8;
  static constexpr int kColumns = 16;
  static_assert(kRows * kColumns == kBlockPixels);

  __device__ PixelsOfTile(const ConvolutionGeometry& g, const Pixel& first)
      : rows_(g.rows), columns_(g.columns), first_(first) {}
  __device__ bool has(int i) const {
    const Pixel at = pixel(i);
    return at.row < rows_ && at.column < columns_;
  }
  __device__ Pixel pixel(int i) const {
    return {first_.slice, first_.row + i / kColumns, first_.column + i % kColumns};
  }
  __device__ int in_window(int window, int corner) const {
    constexpr int kAcross = kColumns / 2;
    return (window / kAcross * 2 + corner / 2) * kColumns + window % kAcross * 2 + corner % 2;
  }
  __device__ int64_t pooled(int window) const {
    const Pixel at = pixel(in_window(window, 0));
    return (int64_t{at.slice} * (rows_ / 2) + at.row / 2) * (columns_ / 2) + at.column / 2;
  }

 private:
  int32_t rows_;
  int32_t columns_;
  Pixel first_;
};

// Which of the sums a thread finishes: eight channels of every kAtOnce-th pixel.
template <int kOut, int kThreads>
struct FinishedSums {
  static constexpr int kGroups = kOut / 8;
  static constexpr int kAtOnce = kThreads / kGroups;
  int first = static_cast<int>(threadIdx.x) / kGroups;
  int column = static_cast<int>(threadIdx.x) % kGroups * 8;
  float* sums;

  __device__ explicit FinishedSums(BlockSums<kOut>& all) : sums(all.values) {}
  __device__ float* of(int pixel) const { return sums + pixel * BlockSums<kOut>::kLine + column; }
};

// Adds the bias, activates and stores; where there is a pooled image, activated sums take the place
// of the sums. out: the first of the eight channels
template <typename Stored, typename Pixels, typename Sums>
__device__ void store_sums(const GpuConvolution& c, const Pixels& pixels, int out,
                           const Sums& mine) {
  for (int i = mine.first; i < kBlockPixels; i += mine.kAtOnce) {
    if (!pixels.has(i)) {
      continue;
    }
    const Pixel pixel = pixels.pixel(i);
    const int32_t borders = c.bias_of_borders ? border_case(c.geometry, pixel) : 0;
    const Eight bias = load_eight(c.bias + borders * c.geometry.out + out);
    Eight eight = load_eight(mine.of(i));
    bool all_fit = true;
    for (int j = 0; j < 8; ++j) {
      const float value = eight.values[j] + bias.values[j];
      all_fit = all_fit && fits<Stored>(value, c.relu);
      eight.values[j] = c.relu && value < 0 ? 0.0f : value;
    }
    if (!all_fit) {
      atomicExch(c.not_finite, 1);
    }
    store_eight(static_cast<Stored*>(c.target) + target_offset(c.geometry, pixel) + out, eight);
    if (c.pooled != nullptr) {
      store_eight(mine.of(i), eight);
    }
  }
}

// Stores the maxima of windows of four activated sums.
template <typename Stored, typename Pixels, typename Sums>
__device__ void store_pooled(const GpuConvolution& c, const Pixels& pixels, int out,
                             const Sums& mine) {
  for (int i = mine.first; i < kBlockPixels / 4; i += mine.kAtOnce) {
    if (!pixels.has(pixels.in_window(i, 0))) {
      continue;
    }
    Eight four[4];
    for (int corner = 0; corner < 4; ++corner) {
      four[corner] = load_eight(mine.of(pixels.in_window(i, corner)));
    }
    Eight largest;
    for (int j = 0; j < 8; ++j) {
      largest.values[j] =
          pooled_value(four[0].values[j], four[1].values[j], four[2].values[j], four[3].values[j]);
    }
    store_eight(static_cast<Stored*>(c.pooled) + pixels.pooled(i) * c.geometry.out + out, largest);
  }
}

// All that follows the sums, once all threads have made theirs.
template <typename Stored, int kOut, int kThreads, typename Pixels>
__device__ void finish_sums(const GpuConvolution& c, const Pixels& pixels, int first_out,
                            BlockSums<kOut>& sums) {
  const FinishedSums<kOut, kThreads> mine(sums);
  const int out = first_out + mine.column;
  const bool wanted = out < c.geometry.out;
  __syncthreads();
  if (wanted) {
    store_sums<Stored>(c, pixels, out, mine);
  }
  if (c.pooled == nullptr) {
    return;
  }
  __syncthreads();
  if (wanted) {
    store_pooled<Stored>(c, pixels, out, mine);
  }
}

}  // namespace pancreas

#endif
