#ifndef PANCREAS_COMMON_ARGUMENTS_H
#define PANCREAS_COMMON_ARGUMENTS_H

#include <cstdint>

namespace pancreas {

// The number of elements of an array, or 0 if a size is not in [1, PNC_MAX_AXIS] or there are more
// than 2^40 elements.
int64_t count_elements(const int64_t* size, int axes);

// Whether a kernel takes that many elements at once: 1 to 2^40.
bool is_count(int64_t count);

// Whether two ranges of memory share a byte.
bool overlap(const void* a, int64_t a_bytes, const void* b, int64_t b_bytes);

// The same for two ranges of floats.
bool floats_overlap(const float* a, int64_t a_count, const float* b, int64_t b_count);

}  // namespace pancreas

#endif
