#include "common/arguments.h"

#include "pancreas.h"

namespace pancreas {
namespace {

constexpr int64_t kMaxElements = int64_t{1} << 40;

}  // namespace

int64_t count_elements(const int64_t* size, int axes) {
  int64_t count = 1;
  for (int axis = 0; axis < axes; ++axis) {
    if (size[axis] < 1 || size[axis] > PNC_MAX_AXIS || count > kMaxElements / size[axis]) {
      return 0;
    }
    count *= size[axis];
  }
  return count;
}

bool is_count(int64_t count) { return count >= 1 && count <= kMaxElements; }

bool overlap(const void* a, int64_t a_bytes, const void* b, int64_t b_bytes) {
  const auto a_first = reinterpret_cast<uintptr_t>(a);
  const auto b_first = reinterpret_cast<uintptr_t>(b);
  return a_first < b_first + static_cast<uintptr_t>(b_bytes) &&
         b_first < a_first + static_cast<uintptr_t>(a_bytes);
}

bool floats_overlap(const float* a, int64_t a_count, const float* b, int64_t b_count) {
  constexpr auto kBytes = static_cast<int64_t>(sizeof(float));
  return overlap(a, a_count * kBytes, b, b_count * kBytes);
}

}  // namespace pancreas
