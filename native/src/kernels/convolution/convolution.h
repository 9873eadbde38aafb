#ifndef PANCREAS_KERNELS_CONVOLUTION_CONVOLUTION_H
#define PANCREAS_KERNELS_CONVOLUTION_CONVOLUTION_H

#include <cstdint>
#include <vector>

#include "kernels/convolution/activation.h"
#include "kernels/convolution/image.h"
#include "kernels/convolution/kernel.h"
#include "kernels/convolution/scratch.h"
#include "kernels/convolution/winograd_chunks.h"
#include "kernels/gemm/packed_matrix.h"
#include "kernels/isa/routines.h"

namespace pancreas {

// The images that a convolution reads: those of one or two views, whose channels follow each other
// as if they were concatenated. Pixels of the second are multiplied by `scale`, an image of half
// the size with one channel, where that is not null.
struct ConvolutionInput {
  Image first;
  const Image* second = nullptr;
  const Image* scale = nullptr;
};

// A convolution of 3 x 3, "same", with bias and activation; weights are packed once. Immutable.
//
// Each value of the result is a sum in a fixed order of its own inputs: it depends neither on the
// tile rows nor on the images of one call.
class Convolution {
 public:
  // second_in: how many of the kernel's input channels belong to the second view, or 0
  // bias: [border case][out] with kBorderCases (see winograd.h), or [out]
  Convolution(const Kernel& kernel, int64_t second_in, std::vector<float> bias,
              Activation activation, Algorithm algorithm);

  // Computes tile rows of the target and, where `pooled` is not null, of its 2 x 2 max-pooled copy.
  // Images that are read have their frames of zeros. Channels are multiples of 8; those of an input
  // need not be with kDirect.
  void run(const Routines& routines, const ConvolutionInput& input, TileRows rows,
           const Image& target, const Image* pooled, Scratch& scratch) const;

  // What a run needs for images with this many columns.
  ScratchSize scratch_size(int64_t columns) const;

  int64_t bytes() const;

 private:
  void pack_winograd(const Kernel& kernel);
  void pack_direct(const Kernel& kernel);
  void run_winograd(const Routines& routines, const ConvolutionInput& input, TileRows rows,
                    ConvolutionEnd end, const Image& target, Scratch& scratch) const;
  void run_direct(const Routines& routines, const ConvolutionInput& input, TileRows rows,
                  ConvolutionEnd end, const Image& target, Scratch& scratch) const;
  void sum_row(const Routines& routines, const ConvolutionInput& input, int64_t image, int64_t row,
               const Image& target, Scratch& scratch) const;
  void finish_row(const Routines& routines, const ConvolutionEnd& end, int64_t image, int64_t row,
                  const Image& target) const;

  int64_t first_in_;
  int64_t second_in_;
  int64_t out_;
  Activation activation_;
  Algorithm algorithm_;
  std::vector<float> bias_;
  // kWinograd: [in][out] of each point. kDirect: [column, in][out] of each kernel row, first those
  // of the first view, then those of the second.
  std::vector<PackedMatrix> matrices_;
};

}  // namespace pancreas

#endif
