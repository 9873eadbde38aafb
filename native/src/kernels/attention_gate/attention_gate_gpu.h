#ifndef PANCREAS_KERNELS_ATTENTION_GATE_ATTENTION_GATE_GPU_H
#define PANCREAS_KERNELS_ATTENTION_GATE_ATTENTION_GATE_GPU_H

#include <cuda_runtime_api.h>

#include <cstdint>

#include "cuda/precision.h"

namespace pancreas {

// The rest of an attention gate, theta and phi given. Images are [slice][row][column][channel] of
// the precision's type.
struct GpuAttentionGate {
  void* x;            // 2 rows x 2 columns, `channels`, a multiple of 8; multiplied in place
  const void* theta;  // rows x columns, `inner`
  const void* phi;    // (rows / factor) x (columns / factor), `inner`
  const float* psi;   // [inner]
  float psi_bias;
  int32_t slices;
  int32_t rows;
  int32_t columns;
  int32_t factor;
  int32_t inner;
  int32_t channels;
};

// Adds to a stream: x *= up(sigmoid(psi . relu(theta + up(phi)) + psi_bias)).
void launch_attention_gate(Precision precision, const GpuAttentionGate& gate, cudaStream_t stream);

}  // namespace pancreas

#endif
