#include "kernels/windowing/windowing.h"

#include <cmath>

#include "common/arguments.h"
#include "common/candidate.h"
#include "common/cpu_features.h"
#include "common/for_each_block.h"
#include "pancreas.h"

namespace pancreas {
namespace {

bool is_window(double clip_min, double clip_max, double low, double high) {
  return clip_min <= clip_max && std::isfinite(low) && std::isfinite(high) && low < high;
}

}  // namespace

const WindowingRoutines& windowing_routines() {
  static constexpr Candidate<WindowingRoutines> kCandidates[] = {
#if defined(PANCREAS_WITH_AVX2)
    {&kWindowingAvx2, cpu_has_avx2_fma},
#endif
    {&kWindowingPortable, runs_everywhere},
  };
  return first_that_runs(kCandidates);
}

}  // namespace pancreas

extern "C" int32_t pnc_window(const float* hu, float* target, int64_t count, double clip_min,
                              double clip_max, double low, double high, int32_t threads) {
  using namespace pancreas;
  if (hu == nullptr || target == nullptr || !is_count(count) || threads < 1 ||
      !is_window(clip_min, clip_max, low, high) ||
      (hu != target && floats_overlap(hu, count, target, count))) {
    return PNC_INVALID_ARGUMENT;
  }
  const WindowingRoutines& routines = windowing_routines();
  const IntensityWindow window = {clip_min, clip_max, low, 2 / (high - low)};
  return for_each_block(count, threads, [&](int64_t first, int64_t length) {
    routines.floats(hu + first, target + first, length, window);
  });
}

extern "C" int32_t pnc_window_stored(const int16_t* stored, double slope, double intercept,
                                     float* target, int64_t count, double clip_min, double clip_max,
                                     double low, double high, int32_t threads) {
  using namespace pancreas;
  if (stored == nullptr || target == nullptr || !is_count(count) || threads < 1 ||
      !std::isfinite(slope) || !std::isfinite(intercept) ||
      !is_window(clip_min, clip_max, low, high) ||
      overlap(stored, count * static_cast<int64_t>(sizeof(int16_t)), target,
              count * static_cast<int64_t>(sizeof(float)))) {
    return PNC_INVALID_ARGUMENT;
  }
  const WindowingRoutines& routines = windowing_routines();
  const IntensityWindow window = {clip_min, clip_max, low, 2 / (high - low)};
  return for_each_block(count, threads, [&](int64_t first, int64_t length) {
    routines.shorts(stored + first, {slope, intercept}, target + first, length, window);
  });
}
