#ifndef PANCREAS_TEST_DEEP_SUPERVISION_HEAD_CASES_H
#define PANCREAS_TEST_DEEP_SUPERVISION_HEAD_CASES_H

#include <cstdint>

namespace pancreas_test {

struct DeepSupervisionHeadCase {
  const char* name;
  int64_t size[3];  // slices, rows, columns
  int32_t levels;
  int64_t channels[5];
  int64_t factors[5];
  // How many slices a benchmark of this case has; 0 for cases that are not worth one.
  int64_t bench_slices;
};

// A tile is 8 pixels by 8 channels.
inline constexpr DeepSupervisionHeadCase kDeepSupervisionHeadCases[] = {
    {"one value", {1, 1, 1}, 1, {1}, {1}, 0},
    {"tile", {1, 8, 8}, 1, {8}, {1}, 0},
    {"tile less one", {1, 7, 7}, 1, {7}, {1}, 0},
    {"tile and one", {1, 9, 9}, 1, {9}, {1}, 0},
    {"two levels", {3, 6, 22}, 2, {16, 8}, {2, 1}, 0},
    {"factor 3", {2, 9, 12}, 2, {5, 3}, {3, 1}, 0},
    {"five levels", {1, 16, 32}, 5, {24, 20, 12, 8, 4}, {16, 8, 4, 2, 1}, 0},
    {"no level of full size", {2, 8, 8}, 2, {4, 4}, {4, 2}, 0},
    {"the network's", {2, 160, 160}, 4, {128, 64, 32, 16}, {8, 4, 2, 1}, 32},
};

}  // namespace pancreas_test

#endif
