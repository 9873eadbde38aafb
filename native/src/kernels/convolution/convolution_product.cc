#include "kernels/convolution/convolution_product.h"

#include <cstddef>

namespace pancreas {
namespace {

int64_t multiple(int64_t count, int64_t of) { return (count + of - 1) / of * of; }

class Builder {
 public:
  Builder(const Kernel& kernel, ProductPadding padding)
      : kernel_(kernel), padding_(padding), product_{{}, {}, multiple(kernel.out, padding.out)} {}

  // All input channels of one place of the kernel, which looks at a pixel so far away.
  void add(int64_t kernel_row, int64_t kernel_column, int row, int column) {
    for (int64_t in = 0; in < kernel_.in; ++in) {
      if (in % kTapChannels == 0) {
        product_.taps.push_back(
            {static_cast<int16_t>(row), static_cast<int16_t>(column), static_cast<int32_t>(in)});
      }
      for (int64_t out = 0; out < product_.padded_out; ++out) {
        product_.weights.push_back(
            out < kernel_.out ? static_cast<float>(kernel_.at(kernel_row, kernel_column, in, out))
                              : 0.0f);
      }
    }
  }

  ConvolutionProduct finish() {
    const auto taps = static_cast<int64_t>(product_.taps.size());
    product_.taps.resize(static_cast<size_t>(multiple(taps, padding_.taps)), {0, 0, kNoTap});
    product_.weights.resize(product_.taps.size() * kTapChannels *
                            static_cast<size_t>(product_.padded_out));
    return product_;
  }

 private:
  const Kernel& kernel_;
  ProductPadding padding_;
  ConvolutionProduct product_;
};

}  // namespace

ConvolutionProduct same_product(const Kernel& kernel, ProductPadding padding) {
  Builder builder(kernel, padding);
  const auto before = static_cast<int>(kernel.size / 2);
  for (int row = 0; row < kernel.size; ++row) {
    for (int column = 0; column < kernel.size; ++column) {
      builder.add(row, column, row - before, column - before);
    }
  }
  return builder.finish();
}

ConvolutionProduct halving_product(const Kernel& kernel, ProductPadding padding) {
  Builder builder(kernel, padding);
  for (int row = 0; row < 2; ++row) {
    for (int column = 0; column < 2; ++column) {
      builder.add(row, column, row, column);
    }
  }
  return builder.finish();
}

Kernel transposed_kernel(const float* weights, int64_t in, int64_t out) {
  Kernel kernel(4, in, out, weights);
  for (int64_t place = 0; place < 16; ++place) {
    for (int64_t o = 0; o < out; ++o) {
      for (int64_t i = 0; i < in; ++i) {
        kernel.at(place / 4, place % 4, i, o) = weights[(place * out + o) * in + i];
      }
    }
  }
  return kernel;
}

// Source row r reaches the target rows 2 r - 1 to 2 r + 2 with kernel rows 0 to 3. So target 2 y
// sees y with kernel row 1 and y - 1 with 3, target 2 y + 1 sees y with 2 and y + 1 with 0.
ConvolutionProduct doubling_product(const Kernel& kernel, int row, int column,
                                    ProductPadding padding) {
  Builder builder(kernel, padding);
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 2; ++j) {
      const int source_row = row == 0 ? -i : i;
      const int source_column = column == 0 ? -j : j;
      builder.add(row + 1 - 2 * source_row, column + 1 - 2 * source_column, source_row,
                  source_column);
    }
  }
  return builder.finish();
}

}  // namespace pancreas
