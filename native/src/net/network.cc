#include "net/network.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <new>
#include <utility>

#include "common/parallel_for.h"
#include "net/slice_queue.h"
#include "pancreas.h"

namespace pancreas {
namespace {

int32_t status_of(GroupResult result) {
  switch (result) {
    case GroupResult::kDone:
      return PNC_OK;
    case GroupResult::kCancelled:
      return PNC_CANCELLED;
    case GroupResult::kInputNotFinite:
      return PNC_INPUT_NOT_FINITE;
    case GroupResult::kResultNotFinite:
      return PNC_RESULT_NOT_FINITE;
  }
  return PNC_SYSTEM;
}

// The memory of this machine. A system that overcommits would grant more and end the process later.
int64_t physical_bytes() {
  return static_cast<int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
}

int64_t round_up(int64_t value, int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

}  // namespace

Network::Network(PackedNetwork packed, const Routines& routines)
    : packed_(std::move(packed)), routines_(routines) {}

int32_t Network::run(const Slices& slices, int32_t threads, int32_t* progress,
                     const int32_t* cancel) {
  const SliceSize inner = inner_size(slices.size);
  const int64_t workers = std::min<int64_t>(threads, slices.count);
  if (bytes(slices.size, static_cast<int32_t>(workers)) > physical_bytes()) {
    throw std::bad_alloc();
  }
  WorkspacePool::Workspaces workspaces = pool_.take(packed_, inner.rows, inner.columns, workers);
  SliceQueue queue(slices.count, group_slices(inner.rows, inner.columns), workers);
  std::atomic<int32_t> status{PNC_OK};
  const auto stop = [&] {
    return status.load() != PNC_OK ||
           (cancel != nullptr && __atomic_load_n(cancel, __ATOMIC_RELAXED) != 0);
  };
  const int64_t slice_size = slices.size.rows * slices.size.columns;
  parallel_for(workers, static_cast<int>(workers), [&](int worker, int64_t) {
    GroupRun run(packed_, routines_, *workspaces[static_cast<size_t>(worker)], slices.size,
                 slices.background);
    for (SliceQueue::Group group = queue.next(); group.count > 0; group = queue.next()) {
      const GroupResult result = run.run(slices.input + group.first * slice_size, group.count,
                                         slices.probability + group.first * slice_size, stop);
      if (result != GroupResult::kDone) {
        int32_t ok = PNC_OK;
        status.compare_exchange_strong(ok, status_of(result));
        return;
      }
      if (progress != nullptr) {
        __atomic_fetch_add(progress, static_cast<int32_t>(group.count), __ATOMIC_RELAXED);
      }
    }
  });
  pool_.give_back(std::move(workspaces));
  return status.load();
}

int64_t Network::bytes(SliceSize size, int32_t threads) const {
  const SliceSize inner = inner_size(size);
  return packed_.bytes() + threads * Workspace::bytes(packed_, inner.rows, inner.columns);
}

SliceSize Network::inner_size(SliceSize size) const {
  return {round_up(size.rows, packed_.size_multiple()),
          round_up(size.columns, packed_.size_multiple())};
}

}  // namespace pancreas
