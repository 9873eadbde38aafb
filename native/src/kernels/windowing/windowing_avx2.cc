#include <immintrin.h>

#include "kernels/windowing/windowing.h"

// Compiled for AVX2. Nothing here may be inline code that other files share.

namespace pancreas {
namespace {

struct Constants {
  explicit Constants(const IntensityWindow& window)
      : clip_min(_mm256_set1_pd(window.clip_min)),
        clip_max(_mm256_set1_pd(window.clip_max)),
        low(_mm256_set1_pd(window.low)),
        factor(_mm256_set1_pd(window.factor)) {}

  // Four values. The maximum and minimum give their second operand where one is NaN.
  __m128 apply(__m128 hu) const {
    const __m256d above = _mm256_max_pd(clip_min, _mm256_cvtps_pd(hu));
    const __m256d clipped = _mm256_min_pd(clip_max, above);
    const __m256d scaled = _mm256_mul_pd(_mm256_sub_pd(clipped, low), factor);
    return _mm256_cvtpd_ps(_mm256_sub_pd(scaled, _mm256_set1_pd(1)));
  }

  __m256d clip_min;
  __m256d clip_max;
  __m256d low;
  __m256d factor;
};

void floats(const float* hu, float* target, int64_t count, const IntensityWindow& window) {
  const Constants constants(window);
  int64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m128 a = constants.apply(_mm_loadu_ps(hu + i));
    const __m128 b = constants.apply(_mm_loadu_ps(hu + i + 4));
    _mm_storeu_ps(target + i, a);
    _mm_storeu_ps(target + i + 4, b);
  }
  for (; i < count; ++i) {
    _mm_store_ss(target + i, constants.apply(_mm_load_ss(hu + i)));
  }
}

void shorts(const int16_t* stored, const Rescale& rescale, float* target, int64_t count,
            const IntensityWindow& window) {
  const Constants constants(window);
  const __m256d slope = _mm256_set1_pd(rescale.slope);
  const __m256d intercept = _mm256_set1_pd(rescale.intercept);
  const auto convert = [&](__m128i four) {
    const __m256d value = _mm256_cvtepi32_pd(_mm_cvtepi16_epi32(four));
    return _mm256_cvtpd_ps(_mm256_add_pd(_mm256_mul_pd(slope, value), intercept));
  };
  int64_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const __m128i four = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(stored + i));
    _mm_storeu_ps(target + i, constants.apply(convert(four)));
  }
  for (; i < count; ++i) {
    _mm_store_ss(target + i, constants.apply(convert(_mm_set1_epi16(stored[i]))));
  }
}

}  // namespace

const WindowingRoutines kWindowingAvx2 = {"avx2", floats, shorts};

}  // namespace pancreas
