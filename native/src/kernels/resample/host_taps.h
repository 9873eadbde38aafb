#ifndef PANCREAS_KERNELS_RESAMPLE_HOST_TAPS_H
#define PANCREAS_KERNELS_RESAMPLE_HOST_TAPS_H

#include <cstdint>
#include <vector>

#include "kernels/resample/axis_weights.h"

namespace pancreas {

// What AxisTaps point to, in the memory of the CPU.
struct HostTaps {
  std::vector<int32_t> first;
  std::vector<int32_t> offset;
  std::vector<float> weights;

  HostTaps(int32_t filter, int64_t source, int64_t target) {
    const AxisWeights axis(filter, source, target);
    const Taps taps = axis.taps();
    first.assign(taps.first, taps.first + target);
    offset.assign(taps.offset, taps.offset + target + 1);
    weights.assign(taps.weights, taps.weights + taps.offset[target]);
  }
};

}  // namespace pancreas

#endif
