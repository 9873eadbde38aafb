#ifndef PANCREAS_NET_PACKED_NETWORK_H
#define PANCREAS_NET_PACKED_NETWORK_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "kernels/convolution/convolution.h"
#include "kernels/convolution/kernel.h"
#include "kernels/gemm/packed_matrix.h"
#include "kernels/transposed_convolution/transposed_convolution.h"

namespace pancreas {

// The first convolution, of an image of one channel: [row][column][channel].
struct OneChannelConvolution {
  std::vector<float> kernel;
  std::vector<float> bias;
};

// What makes the factors of a skip connection. Channels are padded to a multiple of 8 with zeros.
// Its last convolution, w, is part of the decoder's next one.
struct AttentionGate {
  std::vector<PackedMatrix> theta;  // [column, in][channel] of each row of 2 x 2
  PackedMatrix phi;
  std::vector<float> phi_bias;
  std::vector<float> psi;
  float psi_bias;
};

// What the encoder does at a level; `first` is absent at level 0.
struct EncoderLevel {
  std::optional<Convolution> first;
  Convolution second;
};

// What the decoder does at a level.
struct DecoderLevel {
  TransposedConvolution up;
  std::optional<AttentionGate> gate;
  Convolution first;
  Convolution second;
  // Of each channel, its part in the difference of the two logits.
  std::vector<float> head;
};

// The network segmentation-2021 with its weights packed for use. Immutable.
//
// Two parts are combined in exact arithmetic before they are rounded to float: a gate's w goes into
// the convolution that follows it (its bias then depends on the image's borders); and deep
// supervision, head and the softmax of two classes become one linear function of each level's
// channels, summed over levels, and a logistic function.
class PackedNetwork {
 public:
  // filters: those that NetworkLayers::supports
  // weights: as NetworkLayers has them
  PackedNetwork(std::vector<int64_t> filters, const float* weights, Algorithm algorithm);

  int levels() const { return static_cast<int>(filters_.size()); }
  int64_t filters(int level) const { return filters_[static_cast<size_t>(level)]; }
  int64_t gating_width() const { return filters(levels() - 2); }
  // Rows and columns inside are multiples of this.
  int64_t size_multiple() const { return int64_t{1} << (levels() - 1); }

  const OneChannelConvolution& first() const { return first_; }
  const EncoderLevel& encoder(int level) const { return encoder_[static_cast<size_t>(level)]; }
  const DecoderLevel& decoder(int level) const {
    return decoder_[static_cast<size_t>(levels() - 2 - level)];
  }
  const PackedMatrix& gating() const { return *gating_; }
  const std::vector<float>& gating_bias() const { return gating_bias_; }
  float head_bias() const { return head_bias_; }

  // Working memory of any of its convolutions for images with this many columns at level 0.
  ScratchSize scratch_size(int64_t columns) const;

  // The memory of the packed weights.
  int64_t bytes() const;

 private:
  std::vector<int64_t> filters_;
  OneChannelConvolution first_;
  std::vector<EncoderLevel> encoder_;
  std::optional<PackedMatrix> gating_;
  std::vector<float> gating_bias_;
  std::vector<DecoderLevel> decoder_;  // the deepest first
  float head_bias_ = 0;
};

}  // namespace pancreas

#endif
