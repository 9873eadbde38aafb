#include <immintrin.h>

#include "kernels/argmax/argmax.h"

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

// -1 where channel 1 of a pixel is above channel 0, for eight pixels.
inline __m256i second_is_above(const float* logits) {
  const __m256 a = _mm256_loadu_ps(logits);
  const __m256 b = _mm256_loadu_ps(logits + 8);
  const __m256 first = _mm256_shuffle_ps(a, b, 0x88);
  const __m256 second = _mm256_shuffle_ps(a, b, 0xDD);
  // Shuffling works on halves: pixels 0 1 4 5 2 3 6 7.
  const __m256i above = _mm256_castps_si256(_mm256_cmp_ps(second, first, _CMP_GT_OQ));
  return _mm256_permute4x64_epi64(above, 0xD8);
}

void apply(const float* logits, uint8_t* mask, int64_t count) {
  int64_t i = 0;
  for (; i + 32 <= count; i += 32) {
    const float* pixels = logits + 2 * i;
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(mask + i),
                        pack(second_is_above(pixels), second_is_above(pixels + 16),
                             second_is_above(pixels + 32), second_is_above(pixels + 48)));
  }
  for (; i < count; ++i) {
    mask[i] = logits[2 * i + 1] > logits[2 * i] ? 1 : 0;
  }
}

}  // namespace

const ArgmaxRoutines kArgmaxAvx2 = {"avx2", apply};

}  // namespace pancreas
