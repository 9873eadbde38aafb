#include "kernels/windowing/windowing.h"
#include "kernels/windowing/windowing_element.h"

namespace pancreas {
namespace {

void floats(const float* hu, float* target, int64_t count, const IntensityWindow& window) {
  for (int64_t i = 0; i < count; ++i) {
    target[i] = window_value(hu[i], window);
  }
}

void shorts(const int16_t* stored, const Rescale& rescale, float* target, int64_t count,
            const IntensityWindow& window) {
  for (int64_t i = 0; i < count; ++i) {
    target[i] = window_value(rescaled_value(stored[i], rescale), window);
  }
}

}  // namespace

const WindowingRoutines kWindowingPortable = {"portable", floats, shorts};

}  // namespace pancreas
