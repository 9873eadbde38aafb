#ifndef PANCREAS_KERNELS_RESAMPLE_RESAMPLE_ELEMENT_H
#define PANCREAS_KERNELS_RESAMPLE_RESAMPLE_ELEMENT_H

#include <cstdint>

#include "common/host_device.h"

namespace pancreas {

// Where the sums of an axis read, with indices of 32 bits: target i is the sum over k of
// weights[offset[i] + k] * source[first[i] + k], for k in [0, offset[i + 1] - offset[i]).
struct AxisTaps {
  const int32_t* first;
  const int32_t* offset;
  const float* weights;
};

// The sum of an axis for target i, in the order of the source index.
template <typename Value>
PNC_HOST_DEVICE inline float axis_sum(const AxisTaps& taps, int32_t i, const Value& value) {
  const int32_t offset = taps.offset[i];
  const int32_t count = taps.offset[i + 1] - offset;
  float sum = taps.weights[offset] * value(taps.first[i]);
  for (int32_t k = 1; k < count; ++k) {
    sum += taps.weights[offset + k] * value(taps.first[i] + k);
  }
  return sum;
}

// What pnc_resample makes of one target value, with the same sums in the same order: z within, then
// x and y where y grows, else y and x.
//
// load(z, y, x): a source value
template <typename Load>
PNC_HOST_DEVICE inline float resampled_value(const AxisTaps& z_taps, const AxisTaps& y_taps,
                                             const AxisTaps& x_taps, bool y_grows, int32_t z,
                                             int32_t y, int32_t x, const Load& load) {
  const auto column = [&](int32_t source_y, int32_t source_x) {
    return axis_sum(z_taps, z,
                    [&](int32_t source_z) { return load(source_z, source_y, source_x); });
  };
  if (y_grows) {
    return axis_sum(y_taps, y, [&](int32_t source_y) {
      return axis_sum(x_taps, x, [&](int32_t source_x) { return column(source_y, source_x); });
    });
  }
  return axis_sum(x_taps, x, [&](int32_t source_x) {
    return axis_sum(y_taps, y, [&](int32_t source_y) { return column(source_y, source_x); });
  });
}

}  // namespace pancreas

#endif
