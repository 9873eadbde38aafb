#ifndef PANCREAS_KERNELS_WINDOWING_WINDOWING_ELEMENT_H
#define PANCREAS_KERNELS_WINDOWING_WINDOWING_ELEMENT_H

#include <cstdint>

#include "common/host_device.h"
#include "kernels/windowing/windowing.h"

namespace pancreas {

// The arithmetic of pnc_window for one value. NaN fails both comparisons and stays.
PNC_HOST_DEVICE inline float window_value(float hu, const IntensityWindow& window) {
  const double value = hu;
  const double above = value < window.clip_min ? window.clip_min : value;
  const double clipped = above > window.clip_max ? window.clip_max : above;
  return static_cast<float>((clipped - window.low) * window.factor - 1);
}

// HU of a stored value.
PNC_HOST_DEVICE inline float rescaled_value(int16_t stored, const Rescale& rescale) {
  return static_cast<float>(rescale.slope * stored + rescale.intercept);
}

}  // namespace pancreas

#endif
