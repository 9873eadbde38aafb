// Convolutions as implicit products of matrices: a block makes 128 pixels by 16, 32 or 64 output
// channels. What its pixels see is gathered, a stage of 64 bytes a pixel at a time, into shared
// memory, where tensor cores (or, in float32, ordinary arithmetic) find it; two stages are on their
// way while one is multiplied.
#include <mma.h>

#include <stdexcept>

#include "cuda/async_copy.h"
#include "cuda/launch.h"
#include "cuda/values.h"
#include "kernels/convolution/convolution_gpu.h"
#include "kernels/max_pooling/max_pooling_element.h"

namespace pancreas {
namespace {

constexpr int kThreads = 256;
constexpr int kWarps = kThreads / 32;
constexpr int kPixels = 128;
constexpr int kStages = 3;
constexpr int kPixelChunks = 4;  // of a stage
constexpr int kRowsAtOnce = kThreads / kPixelChunks;
constexpr int kLoads = kPixels / kRowsAtOnce;

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

template <int kOut>
struct Sums {
  static constexpr int kLine = kOut + 4;
  float values[kPixels * kLine];
};

template <typename Value, int kOut>
union SharedMemory {
  Stage<Value, kOut> stages[kStages];
  Sums<kOut> sums;
};

// Which part of the block's product a warp makes.
template <int kOut>
struct WarpTile {
  static constexpr int kAcross = kOut >= 32 ? 2 : 1;
  static constexpr int kPixelFragments = kPixels / (kWarps / kAcross) / 16;
  static constexpr int kOutFragments = kOut / kAcross / 16;
  __device__ static int pixel() {
    return static_cast<int>(threadIdx.x) / 32 / kAcross * kPixelFragments * 16;
  }
  __device__ static int out() {
    return static_cast<int>(threadIdx.x) / 32 % kAcross * kOutFragments * 16;
  }
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
          a[Tile::kPixelFragments];
      wmma::fragment<wmma::matrix_b, 16, 16, kStep, Element, wmma::row_major>
          b[Tile::kOutFragments];
#pragma unroll
      for (int i = 0; i < Tile::kPixelFragments; ++i) {
        wmma::load_matrix_sync(a[i], stage.pixels + (Tile::pixel() + 16 * i) * S::kPixelLine + k,
                               S::kPixelLine);
        round(a[i]);
      }
#pragma unroll
      for (int j = 0; j < Tile::kOutFragments; ++j) {
        wmma::load_matrix_sync(b[j], stage.weights + k * S::kWeightLine + Tile::out() + 16 * j,
                               S::kWeightLine);
        round(b[j]);
      }
#pragma unroll
      for (int i = 0; i < Tile::kPixelFragments; ++i) {
#pragma unroll
        for (int j = 0; j < Tile::kOutFragments; ++j) {
          wmma::mma_sync(sums_[i][j], a[i], b[j], sums_[i][j]);
        }
      }
    }
  }

  __device__ void store(Sums<kOut>& sums) const {
    namespace wmma = nvcuda::wmma;
    for (int i = 0; i < Tile::kPixelFragments; ++i) {
      for (int j = 0; j < Tile::kOutFragments; ++j) {
        wmma::store_matrix_sync(
            sums.values + (Tile::pixel() + 16 * i) * Sums<kOut>::kLine + Tile::out() + 16 * j,
            sums_[i][j], Sums<kOut>::kLine, wmma::mem_row_major);
      }
    }
  }

 private:
  using Tile = WarpTile<kOut>;

  template <typename Fragment>
  __device__ static void round(Fragment& fragment) {
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
    if constexpr (kStep == 8) {
      for (int i = 0; i < fragment.num_elements; ++i) {
        fragment.x[i] = nvcuda::wmma::__float_to_tf32(fragment.x[i]);
      }
    }
#endif
  }

  nvcuda::wmma::fragment<nvcuda::wmma::accumulator, 16, 16, kStep, float>
      sums_[Tile::kPixelFragments][Tile::kOutFragments];
};

// Ordinary arithmetic in float32: a thread makes 8 pixels by a sixteenth of the output channels.
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

  __device__ void store(Sums<kOut>& sums) const {
    for (int i = 0; i < kRows; ++i) {
      for (int j = 0; j < kColumns; ++j) {
        sums.values[(pixel() + i) * Sums<kOut>::kLine + out() + 16 * j] = sums_[i][j];
      }
    }
  }

 private:
  static constexpr int kRows = kPixels / (kThreads / 16);
  static constexpr int kColumns = kOut / 16;
  __device__ static int pixel() { return static_cast<int>(threadIdx.x) / 16 * kRows; }
  __device__ static int out() { return static_cast<int>(threadIdx.x) % 16; }

  float sums_[kRows][kColumns] = {};
};

struct Float32 {
  using Value = float;
  template <int kOut>
  using Product = PlainProduct<kOut>;
};

struct Tf32 {
  using Value = float;
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
  template <int kOut>
  using Product = TensorProduct<float, nvcuda::wmma::precision::tf32, 8, kOut>;
#else
  // Older tensor cores do not know TF32: here it is float32.
  template <int kOut>
  using Product = PlainProduct<kOut>;
#endif
};

struct Float16 {
  using Value = half;
  template <int kOut>
  using Product = TensorProduct<half, half, 16, kOut>;
};

// The pixels that a thread gathers for.
struct Gathered {
  SourcePixel pixel[kLoads];
  bool valid[kLoads];

  __device__ Gathered(const ConvolutionGeometry& g, int64_t first) {
    for (int i = 0; i < kLoads; ++i) {
      const int64_t index = first + threadIdx.x / kPixelChunks + i * kRowsAtOnce;
      valid[i] = index < pixel_count(g);
      pixel[i] = source_pixel(g, pixel_at(g, valid[i] ? index : 0));
    }
  }
};

template <typename Value, int kOut>
__device__ void gather(const GpuConvolution& c, const Gathered& gathered, int number,
                       Stage<Value, kOut>& stage) {
  using S = Stage<Value, kOut>;
  const int chunk = static_cast<int>(threadIdx.x) % kPixelChunks;
  const int row = static_cast<int>(threadIdx.x) / kPixelChunks;
  const int k = number * S::kDepth + chunk * S::kChunk;
  const Tap tap = c.taps[k / kTapChannels];
#pragma unroll
  for (int i = 0; i < kLoads; ++i) {
    bool second = false;
    const int64_t offset = source_offset(c.geometry, gathered.pixel[i], tap, &second);
    const bool valid = offset >= 0 && gathered.valid[i];
    const auto* source = static_cast<const Value*>(second && valid ? c.second : c.first);
    begin_copy(stage.pixels + (row + i * kRowsAtOnce) * S::kPixelLine + chunk * S::kChunk,
               source + (valid ? offset + k % kTapChannels : 0), valid);
  }
  constexpr int kLineChunks = kOut / S::kChunk;
  const auto* weights = static_cast<const Value*>(c.weights) +
                        static_cast<int64_t>(number) * S::kDepth * c.padded_out + blockIdx.y * kOut;
  for (int i = static_cast<int>(threadIdx.x); i < S::kDepth * kLineChunks; i += kThreads) {
    const int line = i / kLineChunks;
    const int column = i % kLineChunks * S::kChunk;
    begin_copy(stage.weights + line * S::kWeightLine + column,
               weights + static_cast<int64_t>(line) * c.padded_out + column, true);
  }
}

// Bias, activation and storing; the activated sums stay in shared memory for pooling.
template <typename Value, int kOut>
__device__ void finish(const GpuConvolution& c, int64_t first, Sums<kOut>& sums) {
  const ConvolutionGeometry& g = c.geometry;
  constexpr int kGroups = kOut / 8;
  const int first_out = static_cast<int>(blockIdx.y) * kOut;
  for (int i = static_cast<int>(threadIdx.x); i < kPixels * kGroups; i += kThreads) {
    const int64_t index = first + i / kGroups;
    const int out = first_out + i % kGroups * 8;
    if (index >= pixel_count(g) || out >= g.out) {
      continue;
    }
    const Pixel pixel = pixel_at(g, index);
    const float* bias = c.bias + (c.bias_of_borders ? border_case(g, pixel) * g.out : 0) + out;
    float* sum = sums.values + i / kGroups * Sums<kOut>::kLine + i % kGroups * 8;
    Eight eight;
    for (int j = 0; j < 8; ++j) {
      const float value = sum[j] + bias[j];
      // NaN stays NaN.
      eight.values[j] = c.relu && value < 0 ? 0.0f : value;
      sum[j] = eight.values[j];
    }
    store_eight(static_cast<Value*>(c.target) + target_offset(g, pixel) + out, eight);
  }
  if (c.pooled == nullptr) {
    return;
  }
  __syncthreads();
  for (int i = static_cast<int>(threadIdx.x); i < kPixels / 4 * kGroups; i += kThreads) {
    const int64_t index = first + i / kGroups * 4;
    const int out = first_out + i % kGroups * 8;
    if (index >= pixel_count(g) || out >= g.out) {
      continue;
    }
    const float* sum = sums.values + i / kGroups * 4 * Sums<kOut>::kLine + i % kGroups * 8;
    constexpr int kLine = Sums<kOut>::kLine;
    Eight eight;
    for (int j = 0; j < 8; ++j) {
      eight.values[j] =
          pooled_value(sum[j], sum[kLine + j], sum[2 * kLine + j], sum[3 * kLine + j]);
    }
    // Windows are counted as the pixels of the pooled image are.
    store_eight(static_cast<Value*>(c.pooled) + index / 4 * g.out + out, eight);
  }
}

template <typename Math, int kOut>
__global__ void __launch_bounds__(kThreads) convolution_gemm(const GpuConvolution c) {
  using Value = typename Math::Value;
  __shared__ __align__(128) unsigned char memory[sizeof(SharedMemory<Value, kOut>)];
  auto& shared = *reinterpret_cast<SharedMemory<Value, kOut>*>(memory);
  const int64_t first = static_cast<int64_t>(blockIdx.x) * kPixels;
  const Gathered gathered(c.geometry, first);
  const int stages = c.tap_count * kTapChannels / Stage<Value, kOut>::kDepth;
  for (int i = 0; i < kStages - 1; ++i) {
    if (i < stages) {
      gather(c, gathered, i, shared.stages[i]);
    }
    end_group_of_copies();
  }
  typename Math::template Product<kOut> product;
  for (int i = 0; i < stages; ++i) {
    wait_for_all_groups_but_one();
    __syncthreads();
    const int next = i + kStages - 1;
    if (next < stages) {
      gather(c, gathered, next, shared.stages[next % kStages]);
    }
    end_group_of_copies();
    product.add(shared.stages[i % kStages]);
  }
  // The sums take the place of the stages.
  __syncthreads();
  product.store(shared.sums);
  __syncthreads();
  finish<Value, kOut>(c, first, shared.sums);
}

template <typename Math>
void launch_product(const GpuConvolution& c, cudaStream_t stream) {
  const int64_t blocks = (pixel_count(c.geometry) + kPixels - 1) / kPixels;
  const int32_t multiple = gpu_out_multiple(c.geometry.out);
  const dim3 grid(static_cast<unsigned>(blocks), static_cast<unsigned>(c.padded_out / multiple));
  const auto kernel = multiple == 16   ? convolution_gemm<Math, 16>
                      : multiple == 32 ? convolution_gemm<Math, 32>
                                       : convolution_gemm<Math, 64>;
  launch("convolution", kernel, grid, kThreads, 0, stream, c);
}

}  // namespace

void launch_convolution(Precision precision, const GpuConvolution& convolution,
                        cudaStream_t stream) {
  switch (precision) {
    case Precision::kFloat32:
      return launch_product<Float32>(convolution, stream);
    case Precision::kTf32:
      return launch_product<Tf32>(convolution, stream);
    case Precision::kFloat16:
      return launch_product<Float16>(convolution, stream);
  }
}

}  // namespace pancreas
