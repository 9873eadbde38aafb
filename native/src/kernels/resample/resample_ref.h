#ifndef PANCREAS_KERNELS_RESAMPLE_RESAMPLE_REF_H
#define PANCREAS_KERNELS_RESAMPLE_RESAMPLE_REF_H

#include <cstdint>
#include <vector>

namespace pancreas {

// The reference for tests: every target value as one sum over z, y and x in double, with weights in
// floating point straight from the definition. Not designed to be fast.
std::vector<double> resample_ref(const float* source, const int64_t* source_size,
                                 const int64_t* target_size, const int32_t* filters);

// How many source values the target `index` of an axis is made of.
int64_t tap_count_ref(int32_t filter, int64_t source_size, int64_t target_size, int64_t index);

}  // namespace pancreas

#endif
