#ifndef PANCREAS_KERNELS_WINDOWING_WINDOWING_H
#define PANCREAS_KERNELS_WINDOWING_WINDOWING_H

#include <cstdint>

namespace pancreas {

// value -> float((clip(value) - low) * factor - 1), each step rounded to double.
struct IntensityWindow {
  double clip_min;
  double clip_max;
  double low;
  double factor;  // 2 / (high - low)
};

struct Rescale {
  double slope;
  double intercept;
};

// The inner loops, once per instruction set; all give the same bits.
struct WindowingRoutines {
  const char* name;
  void (*floats)(const float* hu, float* target, int64_t count, const IntensityWindow& window);
  void (*shorts)(const int16_t* stored, const Rescale& rescale, float* target, int64_t count,
                 const IntensityWindow& window);
};

extern const WindowingRoutines kWindowingPortable;
#if defined(PANCREAS_WITH_AVX2)
extern const WindowingRoutines kWindowingAvx2;
#endif

// The fastest routines that this CPU runs.
const WindowingRoutines& windowing_routines();

}  // namespace pancreas

#endif
