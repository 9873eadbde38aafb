#include "kernels/threshold/threshold.h"

#include <cmath>
#include <limits>

#include "common/arguments.h"
#include "common/candidate.h"
#include "common/cpu_features.h"
#include "common/for_each_block.h"
#include "pancreas.h"

namespace pancreas {
namespace {

// The largest float that is not above a number: a float is above both or above none.
float float_below(double threshold) {
  constexpr float kMost = std::numeric_limits<float>::max();
  if (threshold > kMost && std::isfinite(threshold)) {
    return kMost;
  }
  if (threshold < -kMost) {
    return -std::numeric_limits<float>::infinity();
  }
  const auto nearest = static_cast<float>(threshold);
  return static_cast<double>(nearest) > threshold
             ? std::nextafter(nearest, -std::numeric_limits<float>::infinity())
             : nearest;
}

}  // namespace

const ThresholdRoutines& threshold_routines() {
  static constexpr Candidate<ThresholdRoutines> kCandidates[] = {
#if defined(PANCREAS_WITH_AVX2)
    {&kThresholdAvx2, cpu_has_avx2_fma},
#endif
    {&kThresholdPortable, runs_everywhere},
  };
  return first_that_runs(kCandidates);
}

}  // namespace pancreas

extern "C" int32_t pnc_threshold(const float* probability, double threshold, uint8_t* mask,
                                 int64_t count, int32_t threads) {
  using namespace pancreas;
  if (probability == nullptr || std::isnan(threshold) || mask == nullptr || !is_count(count) ||
      threads < 1 ||
      overlap(probability, count * static_cast<int64_t>(sizeof(float)), mask, count)) {
    return PNC_INVALID_ARGUMENT;
  }
  const ThresholdRoutines& routines = threshold_routines();
  const float limit = float_below(threshold);
  return for_each_block(count, threads, [&](int64_t first, int64_t length) {
    routines.apply(probability + first, limit, mask + first, length);
  });
}
