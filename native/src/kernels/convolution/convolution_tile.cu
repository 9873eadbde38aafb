// Convolutions of 3 x 3 of few channels in half precision: a block makes 8 x 16 pixels of all
// output channels. All that they see, and all weights, are brought to shared memory once; the nine
// places of the kernel are nine places there.
#include <mma.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "cuda/async_copy.h"
#include "cuda/launch.h"
#include "kernels/convolution/block_sums.h"
#include "kernels/convolution/convolution_tile.h"

namespace pancreas {
namespace {

constexpr int kThreads = 128;
constexpr int kPlane = kTileChannels;
constexpr int kChunk = kCopyBytes / sizeof(half);
constexpr int kSeenRows = PixelsOfTile::kRows + 2;
constexpr int kSeenColumns = PixelsOfTile::kColumns + 2;
constexpr int kSeen = kSeenRows * kSeenColumns;
// A warp makes two of the tile's rows, each of them a matrix of 16 pixels.
constexpr int kWarpRows = PixelsOfTile::kRows / (kThreads / 32);

// Lines of weights are filled up so that banks do not collide.
template <int kOut>
constexpr int kWeightLine = kOut + kChunk;

template <int kOut>
size_t shared_bytes(int32_t in) {
  const size_t values = static_cast<size_t>(in) * (kSeen + 9 * kWeightLine<kOut>);
  return std::max(values * sizeof(half), sizeof(BlockSums<kOut>));
}

// [plane][row][column][channel of the plane]
__device__ void copy_pixels(const GpuConvolution& c, const Pixel& first, half* pixels) {
  const ConvolutionGeometry& g = c.geometry;
  constexpr int kChunks = kPlane / kChunk;
  const int count = (g.first_in + g.second_in) / kPlane * kSeen * kChunks;
  for (int i = static_cast<int>(threadIdx.x); i < count; i += kThreads) {
    const int seen = i / kChunks % kSeen;
    const int32_t row = first.row - 1 + seen / kSeenColumns;
    const int32_t column = first.column - 1 + seen % kSeenColumns;
    const bool inside = row >= 0 && row < g.rows && column >= 0 && column < g.columns;
    const int32_t channel = i / kChunks / kSeen * kPlane + i % kChunks * kChunk;
    const bool second = channel >= g.first_in;
    const auto* source = static_cast<const half*>(second ? c.second : c.first);
    const int32_t width = second ? g.second_in : g.first_in;
    const int64_t place = (int64_t{first.slice} * g.rows + row) * g.columns + column;
    begin_copy(pixels + i * kChunk,
               source + (inside ? place * width + channel - (second ? g.first_in : 0) : 0), inside);
  }
}

// [place][channel][out]
template <int kOut>
__device__ void copy_weights(const GpuConvolution& c, half* weights) {
  constexpr int kChunks = kOut / kChunk;
  const int count = 9 * (c.geometry.first_in + c.geometry.second_in) * kChunks;
  const auto* source = static_cast<const half*>(c.weights);
  for (int i = static_cast<int>(threadIdx.x); i < count; i += kThreads) {
    begin_copy(weights + i / kChunks * kWeightLine<kOut> + i % kChunks * kChunk,
               source + i * kChunk, true);
  }
}

template <int kOut>
__global__ void __launch_bounds__(kThreads)
    convolution_tile(const GpuConvolution c, int32_t tiles_across) {
  namespace wmma = nvcuda::wmma;
  constexpr int kFragments = kOut / 16;
  const ConvolutionGeometry& g = c.geometry;
  const auto tile = static_cast<int32_t>(blockIdx.x);
  const Pixel first = {static_cast<int32_t>(blockIdx.y), tile / tiles_across * PixelsOfTile::kRows,
                       tile % tiles_across * PixelsOfTile::kColumns};
  const int planes = (g.first_in + g.second_in) / kPlane;
  auto* pixels = dynamic_shared_memory<half>();
  half* weights = pixels + planes * kSeen * kPlane;
  copy_pixels(c, first, pixels);
  copy_weights<kOut>(c, weights);
  wait_for_all_copies();
  __syncthreads();
  wmma::fragment<wmma::accumulator, 16, 16, 16, float> sums[kWarpRows][kFragments];
  for (auto& row : sums) {
    for (auto& sum : row) {
      wmma::fill_fragment(sum, 0.0f);
    }
  }
  const int warp_row = static_cast<int>(threadIdx.x) / 32 * kWarpRows;
  for (int plane = 0; plane < planes; ++plane) {
#pragma unroll
    for (int place = 0; place < 9; ++place) {
      wmma::fragment<wmma::matrix_b, 16, 16, 16, half, wmma::row_major> b[kFragments];
#pragma unroll
      for (int j = 0; j < kFragments; ++j) {
        wmma::load_matrix_sync(
            b[j], weights + (place * planes + plane) * kPlane * kWeightLine<kOut> + 16 * j,
            kWeightLine<kOut>);
      }
#pragma unroll
      for (int i = 0; i < kWarpRows; ++i) {
        wmma::fragment<wmma::matrix_a, 16, 16, 16, half, wmma::row_major> a;
        const int seen = (warp_row + i + place / 3) * kSeenColumns + place % 3;
        wmma::load_matrix_sync(a, pixels + (plane * kSeen + seen) * kPlane, kPlane);
#pragma unroll
        for (int j = 0; j < kFragments; ++j) {
          wmma::mma_sync(sums[i][j], a, b[j], sums[i][j]);
        }
      }
    }
  }
  // The sums take the place of what was seen.
  __syncthreads();
  auto& block_sums = *reinterpret_cast<BlockSums<kOut>*>(pixels);
  for (int i = 0; i < kWarpRows; ++i) {
    for (int j = 0; j < kFragments; ++j) {
      wmma::store_matrix_sync(
          block_sums.values + (warp_row + i) * PixelsOfTile::kColumns * block_sums.kLine + 16 * j,
          sums[i][j], block_sums.kLine, wmma::mem_row_major);
    }
  }
  finish_sums<half, kOut, kThreads>(c, PixelsOfTile(g, first), 0, block_sums);
}

template <int kOut>
void launch_tiles(const GpuConvolution& c, cudaStream_t stream) {
  const ConvolutionGeometry& g = c.geometry;
  const auto tiles = [](int32_t size, int32_t side) { return (size + side - 1) / side; };
  const int32_t across = tiles(g.columns, PixelsOfTile::kColumns);
  const int32_t down = tiles(g.rows, PixelsOfTile::kRows);
  const dim3 grid(static_cast<unsigned>(across * down), static_cast<unsigned>(g.slices));
  launch("convolution", convolution_tile<kOut>, grid, kThreads,
         shared_bytes<kOut>(g.first_in + g.second_in), stream, c, across);
}

}  // namespace

bool fits_tiles(Precision precision, const GpuConvolution& c) {
  const ConvolutionGeometry& g = c.geometry;
  const int32_t in = g.first_in + g.second_in;
  const size_t bytes = c.padded_out == 16 ? shared_bytes<16>(in) : shared_bytes<32>(in);
  // What every GPU has for a block.
  constexpr size_t kMostShared = size_t{48} << 10;
  return precision == Precision::kFloat16 && c.kernel_size == 3 && c.padded_out <= 32 &&
         g.first_in % kPlane == 0 && g.second_in % kPlane == 0 && bytes <= kMostShared;
}

void launch_convolution_tiles(const GpuConvolution& c, cudaStream_t stream) {
  return c.padded_out == 16 ? launch_tiles<16>(c, stream) : launch_tiles<32>(c, stream);
}

}  // namespace pancreas
