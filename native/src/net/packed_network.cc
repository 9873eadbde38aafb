#include "net/packed_network.h"

#include <algorithm>
#include <utility>

#include "net/network_layers.h"

namespace pancreas {
namespace {

constexpr int64_t kVector = 8;

int64_t padded(int64_t channels) { return (channels + kVector - 1) / kVector * kVector; }

std::vector<float> bias_of(const Layer& layer, int64_t channels) {
  return {layer.bias, layer.bias + channels};
}

Convolution plain_convolution(const Layer& layer, int64_t in, int64_t out, int64_t second_in,
                              Algorithm algorithm) {
  return {Kernel(3, in, out, layer.kernel), second_in, bias_of(layer, out), Activation::kRelu,
          algorithm};
}

Convolution convolution_with_w(const Layer& layer, const Layer& w, int64_t channels,
                               Algorithm algorithm) {
  const FoldedConvolution folded = fold_w(layer, w, channels);
  return {folded.kernel, channels, folded.bias, Activation::kRelu, algorithm};
}

std::vector<float> padded_copy(const float* values, int64_t count) {
  std::vector<float> copy(static_cast<size_t>(padded(count)));
  std::copy(values, values + count, copy.begin());
  return copy;
}

AttentionGate pack_gate(const GateLayers& layers, int64_t channels, int64_t gating_width) {
  const int64_t width = channels / 2;
  AttentionGate gate = {{},
                        PackedMatrix(gating_width, width, layers.phi.kernel),
                        padded_copy(layers.phi.bias, width),
                        padded_copy(layers.psi.kernel, width),
                        *layers.psi.bias};
  for (int row = 0; row < 2; ++row) {
    gate.theta.emplace_back(2 * channels, width, layers.theta + row * 2 * channels * width);
  }
  return gate;
}

DecoderLevel pack_decoder_level(const DecoderLayers& layers, int64_t in, int64_t out,
                                int64_t gating_width, Algorithm algorithm) {
  return {TransposedConvolution(in, out, layers.up.kernel, layers.up.bias, algorithm),
          layers.gate ? std::optional(pack_gate(*layers.gate, out, gating_width)) : std::nullopt,
          layers.gate ? convolution_with_w(layers.first, layers.gate->w, out, algorithm)
                      : plain_convolution(layers.first, 2 * out, out, out, algorithm),
          plain_convolution(layers.second, out, out, 0, algorithm),
          {}};
}

}  // namespace

PackedNetwork::PackedNetwork(std::vector<int64_t> filter_counts, const float* weights,
                             Algorithm algorithm)
    : filters_(std::move(filter_counts)) {
  const NetworkLayers layers(filters_, weights);

  first_.kernel.assign(layers.encoder()[0].first.kernel,
                       layers.encoder()[0].first.kernel + 9 * filters(0));
  first_.bias = bias_of(layers.encoder()[0].first, filters(0));
  for (int level = 0; level < levels(); ++level) {
    const auto& [first, second] = layers.encoder()[static_cast<size_t>(level)];
    const int64_t out = filters(level);
    encoder_.push_back({level == 0 ? std::nullopt
                                   : std::optional(plain_convolution(first, filters(level - 1), out,
                                                                     0, algorithm)),
                        plain_convolution(second, out, out, 0, algorithm)});
  }
  gating_ = PackedMatrix(filters(levels() - 1), gating_width(), layers.gating().kernel);
  gating_bias_ = bias_of(layers.gating(), gating_width());
  for (int level = levels() - 2; level >= 0; --level) {
    decoder_.push_back(pack_decoder_level(layers.decoder()[decoder_.size()], filters(level + 1),
                                          filters(level), gating_width(), algorithm));
  }

  const FoldedHead head = fold_head(layers, filters_);
  for (size_t i = 0; i < decoder_.size(); ++i) {
    decoder_[i].head = head.weights[i];
  }
  head_bias_ = head.bias;
}

ScratchSize PackedNetwork::scratch_size(int64_t columns) const {
  ScratchSize size;
  for (const EncoderLevel& level : encoder_) {
    if (level.first) {
      size = size.larger(level.first->scratch_size(columns));
    }
    size = size.larger(level.second.scratch_size(columns));
  }
  for (const DecoderLevel& level : decoder_) {
    size = size.larger(level.up.scratch_size())
               .larger(level.first.scratch_size(columns))
               .larger(level.second.scratch_size(columns));
  }
  return size;
}

int64_t PackedNetwork::bytes() const {
  int64_t total = gating_->bytes();
  for (const EncoderLevel& level : encoder_) {
    total += (level.first ? level.first->bytes() : 0) + level.second.bytes();
  }
  for (const DecoderLevel& level : decoder_) {
    total += level.up.bytes() + level.first.bytes() + level.second.bytes();
    if (level.gate) {
      total += level.gate->phi.bytes();
      for (const PackedMatrix& theta : level.gate->theta) {
        total += theta.bytes();
      }
    }
  }
  return total;
}

}  // namespace pancreas
