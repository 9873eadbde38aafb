#include "kernels/convolution/convolution.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "check.h"
#include "common/aligned_floats.h"
#include "convolution_cases.h"
#include "kernels/convolution/arena.h"
#include "kernels/convolution/convolution_ref.h"
#include "kernels/convolution/winograd.h"
#include "kernels/isa/available_routines.h"
#include "kernels/transposed_convolution/transposed_convolution.h"
#include "random_network.h"

namespace pancreas_test {
namespace {

using pancreas::Activation;
using pancreas::Algorithm;
using pancreas::AlignedFloats;
using pancreas::Arena;
using pancreas::Convolution;
using pancreas::Image;
using pancreas::Kernel;
using pancreas::PlainImage;
using pancreas::ReferenceResult;
using pancreas::Routines;
using pancreas::Scratch;
using pancreas::ScratchSize;
using pancreas::TileRows;
using pancreas::TransposedConvolution;

constexpr Algorithm kAlgorithms[] = {Algorithm::kWinograd, Algorithm::kDirect};

// Largest error in units of the sum of the absolute values of what is added. Direct sums of k terms
// stay below k * 2^-24 (N. Higham, Accuracy and Stability of Numerical Algorithms, 3.1) and in
// practice near the square root of that. The transforms of F(4 x 4, 3 x 3) amplify rounding by up
// to two orders of magnitude (B. Barabasz et al., arXiv:1803.10986).
double tolerance(Algorithm algorithm) { return algorithm == Algorithm::kDirect ? 1e-6 : 1e-5; }

// Images in a block of memory of their own, one float off a cache line, at first all zero.
struct OwnedImages {
  int64_t images;
  AlignedFloats block;
  Image view;

  OwnedImages(int64_t images_, int64_t rows, int64_t columns, int64_t channels) : images(images_) {
    Arena counter(nullptr);
    counter.take_images(images, rows, columns, channels);
    block = AlignedFloats(counter.used() + 1);
    Arena arena(block.data() + 1);
    view = arena.take_images(images, rows, columns, channels);
  }

  void fill(uint32_t seed) {
    for (int64_t i = 0; i < images; ++i) {
      for (int64_t row = 0; row < view.rows; ++row) {
        const std::vector<float> values = random_values(view.columns * view.channels, 1.0f, seed++);
        std::copy(values.begin(), values.end(), pixel(view, i, row, 0));
      }
    }
  }

  PlainImage plain(int64_t image) const {
    PlainImage copy(view.rows, view.columns, view.channels);
    for (int64_t row = 0; row < view.rows; ++row) {
      const float* from = pixel(view, image, row, 0);
      std::copy(from, from + view.columns * view.channels,
                copy.values.data() + row * view.columns * view.channels);
    }
    return copy;
  }

  // Whether nobody wrote outside the images.
  bool frame_is_zero() const {
    double inside = 0;
    double all = 0;
    for (int64_t i = 0; i < block.size(); ++i) {
      all += std::abs(block.data()[i]);
    }
    for (int64_t i = 0; i < images; ++i) {
      for (const double value : plain(i).values) {
        inside += std::abs(value);
      }
    }
    return std::abs(all - inside) <= 1e-9 * all;
  }
};

struct OwnedScratch {
  AlignedFloats inputs;
  AlignedFloats products;

  explicit OwnedScratch(ScratchSize size) : inputs(size.inputs), products(size.products) {}
  Scratch scratch() { return {inputs.data(), products.data(), nullptr}; }
};

std::string label(const char* name, const Routines& routines, Algorithm algorithm) {
  return std::string(name) + ", " + routines.name +
         (algorithm == Algorithm::kDirect ? ", direct" : ", Winograd");
}

template <class Body>
void for_each_way(const Body& body) {
  for (const Routines* routines : pancreas::available_routines()) {
    for (const Algorithm algorithm : kAlgorithms) {
      body(*routines, algorithm);
    }
  }
}

// Runs in bands of one tile row and returns whether that gives the same bits.
bool bands_give_the_same(const Convolution& convolution, const Routines& routines,
                         const pancreas::ConvolutionInput& input, const ConvolutionCase& c,
                         const OwnedImages& expected, Scratch scratch) {
  OwnedImages target(c.images, c.rows, c.columns, c.out);
  for (int64_t row = 0; row < tile_rows(target.view); ++row) {
    convolution.run(routines, input, {c.images, row, row + 1}, target.view, nullptr, scratch);
  }
  return std::memcmp(target.block.data(), expected.block.data(),
                     static_cast<size_t>(target.block.bytes())) == 0;
}

void convolution_equals_its_definition(const ConvolutionCase& c, const Routines& routines,
                                       Algorithm algorithm) {
  const std::string name = label(c.name, routines, algorithm);
  OwnedImages first(c.images, c.rows, c.columns, c.in);
  OwnedImages second(c.images, c.rows, c.columns, c.second_in);
  OwnedImages scale(c.images, (c.rows + 1) / 2, (c.columns + 1) / 2, 1);
  first.fill(1);
  second.fill(1000);
  scale.fill(2000);
  const int64_t in = c.in + c.second_in;
  const std::vector<float> weights = random_values(9 * in * c.out, 1.0f, 3);
  const Kernel kernel(3, in, c.out, weights.data());
  const std::vector<float> bias = random_values(pancreas::kBorderCases * c.out, 1.0f, 4);
  const Convolution convolution(kernel, c.second_in, bias, Activation::kRelu, algorithm);

  OwnedImages target(c.images, c.rows, c.columns, c.out);
  OwnedImages pooled(c.images, (c.rows + 1) / 2, (c.columns + 1) / 2, c.out);
  OwnedScratch scratch(convolution.scratch_size(c.columns));
  Scratch working = scratch.scratch();
  const bool both = c.second_in > 0;
  const pancreas::ConvolutionInput input = {first.view, both ? &second.view : nullptr,
                                            both ? &scale.view : nullptr};
  convolution.run(routines, input, {c.images, 0, tile_rows(target.view)}, target.view, &pooled.view,
                  working);

  double worst = 0;
  for (int64_t image = 0; image < c.images; ++image) {
    const PlainImage source =
        concat_scaled(first.plain(image), second.plain(image), scale.plain(image));
    const ReferenceResult expected = convolution_ref(source, kernel);
    const PlainImage actual = target.plain(image);
    const PlainImage actual_pooled = pooled.plain(image);
    for (int64_t row = 0; row < c.rows; ++row) {
      for (int64_t column = 0; column < c.columns; ++column) {
        const int border = border_case(target.view, row, column);
        for (int64_t out = 0; out < c.out; ++out) {
          const double b = bias[static_cast<size_t>(border * c.out + out)];
          const double value = std::max(0.0, expected.image.get(row, column, out) + b);
          const double magnitude = expected.magnitude.get(row, column, out) + std::abs(b);
          worst = std::max(worst, std::abs(actual.get(row, column, out) - value) / magnitude);
        }
      }
    }
    bool pools = true;
    for (int64_t row = 0; row + 1 < c.rows; row += 2) {
      for (int64_t column = 0; column + 1 < c.columns; column += 2) {
        for (int64_t out = 0; out < c.out; ++out) {
          const double largest =
              std::max({actual.get(row, column, out), actual.get(row, column + 1, out),
                        actual.get(row + 1, column, out), actual.get(row + 1, column + 1, out)});
          pools = pools && largest == actual_pooled.get(row / 2, column / 2, out);
        }
      }
    }
    CHECK_FOR(name.c_str(), pools);
  }
  CHECK_FOR(name.c_str(), worst <= tolerance(algorithm));
  CHECK_FOR(name.c_str(), target.frame_is_zero());
  CHECK_FOR(name.c_str(), pooled.frame_is_zero());
  CHECK_FOR(name.c_str(), bands_give_the_same(convolution, routines, input, c, target, working));
}

void transposed_equals_its_definition(const ConvolutionCase& c, const Routines& routines,
                                      Algorithm algorithm) {
  const std::string name = label(c.name, routines, algorithm);
  OwnedImages source(c.images, c.rows, c.columns, c.in);
  source.fill(1);
  const std::vector<float> weights = random_values(16 * c.in * c.out, 1.0f, 3);
  const std::vector<float> bias = random_values(c.out, 1.0f, 4);
  const TransposedConvolution convolution(c.in, c.out, weights.data(), bias.data(), algorithm);

  OwnedImages target(c.images, 2 * c.rows, 2 * c.columns, c.out);
  OwnedScratch scratch(convolution.scratch_size());
  Scratch working = scratch.scratch();
  convolution.run(routines, source.view, {c.images, 0, tile_rows(source.view)}, target.view,
                  working);

  double worst = 0;
  for (int64_t image = 0; image < c.images; ++image) {
    const ReferenceResult expected =
        transposed_convolution_ref(source.plain(image), weights, c.out);
    const PlainImage actual = target.plain(image);
    for (size_t i = 0; i < actual.values.size(); ++i) {
      const double b = bias[i % static_cast<size_t>(c.out)];
      const double error = std::abs(actual.values[i] - expected.image.values[i] - b);
      worst = std::max(worst, error / (expected.magnitude.values[i] + std::abs(b)));
    }
  }
  CHECK_FOR(name.c_str(), worst <= tolerance(algorithm));
  CHECK_FOR(name.c_str(), target.frame_is_zero());
}

void one_channel_equals_its_definition(const Routines& routines) {
  for (const ConvolutionCase& c : kConvolutionCases) {
    OwnedImages source(1, c.rows, c.columns, 1);
    source.fill(1);
    const std::vector<float> weights = random_values(9 * c.out, 1.0f, 3);
    const std::vector<float> bias = random_values(c.out, 1.0f, 4);
    OwnedImages target(1, c.rows, c.columns, c.out);
    routines.pixels.convolve_one_channel(source.view, weights.data(), bias.data(), 0, c.rows,
                                         target.view);
    const ReferenceResult expected =
        convolution_ref(source.plain(0), Kernel(3, 1, c.out, weights.data()));
    const PlainImage actual = target.plain(0);
    double worst = 0;
    for (size_t i = 0; i < actual.values.size(); ++i) {
      const double b = bias[i % static_cast<size_t>(c.out)];
      const double value = std::max(0.0, expected.image.values[i] + b);
      worst = std::max(
          worst, std::abs(actual.values[i] - value) / (expected.magnitude.values[i] + std::abs(b)));
    }
    const std::string name = std::string(c.name) + ", " + routines.name;
    CHECK_FOR(name.c_str(), worst <= tolerance(Algorithm::kDirect));
    CHECK_FOR(name.c_str(), target.frame_is_zero());
  }
}

}  // namespace

void test_convolution() {
  for_each_way([](const Routines& routines, Algorithm algorithm) {
    for (const ConvolutionCase& c : kConvolutionCases) {
      convolution_equals_its_definition(c, routines, algorithm);
      transposed_equals_its_definition(c, routines, algorithm);
    }
  });
  for (const Routines* routines : pancreas::available_routines()) {
    one_channel_equals_its_definition(*routines);
  }
}

}  // namespace pancreas_test
