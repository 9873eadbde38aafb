#ifndef PANCREAS_NET_WORKSPACE_H
#define PANCREAS_NET_WORKSPACE_H

#include <cstdint>
#include <vector>

#include "common/aligned_floats.h"
#include "kernels/convolution/arena.h"
#include "kernels/convolution/image.h"
#include "kernels/convolution/scratch.h"
#include "net/packed_network.h"

namespace pancreas {

// How many slices of a size go through the network together at most: as many as read the deepest
// levels' weights seldom enough, and fewer of large slices, whose images are most of the memory.
int64_t group_slices(int64_t rows, int64_t columns);

// The images of one level. Those of the first levels are large, and are worked on slice by slice
// while they are in the cache: they hold one image, where others hold one a slice of the group.
struct LevelImages {
  Image middle;  // between the two convolutions, of the encoder and then of the decoder
  Image skip;    // the encoder's result; always of the whole group
  Image pooled;  // that, max-pooled: the next level's input; absent at the last level
  Image up;      // the decoder's up-sampled input and then its result; absent at the last level
  Image scale;   // the attention gate's factors, of half the size; where there is a gate
  float* logits = nullptr;  // [image][row][column], of this level and those below
};

// The working memory of one thread for slices of one size. It does not change once it is made.
class Workspace {
 public:
  // rows, columns: multiples of the network's. Throws std::bad_alloc.
  Workspace(const PackedNetwork& network, int64_t rows, int64_t columns);

  // The memory that a workspace takes.
  static int64_t bytes(const PackedNetwork& network, int64_t rows, int64_t columns);

  struct Parts {
    Image input;  // one slice
    std::vector<LevelImages> levels;
    float* gating;      // [slice][row][column][channel]
    float* gate_phi;    // [row][column][channel] of the last level
    float* gate_theta;  // [column][channel] of a row
    Scratch scratch;
    int sliced_levels;  // how many levels are worked on slice by slice: at least one, not the last
  };

  Parts& parts() { return parts_; }
  int64_t rows() const { return parts_.input.rows; }
  int64_t columns() const { return parts_.input.columns; }

 private:
  AlignedFloats block_;
  Parts parts_;
};

}  // namespace pancreas

#endif
