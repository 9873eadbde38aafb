#include <immintrin.h>

#include "kernels/max_pooling/max_pooling.h"

// Compiled for AVX2. Nothing here may be inline code that other files share.

namespace pancreas {
namespace {

// The instruction gives its second operand where both are equal or one is NaN; a NaN in `second`
// is put back by setting all bits.
inline __m256 larger(__m256 first, __m256 second) {
  const __m256 is_nan = _mm256_cmp_ps(second, second, _CMP_UNORD_Q);
  return _mm256_or_ps(_mm256_max_ps(second, first), is_nan);
}

void pool_row(const float* upper, const float* lower, int64_t second, int64_t windows,
              int64_t channels, float* target) {
  for (int64_t window = 0; window < windows; ++window) {
    const float* a = upper + 2 * window * channels;
    const float* b = lower + 2 * window * channels;
    float* out = target + window * channels;
    int64_t i = 0;
    for (; i + 8 <= channels; i += 8) {
      const __m256 top = larger(_mm256_loadu_ps(a + i), _mm256_loadu_ps(a + second + i));
      const __m256 left = larger(top, _mm256_loadu_ps(b + i));
      _mm256_storeu_ps(out + i, larger(left, _mm256_loadu_ps(b + second + i)));
    }
    for (; i < channels; ++i) {
      const __m256 top = larger(_mm256_set1_ps(a[i]), _mm256_set1_ps(a[second + i]));
      const __m256 left = larger(top, _mm256_set1_ps(b[i]));
      out[i] = _mm256_cvtss_f32(larger(left, _mm256_set1_ps(b[second + i])));
    }
  }
}

}  // namespace

const MaxPoolingRoutines kMaxPoolingAvx2 = {"avx2", pool_row};

}  // namespace pancreas
