#ifndef PANCREAS_NET_GROUP_RUN_H
#define PANCREAS_NET_GROUP_RUN_H

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "kernels/isa/routines.h"
#include "net/packed_network.h"
#include "net/workspace.h"

namespace pancreas {

// Slices in memory, [slice][row][column].
struct SliceSize {
  int64_t rows;
  int64_t columns;
};

// What became of a group of slices.
enum class GroupResult {
  kDone,
  kCancelled,
  kInputNotFinite,
  kResultNotFinite,
};

// Seconds by part of the network, for measurements.
struct LevelTimes {
  StageTimes encoder;
  StageTimes up;
  StageTimes decoder;
};

// Takes groups of slices through the network in one thread. What a slice gives does not depend on
// the others of its group.
class GroupRun {
 public:
  // size: of the caller's slices; inside they are filled up to the workspace's with `background`
  GroupRun(const PackedNetwork& network, const Routines& routines, Workspace& workspace,
           SliceSize size, float background);

  // slices: 1 to group_slices of their size
  // cancelled: asked between slices and levels
  GroupResult run(const float* input, int64_t slices, float* probability,
                  const std::function<bool()>& cancelled);

  // Counts times from now on, in one entry a level.
  void count_times(std::vector<LevelTimes>* times) { times_ = times; }

 private:
  bool load_slice(const float* slice);
  void encode(int level, int64_t slice, int64_t slices);
  void make_gating(int64_t slices);
  void make_scale(int level, int64_t slice, int64_t slices);
  void decode(int level, int64_t slice, int64_t slices);
  void sum_logits(int level, int64_t slice, int64_t images, int64_t first_row, int64_t last_row);
  bool store_slice(float* probability) const;

  LevelImages& images(int level) { return parts_.levels[static_cast<size_t>(level)]; }
  bool sliced(int level) const { return level < parts_.sliced_levels; }
  // The first image of a level that is, from a slice on: that level may hold only one.
  int64_t image_of(int level, int64_t slice) const { return sliced(level) ? 0 : slice; }
  void count(int level, StageTimes LevelTimes::*part);

  const PackedNetwork& network_;
  const Routines& routines_;
  Workspace::Parts& parts_;
  const SliceSize size_;
  const float background_;
  std::vector<LevelTimes>* times_ = nullptr;
};

}  // namespace pancreas

#endif
