// The engine's kernels on the CPU: each of their values by the function that the GPU, too, runs.
#include <cuda_fp16.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "emulated_queue.h"
#include "kernels/attention_gate/attention_gate_element.h"
#include "kernels/attention_gate/attention_gate_gpu.h"
#include "kernels/convolution/convolution_gpu.h"
#include "kernels/deep_supervision_head/deep_supervision_head_gpu.h"
#include "kernels/max_pooling/max_pooling_element.h"
#include "kernels/max_pooling/max_pooling_gpu.h"
#include "kernels/resample/resample_gpu.h"

namespace pancreas {
namespace {

using pancreas_test::enqueue;

// Values of the precision's type.
class Values {
 public:
  Values(Precision precision, const void* memory)
      : half_(precision == Precision::kFloat16), memory_(const_cast<void*>(memory)) {}

  float get(int64_t i) const {
    return half_ ? __half2float(static_cast<const __half*>(memory_)[i])
                 : static_cast<const float*>(memory_)[i];
  }
  void set(int64_t i, float value) const {
    if (half_) {
      static_cast<__half*>(memory_)[i] = __float2half(value);
    } else {
      static_cast<float*>(memory_)[i] = value;
    }
  }

 private:
  bool half_;
  void* memory_;
};

// A factor as tensor cores take it: TF32 has 10 bits of fraction, rounded to nearest, ties away.
float factor(Precision precision, float value) {
  if (precision != Precision::kTf32 || !std::isfinite(value)) {
    return value;
  }
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  bits = (bits + 0x1000u) & ~0x1fffu;
  float rounded;
  std::memcpy(&rounded, &bits, sizeof rounded);
  return rounded;
}

void convolve(Precision precision, const GpuConvolution& c) {
  const ConvolutionGeometry& g = c.geometry;
  const Values first(precision, c.first);
  const Values second(precision, c.second);
  const Values stored_weights(precision, c.weights);
  std::vector<float> weights;
  for (int64_t i = 0; i < static_cast<int64_t>(c.tap_count) * kTapChannels * c.padded_out; ++i) {
    weights.push_back(factor(precision, stored_weights.get(i)));
  }
  const Values target(precision, c.target);
  const Values pooled(precision, c.pooled);
  std::vector<float> results(static_cast<size_t>(4 * g.out));
  for (int64_t index = 0; index < pixel_count(g); ++index) {
    const Pixel pixel = pixel_at(g, index);
    const float* bias = c.bias + (c.bias_of_borders ? border_case(g, pixel) * g.out : 0);
    float* result = results.data() + index % 4 * g.out;
    std::fill_n(result, g.out, 0.0f);
    for (int32_t t = 0; t < c.tap_count; ++t) {
      bool from_second = false;
      const int64_t offset = source_offset(g, source_pixel(g, pixel), c.taps[t], &from_second);
      for (int32_t k = 0; k < kTapChannels && offset >= 0; ++k) {
        const float value = factor(precision, (from_second ? second : first).get(offset + k));
        const float* row =
            weights.data() + (static_cast<int64_t>(t) * kTapChannels + k) * c.padded_out;
        for (int32_t out = 0; out < g.out; ++out) {
          result[out] += value * row[out];
        }
      }
    }
    for (int32_t out = 0; out < g.out; ++out) {
      const float value = result[out] + bias[out];
      result[out] = c.relu && value < 0 ? 0.0f : value;
      target.set(target_offset(g, pixel) + out, result[out]);
    }
    if (c.pooled != nullptr && index % 4 == 3) {
      for (int32_t out = 0; out < g.out; ++out) {
        const float* all = results.data() + out;
        pooled.set(index / 4 * g.out + out,
                   pooled_value(all[0], all[g.out], all[2 * g.out], all[3 * g.out]));
      }
    }
  }
}

void convolve_first(Precision precision, const float* source, int32_t slices, int32_t rows,
                    int32_t columns, const float* kernel, const float* bias, int32_t out,
                    void* target) {
  const Values to(precision, target);
  for (int32_t slice = 0; slice < slices; ++slice) {
    for (int32_t row = 0; row < rows; ++row) {
      for (int32_t column = 0; column < columns; ++column) {
        const int64_t pixel = (static_cast<int64_t>(slice) * rows + row) * columns + column;
        for (int32_t o = 0; o < out; ++o) {
          float sum = bias[o];
          for (int32_t i = 0; i < 9; ++i) {
            const int32_t y = row + i / 3 - 1;
            const int32_t x = column + i % 3 - 1;
            if (y >= 0 && y < rows && x >= 0 && x < columns) {
              sum += source[pixel + (i / 3 - 1) * columns + i % 3 - 1] * kernel[i * out + o];
            }
          }
          to.set(pixel * out + o, sum < 0 ? 0.0f : sum);
        }
      }
    }
  }
}

void attend(Precision precision, const GpuAttentionGate& gate) {
  const Values x(precision, gate.x);
  const Values theta(precision, gate.theta);
  const Values phi(precision, gate.phi);
  for (int32_t slice = 0; slice < gate.slices; ++slice) {
    for (int32_t row = 0; row < gate.rows; ++row) {
      for (int32_t column = 0; column < gate.columns; ++column) {
        const int64_t pixel =
            (static_cast<int64_t>(slice) * gate.rows + row) * gate.columns + column;
        const int64_t coarse = coarse_pixel(slice, row, column, gate.factor,
                                            gate.rows / gate.factor, gate.columns / gate.factor);
        float logit = gate.psi_bias;
        for (int32_t i = 0; i < gate.inner; ++i) {
          logit += gate_term(theta.get(pixel * gate.inner + i), phi.get(coarse * gate.inner + i),
                             gate.psi[i]);
        }
        const float attention = logistic(logit);
        for (int32_t corner = 0; corner < 4; ++corner) {
          const int64_t place =
              (static_cast<int64_t>(slice) * 2 * gate.rows + 2 * row + corner / 2) * 2 *
                  gate.columns +
              2 * column + corner % 2;
          for (int32_t k = 0; k < gate.channels; ++k) {
            x.set(place * gate.channels + k, x.get(place * gate.channels + k) * attention);
          }
        }
      }
    }
  }
}

void finish(Precision precision, const GpuHead& head) {
  for (int32_t slice = 0; slice < head.slices; ++slice) {
    for (int32_t row = 0; row < head.rows; ++row) {
      for (int32_t column = 0; column < head.columns; ++column) {
        float sum = head.bias;
        for (int32_t level = 0; level < head.levels; ++level) {
          const Values map(precision, head.maps[level]);
          const int32_t factor = head.factors[level];
          const int32_t channels = head.channels[level];
          const int64_t pixel =
              coarse_pixel(slice, row, column, factor, head.rows / factor, head.columns / factor);
          for (int32_t c = 0; c < channels; ++c) {
            sum += map.get(pixel * channels + c) * head.weights[level][c];
          }
        }
        head.probability[(static_cast<int64_t>(slice) * head.rows + row) * head.columns + column] =
            logistic(sum);
        if (!std::isfinite(sum)) {
          *head.not_finite = 1;
        }
      }
    }
  }
}

}  // namespace

void launch_convolution(Precision precision, const GpuConvolution& c, cudaStream_t) {
  enqueue([=] { convolve(precision, c); });
}

void launch_first_convolution(Precision precision, const float* source, int32_t slices,
                              int32_t rows, int32_t columns, const float* kernel, const float* bias,
                              int32_t out, void* target, cudaStream_t) {
  enqueue(
      [=] { convolve_first(precision, source, slices, rows, columns, kernel, bias, out, target); });
}

void launch_attention_gate(Precision precision, const GpuAttentionGate& gate, cudaStream_t) {
  enqueue([=] { attend(precision, gate); });
}

void launch_deep_supervision_head(Precision precision, const GpuHead& head, cudaStream_t) {
  enqueue([=] { finish(precision, head); });
}

void launch_max_pooling(Precision precision, const void* source, int32_t slices, int32_t rows,
                        int32_t columns, int32_t channels, void* target, cudaStream_t) {
  enqueue([=] {
    const Values from(precision, source);
    const Values to(precision, target);
    for (int64_t row = 0; row < static_cast<int64_t>(slices) * rows / 2; ++row) {
      for (int64_t column = 0; column < columns / 2; ++column) {
        for (int64_t c = 0; c < channels; ++c) {
          const auto at = [&](int64_t r, int64_t k) {
            return from.get(((2 * row + r) * columns + 2 * column + k) * channels + c);
          };
          to.set((row * (columns / 2) + column) * channels + c,
                 pooled_value(at(0, 0), at(0, 1), at(1, 0), at(1, 1)));
        }
      }
    }
  });
}

void launch_input(const GpuInput& input, int32_t first, int32_t count, float* target,
                  cudaStream_t) {
  enqueue([=] {
    float* to = target;
    for (int32_t z = first; z < first + count; ++z) {
      for (int32_t y = 0; y < input.target.y; ++y) {
        for (int32_t x = 0; x < input.target.x; ++x) {
          *to++ = input_value(input, z, y, x);
        }
      }
    }
  });
}

void launch_range(const GpuInput& input, GpuRange* range, cudaStream_t) {
  enqueue([=] {
    for (int32_t z = 0; z < input.target.z; ++z) {
      for (int32_t y = 0; y < input.target.y; ++y) {
        for (int32_t x = 0; x < input.target.x; ++x) {
          const uint32_t bits = ordered_bits(resampled_hu(input, z, y, x));
          range->least = std::min(range->least, bits);
          range->most = std::max(range->most, bits);
        }
      }
    }
  });
}

void launch_mask(const GpuMask& mask, int32_t first, int32_t count, uint32_t* bits, cudaStream_t) {
  enqueue([=] {
    const int32_t words = words_of_slice(mask.stored);
    std::fill_n(bits, static_cast<int64_t>(count) * words, 0u);
    for (int32_t z = 0; z < count; ++z) {
      for (int32_t i = 0; i < mask.stored.y * mask.stored.x; ++i) {
        if (is_inside(mask, first + z, i / mask.stored.x, i % mask.stored.x)) {
          bits[static_cast<int64_t>(z) * words + i / 32] |= 1u << (i % 32);
        }
      }
    }
  });
}

}  // namespace pancreas
