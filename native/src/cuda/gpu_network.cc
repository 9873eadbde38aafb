#include "cuda/gpu_network.h"

#include <cuda_fp16.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>

#include "cuda/arena_plan.h"
#include "cuda/cudnn.h"
#include "cuda/tf32.h"
#include "kernels/attention_gate/attention_gate_gpu.h"
#include "kernels/convolution/convolution_gpu.h"
#include "kernels/deep_supervision_head/deep_supervision_head_gpu.h"
#include "kernels/max_pooling/max_pooling_gpu.h"

namespace pancreas {
namespace {

int64_t padded(int64_t channels) {
  return (channels + kTapChannels - 1) / kTapChannels * kTapChannels;
}

// A kernel with more output channels, whose weights are zeros.
Kernel widened(const Kernel& kernel, int64_t out) {
  const std::vector<float> zeros(static_cast<size_t>(kernel.size * kernel.size * kernel.in * out));
  Kernel wide(kernel.size, kernel.in, out, zeros.data());
  for (int64_t row = 0; row < kernel.size; ++row) {
    for (int64_t column = 0; column < kernel.size; ++column) {
      for (int64_t in = 0; in < kernel.in; ++in) {
        for (int64_t o = 0; o < kernel.out; ++o) {
          wide.at(row, column, in, o) = kernel.at(row, column, in, o);
        }
      }
    }
  }
  return wide;
}

std::vector<float> widened(const float* values, int64_t count, int64_t width) {
  std::vector<float> wide(static_cast<size_t>(width));
  std::copy(values, values + count, wide.begin());
  return wide;
}

std::vector<float> bias_of(const Layer& layer, int64_t out) {
  return widened(layer.bias, out, out);
}

}  // namespace

GpuNetwork::GpuNetwork(std::vector<int64_t> filter_counts, const float* weights,
                       Precision precision)
    : filters_(std::move(filter_counts)), precision_(precision) {
  const NetworkLayers layers(filters_, weights);
  const FoldedHead head = fold_head(layers, filters_);
  const size_t last = filters_.size() - 1;
  const Layer& first = layers.encoder()[0].first;
  first_kernel_ = host_.add(first.kernel, 9 * static_cast<size_t>(filters_[0]));
  first_bias_ = host_.add(bias_of(first, filters_[0]));
  for (size_t level = 0; level <= last; ++level) {
    const auto& [one, two] = layers.encoder()[level];
    const int64_t f = filters_[level];
    Level added;
    if (level > 0) {
      added.first =
          add_convolution(Kernel(3, filters_[level - 1], f, one.kernel), bias_of(one, f), 0, true);
    }
    added.second = add_convolution(Kernel(3, f, f, two.kernel), bias_of(two, f), 0, true);
    if (level < last) {
      const size_t deepest_first = last - 1 - level;
      const DecoderLayers& decoder = layers.decoder()[deepest_first];
      added.up = add_convolution(transposed_kernel(decoder.up.kernel, filters_[level + 1], f),
                                 bias_of(decoder.up, f), 0, false);
      if (decoder.gate) {
        added.gate = add_gate(*decoder.gate, f, filters_[last - 1]);
        FoldedConvolution folded = fold_w(decoder.first, decoder.gate->w, f);
        added.decoder_first = add_convolution(folded.kernel, std::move(folded.bias), f, true);
      } else {
        added.decoder_first = add_convolution(Kernel(3, 2 * f, f, decoder.first.kernel),
                                              bias_of(decoder.first, f), f, true);
      }
      added.decoder_second = add_convolution(Kernel(3, f, f, decoder.second.kernel),
                                             bias_of(decoder.second, f), 0, true);
      added.head = host_.add(head.weights[deepest_first]);
    }
    levels_.push_back(std::move(added));
  }
  const int64_t gating_width = filters_[last - 1];
  gating_ = add_convolution(Kernel(1, filters_[last], gating_width, layers.gating().kernel),
                            bias_of(layers.gating(), gating_width), 0, false);
  head_bias_ = head.bias;
  upload();
}

GpuNetwork::Gate GpuNetwork::add_gate(const GateLayers& gate, int64_t channels,
                                      int64_t gating_width) {
  const int64_t width = channels / 2;
  const int64_t inner = padded(width);
  Gate added;
  added.theta = add_convolution(widened(Kernel(2, channels, width, gate.theta), inner),
                                std::vector<float>(static_cast<size_t>(inner)), 0, false);
  added.phi = add_convolution(widened(Kernel(1, gating_width, width, gate.phi.kernel), inner),
                              widened(gate.phi.bias, width, inner), 0, false);
  added.psi = host_.add(widened(gate.psi.kernel, width, inner));
  added.psi_bias = *gate.psi.bias;
  added.inner = static_cast<int32_t>(inner);
  return added;
}

GpuNetwork::Convolution GpuNetwork::add_convolution(const Kernel& kernel, std::vector<float> bias,
                                                    int64_t second_in, bool relu) {
  const ProductPadding padding = gpu_padding(kernel.out);
  Convolution convolution;
  if (kernel.size == 4) {
    for (int corner = 0; corner < 4; ++corner) {
      convolution.products.push_back(
          add_product(doubling_product(kernel, corner / 2, corner % 2, padding)));
    }
  } else {
    convolution.products.push_back(add_product(kernel.size == 2 ? halving_product(kernel, padding)
                                                                : same_product(kernel, padding)));
  }
  if (kernel.size == 3 && second_in == 0 && relu) {
    add_for_cudnn(kernel, bias, convolution);
  }
  convolution.kernel_size = static_cast<int32_t>(kernel.size);
  convolution.bias_of_borders = bias.size() > static_cast<size_t>(kernel.out);
  convolution.bias = host_.add(bias);
  convolution.relu = relu;
  convolution.first_in = static_cast<int32_t>(kernel.in - second_in);
  convolution.second_in = static_cast<int32_t>(second_in);
  convolution.out = static_cast<int32_t>(kernel.out);
  return convolution;
}

GpuNetwork::Product GpuNetwork::add_product(const ConvolutionProduct& product) {
  Product added;
  added.taps = host_.add(product.taps);
  added.tap_count = static_cast<int32_t>(product.taps.size());
  added.padded_out = static_cast<int32_t>(product.padded_out);
  added.weights = add_values(product.weights);
  return added;
}

// cuDNN is left out of float32, where results shall not depend on what was the fastest today.
void GpuNetwork::add_for_cudnn(const Kernel& kernel, const std::vector<float>& bias,
                               Convolution& convolution) {
  if (precision_ == Precision::kFloat32 || Cudnn::find() == nullptr) {
    return;
  }
  std::vector<float> weights;
  weights.reserve(kernel.values.size());
  for (int64_t out = 0; out < kernel.out; ++out) {
    for (int64_t place = 0; place < kernel.size * kernel.size; ++place) {
      for (int64_t in = 0; in < kernel.in; ++in) {
        weights.push_back(
            static_cast<float>(kernel.at(place / kernel.size, place % kernel.size, in, out)));
      }
    }
  }
  convolution.for_cudnn = true;
  convolution.cudnn_weights = add_values(weights);
  convolution.cudnn_bias = add_values(bias);
}

// Of the precision's type.
size_t GpuNetwork::add_values(const std::vector<float>& values) {
  switch (precision_) {
    case Precision::kFloat32:
      return host_.add(values);
    case Precision::kTf32: {
      std::vector<Tf32> rounded(values.size());
      std::transform(values.begin(), values.end(), rounded.begin(), to_tf32);
      return host_.add(rounded);
    }
    case Precision::kFloat16:
      return host_.add(std::vector<__half>(values.begin(), values.end()));
  }
  throw std::invalid_argument("no such precision");
}

void GpuNetwork::upload() {
  memory_ = allocate_on_device(host_.bytes().size());
  copy_to_device(memory_.get(), host_.bytes().data(), host_.bytes().size(), "weights to the GPU");
  host_ = {};
}

// Walks through the network and notes what has to be done, and where.
class GpuNetwork::Planner {
 public:
  Planner(const GpuNetwork& network, int32_t slices, int32_t rows, int32_t columns)
      : network_(network), plan_{slices, rows, columns, 0, 0, 0, 0, {}} {}

  GpuPlan run() {
    const size_t last = network_.levels_.size() - 1;
    plan_.probability = take(pixels(0) * sizeof(float));
    plan_.not_finite = take(sizeof(int32_t));
    plan_.input = take(pixels(0) * sizeof(float));
    std::vector<size_t> skips;
    size_t x = encode(last, skips);
    const size_t gating = same("gating", *network_.gating_, last, x, kNone, kNone, false);
    GpuHead head = {};
    double head_flops = 0;
    double head_bytes = count(0) * sizeof(float);
    std::vector<size_t> maps;
    for (size_t level = last; level-- > 0;) {
      const Level& weights = network_.levels_[level];
      const std::string decoder = "decoder" + std::to_string(level);
      const size_t up = doubled(decoder + "/up", *weights.up, level, x);
      if (level == last - 1) {
        arena_.give(x);
      }
      if (weights.gate) {
        attend(decoder + "/gate", *weights.gate, level, skips[level], gating);
      }
      const size_t first =
          same(decoder + "/conv0", *weights.decoder_first, level, up, skips[level], kNone, false);
      arena_.give(up);
      arena_.give(skips[level]);
      x = same(decoder + "/conv1", *weights.decoder_second, level, first, kNone, kNone, false);
      arena_.give(first);
      maps.push_back(x);
      head_flops += 2 * count(level) * network_.filters(level);
      head_bytes += count(level) * network_.filters(level) * value();
      head.weights[head.levels] = network_.at<float>(weights.head);
      head.channels[head.levels] = network_.filters(level);
      head.factors[head.levels] = 1 << level;
      ++head.levels;
    }
    head.bias = network_.head_bias_;
    head.slices = plan_.slices;
    head.rows = plan_.rows;
    head.columns = plan_.columns;
    add("head", head_flops, head_bytes,
        [head, maps, precision = network_.precision_, probability = plan_.probability,
         not_finite = plan_.not_finite](char* base, cudaStream_t stream) mutable {
          for (size_t i = 0; i < maps.size(); ++i) {
            head.maps[i] = base + maps[i];
          }
          head.probability = reinterpret_cast<float*>(base + probability);
          head.not_finite = reinterpret_cast<int32_t*>(base + not_finite);
          launch_deep_supervision_head(precision, head, stream);
        });
    plan_.bytes = arena_.bytes();
    return std::move(plan_);
  }

 private:
  static constexpr size_t kNone = SIZE_MAX;

  int32_t rows(size_t level) const { return plan_.rows >> level; }
  int32_t columns(size_t level) const { return plan_.columns >> level; }
  size_t pixels(size_t level) const {
    return static_cast<size_t>(plan_.slices) * static_cast<size_t>(rows(level)) *
           static_cast<size_t>(columns(level));
  }
  size_t take(size_t bytes) { return arena_.take(bytes); }
  size_t take_image(size_t level, int32_t channels) {
    return take(pixels(level) * static_cast<size_t>(channels) * value_bytes(network_.precision_));
  }
  double count(size_t level) const { return static_cast<double>(pixels(level)); }
  double value() const { return static_cast<double>(value_bytes(network_.precision_)); }
  void add(std::string name, double flops, double bytes,
           std::function<void(char* base, cudaStream_t stream)> launch) {
    plan_.steps.push_back({std::move(name), flops, bytes, {{"own", std::move(launch)}}});
  }

  // Other ways to do the step that was added last.
  void add_cudnn_ways(const Convolution& c, size_t level, size_t source, size_t target,
                      size_t pooled) {
    if (!c.for_cudnn) {
      return;
    }
    if (cudnn_workspace_ == kNone) {
      cudnn_workspace_ = take(CudnnConvolution::kWorkspaceBytes);
    }
    const auto convolution =
        std::make_shared<CudnnConvolution>(*Cudnn::find(), network_.precision_, plan_.slices,
                                           rows(level), columns(level), c.first_in, c.out);
    const void* weights = network_.at<void>(c.cudnn_weights);
    const void* bias = network_.at<void>(c.cudnn_bias);
    for (const int algorithm : CudnnConvolution::kAlgorithms) {
      plan_.steps.back().ways.push_back(
          {"cudnn " + std::to_string(algorithm),
           [=, workspace = cudnn_workspace_, precision = network_.precision_, slices = plan_.slices,
            r = rows(level), k = columns(level), out = c.out](char* base, cudaStream_t stream) {
             convolution->run(stream, algorithm, base + source, weights, bias, base + workspace,
                              base + target);
             if (pooled != kNone) {
               launch_max_pooling(precision, base + target, slices, r, k, out, base + pooled,
                                  stream);
             }
           }});
    }
  }

  // The encoder; skips receives the results of all levels but the last, which is returned.
  size_t encode(size_t last, std::vector<size_t>& skips) {
    size_t x = first_convolution();
    for (size_t level = 0; level <= last; ++level) {
      const Level& weights = network_.levels_[level];
      const std::string encoder = "encoder" + std::to_string(level);
      if (weights.first) {
        const size_t pooled = x;
        x = same(encoder + "/conv0", *weights.first, level, pooled, kNone, kNone, false);
        arena_.give(pooled);
      }
      const size_t before = x;
      const size_t pooled = level < last ? take_image(level + 1, network_.filters(level)) : kNone;
      x = same(encoder + "/conv1", weights.second, level, before, kNone, pooled, level < last);
      arena_.give(before);
      if (level < last) {
        skips.push_back(x);
        x = pooled;
      }
    }
    return x;
  }

  size_t first_convolution() {
    const size_t target = take_image(0, network_.filters(0));
    GpuFirstConvolution arguments = {};
    arguments.slices = plan_.slices;
    arguments.rows = plan_.rows;
    arguments.columns = plan_.columns;
    arguments.kernel = network_.at<float>(network_.first_kernel_);
    arguments.bias = network_.at<float>(network_.first_bias_);
    arguments.out = network_.filters(0);
    add("encoder0/conv0", 2 * 9 * count(0) * network_.filters(0),
        count(0) * (sizeof(float) + network_.filters(0) * value()),
        [arguments, target, input = plan_.input, not_finite = plan_.not_finite,
         precision = network_.precision_](char* base, cudaStream_t stream) mutable {
          arguments.source = reinterpret_cast<const float*>(base + input);
          arguments.target = base + target;
          arguments.not_finite = reinterpret_cast<int32_t*>(base + not_finite);
          launch_first_convolution(precision, arguments, stream);
        });
    return target;
  }

  // A convolution that keeps the size.
  size_t same(const std::string& name, const Convolution& c, size_t level, size_t first,
              size_t second, size_t pooled, bool windows) {
    const size_t target = take_image(level, c.out);
    const int32_t r = rows(level);
    const int32_t k = columns(level);
    add_product(name, c, c.products[0],
                {plan_.slices, r, k, r, k, 1, c.first_in, c.second_in, 1, 0, 0, c.out, windows},
                first, second, target, pooled);
    add_cudnn_ways(c, level, first, target, pooled);
    return target;
  }

  // A transposed convolution to a level from the one below it.
  size_t doubled(const std::string& name, const Convolution& c, size_t level, size_t source) {
    const size_t target = take_image(level, c.out);
    const int32_t r = rows(level + 1);
    const int32_t k = columns(level + 1);
    for (int32_t corner = 0; corner < 4; ++corner) {
      add_product(
          name, c, c.products[static_cast<size_t>(corner)],
          {plan_.slices, r, k, r, k, 1, c.first_in, 0, 2, corner / 2, corner % 2, c.out, false},
          source, kNone, target, kNone);
    }
    return target;
  }

  void attend(const std::string& name, const Gate& gate, size_t level, size_t skip, size_t gating) {
    const size_t last = network_.levels_.size() - 1;
    const size_t theta = take_image(level + 1, gate.inner);
    add_product(name + "/theta", gate.theta, gate.theta.products[0],
                {plan_.slices, rows(level + 1), columns(level + 1), rows(level), columns(level), 2,
                 gate.theta.first_in, 0, 1, 0, 0, gate.inner, false},
                skip, kNone, theta, kNone);
    const size_t phi = same(name + "/phi", gate.phi, last, gating, kNone, kNone, false);
    GpuAttentionGate arguments = {};
    arguments.psi = network_.at<float>(gate.psi);
    arguments.psi_bias = gate.psi_bias;
    arguments.slices = plan_.slices;
    arguments.rows = rows(level + 1);
    arguments.columns = columns(level + 1);
    arguments.factor = 1 << (last - level - 1);
    arguments.inner = gate.inner;
    arguments.channels = network_.filters(level);
    add(name + "/attention", 5 * count(level + 1) * gate.inner,
        (2 * count(level) * arguments.channels + count(level + 1) * gate.inner) * value(),
        [arguments, skip, theta, phi, precision = network_.precision_](
            char* base, cudaStream_t stream) mutable {
          arguments.x = base + skip;
          arguments.theta = base + theta;
          arguments.phi = base + phi;
          launch_attention_gate(precision, arguments, stream);
        });
    arena_.give(theta);
    arena_.give(phi);
  }

  void add_product(const std::string& name, const Convolution& c, const Product& product,
                   const ConvolutionGeometry& geometry, size_t first, size_t second, size_t target,
                   size_t pooled) {
    GpuConvolution arguments = {};
    arguments.geometry = geometry;
    arguments.kernel_size = c.kernel_size;
    arguments.taps = network_.at<Tap>(product.taps);
    arguments.tap_count = product.tap_count;
    arguments.weights = network_.at<void>(product.weights);
    arguments.padded_out = product.padded_out;
    arguments.bias = network_.at<float>(c.bias);
    arguments.bias_of_borders = c.bias_of_borders;
    arguments.relu = c.relu;
    const double of_grid = static_cast<double>(pixel_count(geometry));
    const double taps = static_cast<double>(product.tap_count) * kTapChannels;
    const double seen = static_cast<double>(geometry.slices) * geometry.source_rows *
                        geometry.source_columns * (geometry.first_in + geometry.second_in);
    const double made = of_grid * geometry.out * (pooled == kNone ? 1 : 1.25);
    add(name, 2 * of_grid * taps * geometry.out, (seen + made) * value(),
        [arguments, first, second, target, pooled, not_finite = plan_.not_finite,
         precision = network_.precision_](char* base, cudaStream_t stream) mutable {
          arguments.first = base + first;
          arguments.second = second == kNone ? nullptr : base + second;
          arguments.target = base + target;
          arguments.pooled = pooled == kNone ? nullptr : base + pooled;
          arguments.not_finite = reinterpret_cast<int32_t*>(base + not_finite);
          launch_convolution(precision, arguments, stream);
        });
  }

  const GpuNetwork& network_;
  size_t cudnn_workspace_ = kNone;
  ArenaPlan arena_;
  GpuPlan plan_;
};

GpuPlan GpuNetwork::plan(int32_t slices, int32_t rows, int32_t columns) const {
  return Planner(*this, slices, rows, columns).run();
}

}  // namespace pancreas
