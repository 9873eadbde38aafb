#include "kernels/windowing/windowing.h"

namespace pancreas {
namespace {

// NaN fails both comparisons and stays.
inline float apply(float hu, const IntensityWindow& window) {
  const double value = hu;
  const double above = value < window.clip_min ? window.clip_min : value;
  const double clipped = above > window.clip_max ? window.clip_max : above;
  return static_cast<float>((clipped - window.low) * window.factor - 1);
}

void floats(const float* hu, float* target, int64_t count, const IntensityWindow& window) {
  for (int64_t i = 0; i < count; ++i) {
    target[i] = apply(hu[i], window);
  }
}

void shorts(const int16_t* stored, const Rescale& rescale, float* target, int64_t count,
            const IntensityWindow& window) {
  for (int64_t i = 0; i < count; ++i) {
    const double hu = rescale.slope * stored[i] + rescale.intercept;
    target[i] = apply(static_cast<float>(hu), window);
  }
}

}  // namespace

const WindowingRoutines kWindowingPortable = {"portable", floats, shorts};

}  // namespace pancreas
