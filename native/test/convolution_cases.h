#ifndef PANCREAS_TEST_CONVOLUTION_CASES_H
#define PANCREAS_TEST_CONVOLUTION_CASES_H

#include <cstdint>

namespace pancreas_test {

struct ConvolutionCase {
  const char* name;
  int64_t images;
  int64_t rows;
  int64_t columns;
  int64_t in;         // of the first view
  int64_t second_in;  // of the second, or 0
  int64_t out;
};

// Tiles are 4 x 4, panels of the matrix product 16 columns, its blocks 2 or 6 rows.
inline constexpr ConvolutionCase kConvolutionCases[] = {
    {"one pixel", 1, 1, 1, 8, 0, 8},
    {"one row", 1, 1, 13, 8, 0, 8},
    {"one column", 2, 9, 1, 8, 8, 8},
    {"one tile", 1, 4, 4, 16, 0, 16},
    {"a tile and one", 1, 5, 5, 16, 0, 16},
    {"a tile less one", 1, 3, 3, 16, 0, 24},
    {"two by two", 3, 2, 2, 8, 8, 16},
    {"rows of two tiles, columns of three and two", 2, 8, 14, 24, 0, 40},
    {"two views", 2, 6, 10, 16, 16, 16},
    {"two views of a half panel", 1, 12, 12, 8, 8, 8},
    {"more tiles than a chunk", 1, 30, 34, 8, 0, 8},
    {"many channels", 1, 7, 6, 136, 0, 136},
};

}  // namespace pancreas_test

#endif
