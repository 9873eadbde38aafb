#ifndef PANCREAS_TEST_CONVOLUTION_CALL_CASES_H
#define PANCREAS_TEST_CONVOLUTION_CALL_CASES_H

#include <cstdint>

namespace pancreas_test {

// Each case is run with every kind of convolution.
struct ConvolutionCallCase {
  const char* name;
  int64_t size[4];  // slices, rows, columns, inputs
  int64_t outputs;
};

// A tile of the fast code is 4 x 4 or 6 pixels by 8 or 16 channels.
inline constexpr ConvolutionCallCase kConvolutionCallCases[] = {
    {"one value", {1, 1, 1, 1}, 1},
    {"one pixel", {1, 1, 1, 8}, 16},
    {"one row", {2, 1, 9, 3}, 5},
    {"one column", {2, 9, 1, 3}, 5},
    {"one input", {2, 6, 7, 1}, 16},
    {"one output", {2, 6, 7, 16}, 1},
    {"tile", {1, 4, 4, 8}, 8},
    {"tile less one", {1, 3, 3, 8}, 8},
    {"tile and one", {1, 5, 5, 8}, 8},
    {"two tiles and one", {2, 9, 13, 16}, 16},
    {"odd channels", {2, 8, 8, 7}, 9},
    {"channels of a tile and one", {1, 6, 6, 17}, 17},
    {"gating", {3, 10, 10, 32}, 16},
    {"halves", {3, 12, 16, 32}, 16},
    {"odd inputs", {2, 9, 7, 13}, 24},
    {"odd outputs", {2, 9, 7, 24}, 13},
    {"more outputs", {2, 6, 9, 8}, 40},
    {"bands of rows", {2, 69, 74, 8}, 8},
    {"groups of slices", {75, 7, 5, 8}, 8},
    {"one wide row", {1, 2, 1201, 8}, 8},
};

}  // namespace pancreas_test

#endif
