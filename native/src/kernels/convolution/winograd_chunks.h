#ifndef PANCREAS_KERNELS_CONVOLUTION_WINOGRAD_CHUNKS_H
#define PANCREAS_KERNELS_CONVOLUTION_WINOGRAD_CHUNKS_H

#include <array>
#include <cstdint>
#include <functional>

#include "kernels/convolution/kernel.h"
#include "kernels/convolution/scratch.h"
#include "kernels/convolution/winograd.h"
#include "kernels/gemm/packed_matrix.h"
#include "kernels/isa/routines.h"

namespace pancreas {

// Tile rows [first, last) of each of some images.
struct TileRows {
  int64_t images;
  int64_t first;
  int64_t last;
};

// Calls body for ranges of tiles that make up these rows: one range where they are whole images.
void for_tile_ranges(const Image& image, TileRows rows, const std::function<void(Tiles)>& body);

// Kernels of one input channel and this many output channels.
constexpr int64_t kKernelVector = 8;
using KernelTaps = std::array<std::array<double, kKernelVector>, 9>;
using KernelPoints = std::array<std::array<float, kKernelVector>, kWinogradPoints>;

// Transforms kernels of 3 x 3: G k G^T.
KernelPoints transform_kernel(const KernelTaps& taps);

// The three stages of Winograd's algorithm over tiles, a chunk that fits the cache at a time.
class WinogradChunks {
 public:
  // in: channels of the transformed input; out: of the products, the largest number of a point.
  WinogradChunks(int64_t in, int64_t out);

  ScratchSize scratch_size() const;

  using Stage = std::function<void(Tiles, TransformedTiles)>;

  // input: fills transformed tiles; output: uses up products. matrices: one a point.
  void run(const Routines& routines, Tiles tiles, const PackedMatrix* matrices, const Stage& input,
           const Stage& output, Scratch& scratch) const;

 private:
  TransformedTiles transformed(float* values, int64_t channels) const;

  int64_t in_;
  int64_t out_;
  int64_t tiles_;
};

}  // namespace pancreas

#endif
