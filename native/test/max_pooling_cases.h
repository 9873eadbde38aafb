#ifndef PANCREAS_TEST_MAX_POOLING_CASES_H
#define PANCREAS_TEST_MAX_POOLING_CASES_H

#include <cstdint>

namespace pancreas_test {

struct MaxPoolingCase {
  const char* name;
  int64_t size[4];  // slices, rows, columns, channels
  // How many slices a benchmark of this case has; 0 for cases that are not worth one.
  int64_t bench_slices;
};

// A tile is 8 channels.
inline constexpr MaxPoolingCase kMaxPoolingCases[] = {
    {"one value", {1, 1, 1, 1}, 0},
    {"one window", {1, 2, 2, 8}, 0},
    {"one row", {2, 1, 7, 8}, 0},
    {"one column", {2, 7, 1, 8}, 0},
    {"odd rows", {2, 5, 6, 9}, 0},
    {"odd columns", {2, 6, 5, 7}, 0},
    {"odd both", {3, 7, 9, 16}, 0},
    {"tile and one", {1, 4, 4, 17}, 0},
    {"first encoder level", {2, 160, 160, 16}, 16},
    {"last pooled level", {2, 20, 20, 128}, 64},
};

}  // namespace pancreas_test

#endif
