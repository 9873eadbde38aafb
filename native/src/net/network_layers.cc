#include "net/network_layers.h"

#include <algorithm>
#include <cstddef>

#include "kernels/convolution/winograd.h"

namespace pancreas {
namespace {

constexpr int32_t kMinLevels = 3;
constexpr int32_t kMaxLevels = 8;
constexpr int32_t kMaxFilters = 4096;
constexpr int64_t kVector = 8;

// Reads weights one tensor after the other; without weights, it only counts.
class Reader {
 public:
  explicit Reader(const float* weights) : weights_(weights) {}

  const float* take(int64_t count) {
    const float* tensor = weights_ == nullptr ? nullptr : weights_ + taken_;
    taken_ += count;
    return tensor;
  }
  Layer layer(int64_t size, int64_t in, int64_t out) {
    const float* kernel = take(size * size * in * out);
    return {kernel, take(out)};
  }
  int64_t taken() const { return taken_; }

 private:
  const float* weights_;
  int64_t taken_ = 0;
};

}  // namespace

bool NetworkLayers::supports(const int32_t* filters, int32_t levels) {
  return levels >= kMinLevels && levels <= kMaxLevels &&
         std::all_of(filters, filters + levels,
                     [](int32_t f) { return f > 0 && f <= kMaxFilters && f % kVector == 0; });
}

int64_t NetworkLayers::weight_count(const std::vector<int64_t>& filters) {
  return NetworkLayers().read(filters, nullptr);
}

NetworkLayers::NetworkLayers(const std::vector<int64_t>& filters, const float* weights) {
  read(filters, weights);
}

int64_t NetworkLayers::read(const std::vector<int64_t>& filters, const float* weights) {
  Reader reader(weights);
  int64_t in = 1;
  for (const int64_t out : filters) {
    const Layer first = reader.layer(3, in, out);
    encoder_.emplace_back(first, reader.layer(3, out, out));
    in = out;
  }
  const size_t levels = filters.size();
  const int64_t gating_width = filters[levels - 2];
  gating_ = reader.layer(1, in, gating_width);
  for (size_t level = levels - 1; level-- > 0;) {
    const int64_t out = filters[level];
    DecoderLayers layers;
    layers.up = reader.layer(4, in, out);
    if (level > 0) {
      GateLayers gate;
      gate.theta = reader.take(2 * 2 * out * (out / 2));
      gate.phi = reader.layer(1, gating_width, out / 2);
      gate.psi = reader.layer(1, out / 2, 1);
      gate.w = reader.layer(1, out, out);
      layers.gate = gate;
    }
    layers.first = reader.layer(3, 2 * out, out);
    layers.second = reader.layer(3, out, out);
    decoder_.push_back(layers);
    in = out;
  }
  for (size_t level = levels - 1; level-- > 0;) {
    supervision_.push_back(reader.layer(1, filters[level], 2));
  }
  head_ = reader.layer(1, 2 * static_cast<int64_t>(levels - 1), 2);
  return reader.taken();
}

FoldedConvolution fold_w(const Layer& layer, const Layer& w, int64_t channels) {
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
  return {combined, std::vector<float>(bias.begin(), bias.end())};
}

// The head's kernel is [channel of all maps][logit]; maps have two channels, deepest first.
FoldedHead fold_head(const NetworkLayers& layers, const std::vector<int64_t>& filters) {
  FoldedHead folded = {{}, 0};
  double bias = static_cast<double>(layers.head().bias[1]) - layers.head().bias[0];
  for (size_t i = 0; i < layers.supervision().size(); ++i) {
    const Layer& map = layers.supervision()[i];
    std::vector<double> weights(static_cast<size_t>(filters[filters.size() - 2 - i]));
    for (size_t c = 0; c < 2; ++c) {
      const float* logits = layers.head().kernel + 2 * (2 * i + c);
      const double factor = static_cast<double>(logits[1]) - logits[0];
      bias += factor * map.bias[c];
      for (size_t channel = 0; channel < weights.size(); ++channel) {
        weights[channel] += factor * map.kernel[2 * channel + c];
      }
    }
    folded.weights.emplace_back(weights.begin(), weights.end());
  }
  folded.bias = static_cast<float>(bias);
  return folded;
}

}  // namespace pancreas
