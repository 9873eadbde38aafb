#include "net/slice_queue.h"

#include <algorithm>

namespace pancreas {
namespace {

constexpr int64_t kSmallestGroup = 2;

}  // namespace

SliceQueue::Group SliceQueue::next() {
  int64_t first = taken_.load();
  int64_t count = 0;
  do {
    const int64_t left = slices_ - first;
    // Half of a thread's share of what is left.
    const int64_t share = std::max(kSmallestGroup, left / (2 * threads_));
    count = std::min({share, largest_group_, left});
  } while (count > 0 && !taken_.compare_exchange_weak(first, first + count));
  return {first, count};
}

}  // namespace pancreas
