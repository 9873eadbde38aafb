#ifndef PANCREAS_NET_NETWORK_H
#define PANCREAS_NET_NETWORK_H

#include <cstdint>

#include "kernels/isa/routines.h"
#include "net/group_run.h"
#include "net/packed_network.h"
#include "net/workspace_pool.h"

namespace pancreas {

// A network that is ready to run. Thread-safe: runs share the packed weights, and each has
// workspaces of its own.
class Network {
 public:
  Network(PackedNetwork packed, const Routines& routines);

  struct Slices {
    const float* input;
    int64_t count;
    SliceSize size;
    float background;
    float* probability;
  };

  // Runs all slices and returns PNC_OK, PNC_CANCELLED, PNC_INPUT_NOT_FINITE or
  // PNC_RESULT_NOT_FINITE. Throws std::bad_alloc before it starts.
  //
  // progress: where not null, slices are added to it as they are done
  // cancel: where not null, is read; a value other than 0 ends the run early
  int32_t run(const Slices& slices, int32_t threads, int32_t* progress, const int32_t* cancel);

  // Memory of the weights and of runs of one size with so many threads in all.
  int64_t bytes(SliceSize size, int32_t threads) const;

  const Routines& routines() const { return routines_; }

 private:
  SliceSize inner_size(SliceSize size) const;

  const PackedNetwork packed_;
  const Routines& routines_;
  WorkspacePool pool_;
};

}  // namespace pancreas

#endif
