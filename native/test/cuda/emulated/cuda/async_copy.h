// In place of src/cuda/async_copy.h. What is on its way is rubbish until it is waited for: who
// reads it earlier, or still reads what was there before, shows.
#ifndef PANCREAS_TEST_CUDA_EMULATED_ASYNC_COPY_H
#define PANCREAS_TEST_CUDA_EMULATED_ASYNC_COPY_H

#include <cstdint>
#include <cstring>

#include "emulated_grid.h"

namespace pancreas {

inline constexpr int kCopyBytes = 16;

inline void begin_copy(void* shared, const void* global, bool valid) {
  if (reinterpret_cast<uintptr_t>(shared) % kCopyBytes != 0 ||
      reinterpret_cast<uintptr_t>(global) % kCopyBytes != 0) {
    pancreas_test::not_allowed("copy to shared memory that is not aligned");
  }
  std::memset(shared, 0xff, kCopyBytes);
  pancreas_test::copies_of_thread().back().push_back({shared, valid ? global : nullptr});
}

inline void end_group_of_copies() { pancreas_test::copies_of_thread().emplace_back(); }

inline void finish_group() {
  auto& groups = pancreas_test::copies_of_thread();
  for (const pancreas_test::AsyncCopy& copy : groups.front()) {
    if (copy.from == nullptr) {
      std::memset(copy.to, 0, kCopyBytes);
    } else {
      std::memcpy(copy.to, copy.from, kCopyBytes);
    }
  }
  groups.erase(groups.begin());
}

inline void wait_for_all_groups_but_one() {
  // The last group is the one that has not ended.
  while (pancreas_test::copies_of_thread().size() > 2) {
    finish_group();
  }
}

inline void wait_for_all_copies() {
  end_group_of_copies();
  while (pancreas_test::copies_of_thread().size() > 1) {
    finish_group();
  }
}

}  // namespace pancreas

#endif
