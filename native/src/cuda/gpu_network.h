#ifndef PANCREAS_CUDA_GPU_NETWORK_H
#define PANCREAS_CUDA_GPU_NETWORK_H

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cuda/device_memory.h"
#include "cuda/host_block.h"
#include "cuda/precision.h"
#include "kernels/convolution/convolution_geometry.h"
#include "kernels/convolution/convolution_product.h"
#include "net/network_layers.h"

namespace pancreas {

// The network's work for a number of slices of one size, as steps on one block of GPU memory.
struct GpuPlan {
  // One way to do a step. Adds it to a stream; `base` is the block. A way other than the first may
  // throw DeviceError.
  struct Way {
    std::string name;
    std::function<void(char* base, cudaStream_t stream)> launch;
  };

  // A part of the network, and what it has to do at least.
  struct Step {
    std::string name;
    double flops;           // of its products and sums
    double bytes;           // read and written, each value once
    std::vector<Way> ways;  // our own kernel first
  };

  int32_t slices;
  int32_t rows;
  int32_t columns;
  size_t input;        // offset of [slice][row][column], float: the network's input
  size_t probability;  // of [slice][row][column], float
  size_t not_finite;   // of an int32 that becomes 1 where a probability is no number
  size_t bytes;        // of the block
  std::vector<Step> steps;
};

// The network segmentation-2021 with its weights in a GPU's memory. Immutable.
class GpuNetwork {
 public:
  // filters: those that NetworkLayers::supports; weights: as NetworkLayers has them. On the current
  // device.
  GpuNetwork(std::vector<int64_t> filters, const float* weights, Precision precision);

  // Rows and columns are multiples of size_multiple. The plan borrows the network.
  GpuPlan plan(int32_t slices, int32_t rows, int32_t columns) const;

  int32_t size_multiple() const { return 1 << (filters_.size() - 1); }

 private:
  // A product of matrices with what follows it; places are offsets in the block of weights.
  struct Product {
    size_t taps;
    int32_t tap_count;
    size_t weights;
    int32_t padded_out;
  };
  struct Convolution {
    std::vector<Product> products;  // four where transposed
    int32_t kernel_size;
    size_t bias;
    bool bias_of_borders;
    bool relu;
    // As cuDNN wants them, where it can do the convolution.
    bool for_cudnn = false;
    size_t cudnn_weights = 0;
    size_t cudnn_bias = 0;
    int32_t first_in;
    int32_t second_in;
    int32_t out;
  };
  struct Gate {
    Convolution theta;
    Convolution phi;
    size_t psi;
    float psi_bias;
    int32_t inner;
  };
  struct Level {
    std::optional<Convolution> first;  // of the encoder; absent at level 0
    Convolution second;
    // Of the decoder; absent at the last level.
    std::optional<Convolution> up;
    std::optional<Gate> gate;
    std::optional<Convolution> decoder_first;
    std::optional<Convolution> decoder_second;
    size_t head = 0;
  };
  class Planner;

  Product add_product(const ConvolutionProduct& product);
  size_t add_values(const std::vector<float>& values);
  void add_for_cudnn(const Kernel& kernel, const std::vector<float>& bias,
                     Convolution& convolution);
  Convolution add_convolution(const Kernel& kernel, std::vector<float> bias, int64_t second_in,
                              bool relu);
  Gate add_gate(const GateLayers& gate, int64_t channels, int64_t gating_width);
  void upload();

  template <typename T>
  const T* at(size_t offset) const {
    return reinterpret_cast<const T*>(static_cast<const char*>(memory_.get()) + offset);
  }
  int32_t filters(size_t level) const { return static_cast<int32_t>(filters_[level]); }

  std::vector<int64_t> filters_;
  Precision precision_;
  HostBlock host_;  // what is uploaded; empty after
  DeviceMemory memory_;
  size_t first_kernel_ = 0;
  size_t first_bias_ = 0;
  std::optional<Convolution> gating_;
  std::vector<Level> levels_;
  float head_bias_ = 0;
};

}  // namespace pancreas

#endif
