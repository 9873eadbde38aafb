#ifndef PANCREAS_TEST_ELEMENTWISE_CASES_H
#define PANCREAS_TEST_ELEMENTWISE_CASES_H

#include <cstdint>
#include <limits>

namespace pancreas_test {

// Numbers of elements. A tile is 4 or 8 values in windowing and 32 in threshold and argmax; work is
// shared in blocks of 65536.
inline constexpr int64_t kCounts[] = {1,  3,  4,  5,  7,  8,     9,     15,    31,
                                      32, 33, 63, 64, 65, 65535, 65536, 65537, 200003};

// One slice of a CT and a volume of the network's size.
inline constexpr int64_t kBenchCounts[] = {512 * 512, 160 * 160 * 160};

struct WindowCase {
  const char* name;
  double clip_min;
  double clip_max;
  double low;
  double high;
};

inline constexpr WindowCase kWindowCases[] = {
    {"abdomen", -100, 240, -100, 240},
    {"wide", -1024, 1024, -1024, 1024},
    {"range of the volume", -100024, 100024, -1019.25, 1431.5},
    {"clip inside the range", -50, 50, -200, 200},
    {"clip to one value", 10, 10, 0, 20},
    {"no clip below", -std::numeric_limits<double>::infinity(), 100, 0, 100},
};

}  // namespace pancreas_test

#endif
