// Each kernel for GPUs by itself, against the references of the CPU's kernels or, where those
// promise bits, against the kernels. Runs on a GPU, and on the emulated one.
#include <cuda_fp16.h>
#include <cuda_runtime_api.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "convolution_cases.h"
#include "cuda/device_memory.h"
#include "cuda/precision.h"
#include "cuda/tf32.h"
#include "kernels/attention_gate/attention_gate_gpu.h"
#include "kernels/attention_gate/attention_gate_ref.h"
#include "kernels/convolution/convolution_gpu.h"
#include "kernels/convolution/convolution_product.h"
#include "kernels/convolution/convolution_ref.h"
#include "kernels/deep_supervision_head/deep_supervision_head_gpu.h"
#include "kernels/deep_supervision_head/deep_supervision_head_ref.h"
#include "kernels/max_pooling/max_pooling_gpu.h"
#include "kernels/resample/resample_gpu.h"
#include "on_gpu.h"
#include "orientation.h"
#include "pancreas.h"
#include "resample_cases.h"

namespace pancreas_test {
namespace {

using pancreas::ConvolutionGeometry;
using pancreas::ConvolutionProduct;
using pancreas::Kernel;
using pancreas::PlainImage;
using pancreas::Precision;
using pancreas::ReferenceResult;

constexpr Precision kPrecisions[] = {Precision::kFloat32, Precision::kTf32, Precision::kFloat16};

// An image, or weights, as a precision stores them.
class GpuImage {
 public:
  GpuImage(Precision precision, const std::vector<float>& values)
      : half_(precision == Precision::kFloat16),
        floats_(half_ ? std::vector<float>() : values),
        halves_(half_ ? std::vector<__half>(values.begin(), values.end()) : std::vector<__half>()) {
  }
  GpuImage(Precision precision, size_t count)
      : half_(precision == Precision::kFloat16),
        floats_(half_ ? 0 : count),
        halves_(half_ ? count : 0) {}

  void* get() const {
    return half_ ? static_cast<void*>(halves_.get()) : static_cast<void*>(floats_.get());
  }

  std::vector<float> values(const char* name) const {
    if (!half_) {
      return floats_.values(name);
    }
    const std::vector<__half> halves = halves_.values(name);
    return std::vector<float>(halves.begin(), halves.end());
  }

 private:
  bool half_;
  // One of them is empty.
  OnGpu<float> floats_;
  OnGpu<__half> halves_;
};

template <typename Launch>
void on_a_stream(const Launch& launch) {
  const pancreas::Stream stream = pancreas::make_stream();
  launch(stream.get());
  pancreas::check(cudaStreamSynchronize(stream.get()), "test");
}

// Numbers that every precision stores without rounding.
std::vector<float> exact_floats(int64_t count, float least, float most, uint32_t seed) {
  std::vector<float> values = random_floats(count, least, most, seed);
  for (float& value : values) {
    value = __half2float(__float2half(value));
  }
  return values;
}

// What a rounding to the type of an image changes at most, in parts of the value.
double rounding(Precision precision) {
  return std::ldexp(1, precision == Precision::kFloat32 ? -24 : -11);
}

// What sums shall be, and the sum of the absolute values of what was added.
struct Sums {
  std::vector<double> values;
  std::vector<double> magnitude;

  // A slice's.
  void append(const ReferenceResult& result) {
    const auto add = [](std::vector<double>& to, const PlainImage& image) {
      to.insert(to.end(), image.values.begin(), image.values.end());
    };
    add(values, result.image);
    add(magnitude, result.magnitude);
  }

  void add(size_t i, double term) {
    values[i] += term;
    magnitude[i] += std::abs(term);
  }
};

// The factors are such that products are exact. Each addition in float32 is off by less than a unit
// in the last place, 2^-23 (tensor cores cut off), of what is added so far; then the result is
// rounded.
void check_sums(const char* name, Precision precision, const std::vector<float>& actual,
                const Sums& expected, int64_t terms, bool relu) {
  bool near = actual.size() == expected.values.size();
  for (size_t i = 0; near && i < actual.size(); ++i) {
    const double value = relu ? std::max(0.0, expected.values[i]) : expected.values[i];
    const double bound = expected.magnitude[i] * std::ldexp(static_cast<double>(terms), -23) +
                         std::abs(value) * rounding(precision) + 1e-7;
    near = std::abs(actual[i] - value) <= bound &&
           (precision != Precision::kTf32 || pancreas::to_tf32(actual[i]).value == actual[i]);
  }
  CHECK_FOR(name, near);
}

PlainImage slice_of(const std::vector<float>& values, int64_t slice, int64_t rows, int64_t columns,
                    int64_t channels) {
  PlainImage image(rows, columns, channels);
  const auto from = values.begin() + slice * rows * columns * channels;
  image.values.assign(from, from + rows * columns * channels);
  return image;
}

// A convolution's weights in the GPU's memory.
class GpuProduct {
 public:
  GpuProduct(Precision precision, const ConvolutionProduct& product)
      : taps_(product.taps),
        weights_(precision, product.weights),
        tap_count_(static_cast<int32_t>(product.taps.size())),
        padded_out_(static_cast<int32_t>(product.padded_out)) {}

  pancreas::GpuConvolution with(const ConvolutionGeometry& geometry, int64_t kernel_size) const {
    pancreas::GpuConvolution convolution = {};
    convolution.geometry = geometry;
    convolution.kernel_size = static_cast<int32_t>(kernel_size);
    convolution.taps = taps_.get();
    convolution.tap_count = tap_count_;
    convolution.weights = weights_.get();
    convolution.padded_out = padded_out_;
    return convolution;
  }

 private:
  OnGpu<pancreas::Tap> taps_;
  GpuImage weights_;
  int32_t tap_count_;
  int32_t padded_out_;
};

// Whether all results fit their type.
bool run_convolution(Precision precision, pancreas::GpuConvolution convolution) {
  const OnGpu<int32_t> not_finite(std::vector<int32_t>{0});
  convolution.not_finite = not_finite.get();
  on_a_stream([&](cudaStream_t stream) { launch_convolution(precision, convolution, stream); });
  return not_finite.values(__func__)[0] == 0;
}

// With ReLU; where the size allows it with a pooled copy.
void same_convolution(const ConvolutionCase& c, int64_t size, bool bias_of_borders) {
  const std::vector<float> first = exact_floats(c.images * c.rows * c.columns * c.in, -1, 1, 1);
  const std::vector<float> second =
      exact_floats(c.images * c.rows * c.columns * c.second_in, -1, 1, 2);
  const int64_t in = c.in + c.second_in;
  const std::vector<float> weights = exact_floats(size * size * in * c.out, -1, 1, 3);
  const std::vector<float> bias = exact_floats((bias_of_borders ? 16 : 1) * c.out, -1, 1, 4);
  const Kernel kernel(size, in, c.out, weights.data());
  const auto rows = static_cast<int32_t>(c.rows);
  const auto columns = static_cast<int32_t>(c.columns);
  const bool windows = rows % 2 == 0 && columns % 2 == 0;
  const ConvolutionGeometry geometry = {static_cast<int32_t>(c.images),
                                        rows,
                                        columns,
                                        rows,
                                        columns,
                                        1,
                                        static_cast<int32_t>(c.in),
                                        static_cast<int32_t>(c.second_in),
                                        1,
                                        0,
                                        0,
                                        static_cast<int32_t>(c.out),
                                        windows};
  Sums expected;
  PlainImage ones((c.rows + 1) / 2, (c.columns + 1) / 2, 1);
  std::fill(ones.values.begin(), ones.values.end(), 1.0);
  for (int64_t image = 0; image < c.images; ++image) {
    const PlainImage one = slice_of(first, image, rows, columns, c.in);
    const PlainImage two = slice_of(second, image, rows, columns, c.second_in);
    expected.append(convolution_ref(concat_scaled(one, two, ones), kernel));
  }
  for (size_t i = 0; i < expected.values.size(); ++i) {
    const auto out = static_cast<int64_t>(i) % c.out;
    const int64_t pixel = static_cast<int64_t>(i) / c.out % (c.rows * c.columns);
    const int64_t row = pixel / c.columns;
    const int64_t column = pixel % c.columns;
    const int64_t border = (row == 0 ? 1 : 0) + (row == c.rows - 1 ? 2 : 0) +
                           (column == 0 ? 4 : 0) + (column == c.columns - 1 ? 8 : 0);
    expected.add(i, bias[static_cast<size_t>((bias_of_borders ? border * c.out : 0) + out)]);
  }
  const OnGpu<float> gpu_bias(bias);
  for (const Precision precision : kPrecisions) {
    const GpuImage gpu_first(precision, first);
    const GpuImage gpu_second(precision, second);
    const GpuProduct product(precision, same_product(kernel, pancreas::gpu_padding(c.out)));
    const GpuImage target(precision, expected.values.size());
    const GpuImage pooled(precision, expected.values.size() / 4);
    pancreas::GpuConvolution convolution = product.with(geometry, size);
    convolution.first = gpu_first.get();
    convolution.second = c.second_in > 0 ? gpu_second.get() : nullptr;
    convolution.bias = gpu_bias.get();
    convolution.bias_of_borders = bias_of_borders;
    convolution.relu = true;
    convolution.target = target.get();
    convolution.pooled = windows ? pooled.get() : nullptr;
    CHECK_FOR(c.name, run_convolution(precision, convolution));
    const std::vector<float> actual = target.values(c.name);
    check_sums(c.name, precision, actual, expected, size * size * in + 1, true);
    if (!windows) {
      continue;
    }
    std::vector<float> largest;
    const auto value = [&](int64_t row, int64_t column, int64_t out) {
      return actual[static_cast<size_t>((row * c.columns + column) * c.out + out)];
    };
    for (int64_t row = 0; row < c.images * c.rows; row += 2) {
      for (int64_t column = 0; column < c.columns; column += 2) {
        for (int64_t out = 0; out < c.out; ++out) {
          largest.push_back(
              std::max({value(row, column, out), value(row, column + 1, out),
                        value(row + 1, column, out), value(row + 1, column + 1, out)}));
        }
      }
    }
    CHECK_FOR(c.name, pooled.values(c.name) == largest);
  }
}

// A convolution of 2 x 2 with stride 2; neither bias nor ReLU.
void halving_convolution(int32_t slices, int32_t rows, int32_t columns, int32_t in, int32_t out) {
  const std::vector<float> source = exact_floats(slices * rows * columns * in, -1, 1, 1);
  const std::vector<float> weights = exact_floats(4 * in * out, -1, 1, 2);
  const Kernel kernel(2, in, out, weights.data());
  Sums expected;
  for (int32_t slice = 0; slice < slices; ++slice) {
    expected.append(halving_convolution_ref(slice_of(source, slice, rows, columns, in), kernel));
  }
  const OnGpu<float> bias(std::vector<float>(static_cast<size_t>(out)));
  for (const Precision precision : kPrecisions) {
    const GpuImage gpu_source(precision, source);
    const GpuProduct product(precision, halving_product(kernel, pancreas::gpu_padding(out)));
    const GpuImage target(precision, expected.values.size());
    pancreas::GpuConvolution convolution = product.with(
        {slices, (rows + 1) / 2, (columns + 1) / 2, rows, columns, 2, in, 0, 1, 0, 0, out, false},
        2);
    convolution.first = gpu_source.get();
    convolution.bias = bias.get();
    convolution.target = target.get();
    CHECK(run_convolution(precision, convolution));
    check_sums(__func__, precision, target.values(__func__), expected, 4 * in, false);
  }
}

// A transposed convolution: four launches into one image.
void doubling_convolution(int32_t slices, int32_t rows, int32_t columns, int32_t in, int32_t out) {
  const std::vector<float> source = exact_floats(slices * rows * columns * in, -1, 1, 1);
  const std::vector<float> weights = exact_floats(16 * in * out, -1, 1, 2);
  const std::vector<float> bias = exact_floats(out, -1, 1, 3);
  const Kernel kernel = pancreas::transposed_kernel(weights.data(), in, out);
  Sums expected;
  for (int32_t slice = 0; slice < slices; ++slice) {
    expected.append(
        transposed_convolution_ref(slice_of(source, slice, rows, columns, in), weights, out));
  }
  for (size_t i = 0; i < expected.values.size(); ++i) {
    expected.add(i, bias[i % static_cast<size_t>(out)]);
  }
  const OnGpu<float> gpu_bias(bias);
  for (const Precision precision : kPrecisions) {
    const GpuImage gpu_source(precision, source);
    const GpuImage target(precision, expected.values.size());
    for (int32_t corner = 0; corner < 4; ++corner) {
      const GpuProduct product(
          precision, doubling_product(kernel, corner / 2, corner % 2, pancreas::gpu_padding(out)));
      pancreas::GpuConvolution convolution = product.with(
          {slices, rows, columns, rows, columns, 1, in, 0, 2, corner / 2, corner % 2, out, false},
          4);
      convolution.first = gpu_source.get();
      convolution.bias = gpu_bias.get();
      convolution.target = target.get();
      CHECK(run_convolution(precision, convolution));
    }
    check_sums(__func__, precision, target.values(__func__), expected, 4 * in + 1, false);
  }
}

void first_convolution(int32_t slices, int32_t rows, int32_t columns, int32_t out) {
  const std::vector<float> source = exact_floats(slices * rows * columns, -1, 1, 1);
  const std::vector<float> weights = exact_floats(9 * out, -1, 1, 2);
  const std::vector<float> bias = exact_floats(out, -1, 1, 3);
  Sums expected;
  for (int32_t slice = 0; slice < slices; ++slice) {
    expected.append(convolution_ref(slice_of(source, slice, rows, columns, 1),
                                    Kernel(3, 1, out, weights.data())));
  }
  for (size_t i = 0; i < expected.values.size(); ++i) {
    expected.add(i, bias[i % static_cast<size_t>(out)]);
  }
  const OnGpu<float> gpu_source(source);
  const OnGpu<float> gpu_weights(weights);
  const OnGpu<float> gpu_bias(bias);
  for (const Precision precision : kPrecisions) {
    const GpuImage target(precision, expected.values.size());
    const OnGpu<int32_t> not_finite(std::vector<int32_t>{0});
    on_a_stream([&](cudaStream_t stream) {
      launch_first_convolution(precision,
                               {gpu_source.get(), slices, rows, columns, gpu_weights.get(),
                                gpu_bias.get(), out, target.get(), not_finite.get()},
                               stream);
    });
    check_sums(__func__, precision, target.values(__func__), expected, 10, true);
    CHECK(not_finite.values(__func__)[0] == 0);
  }
}

// One pixel, whose sum is its value times 2 in one channel, and times -2 in the others.
void what_does_not_fit_is_told() {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  struct Case {
    float value;
    bool relu;
    bool fits_float;
    bool fits_half;
  };
  const OnGpu<float> bias(std::vector<float>(8));
  for (const Case& c : {Case{1000, true, true, true}, Case{32752, false, true, true},
                        Case{32768, true, true, false}, Case{-32768, false, true, false},
                        Case{kInfinity, true, false, false}, Case{-kInfinity, true, false, false},
                        Case{std::numeric_limits<float>::quiet_NaN(), true, false, false}}) {
    for (const Precision precision : kPrecisions) {
      std::vector<float> weights(9 * 8 * 8);
      for (size_t out = 0; out < 8; ++out) {
        weights[4 * 64 + out] = out == 5 ? 2 : -2;
      }
      std::vector<float> source(8);
      source[0] = c.value;
      const bool fits = precision == Precision::kFloat16 ? c.fits_half : c.fits_float;
      const GpuImage gpu_source(precision, source);
      const GpuImage target(precision, size_t{8});
      const GpuProduct product(
          precision, same_product(Kernel(3, 8, 8, weights.data()), pancreas::gpu_padding(8)));
      pancreas::GpuConvolution convolution =
          product.with({1, 1, 1, 1, 1, 1, 8, 0, 1, 0, 0, 8, false}, 3);
      convolution.first = gpu_source.get();
      convolution.bias = bias.get();
      convolution.relu = c.relu;
      convolution.target = target.get();
      CHECK(run_convolution(precision, convolution) == fits);
      if (!c.relu) {
        continue;
      }
      std::vector<float> first_weights(9 * 8);
      std::copy_n(weights.begin() + 4 * 64, 8, first_weights.begin() + 4 * 8);
      const OnGpu<float> first_source(std::vector<float>{c.value});
      const OnGpu<float> gpu_weights(first_weights);
      const OnGpu<int32_t> not_finite(std::vector<int32_t>{0});
      on_a_stream([&](cudaStream_t stream) {
        launch_first_convolution(precision,
                                 {first_source.get(), 1, 1, 1, gpu_weights.get(), bias.get(), 8,
                                  target.get(), not_finite.get()},
                                 stream);
      });
      CHECK(not_finite.values(__func__)[0] == (fits ? 0 : 1));
    }
  }
}

// The largest of each window, bit for bit; NaN where one is.
void max_pooling(int32_t slices, int32_t rows, int32_t columns, int32_t channels) {
  std::vector<float> source = exact_floats(slices * rows * columns * channels, -1, 1, 1);
  source[source.size() / 2] = std::numeric_limits<float>::quiet_NaN();
  const int64_t size[4] = {slices, rows, columns, channels};
  std::vector<float> expected(source.size() / 4);
  CHECK(pnc_max_pooling(source.data(), size, expected.data(), 1) == PNC_OK);
  for (const Precision precision : kPrecisions) {
    const GpuImage gpu_source(precision, source);
    const GpuImage target(precision, expected.size());
    on_a_stream([&](cudaStream_t stream) {
      launch_max_pooling(precision, gpu_source.get(), slices, rows, columns, channels, target.get(),
                         stream);
    });
    const std::vector<float> actual = target.values(__func__);
    bool equal = true;
    for (size_t i = 0; i < expected.size(); ++i) {
      equal =
          equal && (actual[i] == expected[i] || (std::isnan(actual[i]) && std::isnan(expected[i])));
    }
    CHECK(equal);
    CHECK(std::count_if(actual.begin(), actual.end(), [](float v) { return std::isnan(v); }) == 1);
  }
}

// The reference makes theta of x and phi of the gating signal. With ones in the right places of
// their kernels theta is the first channels of x's every other pixel, and phi the gating signal.
void attention_gate(int32_t slices, int32_t rows, int32_t columns, int32_t factor, int32_t inner,
                    int32_t channels) {
  const int64_t x_size[4] = {slices, 2 * rows, 2 * columns, channels};
  const int64_t gating_size[4] = {slices, rows / factor, columns / factor, inner};
  const std::vector<float> x = exact_floats(slices * 4 * rows * columns * channels, -1, 1, 1);
  const std::vector<float> phi =
      exact_floats(slices * gating_size[1] * gating_size[2] * inner, -1, 1, 2);
  const std::vector<float> psi = random_floats(inner, -1, 1, 3);
  const float psi_bias = 0.25f;
  std::vector<float> theta_kernel(static_cast<size_t>(4 * channels * inner));
  std::vector<float> phi_kernel(static_cast<size_t>(inner * inner));
  for (size_t i = 0; i < static_cast<size_t>(inner); ++i) {
    theta_kernel[i * static_cast<size_t>(inner) + i] = 1;
    phi_kernel[i * static_cast<size_t>(inner) + i] = 1;
  }
  const std::vector<float> no_bias(static_cast<size_t>(inner));
  const std::vector<double> expected = pancreas::attention_gate_ref(
      {x.data(), x_size, phi.data(), gating_size, inner, theta_kernel.data(), phi_kernel.data(),
       no_bias.data(), psi.data(), psi_bias, nullptr, 1});
  std::vector<float> theta;
  for (int64_t row = 0; row < int64_t{slices} * rows; ++row) {
    for (int64_t column = 0; column < columns; ++column) {
      const auto from = x.begin() + (2 * row * 2 * columns + 2 * column) * channels;
      theta.insert(theta.end(), from, from + inner);
    }
  }
  const OnGpu<float> gpu_psi(psi);
  for (const Precision precision : kPrecisions) {
    const GpuImage gpu_x(precision, x);
    const GpuImage gpu_theta(precision, theta);
    const GpuImage gpu_phi(precision, phi);
    on_a_stream([&](cudaStream_t stream) {
      launch_attention_gate(precision,
                            {gpu_x.get(), gpu_theta.get(), gpu_phi.get(), gpu_psi.get(), psi_bias,
                             slices, rows, columns, factor, inner, channels},
                            stream);
    });
    const std::vector<float> actual = gpu_x.values(__func__);
    // The logit's terms are below 2 each, rounded once and added in float32; times the logistic
    // function's slope of 1/4. That function itself is within 2e-7.
    const double bound = 2.0 * inner * inner * std::ldexp(1, -24) / 4 + 2e-7;
    bool near = actual.size() == expected.size();
    for (size_t i = 0; near && i < actual.size(); ++i) {
      near = std::abs(actual[i] - expected[i]) <=
             bound + std::abs(expected[i]) * rounding(precision) + 1e-7;
    }
    CHECK(near);
  }
}

struct HeadCase {
  const char* name;
  int32_t slices;
  int32_t rows;
  int32_t columns;
  std::vector<int32_t> channels;
  std::vector<int32_t> factors;
};

// The reference has two maps a level and two logits. With zeros for the first of each what is left
// is the one linear function that the kernel knows.
void head(const HeadCase& c) {
  const int64_t size[3] = {c.slices, c.rows, c.columns};
  const std::vector<int64_t> channels(c.channels.begin(), c.channels.end());
  const std::vector<int64_t> factors(c.factors.begin(), c.factors.end());
  const size_t levels = channels.size();
  const float bias = -0.5f;
  std::vector<std::vector<float>> maps;
  std::vector<std::vector<float>> weights;
  std::vector<const float*> map_pointers;
  std::vector<float> kernels;
  std::vector<float> head_kernel(4 * levels);
  for (size_t level = 0; level < levels; ++level) {
    const int64_t factor = factors[level];
    const auto seed = static_cast<uint32_t>(level + 1);
    maps.push_back(exact_floats(
        c.slices * (c.rows / factor) * (c.columns / factor) * channels[level], 0, 1, seed));
    const float most = 2 / std::sqrt(static_cast<float>(channels[level]));
    weights.push_back(random_floats(channels[level], -most, most, seed + 20));
    for (const float weight : weights.back()) {
      kernels.insert(kernels.end(), {0, weight});
    }
    head_kernel[2 * (2 * level + 1) + 1] = 1;
  }
  for (const std::vector<float>& map : maps) {
    map_pointers.push_back(map.data());
  }
  const std::vector<float> no_bias(2 * levels);
  const float head_bias[2] = {0, bias};
  const std::vector<double> expected = pancreas::deep_supervision_head_ref(
      {static_cast<int32_t>(levels), map_pointers.data(), channels.data(), factors.data(),
       kernels.data(), no_bias.data(), head_kernel.data(), head_bias, nullptr, size, 1});
  for (const Precision precision : kPrecisions) {
    std::vector<GpuImage> gpu_maps;
    std::vector<OnGpu<float>> gpu_weights;
    const OnGpu<float> probability(expected.size());
    const OnGpu<int32_t> not_finite(std::vector<int32_t>{0});
    pancreas::GpuHead arguments = {};
    arguments.levels = static_cast<int32_t>(levels);
    for (size_t level = 0; level < levels; ++level) {
      gpu_maps.emplace_back(precision, maps[level]);
      gpu_weights.emplace_back(weights[level]);
      arguments.maps[level] = gpu_maps.back().get();
      arguments.weights[level] = gpu_weights.back().get();
      arguments.channels[level] = c.channels[level];
      arguments.factors[level] = c.factors[level];
    }
    arguments.bias = bias;
    arguments.slices = c.slices;
    arguments.rows = c.rows;
    arguments.columns = c.columns;
    arguments.probability = probability.get();
    arguments.not_finite = not_finite.get();
    const auto run = [&] {
      on_a_stream(
          [&](cudaStream_t stream) { launch_deep_supervision_head(precision, arguments, stream); });
    };
    run();
    const std::vector<float> actual = probability.values(c.name);
    double largest = 0;
    for (size_t i = 0; i < actual.size(); ++i) {
      largest = std::max(largest, std::abs(actual[i] - expected[i]));
    }
    // As for the CPU's kernel.
    CHECK_FOR(c.name, largest <= 2e-6);
    CHECK_FOR(c.name, not_finite.values(c.name)[0] == 0);
    std::vector<float> spoilt = maps[0];
    spoilt.back() = std::numeric_limits<float>::quiet_NaN();
    const GpuImage gpu_spoilt(precision, spoilt);
    arguments.maps[0] = gpu_spoilt.get();
    run();
    CHECK_FOR(c.name, not_finite.values(c.name)[0] == 1);
  }
}

// Those of a case's axes.
class GpuTaps3 {
 public:
  explicit GpuTaps3(const ResampleCase& c)
      : z_(c.filters[0], c.source[0], c.target[0]),
        y_(c.filters[1], c.source[1], c.target[1]),
        x_(c.filters[2], c.source[2], c.target[2]),
        y_grows_(c.target[1] > c.source[1]) {}

  // to: a GpuInput or a GpuMask
  template <typename Arguments>
  void set(Arguments& to) const {
    to.z = z_.get();
    to.y = y_.get();
    to.x = x_.get();
    to.y_grows = y_grows_;
  }

 private:
  GpuTaps z_;
  GpuTaps y_;
  GpuTaps x_;
  bool y_grows_;
};

constexpr Orientation kStraight = {{0, 1, 2}, {false, false, false}};

std::vector<Orientation> all_orientations() {
  std::vector<Orientation> all;
  std::array<int32_t, 3> axes = {0, 1, 2};
  do {
    for (int flips = 0; flips < 8; ++flips) {
      all.push_back({axes, {(flips & 1) != 0, (flips & 2) != 0, (flips & 4) != 0}});
    }
  } while (std::next_permutation(axes.begin(), axes.end()));
  return all;
}

// Where the voxels of a view lie, given what a step along each stored axis is.
pancreas::View view_of(const Size& view, const Size& stored_steps, const Orientation& orientation) {
  int64_t origin = 0;
  int64_t steps[3];
  for (size_t a = 0; a < 3; ++a) {
    const int64_t step = stored_steps[static_cast<size_t>(orientation.axes[a])];
    steps[a] = orientation.flips[a] ? -step : step;
    origin += orientation.flips[a] ? (view[a] - 1) * step : 0;
  }
  return {origin, steps[0], steps[1], steps[2]};
}

pancreas::Size3 size3(const Size& size) {
  return {static_cast<int32_t>(size[0]), static_cast<int32_t>(size[1]),
          static_cast<int32_t>(size[2])};
}

// The case's source is a CT, its target the network's grid.
void input_of_a_ct(const ResampleCase& c, const Orientation& orientation) {
  const Size view = {c.source[0], c.source[1], c.source[2]};
  const Size target_size = {c.target[0], c.target[1], c.target[2]};
  const Size stored = stored_size(view, orientation);
  const int64_t slice = stored[1] * stored[2];
  const int64_t target_slice = c.target[1] * c.target[2];
  std::vector<int16_t> ct;
  for (const float value : random_floats(volume_of(view), 0, 2000, 5)) {
    ct.push_back(static_cast<int16_t>(value));
  }
  std::vector<pancreas::Rescale> rescales;
  for (int64_t s = 0; s < stored[0]; ++s) {
    rescales.push_back({1 + 0.01 * static_cast<double>(s), -1024.0 - static_cast<double>(s)});
  }
  std::vector<float> hu;
  for (const size_t place : stored_places(view, orientation)) {
    const pancreas::Rescale& rescale = rescales[place / static_cast<size_t>(slice)];
    hu.push_back(static_cast<float>(rescale.slope * ct[place] + rescale.intercept));
  }
  const auto resampled = [&](const std::vector<float>& values) {
    std::vector<float> on_grid(static_cast<size_t>(volume_of(target_size)));
    CHECK_FOR(c.name, pnc_resample(values.data(), c.source, on_grid.data(), c.target, c.filters,
                                   1) == PNC_OK);
    return on_grid;
  };
  const auto windowed = [&](std::vector<float> values) {
    CHECK_FOR(c.name, pnc_window(values.data(), values.data(), static_cast<int64_t>(values.size()),
                                 -150, 500, -150, 500, 1) == PNC_OK);
    return values;
  };

  const OnGpu<int16_t> gpu_ct(ct);
  const OnGpu<pancreas::Rescale> gpu_rescales(rescales);
  const GpuTaps3 taps(c);
  pancreas::GpuInput input = {};
  input.ct = {gpu_ct.get(), view_of(view, {slice, stored[2], 1}, orientation), gpu_rescales.get(),
              view_of(view, {1, 0, 0}, orientation)};
  input.target = size3(target_size);
  taps.set(input);
  input.window = {-150, 500, -150, 2.0 / 650};
  for (const bool window_first : {false, true}) {
    input.window_first = window_first;
    const std::vector<float> expected =
        window_first ? resampled(windowed(hu)) : windowed(resampled(hu));
    const OnGpu<float> target(expected.size());
    // In two parts.
    const int32_t half = input.target.z / 2;
    on_a_stream([&](cudaStream_t stream) {
      if (half > 0) {
        launch_input(input, 0, half, target.get(), stream);
      }
      launch_input(input, half, input.target.z - half, target.get() + half * target_slice, stream);
    });
    CHECK_FOR(c.name, same_bits(target.values(c.name), expected));
  }

  const OnGpu<pancreas::GpuRange> range(std::vector<pancreas::GpuRange>{
      {pancreas::ordered_bits(std::numeric_limits<float>::infinity()),
       pancreas::ordered_bits(-std::numeric_limits<float>::infinity())}});
  on_a_stream([&](cudaStream_t stream) { launch_range(input, range.get(), stream); });
  const std::vector<float> on_grid = resampled(hu);
  const auto [least, most] = std::minmax_element(on_grid.begin(), on_grid.end());
  const pancreas::GpuRange found = range.values(c.name)[0];
  CHECK_FOR(c.name, pancreas::from_ordered_bits(found.least) == *least &&
                        pancreas::from_ordered_bits(found.most) == *most);
}

// The case's source is a probability on the network's grid, its target a CT.
void mask_of_a_probability(const ResampleCase& c, const Orientation& orientation) {
  const std::vector<float> probability =
      random_floats(c.source[0] * c.source[1] * c.source[2], 0, 1, 6);
  const Size network = {c.source[0], c.source[1], c.source[2]};
  const Size view = {c.target[0], c.target[1], c.target[2]};
  const Size stored = stored_size(view, orientation);
  std::vector<float> back(static_cast<size_t>(volume_of(view)));
  CHECK_FOR(c.name, pnc_resample(probability.data(), c.source, back.data(), c.target, c.filters,
                                 1) == PNC_OK);
  // Some voxels have just this value: they are outside.
  std::vector<float> sorted = back;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  const double threshold = *middle;
  const auto slice = static_cast<size_t>(stored[1] * stored[2]);
  const size_t words = (slice + 31) / 32;
  std::vector<uint32_t> expected(static_cast<size_t>(stored[0]) * words);
  const std::vector<size_t> places = stored_places(view, orientation);
  for (size_t i = 0; i < places.size(); ++i) {
    const size_t in_slice = places[i] % slice;
    const uint32_t inside = static_cast<double>(back[i]) > threshold ? 1 : 0;
    expected[places[i] / slice * words + in_slice / 32] |= inside << in_slice % 32;
  }

  const OnGpu<float> gpu_probability(probability);
  const GpuTaps3 taps(c);
  pancreas::GpuMask mask = {};
  mask.probability = gpu_probability.get();
  mask.source = size3(network);
  taps.set(mask);
  mask.threshold = threshold;
  mask.stored = size3(stored);
  for (size_t a = 0; a < 3; ++a) {
    mask.axis[a] = orientation.axes[a];
    mask.flip[a] = orientation.flips[a];
  }
  const OnGpu<uint32_t> bits(expected.size());
  const int32_t half = mask.stored.z / 2;
  on_a_stream([&](cudaStream_t stream) {
    if (half > 0) {
      launch_mask(mask, 0, half, bits.get(), stream);
    }
    launch_mask(mask, half, mask.stored.z - half, bits.get() + static_cast<size_t>(half) * words,
                stream);
  });
  CHECK_FOR(c.name, bits.values(c.name) == expected);
}

void convolutions(bool few) {
  // A block makes 128 pixels by 16, 32 or 64 channels.
  constexpr ConvolutionCase kOfBlocks[] = {
      {"a block", 1, 8, 16, 16, 0, 16},
      {"a block and one pixel", 1, 3, 43, 16, 0, 32},
      {"two blocks by two", 2, 8, 16, 16, 8, 72},
      {"images that share a block", 5, 6, 6, 8, 0, 64},
      {"one stage", 1, 4, 4, 8, 0, 8},
  };
  for (const ConvolutionCase& c : kOfBlocks) {
    same_convolution(c, 3, false);
  }
  // In half precision, tiles of 8 x 16 pixels where channels are few.
  constexpr ConvolutionCase kOfTiles[] = {
      {"a tile", 1, 8, 16, 16, 0, 16},
      {"parts of tiles", 2, 10, 34, 16, 0, 32},
      {"a tile of a pixel, two views", 3, 9, 17, 16, 16, 24},
      {"tiles, two planes", 1, 16, 32, 32, 0, 32},
      {"too much for shared memory", 1, 8, 16, 32, 32, 32},
  };
  for (const ConvolutionCase& c : kOfTiles) {
    same_convolution(c, 3, false);
    same_convolution(c, 3, true);
  }
  same_convolution(kOfBlocks[2], 1, true);
  same_convolution(kOfBlocks[2], 3, true);
  halving_convolution(2, 6, 8, 16, 8);
  doubling_convolution(2, 3, 4, 16, 8);
  if (few) {
    return;
  }
  for (const ConvolutionCase& c : kConvolutionCases) {
    same_convolution(c, 1, false);
    same_convolution(c, 3, false);
    same_convolution(c, 3, true);
  }
  halving_convolution(2, 5, 7, 8, 24);
  halving_convolution(1, 20, 36, 64, 32);
  doubling_convolution(1, 1, 1, 8, 40);
  doubling_convolution(2, 10, 13, 72, 64);
}

void all(bool few) {
  convolutions(few);
  first_convolution(1, 1, 1, 8);
  first_convolution(3, 17, 19, 16);
  first_convolution(2, 16, 16, 24);
  what_does_not_fit_is_told();
  max_pooling(1, 2, 2, 8);
  max_pooling(3, 6, 10, 24);
  attention_gate(1, 1, 1, 1, 8, 16);
  attention_gate(2, 4, 6, 2, 16, 32);
  attention_gate(2, 8, 12, 4, 40, 80);
  head({"one pixel", 1, 1, 1, {8}, {1}});
  head({"parts of tiles", 3, 20, 36, {40, 24, 8}, {4, 2, 1}});
  head({"a tile", 1, 16, 16, {8}, {1}});
  head({"levels coarser than a tile",
        2,
        64,
        128,
        {16, 520, 8, 8, 16, 8, 8},
        {64, 32, 16, 8, 4, 2, 1}});
  for (const Orientation& orientation : all_orientations()) {
    const ResampleCase turned = {"turned", {3, 5, 7}, {4, 8, 6}, {kNearest, kLinear, kLinear}, 0};
    input_of_a_ct(turned, orientation);
    mask_of_a_probability(turned, orientation);
  }
  for (const ResampleCase& c : kResampleCases) {
    if (!few || c.bench_slices == 0) {
      input_of_a_ct(c, kStraight);
      mask_of_a_probability(c, kStraight);
    }
  }
}

}  // namespace
}  // namespace pancreas_test

int main() {
  int devices = 0;
  if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
    std::printf("no GPU here: nothing tested\n");
    return 77;
  }
  // As in cuda_test.cc.
  const char* extent = std::getenv("PANCREAS_TEST");
  try {
    pancreas_test::all(extent != nullptr && std::string(extent) == "few");
  } catch (const pancreas::DeviceError& e) {
    std::printf("%s\n", e.what());
    return 1;
  }
  const pancreas_test::Counts all = pancreas_test::counts();
  std::printf("%d passed, %d failed\n", all.passed, all.failed);
  return all.failed == 0 && all.passed > 0 ? 0 : 1;
}
