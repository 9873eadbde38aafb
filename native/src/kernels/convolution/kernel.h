#ifndef PANCREAS_KERNELS_CONVOLUTION_KERNEL_H
#define PANCREAS_KERNELS_CONVOLUTION_KERNEL_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pancreas {

// The weights of a convolution, [row][column][in][out], in double so that they can be combined
// before they are rounded.
struct Kernel {
  int64_t size;
  int64_t in;
  int64_t out;
  std::vector<double> values;

  Kernel(int64_t size_, int64_t in_, int64_t out_, const float* weights)
      : size(size_), in(in_), out(out_), values(weights, weights + size_ * size_ * in_ * out_) {}

  double& at(int64_t row, int64_t column, int64_t i, int64_t o) {
    return values[static_cast<size_t>(((row * size + column) * in + i) * out + o)];
  }
  const double& at(int64_t row, int64_t column, int64_t i, int64_t o) const {
    return values[static_cast<size_t>(((row * size + column) * in + i) * out + o)];
  }
};

// How convolutions are computed.
enum class Algorithm {
  kWinograd,
  kDirect,
};

}  // namespace pancreas

#endif
