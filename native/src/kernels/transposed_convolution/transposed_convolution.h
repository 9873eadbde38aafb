#ifndef PANCREAS_KERNELS_TRANSPOSED_CONVOLUTION_TRANSPOSED_CONVOLUTION_H
#define PANCREAS_KERNELS_TRANSPOSED_CONVOLUTION_TRANSPOSED_CONVOLUTION_H

#include <cstdint>
#include <functional>
#include <vector>

#include "kernels/convolution/convolution.h"
#include "kernels/convolution/image.h"
#include "kernels/convolution/kernel.h"
#include "kernels/convolution/scratch.h"
#include "kernels/gemm/packed_matrix.h"
#include "kernels/isa/routines.h"

namespace pancreas {

// A transposed convolution of 4 x 4, stride 2, "same", with bias: source row r reaches target rows
// 2 r - 1 to 2 r + 2. Weights are packed once. Immutable. The order of sums is as in Convolution.
class TransposedConvolution {
 public:
  // weights: [row][column][out][in]; bias: [out]
  TransposedConvolution(int64_t in, int64_t out, const float* weights, const float* bias,
                        Algorithm algorithm);

  // Computes the target, of twice the source's size, for tile rows of the source, which has its
  // frame of zeros. Channels are multiples of 8; the source's need not be with kDirect.
  void run(const Routines& routines, const Image& source, TileRows rows, const Image& target,
           Scratch& scratch) const;

  ScratchSize scratch_size() const;

  int64_t bytes() const;

 private:
  // Of a kernel's row and column, and an input and output channel.
  using Weight = std::function<float(int64_t, int64_t, int64_t, int64_t)>;

  void pack_winograd(const Weight& weight);
  void pack_direct(const Weight& weight);
  void run_winograd(const Routines& routines, const Image& source, TileRows rows,
                    const Image& target, Scratch& scratch) const;
  void run_direct(const Routines& routines, const Image& source, TileRows rows,
                  const Image& target) const;

  int64_t in_;
  int64_t out_;
  Algorithm algorithm_;
  std::vector<float> bias_;
  // kWinograd: [in][phases with the point, out] of each point. kDirect: [column, in][out] of each
  // phase and kernel row.
  std::vector<PackedMatrix> matrices_;
};

}  // namespace pancreas

#endif
