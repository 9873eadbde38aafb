#ifndef PANCREAS_TEST_CONVOLUTION_CASES_H
#define PANCREAS_TEST_CONVOLUTION_CASES_H

#include <cstdint>

namespace pancreas_test {

// Each case is run with every kind of convolution.
struct ConvolutionCase {
  const char* name;
  int64_t size[4];  // slices, rows, columns, inputs
  int64_t outputs;
};

// A tile of the fast code is 4 x 4 or 6 pixels by 8 or 16 channels.
inline constexpr ConvolutionCase kConvolutionCases[] = {
    {"one value", {1, 1, 1, 1}, 1},    {"one pixel", {1, 1, 1, 8}, 16},
    {"one row", {2, 1, 9, 3}, 5},      {"one column", {2, 9, 1, 3}, 5},
    {"one input", {2, 6, 7, 1}, 16},   {"one output", {2, 6, 7, 16}, 1},
    {"tile", {1, 4, 4, 8}, 8},         {"tile less one", {1, 3, 3, 8}, 8},
    {"tile and one", {1, 5, 5, 8}, 8}, {"two tiles and one", {2, 9, 13, 16}, 16},
    {"odd channels", {2, 8, 8, 7}, 9}, {"channels of a tile and one", {1, 6, 6, 17}, 17},
    {"gating", {3, 10, 10, 32}, 16},   {"halves", {3, 12, 16, 32}, 16},
};

}  // namespace pancreas_test

#endif
