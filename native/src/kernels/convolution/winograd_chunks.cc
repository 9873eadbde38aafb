#include "kernels/convolution/winograd_chunks.h"

#include <algorithm>
#include <ctime>

namespace pancreas {
namespace {

// Tiles of a chunk, found by trial: enough that reading the weights once a chunk costs little.
constexpr int64_t kTiles = 48;
constexpr int64_t kTilesOfLargeKernels = 72;
constexpr int64_t kLargeKernel = int64_t{1} << 20;  // floats

// So that points do not fall on the same lines of the cache.
constexpr int64_t kPointPadding = 16;

double thread_seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// Adds the thread's time between calls to one counter after the other, where there are counters.
class Stopwatch {
 public:
  explicit Stopwatch(StageTimes* times) : times_(times) {
    if (times_ != nullptr) {
      last_ = thread_seconds();
    }
  }

  void lap(double StageTimes::*counter) {
    if (times_ != nullptr) {
      const double now = thread_seconds();
      times_->*counter += now - last_;
      last_ = now;
    }
  }

 private:
  StageTimes* times_;
  double last_ = 0;
};

}  // namespace

void for_tile_ranges(const Image& image, TileRows rows, const std::function<void(Tiles)>& body) {
  const int64_t across = tile_columns(image);
  const int64_t all_rows = tile_rows(image);
  if (rows.first == 0 && rows.last == all_rows) {
    body({0, rows.images * all_rows * across});
    return;
  }
  for (int64_t i = 0; i < rows.images; ++i) {
    body({(i * all_rows + rows.first) * across, (rows.last - rows.first) * across});
  }
}

KernelPoints transform_kernel(const KernelTaps& taps) {
  double across[3][kWinogradSize][kKernelVector] = {};
  for (int row = 0; row < 3; ++row) {
    for (int j = 0; j < kWinogradSize; ++j) {
      for (int column = 0; column < 3; ++column) {
        const double factor = kKernelTransform[j][column];
        const auto& tap = taps[static_cast<size_t>(row * 3 + column)];
        for (size_t v = 0; v < kKernelVector; ++v) {
          across[row][j][v] += factor * tap[v];
        }
      }
    }
  }
  KernelPoints points;
  for (int i = 0; i < kWinogradSize; ++i) {
    const double* down = kKernelTransform[i];
    for (int j = 0; j < kWinogradSize; ++j) {
      auto& point = points[static_cast<size_t>(i * kWinogradSize + j)];
      for (size_t v = 0; v < kKernelVector; ++v) {
        point[v] = static_cast<float>(down[0] * across[0][j][v] + down[1] * across[1][j][v] +
                                      down[2] * across[2][j][v]);
      }
    }
  }
  return points;
}

WinogradChunks::WinogradChunks(int64_t in, int64_t out)
    : in_(in),
      out_(out),
      tiles_(kWinogradPoints * in * out >= kLargeKernel ? kTilesOfLargeKernels : kTiles) {}

TransformedTiles WinogradChunks::transformed(float* values, int64_t channels) const {
  return {values, tiles_ * channels + kPointPadding, channels};
}

ScratchSize WinogradChunks::scratch_size() const {
  return {kWinogradPoints * transformed(nullptr, in_).point_stride,
          kWinogradPoints * transformed(nullptr, out_).point_stride};
}

void WinogradChunks::run(const Routines& routines, Tiles tiles, const PackedMatrix* matrices,
                         const Stage& input, const Stage& output, Scratch& scratch) const {
  const TransformedTiles inputs = transformed(scratch.inputs, in_);
  const TransformedTiles products = transformed(scratch.products, out_);
  Stopwatch stopwatch(scratch.times);
  for (int64_t done = 0; done < tiles.count; done += tiles_) {
    const Tiles chunk = {tiles.first + done, std::min(tiles_, tiles.count - done)};
    input(chunk, inputs);
    stopwatch.lap(&StageTimes::input);
    for (int point = 0; point < kWinogradPoints; ++point) {
      routines.gemm(chunk.count, inputs.values + point * inputs.point_stride, inputs.tile_stride,
                    matrices[point].panels(), products.values + point * products.point_stride,
                    products.tile_stride, false);
    }
    stopwatch.lap(&StageTimes::product);
    output(chunk, products);
    stopwatch.lap(&StageTimes::output);
  }
}

}  // namespace pancreas
