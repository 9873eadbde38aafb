// Convolutions as implicit products of matrices: a block makes 128 pixels by 16, 32 or 64 output
// channels. What its pixels see is gathered, a stage of 64 bytes a pixel at a time, into shared
// memory, where tensor cores (or, in float32, ordinary arithmetic) find it; two stages are on their
// way while one is multiplied.
#include <mma.h>

#include "cuda/async_copy.h"
#include "cuda/launch.h"
#include "kernels/convolution/block_sums.h"
#include "kernels/convolution/convolution_tile.h"

namespace pancreas {
namespace {

constexpr int kPixels = kBlockPixels;
constexpr int kStages = 3;
constexpr int kPixelChunks = 4;  // of a stage

// How the threads of a block share its product: a warp makes 32 pixels by 16 or 32 channels.
template <int kOut>
struct Shares {
  static constexpr int kAcross = kOut > 32 ? 2 : 1;
  static constexpr int kThreads = kPixels * kAcross;
  static constexpr int kPixelFragments = 2;
  static constexpr int kOutFragments = kOut / kAcross / 16;
  __device__ static int pixel() { return static_cast<int>(threadIdx.x) / 32 / kAcross * 32; }
  __device__ static int out() {
    return static_cast<int>(threadIdx.x) / 32 % kAcross * kOutFragments * 16;
  }
};

// The values of a stage in shared memory, with lines filled up so that banks do not collide.
template <typename Value, int kOut>
struct Stage {
  static constexpr int kChunk = kCopyBytes / sizeof(Value);
  static constexpr int kDepth = kPixelChunks * kChunk;
  static constexpr int kPixelLine = kDepth + kChunk;
  static constexpr int kWeightLine = kOut + kChunk;
  Value pixels[kPixels * kPixelLine];
  Value weights[kDepth * kWeightLine];
};

template <typename Value, int kOut>
union SharedMemory {
  Stage<Value, kOut> stages[kStages];
  BlockSums<kOut> sums;
};

// Tensor cores: fragments of 16 x 16.
template <typename Value, typename Element, int kStep, int kOut>
class TensorProduct {
 public:
  __device__ TensorProduct() {
    for (auto& row : sums_) {
      for (auto& sum : row) {
        nvcuda::wmma::fill_fragment(sum, 0.0f);
      }
    }
  }

  __device__ void add(const Stage<Value, kOut>& stage) {
    using S = Stage<Value, kOut>;
    namespace wmma = nvcuda::wmma;
#pragma unroll
    for (int k = 0; k < S::kDepth; k += kStep) {
      wmma::fragment<wmma::matrix_a, 16, 16, kStep, Element, wmma::row_major>
          a[Share::kPixelFragments];
      wmma::fragment<wmma::matrix_b, 16, 16, kStep, Element, wmma::row_major>
          b[Share::kOutFragments];
#pragma unroll
      for (int i = 0; i < Share::kPixelFragments; ++i) {
        wmma::load_matrix_sync(a[i], stage.pixels + (Share::pixel() + 16 * i) * S::kPixelLine + k,
                               S::kPixelLine);
      }
#pragma unroll
      for (int j = 0; j < Share::kOutFragments; ++j) {
        wmma::load_matrix_sync(b[j], stage.weights + k * S::kWeightLine + Share::out() + 16 * j,
                               S::kWeightLine);
      }
#pragma unroll
      for (int i = 0; i < Share::kPixelFragments; ++i) {
#pragma unroll
        for (int j = 0; j < Share::kOutFragments; ++j) {
          wmma::mma_sync(sums_[i][j], a[i], b[j], sums_[i][j]);
        }
      }
    }
  }

  __device__ void store(BlockSums<kOut>& sums) const {
    namespace wmma = nvcuda::wmma;
    for (int i = 0; i < Share::kPixelFragments; ++i) {
      for (int j = 0; j < Share::kOutFragments; ++j) {
        wmma::store_matrix_sync(
            sums.values + (Share::pixel() + 16 * i) * sums.kLine + Share::out() + 16 * j,
            sums_[i][j], sums.kLine, wmma::mem_row_major);
      }
    }
  }

 private:
  using Share = Shares<kOut>;

  nvcuda::wmma::fragment<nvcuda::wmma::accumulator, 16, 16, kStep, float>
      sums_[Share::kPixelFragments][Share::kOutFragments];
};

// Ordinary arithmetic in float32: a thread makes 8 or 16 pixels by a sixteenth of the channels.
template <int kOut>
class PlainProduct {
 public:
  __device__ void add(const Stage<float, kOut>& stage) {
    using S = Stage<float, kOut>;
    for (int k = 0; k < S::kDepth; ++k) {
      float b[kColumns];
      for (int j = 0; j < kColumns; ++j) {
        b[j] = stage.weights[k * S::kWeightLine + out() + 16 * j];
      }
      for (int i = 0; i < kRows; ++i) {
        const float a = stage.pixels[(pixel() + i) * S::kPixelLine + k];
        for (int j = 0; j < kColumns; ++j) {
          sums_[i][j] += a * b[j];
        }
      }
    }
  }

  __device__ void store(BlockSums<kOut>& sums) const {
    for (int i = 0; i < kRows; ++i) {
      for (int j = 0; j < kColumns; ++j) {
        sums.values[(pixel() + i) * sums.kLine + out() + 16 * j] = sums_[i][j];
      }
    }
  }

 private:
  static constexpr int kRows = kPixels / (Shares<kOut>::kThreads / 16);
  static constexpr int kColumns = kOut / 16;
  __device__ static int pixel() { return static_cast<int>(threadIdx.x) / 16 * kRows; }
  __device__ static int out() { return static_cast<int>(threadIdx.x) % 16; }

  float sums_[kRows][kColumns] = {};
};

// How a precision multiplies, and what its images have.
struct Float32Math {
  using Value = float;
  using Stored = float;
  template <int kOut>
  using Product = PlainProduct<kOut>;
};

struct Tf32Math {
  using Value = float;
  using Stored = Tf32;
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
  template <int kOut>
  using Product = TensorProduct<float, nvcuda::wmma::precision::tf32, 8, kOut>;
#else
  // Older tensor cores do not know TF32.
  template <int kOut>
  using Product = PlainProduct<kOut>;
#endif
};

struct Float16Math {
  using Value = half;
  using Stored = half;
  template <int kOut>
  using Product = TensorProduct<half, half, 16, kOut>;
};

// What a thread gathers: the same chunk of some pixels' lines, and at most one of the weights.
template <typename Value, int kOut>
class Gathered {
 public:
  __device__ Gathered(const GpuConvolution& c, const PixelOrder& order, int32_t first)
      : c_(c),
        weights_(static_cast<const Value*>(c.weights) +
                 static_cast<int64_t>(weight_line()) * c.padded_out + blockIdx.y * kOut +
                 weight_column()) {
    const ConvolutionGeometry& g = c.geometry;
    for (int i = 0; i < kLoads; ++i) {
      const int32_t index = first + row() + i * kRowsAtOnce;
      const bool valid = index < pixel_count(g);
      const SourcePixel pixel = source_pixel(g, pixel_at(order, valid ? index : 0));
      first_[i] = static_cast<const Value*>(c.first) + int64_t{pixel.place} * g.first_in;
      second_[i] = static_cast<const Value*>(c.second) + int64_t{pixel.place} * g.second_in;
      inside_[i] = valid ? pixel.inside : 0;
    }
  }

  // Begins the copies of a stage.
  __device__ void copy(int number, Stage<Value, kOut>& stage) const {
    const int k = number * S::kDepth + chunk() * S::kChunk;
    const TapOffset tap = tap_offset(c_.geometry, c_.taps[k / kTapChannels]);
    const int offset = tap.values + k % kTapChannels;
#pragma unroll
    for (int i = 0; i < kLoads; ++i) {
      const bool inside = (inside_[i] & tap.bit) != 0;
      begin_copy(stage.pixels + (row() + i * kRowsAtOnce) * S::kPixelLine + chunk() * S::kChunk,
                 (tap.second ? second_[i] : first_[i]) + (inside ? offset : 0), inside);
    }
    if (static_cast<int>(threadIdx.x) < S::kDepth * kLineChunks) {
      begin_copy(stage.weights + weight_line() * S::kWeightLine + weight_column(),
                 weights_ + static_cast<int64_t>(number) * S::kDepth * c_.padded_out, true);
    }
  }

 private:
  using S = Stage<Value, kOut>;
  static constexpr int kLineChunks = kOut / S::kChunk;
  static constexpr int kRowsAtOnce = Shares<kOut>::kThreads / kPixelChunks;
  static constexpr int kLoads = kPixels / kRowsAtOnce;
  static_assert(S::kDepth * kLineChunks <= Shares<kOut>::kThreads);

  __device__ static int row() { return static_cast<int>(threadIdx.x) / kPixelChunks; }
  __device__ static int chunk() { return static_cast<int>(threadIdx.x) % kPixelChunks; }
  __device__ static int weight_line() { return static_cast<int>(threadIdx.x) / kLineChunks; }
  __device__ static int weight_column() {
    return static_cast<int>(threadIdx.x) % kLineChunks * S::kChunk;
  }

  const GpuConvolution& c_;
  const Value* first_[kLoads];
  const Value* second_[kLoads];
  uint32_t inside_[kLoads];
  const Value* weights_;
};

template <typename Math, int kOut>
__global__ void __launch_bounds__(Shares<kOut>::kThreads)
    convolution_gemm(const GpuConvolution c, const PixelOrder order) {
  using Value = typename Math::Value;
  __shared__ __align__(128) SharedMemory<Value, kOut> shared;
  const int32_t first = static_cast<int32_t>(blockIdx.x) * kPixels;
  const Gathered<Value, kOut> gathered(c, order, first);
  const int stages = c.tap_count * kTapChannels / Stage<Value, kOut>::kDepth;
  for (int i = 0; i < kStages - 1; ++i) {
    if (i < stages) {
      gathered.copy(i, shared.stages[i]);
    }
    end_group_of_copies();
  }
  typename Math::template Product<kOut> product;
  for (int i = 0; i < stages; ++i) {
    wait_for_all_groups_but_one();
    __syncthreads();
    const int next = i + kStages - 1;
    if (next < stages) {
      gathered.copy(next, shared.stages[next % kStages]);
    }
    end_group_of_copies();
    product.add(shared.stages[i % kStages]);
  }
  // The sums take the place of the stages.
  __syncthreads();
  product.store(shared.sums);
  finish_sums<typename Math::Stored, kOut, Shares<kOut>::kThreads>(
      c, PixelsInOrder(c.geometry, order, first), static_cast<int>(blockIdx.y) * kOut, shared.sums);
}

template <typename Math, int kOut>
void launch_product(const GpuConvolution& c, cudaStream_t stream) {
  const int32_t blocks = (pixel_count(c.geometry) + kPixels - 1) / kPixels;
  const dim3 grid(static_cast<unsigned>(blocks), static_cast<unsigned>(c.padded_out / kOut));
  launch("convolution", convolution_gemm<Math, kOut>, grid, Shares<kOut>::kThreads, 0, stream, c,
         PixelOrder(c.geometry));
}

template <typename Math>
void launch_product(const GpuConvolution& c, cudaStream_t stream) {
  switch (gpu_out_multiple(c.geometry.out)) {
    case 16:
      return launch_product<Math, 16>(c, stream);
    case 32:
      return launch_product<Math, 32>(c, stream);
    default:
      return launch_product<Math, 64>(c, stream);
  }
}

}  // namespace

void launch_convolution(Precision precision, const GpuConvolution& convolution,
                        cudaStream_t stream) {
  if (fits_tiles(precision, convolution)) {
    return launch_convolution_tiles(convolution, stream);
  }
  switch (precision) {
    case Precision::kFloat32:
      return launch_product<Float32Math>(convolution, stream);
    case Precision::kTf32:
      return launch_product<Tf32Math>(convolution, stream);
    case Precision::kFloat16:
      return launch_product<Float16Math>(convolution, stream);
  }
}

}  // namespace pancreas
