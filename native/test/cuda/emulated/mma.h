// In place of CUDA's mma.h: its fragments of 16 x 16 sums, as far as the engine uses them. Sums are
// made one after the other in float32; tensor cores add in an order of their own.
#ifndef PANCREAS_TEST_CUDA_EMULATED_MMA_H
#define PANCREAS_TEST_CUDA_EMULATED_MMA_H

#include <cuda_fp16.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>

#include "emulated_grid.h"

namespace nvcuda::wmma {

struct matrix_a;
struct matrix_b;
struct accumulator;
struct row_major;
enum layout_t { mem_row_major };
namespace precision {
struct tf32;
}

// A thread holds what its own eight sums need: half a row of sums, a row of the first matrix, eight
// columns of the second. Of halves, too, as float32.
template <typename Use, int kRows, int kColumns, int kDepth, typename Value, typename Layout = void>
struct fragment {
  static_assert(kRows == 16 && kColumns == 16 && (kDepth == 16 || kDepth == 8));
  static constexpr int kLines = std::is_same_v<Use, matrix_b> ? kDepth : 1;
  static constexpr int kAcross = std::is_same_v<Use, matrix_a> ? kDepth : 8;
  static constexpr int num_elements = kLines * kAcross;
  float x[num_elements] = {};

  // Where the thread's part begins in a matrix with lines of `line` values.
  static int first(unsigned line) {
    const int row = std::is_same_v<Use, matrix_b> ? 0 : pancreas_test::lane() / 2;
    const int column = std::is_same_v<Use, matrix_a> ? 0 : pancreas_test::lane() % 2 * 8;
    return row * static_cast<int>(line) + column;
  }
};

inline void check_matrix(const void* at, unsigned line_bytes) {
  if (reinterpret_cast<uintptr_t>(at) % 32 != 0 || line_bytes % 16 != 0) {
    pancreas_test::not_allowed("a matrix that is not aligned");
  }
}

inline float as_float(float value) { return value; }

inline float as_float(half value) {
  static const std::vector<float> kFloats = [] {
    std::vector<float> floats;
    for (int bits = 0; bits < 65536; ++bits) {
      floats.push_back(__half2float(__ushort_as_half(static_cast<unsigned short>(bits))));
    }
    return floats;
  }();
  return kFloats[__half_as_ushort(value)];
}

template <typename Fragment>
void fill_fragment(Fragment& target, float value) {
  std::fill_n(target.x, target.num_elements, value);
}

template <typename Fragment, typename Value>
void load_matrix_sync(Fragment& target, const Value* from, unsigned line) {
  check_matrix(from, line * static_cast<unsigned>(sizeof(Value)));
  from += target.first(line);
  for (int row = 0; row < target.kLines; ++row, from += line) {
    for (int i = 0; i < target.kAcross; ++i) {
      target.x[row * target.kAcross + i] = as_float(from[i]);
    }
  }
}

template <typename Fragment>
void store_matrix_sync(float* to, const Fragment& source, unsigned line, layout_t) {
  check_matrix(to, line * static_cast<unsigned>(sizeof(float)));
  std::copy_n(source.x, source.num_elements, to + source.first(line));
}

// Of TF32's factors tensor cores see 10 bits of fraction.
template <typename Value>
float factor(float value) {
  if constexpr (std::is_same_v<Value, precision::tf32>) {
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    bits &= ~0x1fffu;
    std::memcpy(&value, &bits, sizeof value);
  }
  return value;
}

template <typename Sums, int kDepth, typename Value>
void mma_sync(Sums& target, const fragment<matrix_a, 16, 16, kDepth, Value, row_major>& a,
              const fragment<matrix_b, 16, 16, kDepth, Value, row_major>& b, const Sums& sums) {
  target = sums;
  for (int k = 0; k < kDepth; ++k) {
    const float row = factor<Value>(a.x[k]);
    for (int i = 0; i < 8; ++i) {
      target.x[i] += row * factor<Value>(b.x[8 * k + i]);
    }
  }
}

}  // namespace nvcuda::wmma

#endif
