#ifndef PANCREAS_NET_SLICE_QUEUE_H
#define PANCREAS_NET_SLICE_QUEUE_H

#include <atomic>
#include <cstdint>

namespace pancreas {

// Hands out slices in groups, from which threads help themselves: large ones first, and smaller
// ones near the end, so that threads finish together. Thread-safe.
class SliceQueue {
 public:
  struct Group {
    int64_t first;
    int64_t count;  // 0 when there are no more
  };

  SliceQueue(int64_t slices, int64_t largest_group, int64_t threads);

  Group next();

 private:
  const int64_t slices_;
  const int64_t largest_group_;
  const int64_t smallest_group_;
  const int64_t threads_;
  std::atomic<int64_t> taken_{0};
};

}  // namespace pancreas

#endif
