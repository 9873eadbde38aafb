#include <cuda_fp16.h>
#include <mma.h>

#include "cuda/launch.h"
#include "peak.h"

namespace pancreas {
namespace {

constexpr int kThreads = 256;
constexpr int kBlocks = 4;  // on each multiprocessor
constexpr int kRounds = 2048;
constexpr int kSums = 4;  // that do not wait for each other

struct Float16Math {
  using Value = half;
  using Element = half;
  static constexpr int kDepth = 16;
};

// Before compute capability 8.0 not there, and not run.
struct Tf32Math {
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
  using Value = float;
  using Element = nvcuda::wmma::precision::tf32;
  static constexpr int kDepth = 8;
#else
  using Value = half;
  using Element = half;
  static constexpr int kDepth = 16;
#endif
};

// Sums of zeros, which no compiler knows to be zeros.
template <typename Math>
__global__ void __launch_bounds__(kThreads) tensor_peak(float zero, float* sink) {
  namespace wmma = nvcuda::wmma;
  wmma::fragment<wmma::matrix_a, 16, 16, Math::kDepth, typename Math::Element, wmma::row_major> a;
  wmma::fragment<wmma::matrix_b, 16, 16, Math::kDepth, typename Math::Element, wmma::row_major> b;
  wmma::fragment<wmma::accumulator, 16, 16, Math::kDepth, float> sums[kSums];
  wmma::fill_fragment(a, static_cast<typename Math::Value>(zero));
  wmma::fill_fragment(b, static_cast<typename Math::Value>(zero));
  for (auto& sum : sums) {
    wmma::fill_fragment(sum, zero);
  }
  for (int round = 0; round < kRounds; ++round) {
#pragma unroll
    for (auto& sum : sums) {
      wmma::mma_sync(sum, a, b, sum);
    }
  }
  for (const auto& sum : sums) {
    if (sum.x[0] != 0) {
      *sink = sum.x[0];
    }
  }
}

__global__ void __launch_bounds__(kThreads) plain_peak(float zero, float* sink) {
  float sums[kSums] = {zero, zero, zero, zero};
  for (int round = 0; round < kRounds; ++round) {
#pragma unroll
    for (float& sum : sums) {
      sum = sum * zero + zero;
    }
  }
  for (const float sum : sums) {
    if (sum != 0) {
      *sink = sum;
    }
  }
}

}  // namespace

double launch_peak(Precision precision, const cudaDeviceProp& gpu, float* sink,
                   cudaStream_t stream) {
  const auto blocks = static_cast<unsigned>(gpu.multiProcessorCount * kBlocks);
  const double rounds = 2.0 * kRounds * kSums * blocks * kThreads;
  if (precision == Precision::kFloat32 || (precision == Precision::kTf32 && gpu.major < 8)) {
    launch("peak", plain_peak, blocks, kThreads, 0, stream, 0.0f, sink);
    return rounds;
  }
  if (precision == Precision::kTf32) {
    launch("peak", tensor_peak<Tf32Math>, blocks, kThreads, 0, stream, 0.0f, sink);
    return rounds / 32 * 16 * 16 * Tf32Math::kDepth;
  }
  launch("peak", tensor_peak<Float16Math>, blocks, kThreads, 0, stream, 0.0f, sink);
  return rounds / 32 * 16 * 16 * Float16Math::kDepth;
}

}  // namespace pancreas
