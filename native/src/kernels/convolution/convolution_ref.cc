#include "kernels/convolution/convolution_ref.h"

#include <cmath>

namespace pancreas {
namespace {

void add(ReferenceResult& result, int64_t row, int64_t column, int64_t channel, double value) {
  result.image.at(row, column, channel) += value;
  result.magnitude.at(row, column, channel) += std::abs(value);
}

}  // namespace

PlainImage::PlainImage(int64_t rows_, int64_t columns_, int64_t channels_)
    : rows(rows_),
      columns(columns_),
      channels(channels_),
      values(static_cast<size_t>(rows * columns * channels)) {}

double& PlainImage::at(int64_t row, int64_t column, int64_t channel) {
  return values[static_cast<size_t>((row * columns + column) * channels + channel)];
}

double PlainImage::get(int64_t row, int64_t column, int64_t channel) const {
  const bool inside = row >= 0 && row < rows && column >= 0 && column < columns;
  return inside ? values[static_cast<size_t>((row * columns + column) * channels + channel)] : 0;
}

PlainImage concat_scaled(const PlainImage& a, const PlainImage& b, const PlainImage& scale) {
  PlainImage both(a.rows, a.columns, a.channels + b.channels);
  for (int64_t row = 0; row < a.rows; ++row) {
    for (int64_t column = 0; column < a.columns; ++column) {
      for (int64_t c = 0; c < a.channels; ++c) {
        both.at(row, column, c) = a.get(row, column, c);
      }
      for (int64_t c = 0; c < b.channels; ++c) {
        both.at(row, column, a.channels + c) =
            b.get(row, column, c) * scale.get(row / 2, column / 2, 0);
      }
    }
  }
  return both;
}

ReferenceResult convolution_ref(const PlainImage& source, const Kernel& kernel) {
  const PlainImage empty(source.rows, source.columns, kernel.out);
  ReferenceResult result = {empty, empty};
  const int64_t before = kernel.size / 2;
  for (int64_t row = 0; row < source.rows; ++row) {
    for (int64_t column = 0; column < source.columns; ++column) {
      for (int64_t out = 0; out < kernel.out; ++out) {
        for (int64_t i = 0; i < kernel.size; ++i) {
          for (int64_t j = 0; j < kernel.size; ++j) {
            for (int64_t in = 0; in < kernel.in; ++in) {
              add(result, row, column, out,
                  source.get(row + i - before, column + j - before, in) * kernel.at(i, j, in, out));
            }
          }
        }
      }
    }
  }
  return result;
}

ReferenceResult halving_convolution_ref(const PlainImage& source, const Kernel& kernel) {
  const PlainImage empty((source.rows + 1) / 2, (source.columns + 1) / 2, kernel.out);
  ReferenceResult result = {empty, empty};
  for (int64_t row = 0; row < empty.rows; ++row) {
    for (int64_t column = 0; column < empty.columns; ++column) {
      for (int64_t out = 0; out < kernel.out; ++out) {
        for (int64_t i = 0; i < 2; ++i) {
          for (int64_t j = 0; j < 2; ++j) {
            for (int64_t in = 0; in < kernel.in; ++in) {
              add(result, row, column, out,
                  source.get(2 * row + i, 2 * column + j, in) * kernel.at(i, j, in, out));
            }
          }
        }
      }
    }
  }
  return result;
}

ReferenceResult transposed_convolution_ref(const PlainImage& source,
                                           const std::vector<float>& weights, int64_t out) {
  const PlainImage empty(2 * source.rows, 2 * source.columns, out);
  ReferenceResult result = {empty, empty};
  for (int64_t row = 0; row < source.rows; ++row) {
    for (int64_t column = 0; column < source.columns; ++column) {
      for (int64_t i = 0; i < 4; ++i) {
        for (int64_t j = 0; j < 4; ++j) {
          const int64_t y = 2 * row + i - 1;
          const int64_t x = 2 * column + j - 1;
          if (y < 0 || y >= empty.rows || x < 0 || x >= empty.columns) {
            continue;
          }
          for (int64_t o = 0; o < out; ++o) {
            for (int64_t c = 0; c < source.channels; ++c) {
              const size_t index =
                  static_cast<size_t>(((i * 4 + j) * out + o) * source.channels + c);
              add(result, y, x, o,
                  source.get(row, column, c) * static_cast<double>(weights[index]));
            }
          }
        }
      }
    }
  }
  return result;
}

}  // namespace pancreas
