#include "kernels/max_pooling/max_pooling.h"

#include "common/arguments.h"
#include "common/candidate.h"
#include "common/cpu_features.h"
#include "common/parallel_for.h"
#include "common/run_guarded.h"
#include "pancreas.h"

namespace pancreas {

const MaxPoolingRoutines& max_pooling_routines() {
  static constexpr Candidate<MaxPoolingRoutines> kCandidates[] = {
#if defined(PANCREAS_WITH_AVX2)
    {&kMaxPoolingAvx2, cpu_has_avx2_fma},
#endif
    {&kMaxPoolingPortable, runs_everywhere},
  };
  return first_that_runs(kCandidates);
}

int32_t max_pooling(const MaxPoolingRoutines& routines, const float* source, const int64_t* size,
                    float* target, int32_t threads) {
  if (source == nullptr || size == nullptr || target == nullptr || threads < 1) {
    return PNC_INVALID_ARGUMENT;
  }
  const int64_t source_count = count_elements(size, 4);
  if (source_count == 0) {
    return PNC_INVALID_ARGUMENT;
  }
  const int64_t slices = size[0];
  const int64_t rows = size[1];
  const int64_t columns = size[2];
  const int64_t channels = size[3];
  const int64_t target_rows = (rows + 1) / 2;
  const int64_t target_columns = (columns + 1) / 2;
  if (floats_overlap(source, source_count, target,
                     slices * target_rows * target_columns * channels)) {
    return PNC_INVALID_ARGUMENT;
  }
  return run_guarded([&] {
    parallel_for(slices, threads, [&](int, int64_t slice) {
      for (int64_t row = 0; row < target_rows; ++row) {
        const float* upper = source + (slice * rows + 2 * row) * columns * channels;
        const float* lower = 2 * row + 1 < rows ? upper + columns * channels : upper;
        float* out = target + (slice * target_rows + row) * target_columns * channels;
        const int64_t whole = columns / 2;
        routines.pool_row(upper, lower, channels, whole, channels, out);
        if (whole < target_columns) {
          const int64_t last = 2 * whole * channels;
          routines.pool_row(upper + last, lower + last, 0, 1, channels, out + whole * channels);
        }
      }
    });
  });
}

}  // namespace pancreas

extern "C" int32_t pnc_max_pooling(const float* source, const int64_t* size, float* target,
                                   int32_t threads) {
  return pancreas::max_pooling(pancreas::max_pooling_routines(), source, size, target, threads);
}
