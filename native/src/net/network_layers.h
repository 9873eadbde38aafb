#ifndef PANCREAS_NET_NETWORK_LAYERS_H
#define PANCREAS_NET_NETWORK_LAYERS_H

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "kernels/convolution/kernel.h"

namespace pancreas {

// A kernel, [row][column][in][out] or, of `up`, [row][column][out][in], and its bias.
struct Layer {
  const float* kernel;
  const float* bias;
};

struct GateLayers {
  const float* theta;
  Layer phi;
  Layer psi;
  Layer w;
};

struct DecoderLayers {
  Layer up;
  std::optional<GateLayers> gate;  // absent at level 0
  Layer first;
  Layer second;
};

// Where the tensors of the network segmentation-2021 lie in an array that holds one after the
// other, in the order that pnc_network_create describes.
class NetworkLayers {
 public:
  // Whether a network can have these filters: 3 to 8 levels, multiples of 8 up to 4096.
  static bool supports(const int32_t* filters, int32_t levels);

  // How many weights such a network has.
  static int64_t weight_count(const std::vector<int64_t>& filters);

  NetworkLayers(const std::vector<int64_t>& filters, const float* weights);

  const std::vector<std::pair<Layer, Layer>>& encoder() const { return encoder_; }
  const Layer& gating() const { return gating_; }
  // The deepest first; likewise the deep supervision.
  const std::vector<DecoderLayers>& decoder() const { return decoder_; }
  const std::vector<Layer>& supervision() const { return supervision_; }
  const Layer& head() const { return head_; }

 private:
  NetworkLayers() = default;

  // How many weights were read.
  int64_t read(const std::vector<int64_t>& filters, const float* weights);

  std::vector<std::pair<Layer, Layer>> encoder_;
  Layer gating_ = {};
  std::vector<DecoderLayers> decoder_;
  std::vector<Layer> supervision_;
  Layer head_ = {};
};

// The convolution of [up, w(gated skip)] as one of [up, gated skip]: w's kernel is multiplied in;
// w's bias reaches a pixel through those of the kernel's taps that lie in the image, so that there
// is a bias for each of the 16 border cases: [border case][out].
struct FoldedConvolution {
  Kernel kernel;
  std::vector<float> bias;
};

FoldedConvolution fold_w(const Layer& layer, const Layer& w, int64_t channels);

// Deep supervision, head and the softmax of two classes as one linear function of each decoder
// level's channels, summed over the levels, and a logistic function.
struct FoldedHead {
  std::vector<std::vector<float>> weights;  // [level, the deepest first][channel]
  float bias;
};

FoldedHead fold_head(const NetworkLayers& layers, const std::vector<int64_t>& filters);

}  // namespace pancreas

#endif
