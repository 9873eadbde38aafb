#ifndef PANCREAS_TEST_ATTENTION_GATE_CASES_H
#define PANCREAS_TEST_ATTENTION_GATE_CASES_H

#include <cstdint>

namespace pancreas_test {

struct AttentionGateCase {
  const char* name;
  int64_t x[4];       // slices, rows, columns, channels
  int64_t gating[4];  // the same of g
  int64_t inner;
  // How many slices a benchmark of this case has; 0 for cases that are not worth one.
  int64_t bench_slices;
};

// A tile is 6, 2 or 1 pixels of theta by 16 inner channels.
inline constexpr AttentionGateCase kAttentionGateCases[] = {
    {"one value", {1, 1, 1, 1}, {1, 1, 1, 1}, 1, 0},
    {"one window", {1, 2, 2, 8}, {1, 1, 1, 16}, 4, 0},
    {"pixels of a tile less one", {1, 2, 10, 8}, {1, 1, 5, 8}, 16, 0},
    {"pixels of a tile", {1, 2, 12, 8}, {1, 1, 6, 8}, 16, 0},
    {"pixels of a tile and one", {1, 2, 14, 8}, {1, 1, 7, 8}, 16, 0},
    {"inner of a tile less one", {2, 8, 8, 8}, {2, 4, 4, 16}, 15, 0},
    {"inner of a tile and one", {2, 8, 8, 8}, {2, 4, 4, 16}, 17, 0},
    {"odd rows", {2, 7, 8, 5}, {2, 2, 2, 3}, 6, 0},
    {"odd columns", {2, 8, 7, 5}, {2, 2, 2, 3}, 6, 0},
    {"odd both", {3, 11, 5, 16}, {3, 6, 3, 24}, 8, 0},
    {"factor 3", {1, 18, 12, 8}, {1, 3, 2, 8}, 8, 0},
    {"20 x 20", {2, 20, 20, 128}, {2, 10, 10, 128}, 64, 32},
    {"40 x 40", {2, 40, 40, 64}, {2, 10, 10, 128}, 32, 32},
    {"80 x 80", {1, 80, 80, 32}, {1, 10, 10, 128}, 16, 32},
};

}  // namespace pancreas_test

#endif
