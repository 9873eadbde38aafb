#include "net/packed_network.h"

#include <algorithm>
#include <utility>

#include "kernels/convolution/winograd.h"

namespace pancreas {
namespace {

constexpr int32_t kMinLevels = 3;
constexpr int32_t kMaxLevels = 8;
constexpr int32_t kMaxFilters = 4096;
constexpr int64_t kVector = 8;

int64_t padded(int64_t channels) { return (channels + kVector - 1) / kVector * kVector; }

// Reads weights one tensor after the other; without weights, it only counts.
class Reader {
 public:
  explicit Reader(const float* weights) : weights_(weights) {}

  const float* take(int64_t count) {
    const float* tensor = weights_ == nullptr ? nullptr : weights_ + taken_;
    taken_ += count;
    return tensor;
  }
  int64_t taken() const { return taken_; }

 private:
  const float* weights_;
  int64_t taken_ = 0;
};

struct Layer {
  const float* kernel;
  const float* bias;
};

Layer take_layer(Reader& reader, int64_t size, int64_t in, int64_t out) {
  const float* kernel = reader.take(size * size * in * out);
  return {kernel, reader.take(out)};
}

struct GateLayers {
  const float* theta;
  Layer phi;
  Layer psi;
  Layer w;
};

struct DecoderLayers {
  Layer up;
  std::optional<GateLayers> gate;
  Layer first;
  Layer second;
};

// All tensors of a network, in the order of its weights.
struct Layers {
  std::vector<std::pair<Layer, Layer>> encoder;
  Layer gating;
  std::vector<DecoderLayers> decoder;  // the deepest first
  std::vector<Layer> supervision;      // likewise
  Layer head;

  Layers(const std::vector<int64_t>& filters, Reader& reader) {
    int64_t in = 1;
    for (const int64_t out : filters) {
      const Layer first = take_layer(reader, 3, in, out);
      encoder.emplace_back(first, take_layer(reader, 3, out, out));
      in = out;
    }
    const size_t levels = filters.size();
    const int64_t gating_width = filters[levels - 2];
    gating = take_layer(reader, 1, in, gating_width);
    for (size_t level = levels - 1; level-- > 0;) {
      const int64_t out = filters[level];
      DecoderLayers layers;
      layers.up = take_layer(reader, 4, in, out);
      if (level > 0) {
        GateLayers gate;
        gate.theta = reader.take(2 * 2 * out * (out / 2));
        gate.phi = take_layer(reader, 1, gating_width, out / 2);
        gate.psi = take_layer(reader, 1, out / 2, 1);
        gate.w = take_layer(reader, 1, out, out);
        layers.gate = gate;
      }
      layers.first = take_layer(reader, 3, 2 * out, out);
      layers.second = take_layer(reader, 3, out, out);
      decoder.push_back(layers);
      in = out;
    }
    for (size_t level = levels - 1; level-- > 0;) {
      supervision.push_back(take_layer(reader, 1, filters[level], 2));
    }
    head = take_layer(reader, 1, 2 * static_cast<int64_t>(levels - 1), 2);
  }
};

std::vector<float> bias_of(const Layer& layer, int64_t channels) {
  return {layer.bias, layer.bias + channels};
}

Convolution plain_convolution(const Layer& layer, int64_t in, int64_t out, int64_t second_in,
                              Algorithm algorithm) {
  return {Kernel(3, in, out, layer.kernel), second_in, bias_of(layer, out), Activation::kRelu,
          algorithm};
}

// The convolution of [up, w(gated skip)] as one of [up, gated skip]: w's kernel is multiplied in;
// w's bias reaches a pixel through those of the kernel's taps that lie in the image.
Convolution convolution_with_w(const Layer& layer, const Layer& w, int64_t channels,
                               Algorithm algorithm) {
  const Kernel kernel(3, 2 * channels, channels, layer.kernel);
  Kernel combined = kernel;
  std::vector<double> bias(static_cast<size_t>(kBorderCases * channels));
  for (int border = 0; border < kBorderCases; ++border) {
    for (int64_t out = 0; out < channels; ++out) {
      bias[static_cast<size_t>(border * channels + out)] = layer.bias[out];
    }
  }
  std::vector<double> sums(static_cast<size_t>(channels));
  for (int row = 0; row < 3; ++row) {
    for (int column = 0; column < 3; ++column) {
      for (int64_t in = 0; in < channels; ++in) {
        std::fill(sums.begin(), sums.end(), 0.0);
        for (int64_t middle = 0; middle < channels; ++middle) {
          const double factor = w.kernel[in * channels + middle];
          const double* from = &kernel.values[static_cast<size_t>(
              ((row * 3 + column) * 2 * channels + channels + middle) * channels)];
          for (int64_t out = 0; out < channels; ++out) {
            sums[static_cast<size_t>(out)] += factor * from[out];
          }
        }
        for (int64_t out = 0; out < channels; ++out) {
          combined.at(row, column, channels + in, out) = sums[static_cast<size_t>(out)];
        }
      }
      const int outside_at =
          (row == 0 ? 1 : 0) | (row == 2 ? 2 : 0) | (column == 0 ? 4 : 0) | (column == 2 ? 8 : 0);
      for (int64_t out = 0; out < channels; ++out) {
        double sum = 0;
        for (int64_t middle = 0; middle < channels; ++middle) {
          sum += kernel.at(row, column, channels + middle, out) * w.bias[middle];
        }
        for (int border = 0; border < kBorderCases; ++border) {
          if ((border & outside_at) == 0) {
            bias[static_cast<size_t>(border * channels + out)] += sum;
          }
        }
      }
    }
  }
  return {combined, channels, std::vector<float>(bias.begin(), bias.end()), Activation::kRelu,
          algorithm};
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

bool PackedNetwork::supports(const int32_t* filters, int32_t levels) {
  return levels >= kMinLevels && levels <= kMaxLevels &&
         std::all_of(filters, filters + levels,
                     [](int32_t f) { return f > 0 && f <= kMaxFilters && f % kVector == 0; });
}

int64_t PackedNetwork::weight_count(const std::vector<int64_t>& filters) {
  Reader counter(nullptr);
  Layers(filters, counter);
  return counter.taken();
}

PackedNetwork::PackedNetwork(std::vector<int64_t> filter_counts, const float* weights,
                             Algorithm algorithm)
    : filters_(std::move(filter_counts)) {
  Reader reader(weights);
  const Layers layers(filters_, reader);

  first_.kernel.assign(layers.encoder[0].first.kernel,
                       layers.encoder[0].first.kernel + 9 * filters(0));
  first_.bias = bias_of(layers.encoder[0].first, filters(0));
  for (int level = 0; level < levels(); ++level) {
    const auto& [first, second] = layers.encoder[static_cast<size_t>(level)];
    const int64_t out = filters(level);
    encoder_.push_back({level == 0 ? std::nullopt
                                   : std::optional(plain_convolution(first, filters(level - 1), out,
                                                                     0, algorithm)),
                        plain_convolution(second, out, out, 0, algorithm)});
  }
  gating_ = PackedMatrix(filters(levels() - 1), gating_width(), layers.gating.kernel);
  gating_bias_ = bias_of(layers.gating, gating_width());
  for (int level = levels() - 2; level >= 0; --level) {
    decoder_.push_back(pack_decoder_level(layers.decoder[decoder_.size()], filters(level + 1),
                                          filters(level), gating_width(), algorithm));
  }

  // The head's kernel is [channel of all maps][logit]; maps have two channels, deepest first.
  double bias = static_cast<double>(layers.head.bias[1]) - layers.head.bias[0];
  for (size_t i = 0; i < decoder_.size(); ++i) {
    const Layer& map = layers.supervision[i];
    const int64_t channels = filters(levels() - 2 - static_cast<int>(i));
    std::vector<double> head(static_cast<size_t>(channels));
    for (size_t c = 0; c < 2; ++c) {
      const float* logits = layers.head.kernel + 2 * (2 * i + c);
      const double factor = static_cast<double>(logits[1]) - logits[0];
      bias += factor * map.bias[c];
      for (size_t channel = 0; channel < head.size(); ++channel) {
        head[channel] += factor * map.kernel[2 * channel + c];
      }
    }
    decoder_[i].head.assign(head.begin(), head.end());
  }
  head_bias_ = static_cast<float>(bias);
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
