#include "kernels/convolution/convolution.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "kernels/convolution/winograd_chunks.h"

namespace pancreas {
namespace {

constexpr int kSize = 3;

}  // namespace

Convolution::Convolution(const Kernel& kernel, int64_t second_in, std::vector<float> bias,
                         Activation activation, Algorithm algorithm)
    : first_in_(kernel.in - second_in),
      second_in_(second_in),
      out_(kernel.out),
      activation_(activation),
      algorithm_(algorithm),
      bias_(std::move(bias)) {
  if (algorithm_ == Algorithm::kWinograd) {
    pack_winograd(kernel);
  } else {
    pack_direct(kernel);
  }
}

void Convolution::pack_winograd(const Kernel& kernel) {
  for (int point = 0; point < kWinogradPoints; ++point) {
    matrices_.emplace_back(kernel.in, kernel.out);
  }
  for (int64_t in = 0; in < kernel.in; ++in) {
    for (int64_t out = 0; out < kernel.out; out += kKernelVector) {
      KernelTaps taps;
      for (size_t tap = 0; tap < taps.size(); ++tap) {
        const auto row = static_cast<int64_t>(tap / kSize);
        const auto column = static_cast<int64_t>(tap % kSize);
        std::copy_n(&kernel.at(row, column, in, out), kKernelVector, taps[tap].begin());
      }
      const KernelPoints points = transform_kernel(taps);
      for (size_t point = 0; point < points.size(); ++point) {
        std::copy(points[point].begin(), points[point].end(), matrices_[point].at(in, out));
      }
    }
  }
}

// Neighbours in a row are contiguous: a row of the kernel is one product over three pixels.
void Convolution::pack_direct(const Kernel& kernel) {
  for (const auto& [first, count] : {std::pair(int64_t{0}, first_in_), {first_in_, second_in_}}) {
    for (int row = 0; row < kSize && count > 0; ++row) {
      matrices_.emplace_back(kSize * count, kernel.out);
      for (int64_t k = 0; k < kSize * count; ++k) {
        for (int64_t out = 0; out < kernel.out; ++out) {
          *matrices_.back().at(k, out) =
              static_cast<float>(kernel.at(row, k / count, first + k % count, out));
        }
      }
    }
  }
}

ScratchSize Convolution::scratch_size(int64_t columns) const {
  if (algorithm_ == Algorithm::kWinograd) {
    return WinogradChunks(first_in_ + second_in_, out_).scratch_size();
  }
  return {(columns + 2) * second_in_, 0};
}

int64_t Convolution::bytes() const {
  int64_t total = 0;
  for (const PackedMatrix& matrix : matrices_) {
    total += matrix.bytes();
  }
  return total;
}

void Convolution::run(const Routines& routines, const ConvolutionInput& input, TileRows rows,
                      const Image& target, const Image* pooled, Scratch& scratch) const {
  const bool bias_of_borders = static_cast<int64_t>(bias_.size()) > out_;
  const ConvolutionEnd end = {bias_.data(), bias_of_borders, activation_, pooled};
  if (algorithm_ == Algorithm::kWinograd) {
    run_winograd(routines, input, rows, end, target, scratch);
  } else {
    run_direct(routines, input, rows, end, target, scratch);
  }
}

void Convolution::run_winograd(const Routines& routines, const ConvolutionInput& input,
                               TileRows rows, ConvolutionEnd end, const Image& target,
                               Scratch& scratch) const {
  const auto transform = [&](Tiles tiles, TransformedTiles transformed) {
    routines.winograd_input(input.first, nullptr, tiles, transformed);
    if (input.second != nullptr) {
      transformed.values += first_in_;
      routines.winograd_input(*input.second, input.scale, tiles, transformed);
    }
  };
  const auto finish = [&](Tiles tiles, TransformedTiles products) {
    routines.winograd_output(products, tiles, end, target);
  };
  const WinogradChunks chunks(first_in_ + second_in_, out_);
  const auto run_chunks = [&](Tiles tiles) {
    chunks.run(routines, tiles, matrices_.data(), std::cref(transform), std::cref(finish), scratch);
  };
  for_tile_ranges(target, rows, std::cref(run_chunks));
}

void Convolution::run_direct(const Routines& routines, const ConvolutionInput& input, TileRows rows,
                             ConvolutionEnd end, const Image& target, Scratch& scratch) const {
  const int64_t last_row = std::min(rows.last * kTileSize, target.rows);
  for (int64_t image = 0; image < rows.images; ++image) {
    for (int64_t row = rows.first * kTileSize; row < last_row; ++row) {
      sum_row(routines, input, image, row, target, scratch);
      finish_row(routines, end, image, row, target);
      if (end.pooled != nullptr && row % 2 == 1) {
        routines.pixels.max_pool(pixel(target, image, row - 1, 0), pixel(target, image, row, 0),
                                 target.columns / 2, out_, pixel(*end.pooled, image, row / 2, 0));
      }
    }
  }
}

void Convolution::sum_row(const Routines& routines, const ConvolutionInput& input, int64_t image,
                          int64_t row, const Image& target, Scratch& scratch) const {
  float* sums = pixel(target, image, row, 0);
  const auto add = [&](const float* left, const Image& source, size_t matrix) {
    routines.gemm(target.columns, left, source.channels, matrices_[matrix].panels(), sums, out_,
                  matrix > 0);
  };
  for (int i = 0; i < kSize; ++i) {
    add(pixel(input.first, image, row + i - 1, -1), input.first, static_cast<size_t>(i));
  }
  for (int i = 0; i < kSize && input.second != nullptr; ++i) {
    const Image& source = *input.second;
    const int64_t source_row = row + i - 1;
    const float* left = pixel(source, image, source_row, -1);
    if (input.scale != nullptr && source_row >= 0 && source_row < source.rows) {
      float* scaled = scratch.inputs;
      std::fill_n(scaled, source.channels, 0.0f);
      std::fill_n(scaled + (source.columns + 1) * source.channels, source.channels, 0.0f);
      routines.pixels.scale_pairs(pixel(source, image, source_row, 0),
                                  pixel(*input.scale, image, source_row / 2, 0), source.columns,
                                  source.channels, scaled + source.channels);
      left = scaled;
    }
    add(left, source, static_cast<size_t>(kSize + i));
  }
}

void Convolution::finish_row(const Routines& routines, const ConvolutionEnd& end, int64_t image,
                             int64_t row, const Image& target) const {
  float* pixels = pixel(target, image, row, 0);
  const auto add_bias = end.activation == Activation::kRelu ? routines.pixels.add_bias_relu
                                                            : routines.pixels.add_bias;
  if (!end.bias_of_borders) {
    add_bias(pixels, target.columns, out_, end.bias);
    return;
  }
  const auto finish = [&](int64_t first, int64_t count) {
    add_bias(pixels + first * out_, count, out_, end.bias + border_case(target, row, first) * out_);
  };
  finish(0, 1);
  if (target.columns > 2) {
    finish(1, target.columns - 2);
  }
  if (target.columns > 1) {
    finish(target.columns - 1, 1);
  }
}

}  // namespace pancreas
