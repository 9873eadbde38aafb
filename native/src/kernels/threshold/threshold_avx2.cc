#include <immintrin.h>

#include "kernels/threshold/threshold.h"

// Compiled for AVX2. Nothing here may be inline code that other files share.

namespace pancreas {
namespace {

// Four registers of 0 or -1 to 32 bytes of 0 or 1.
inline __m256i pack(__m256i a, __m256i b, __m256i c, __m256i d) {
  const __m256i bytes = _mm256_packs_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d));
  // Packing works on halves: it leaves groups of four in the order a0 b0 c0 d0 a1 b1 c1 d1.
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  return _mm256_and_si256(_mm256_permutevar8x32_epi32(bytes, order), _mm256_set1_epi8(1));
}

void apply(const float* probability, float threshold, uint8_t* mask, int64_t count) {
  const __m256 limit = _mm256_set1_ps(threshold);
  const auto above = [&](const float* values) {
    return _mm256_castps_si256(_mm256_cmp_ps(_mm256_loadu_ps(values), limit, _CMP_GT_OQ));
  };
  int64_t i = 0;
  for (; i + 32 <= count; i += 32) {
    const float* values = probability + i;
    _mm256_storeu_si256(
        reinterpret_cast<__m256i*>(mask + i),
        pack(above(values), above(values + 8), above(values + 16), above(values + 24)));
  }
  for (; i < count; ++i) {
    mask[i] = probability[i] > threshold ? 1 : 0;
  }
}

}  // namespace

const ThresholdRoutines kThresholdAvx2 = {"avx2", apply};

}  // namespace pancreas
