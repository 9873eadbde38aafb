// What GPU kernels compute for each of their values, run on the CPU and compared with the
// references of the CPU kernels, or, where those promise bits, with the kernels.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "attention_gate_cases.h"
#include "buffers.h"
#include "check.h"
#include "common/divider.h"
#include "cuda/tf32.h"
#include "deep_supervision_head_cases.h"
#include "kernels/attention_gate/attention_gate_element.h"
#include "kernels/attention_gate/attention_gate_ref.h"
#include "kernels/convolution/convolution_product.h"
#include "kernels/convolution/convolution_ref.h"
#include "kernels/max_pooling/max_pooling_element.h"
#include "kernels/resample/host_taps.h"
#include "kernels/resample/resample_element.h"
#include "pancreas.h"
#include "resample_cases.h"

namespace pancreas_test {
namespace {

using pancreas::ConvolutionGeometry;
using pancreas::ConvolutionProduct;
using pancreas::Kernel;
using pancreas::PlainImage;
using pancreas::ReferenceResult;

pancreas::AxisTaps view(const pancreas::HostTaps& taps) {
  return {taps.first.data(), taps.offset.data(), taps.weights.data()};
}

void resampling_gives_the_bits_of_the_kernel(const ResampleCase& c) {
  const std::vector<float> source =
      random_floats(c.source[0] * c.source[1] * c.source[2], -1024, 1500, 5);
  std::vector<float> expected(static_cast<size_t>(c.target[0] * c.target[1] * c.target[2]));
  CHECK_FOR(c.name, pnc_resample(source.data(), c.source, expected.data(), c.target, c.filters,
                                 1) == PNC_OK);
  const pancreas::HostTaps z(c.filters[0], c.source[0], c.target[0]);
  const pancreas::HostTaps y(c.filters[1], c.source[1], c.target[1]);
  const pancreas::HostTaps x(c.filters[2], c.source[2], c.target[2]);
  const auto load = [&](int32_t sz, int32_t sy, int32_t sx) {
    return source[static_cast<size_t>((sz * c.source[1] + sy) * c.source[2] + sx)];
  };
  std::vector<float> actual;
  // Slices in the middle are like those at the ends.
  for (int32_t tz = 0; tz < c.target[0]; ++tz) {
    for (int32_t ty = 0; ty < c.target[1]; ++ty) {
      for (int32_t tx = 0; tx < c.target[2]; ++tx) {
        actual.push_back(pancreas::resampled_value(view(z), view(y), view(x),
                                                   c.target[1] > c.source[1], tz, ty, tx, load));
      }
    }
  }
  CHECK_FOR(c.name, actual == expected);
}

// The logit and the product of every pixel of x, as the GPU kernel has them: theta and phi are
// there already.
void gating_is_within_1e5_of_the_definition(const AttentionGateCase& c) {
  const int64_t* xs = c.x;
  const int64_t* gs = c.gating;
  const std::vector<float> x = random_floats(xs[0] * xs[1] * xs[2] * xs[3], -1, 1, 1);
  const std::vector<float> gating = random_floats(gs[0] * gs[1] * gs[2] * gs[3], -1, 1, 2);
  const std::vector<float> theta = random_floats(4 * xs[3] * c.inner, -0.2f, 0.2f, 3);
  const std::vector<float> phi = random_floats(gs[3] * c.inner, -0.2f, 0.2f, 4);
  const std::vector<float> phi_bias = random_floats(c.inner, -0.5f, 0.5f, 5);
  const std::vector<float> psi = random_floats(c.inner, -0.5f, 0.5f, 6);
  const float psi_bias = 0.25f;
  const std::vector<double> expected =
      pancreas::attention_gate_ref({x.data(), xs, gating.data(), gs, c.inner, theta.data(),
                                    phi.data(), phi_bias.data(), psi.data(), psi_bias, nullptr, 1});
  const int64_t rows = (xs[1] + 1) / 2;
  const auto factor = static_cast<int32_t>(rows / gs[1]);
  double worst = 0;
  for (int64_t slice = 0; slice < xs[0]; ++slice) {
    for (int64_t row = 0; row < xs[1]; ++row) {
      for (int64_t column = 0; column < xs[2]; ++column) {
        const int64_t coarse = pancreas::coarse_pixel(
            slice, static_cast<int32_t>(row / 2), static_cast<int32_t>(column / 2), factor,
            static_cast<int32_t>(gs[1]), static_cast<int32_t>(gs[2]));
        float logit = psi_bias;
        for (int64_t i = 0; i < c.inner; ++i) {
          double t = 0;
          for (int64_t corner = 0; corner < 4; ++corner) {
            const int64_t r = row / 2 * 2 + corner / 2;
            const int64_t s = column / 2 * 2 + corner % 2;
            for (int64_t k = 0; k < xs[3] && r < xs[1] && s < xs[2]; ++k) {
              t += static_cast<double>(
                       x[static_cast<size_t>(((slice * xs[1] + r) * xs[2] + s) * xs[3] + k)]) *
                   theta[static_cast<size_t>((corner * xs[3] + k) * c.inner + i)];
            }
          }
          double p = phi_bias[static_cast<size_t>(i)];
          for (int64_t k = 0; k < gs[3]; ++k) {
            p += static_cast<double>(gating[static_cast<size_t>(coarse * gs[3] + k)]) *
                 phi[static_cast<size_t>(k * c.inner + i)];
          }
          logit += pancreas::gate_term(static_cast<float>(t), static_cast<float>(p),
                                       psi[static_cast<size_t>(i)]);
        }
        const float attention = pancreas::logistic(logit);
        for (int64_t k = 0; k < xs[3]; ++k) {
          const auto i = static_cast<size_t>(((slice * xs[1] + row) * xs[2] + column) * xs[3] + k);
          worst = std::max(worst, std::abs(static_cast<double>(x[i] * attention) - expected[i]));
        }
      }
    }
  }
  CHECK_FOR(c.name, worst <= 1e-5);
}

// A product of matrices as GPU kernels do it: every pixel gathers what its taps see.
void run_product(const ConvolutionGeometry& g, const ConvolutionProduct& product,
                 const std::vector<float>& first, const std::vector<float>& second,
                 std::vector<double>& target) {
  const pancreas::PixelOrder order(g);
  for (int32_t index = 0; index < pancreas::pixel_count(g); ++index) {
    const pancreas::Pixel pixel = pancreas::pixel_at(order, index);
    for (int32_t out = 0; out < g.out; ++out) {
      double sum = 0;
      for (size_t t = 0; t < product.taps.size(); ++t) {
        const pancreas::SourcePixel around = source_pixel(g, pixel);
        const pancreas::TapOffset tap = tap_offset(g, product.taps[t]);
        const std::vector<float>& source = tap.second ? second : first;
        const int64_t own = int64_t{around.place} * (tap.second ? g.second_in : g.first_in);
        const bool inside = (around.inside & tap.bit) != 0;
        for (size_t k = 0; k < pancreas::kTapChannels && inside; ++k) {
          const size_t row = t * pancreas::kTapChannels + k;
          sum += static_cast<double>(source[static_cast<size_t>(own + tap.values) + k]) *
                 product.weights[row * static_cast<size_t>(product.padded_out) +
                                 static_cast<size_t>(out)];
        }
      }
      target[static_cast<size_t>(target_offset(g, pixel) + out)] = sum;
    }
  }
}

PlainImage plain(const std::vector<float>& values, int64_t rows, int64_t columns,
                 int64_t channels) {
  PlainImage image(rows, columns, channels);
  image.values.assign(values.begin(), values.end());
  return image;
}

// Sums of products of floats in double, in another order than the reference's.
void check_equal(const char* name, const std::vector<double>& actual,
                 const ReferenceResult& expected) {
  bool near = actual.size() == expected.image.values.size();
  for (size_t i = 0; near && i < actual.size(); ++i) {
    near = std::abs(actual[i] - expected.image.values[i]) <=
           1e-12 * expected.magnitude.values[i] + 1e-30;
  }
  CHECK_FOR(name, near);
}

constexpr pancreas::ProductPadding kPaddings[] = {{1, 1}, {4, 16}};

void same_convolutions_are_products(int64_t size, int64_t rows, int64_t columns, int32_t first_in,
                                    int32_t second_in, int32_t out, bool windows) {
  const std::vector<float> first = random_floats(rows * columns * first_in, -1, 1, 1);
  const std::vector<float> second = random_floats(rows * columns * second_in, -1, 1, 2);
  const int64_t in = first_in + second_in;
  const std::vector<float> weights = random_floats(size * size * in * out, -1, 1, 3);
  const Kernel kernel(size, in, out, weights.data());
  PlainImage both(rows, columns, in);
  for (int64_t pixel = 0; pixel < rows * columns; ++pixel) {
    for (int64_t k = 0; k < in; ++k) {
      both.values[static_cast<size_t>(pixel * in + k)] =
          k < first_in ? first[static_cast<size_t>(pixel * first_in + k)]
                       : second[static_cast<size_t>(pixel * second_in + k - first_in)];
    }
  }
  const ReferenceResult expected = convolution_ref(both, kernel);
  const auto r = static_cast<int32_t>(rows);
  const auto c = static_cast<int32_t>(columns);
  for (const pancreas::ProductPadding padding : kPaddings) {
    std::vector<double> actual(static_cast<size_t>(rows * columns * out));
    run_product({1, r, c, r, c, 1, first_in, second_in, 1, 0, 0, out, windows},
                same_product(kernel, padding), first, second, actual);
    check_equal(__func__, actual, expected);
  }
}

void halving_convolutions_are_products(int64_t rows, int64_t columns, int32_t in, int32_t out) {
  const std::vector<float> source = random_floats(rows * columns * in, -1, 1, 1);
  const std::vector<float> weights = random_floats(4 * in * out, -1, 1, 2);
  const Kernel kernel(2, in, out, weights.data());
  const ReferenceResult expected =
      halving_convolution_ref(plain(source, rows, columns, in), kernel);
  const auto target_rows = static_cast<int32_t>(expected.image.rows);
  const auto target_columns = static_cast<int32_t>(expected.image.columns);
  for (const pancreas::ProductPadding padding : kPaddings) {
    std::vector<double> actual(expected.image.values.size());
    run_product({1, target_rows, target_columns, static_cast<int32_t>(rows),
                 static_cast<int32_t>(columns), 2, in, 0, 1, 0, 0, out, false},
                halving_product(kernel, padding), source, {}, actual);
    check_equal(__func__, actual, expected);
  }
}

void doubling_convolutions_are_four_products(int64_t rows, int64_t columns, int32_t in,
                                             int32_t out) {
  const std::vector<float> source = random_floats(rows * columns * in, -1, 1, 1);
  const std::vector<float> weights = random_floats(16 * in * out, -1, 1, 2);  // [..][out][in]
  const ReferenceResult expected =
      transposed_convolution_ref(plain(source, rows, columns, in), weights, out);
  const Kernel kernel = pancreas::transposed_kernel(weights.data(), in, out);
  const auto r = static_cast<int32_t>(rows);
  const auto c = static_cast<int32_t>(columns);
  for (const pancreas::ProductPadding padding : kPaddings) {
    std::vector<double> actual(expected.image.values.size());
    for (int corner = 0; corner < 4; ++corner) {
      run_product({1, r, c, r, c, 1, in, 0, 2, corner / 2, corner % 2, out, false},
                  doubling_product(kernel, corner / 2, corner % 2, padding), source, {}, actual);
    }
    check_equal(__func__, actual, expected);
  }
}

// Both ways of counting reach every pixel of every slice once; four in turn are a window.
void pixels_are_counted_once() {
  for (const bool windows : {false, true}) {
    const ConvolutionGeometry g = {3, 6, 10, 6, 10, 1, 8, 0, 1, 0, 0, 1, windows};
    const pancreas::PixelOrder order(g);
    std::vector<int> met(3 * 6 * 10);
    for (int32_t i = 0; i < pancreas::pixel_count(g); ++i) {
      const pancreas::Pixel pixel = pancreas::pixel_at(order, i);
      ++met[static_cast<size_t>(target_offset(g, pixel))];
      if (windows) {
        const pancreas::Pixel window = pancreas::pixel_at(order, i / 4 * 4);
        CHECK(window.row % 2 == 0 && window.column % 2 == 0);
        CHECK(pixel.row == window.row + i % 4 / 2 && pixel.column == window.column + i % 2);
      }
    }
    CHECK(std::count(met.begin(), met.end(), 1) == static_cast<int64_t>(met.size()));
  }
}

void division_is_exact() {
  constexpr int32_t kMost = std::numeric_limits<int32_t>::max();
  std::vector<int32_t> numbers = {0,     1,     2,     3,       7,         160,
                                  25600, 65535, 65536, 1 << 30, kMost - 1, kMost};
  for (const float number : random_floats(200, 1, 2e9f, 1)) {
    numbers.push_back(static_cast<int32_t>(number));
  }
  bool exact = true;
  for (const int32_t divisor : numbers) {
    if (divisor == 0) {
      continue;
    }
    const pancreas::Divider divider(divisor);
    exact = exact && divider.divisor() == divisor;
    for (const int32_t number : numbers) {
      // Just below, at and above a multiple, too.
      const int32_t multiple = number / divisor * divisor;
      for (const int32_t n : {number, multiple, std::max(multiple, 1) - 1}) {
        exact = exact && divider.quotient(n) == n / divisor;
      }
    }
  }
  CHECK(exact);
}

// 1 + 2^-11 lies in the middle between two.
void tf32_rounds_to_nearest() {
  const auto rounded = [](float value) { return pancreas::to_tf32(value).value; };
  const float next = 1 + std::ldexp(1.0f, -10);
  CHECK(rounded(1) == 1);
  CHECK(rounded(-next) == -next);
  CHECK(rounded(1 + std::ldexp(1.0f, -11)) == next);
  CHECK(rounded(-1 - std::ldexp(1.0f, -11)) == -next);
  CHECK(rounded(1 + std::ldexp(1.0f, -11) - std::ldexp(1.0f, -23)) == 1);
  CHECK(rounded(2 - std::ldexp(1.0f, -23)) == 2);
  CHECK(rounded(0) == 0);
  const float infinity = std::numeric_limits<float>::infinity();
  CHECK(rounded(infinity) == infinity && rounded(-infinity) == -infinity);
  CHECK(std::isnan(rounded(std::numeric_limits<float>::quiet_NaN())));
  CHECK(std::isnan(rounded(-std::numeric_limits<float>::quiet_NaN())));
}

void borders_are_told_apart() {
  const ConvolutionGeometry g = {1, 3, 4, 3, 4, 1, 8, 0, 1, 0, 0, 1, false};
  CHECK(border_case(g, {0, 0, 0}) == 5);
  CHECK(border_case(g, {0, 0, 1}) == 1);
  CHECK(border_case(g, {0, 1, 1}) == 0);
  CHECK(border_case(g, {0, 2, 3}) == 10);
  const ConvolutionGeometry one = {1, 1, 1, 1, 1, 1, 8, 0, 1, 0, 0, 1, false};
  CHECK(border_case(one, {0, 0, 0}) == 15);
}

void pooling_takes_the_largest_and_keeps_nan() {
  CHECK(pancreas::pooled_value(1, 2, 3, 4) == 4);
  CHECK(pancreas::pooled_value(-1, -2, -3, -4) == -1);
  for (int place = 0; place < 4; ++place) {
    float values[4] = {1, 2, 3, 4};
    values[place] = NAN;
    CHECK(std::isnan(pancreas::pooled_value(values[0], values[1], values[2], values[3])));
  }
}

}  // namespace

void test_elements() {
  for (const ResampleCase& c : kResampleCases) {
    resampling_gives_the_bits_of_the_kernel(c);
  }
  for (const AttentionGateCase& c : kAttentionGateCases) {
    if (c.bench_slices == 0) {
      gating_is_within_1e5_of_the_definition(c);
    }
  }
  for (const int64_t size : {1, 3}) {
    same_convolutions_are_products(size, 4, 6, 8, 0, 8, false);
    same_convolutions_are_products(size, 4, 6, 8, 16, 24, true);
    same_convolutions_are_products(size, 5, 3, 16, 8, 8, false);
    same_convolutions_are_products(size, 1, 1, 8, 8, 3, false);
  }
  halving_convolutions_are_products(6, 8, 16, 8);
  halving_convolutions_are_products(5, 7, 8, 4);
  doubling_convolutions_are_four_products(3, 4, 16, 8);
  doubling_convolutions_are_four_products(1, 1, 8, 5);
  pixels_are_counted_once();
  division_is_exact();
  tf32_rounds_to_nearest();
  borders_are_told_apart();
  pooling_takes_the_largest_and_keeps_nan();
}

}  // namespace pancreas_test
