#ifndef PANCREAS_KERNELS_ATTENTION_GATE_ATTENTION_GATE_ELEMENT_H
#define PANCREAS_KERNELS_ATTENTION_GATE_ATTENTION_GATE_ELEMENT_H

#include <cmath>
#include <cstdint>

#include "common/host_device.h"

namespace pancreas {

// What one inner channel adds to a gate's logit: psi * relu(theta + phi).
PNC_HOST_DEVICE inline float gate_term(float theta, float phi, float psi) {
  const float sum = theta + phi;
  return (sum < 0 ? 0.0f : sum) * psi;
}

// The logistic function, for probabilities and for a gate's attention.
PNC_HOST_DEVICE inline float logistic(float x) { return 1.0f / (1.0f + expf(-x)); }

// Where a gate of whole-number up-sampling reads: pixel (row, column) of theta sees this pixel of
// phi. Images are [slice][row][column].
PNC_HOST_DEVICE inline int64_t coarse_pixel(int64_t slice, int32_t row, int32_t column,
                                            int32_t factor, int32_t coarse_rows,
                                            int32_t coarse_columns) {
  return (slice * coarse_rows + row / factor) * coarse_columns + column / factor;
}

}  // namespace pancreas

#endif
