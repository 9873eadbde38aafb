#ifndef PANCREAS_TEST_RESAMPLE_CASES_H
#define PANCREAS_TEST_RESAMPLE_CASES_H

#include <cstdint>

#include "pancreas.h"

namespace pancreas_test {

struct ResampleCase {
  const char* name;
  int64_t source[3];   // z, y, x
  int64_t target[3];   // z, y, x
  int32_t filters[3];  // z, y, x
  // How many slices a benchmark of this case has; 0 for cases that are not worth one.
  int64_t bench_slices;
};

inline constexpr int32_t kNone = PNC_FILTER_NONE;
inline constexpr int32_t kNearest = PNC_FILTER_NEAREST;
inline constexpr int32_t kLinear = PNC_FILTER_LINEAR;

// Tests and benchmarks share this list. A tile is 8 rows by 8 columns in filter_rows and 32 values
// in weighted_sum.
inline constexpr ResampleCase kResampleCases[] = {
    {"one value", {1, 1, 1}, {1, 1, 1}, {kLinear, kLinear, kLinear}, 0},
    {"one value grows", {1, 1, 1}, {2, 3, 9}, {kLinear, kLinear, kLinear}, 0},
    {"all become one", {3, 5, 9}, {1, 1, 1}, {kLinear, kLinear, kLinear}, 0},
    {"copy", {2, 9, 33}, {2, 9, 33}, {kNone, kNone, kNone}, 0},
    {"same size, linear", {2, 9, 33}, {2, 9, 33}, {kLinear, kLinear, kLinear}, 0},
    {"same size, nearest", {2, 9, 33}, {2, 9, 33}, {kNearest, kNearest, kNearest}, 0},
    {"one tile", {1, 8, 8}, {1, 8, 8}, {kNone, kLinear, kLinear}, 0},
    {"to one tile", {1, 16, 16}, {1, 8, 8}, {kNone, kLinear, kLinear}, 0},
    {"to one tile less one", {1, 16, 16}, {1, 7, 7}, {kNone, kLinear, kLinear}, 0},
    {"to one tile and one", {1, 16, 16}, {1, 9, 9}, {kNone, kLinear, kLinear}, 0},
    {"from one tile", {1, 8, 8}, {1, 19, 21}, {kNone, kLinear, kLinear}, 0},
    {"from one tile less one", {1, 7, 7}, {1, 19, 21}, {kNone, kLinear, kLinear}, 0},
    {"from one tile and one", {1, 9, 9}, {1, 19, 21}, {kNone, kLinear, kLinear}, 0},
    {"sum tile less one", {3, 5, 31}, {2, 4, 31}, {kLinear, kLinear, kNone}, 0},
    {"sum tile", {3, 5, 32}, {2, 4, 32}, {kLinear, kLinear, kNone}, 0},
    {"sum tile and one", {3, 5, 33}, {2, 4, 33}, {kLinear, kLinear, kNone}, 0},
    {"z alone shrinks", {11, 3, 17}, {4, 3, 17}, {kLinear, kNone, kNone}, 0},
    {"z alone grows", {4, 3, 17}, {11, 3, 17}, {kLinear, kNone, kNone}, 0},
    {"y alone shrinks", {2, 29, 17}, {2, 12, 17}, {kNone, kLinear, kNone}, 0},
    {"y alone grows", {2, 12, 17}, {2, 29, 17}, {kNone, kLinear, kNone}, 0},
    {"x alone shrinks", {2, 9, 41}, {2, 9, 13}, {kNone, kNone, kLinear}, 0},
    {"x alone grows", {2, 9, 13}, {2, 9, 41}, {kNone, kNone, kLinear}, 0},
    {"y shrinks, x grows", {2, 29, 13}, {2, 12, 41}, {kNone, kLinear, kLinear}, 0},
    {"y grows, x shrinks", {2, 12, 41}, {2, 29, 13}, {kNone, kLinear, kLinear}, 0},
    {"nearest shrinks", {7, 31, 33}, {3, 10, 11}, {kNearest, kNearest, kNearest}, 0},
    {"nearest grows", {3, 10, 11}, {7, 31, 33}, {kNearest, kNearest, kNearest}, 0},
    {"nearest z, linear y and x", {5, 20, 22}, {7, 9, 31}, {kNearest, kLinear, kLinear}, 0},
    {"linear z, nearest y, linear x", {5, 20, 22}, {7, 31, 9}, {kLinear, kNearest, kLinear}, 0},
    {"linear z and y, nearest x", {7, 20, 22}, {5, 31, 9}, {kLinear, kLinear, kNearest}, 0},
    {"nearest y, x left alone", {2, 20, 22}, {2, 31, 22}, {kNone, kNearest, kNone}, 0},
    {"y left alone, nearest x", {2, 20, 22}, {2, 20, 35}, {kNone, kNone, kNearest}, 0},
    {"coprime, all linear", {13, 37, 41}, {11, 23, 59}, {kLinear, kLinear, kLinear}, 0},
    {"halves", {4, 32, 48}, {2, 16, 24}, {kLinear, kLinear, kLinear}, 0},
    {"doubles", {2, 16, 24}, {4, 32, 48}, {kLinear, kLinear, kLinear}, 0},
    {"CT to network", {2, 512, 512}, {2, 160, 160}, {kNone, kLinear, kLinear}, 100},
    {"network to CT", {2, 160, 160}, {2, 512, 512}, {kNone, kLinear, kLinear}, 100},
    {"CT to network, nearest", {2, 512, 512}, {2, 160, 160}, {kNone, kNearest, kNearest}, 100},
    {"network to CT, nearest", {2, 160, 160}, {2, 512, 512}, {kNone, kNearest, kNearest}, 100},
};

}  // namespace pancreas_test

#endif
