#ifndef PANCREAS_CUDA_PRECISION_H
#define PANCREAS_CUDA_PRECISION_H

#include <cstddef>

namespace pancreas {

// How convolutions multiply. Sums are float32 always. Values between layers are what is multiplied:
// float32, Tf32 or half.
enum class Precision { kFloat32, kTf32, kFloat16 };

constexpr size_t value_bytes(Precision precision) {
  return precision == Precision::kFloat16 ? 2 : 4;
}

}  // namespace pancreas

#endif
