#include "kernels/argmax/argmax.h"

#include "common/arguments.h"
#include "common/candidate.h"
#include "common/cpu_features.h"
#include "common/for_each_block.h"
#include "pancreas.h"

namespace pancreas {

const ArgmaxRoutines& argmax_routines() {
  static constexpr Candidate<ArgmaxRoutines> kCandidates[] = {
#if defined(PANCREAS_WITH_AVX2)
    {&kArgmaxAvx2, cpu_has_avx2_fma},
#endif
    {&kArgmaxPortable, runs_everywhere},
  };
  return first_that_runs(kCandidates);
}

}  // namespace pancreas

extern "C" int32_t pnc_argmax(const float* logits, uint8_t* mask, int64_t count, int32_t threads) {
  using namespace pancreas;
  if (logits == nullptr || mask == nullptr || !is_count(count) || threads < 1 ||
      overlap(logits, 2 * count * static_cast<int64_t>(sizeof(float)), mask, count)) {
    return PNC_INVALID_ARGUMENT;
  }
  const ArgmaxRoutines& routines = argmax_routines();
  return for_each_block(count, threads, [&](int64_t first, int64_t length) {
    routines.apply(logits + 2 * first, mask + first, length);
  });
}
