#include "kernels/transposed_convolution/transposed_convolution.h"

#include <algorithm>
#include <functional>

#include "kernels/convolution/winograd_chunks.h"

namespace pancreas {
namespace {

constexpr int kSize = 4;

// The first source offset (of rows or columns) that a phase takes: of -1 and 0, or of 0 and 1.
int first_offset(int phase) { return phase == 0 ? -1 : 0; }

}  // namespace

TransposedConvolution::TransposedConvolution(int64_t in, int64_t out, const float* weights,
                                             const float* bias, Algorithm algorithm)
    : in_(in), out_(out), algorithm_(algorithm), bias_(bias, bias + out) {
  const auto weight = [&](int64_t row, int64_t column, int64_t i, int64_t o) {
    return weights[((row * kSize + column) * out + o) * in + i];
  };
  if (algorithm_ == Algorithm::kWinograd) {
    pack_winograd(weight);
  } else {
    pack_direct(weight);
  }
}

void TransposedConvolution::pack_winograd(const Weight& weight) {
  for (int point = 0; point < kWinogradPoints; ++point) {
    matrices_.emplace_back(in_, phases_before(kPhases, point) * out_);
  }
  for (int phase = 0; phase < kPhases; ++phase) {
    for (int64_t in = 0; in < in_; ++in) {
      for (int64_t out = 0; out < out_; out += kKernelVector) {
        KernelTaps taps = {};
        for (size_t tap = 0; tap < taps.size(); ++tap) {
          const int row = kPhaseTaps[phase / 2][tap / 3];
          const int column = kPhaseTaps[phase % 2][tap % 3];
          for (int64_t v = 0; v < kKernelVector && row >= 0 && column >= 0; ++v) {
            taps[tap][static_cast<size_t>(v)] = weight(row, column, in, out + v);
          }
        }
        const KernelPoints points = transform_kernel(taps);
        for (int point = 0; point < kWinogradPoints; ++point) {
          if (phase_has_point(phase, point)) {
            const auto& values = points[static_cast<size_t>(point)];
            std::copy(values.begin(), values.end(),
                      matrices_[static_cast<size_t>(point)].at(
                          in, phases_before(phase, point) * out_ + out));
          }
        }
      }
    }
  }
}

void TransposedConvolution::pack_direct(const Weight& weight) {
  for (int phase = 0; phase < kPhases; ++phase) {
    for (int row = 0; row < 2; ++row) {
      const int kernel_row = kPhaseTaps[phase / 2][first_offset(phase / 2) + 1 + row];
      matrices_.emplace_back(2 * in_, out_);
      for (int64_t k = 0; k < 2 * in_; ++k) {
        const int column = kPhaseTaps[phase % 2][first_offset(phase % 2) + 1 + k / in_];
        for (int64_t out = 0; out < out_; ++out) {
          *matrices_.back().at(k, out) = weight(kernel_row, column, k % in_, out);
        }
      }
    }
  }
}

ScratchSize TransposedConvolution::scratch_size() const {
  return algorithm_ == Algorithm::kWinograd ? WinogradChunks(in_, kPhases * out_).scratch_size()
                                            : ScratchSize();
}

int64_t TransposedConvolution::bytes() const {
  int64_t total = 0;
  for (const PackedMatrix& matrix : matrices_) {
    total += matrix.bytes();
  }
  return total;
}

void TransposedConvolution::run(const Routines& routines, const Image& source, TileRows rows,
                                const Image& target, Scratch& scratch) const {
  if (algorithm_ == Algorithm::kWinograd) {
    run_winograd(routines, source, rows, target, scratch);
  } else {
    run_direct(routines, source, rows, target);
  }
}

void TransposedConvolution::run_winograd(const Routines& routines, const Image& source,
                                         TileRows rows, const Image& target,
                                         Scratch& scratch) const {
  const auto transform = [&](Tiles tiles, TransformedTiles transformed) {
    routines.winograd_input(source, nullptr, tiles, transformed);
  };
  const auto finish = [&](Tiles tiles, TransformedTiles products) {
    routines.transposed_output(products, tiles, bias_.data(), source, target);
  };
  const WinogradChunks chunks(in_, kPhases * out_);
  const auto run_chunks = [&](Tiles tiles) {
    chunks.run(routines, tiles, matrices_.data(), std::cref(transform), std::cref(finish), scratch);
  };
  for_tile_ranges(source, rows, std::cref(run_chunks));
}

void TransposedConvolution::run_direct(const Routines& routines, const Image& source, TileRows rows,
                                       const Image& target) const {
  const int64_t last_row = std::min(rows.last * kTileSize, source.rows);
  for (int64_t image = 0; image < rows.images; ++image) {
    for (int64_t row = rows.first * kTileSize; row < last_row; ++row) {
      for (int phase = 0; phase < kPhases; ++phase) {
        const int64_t first_row = row + first_offset(phase / 2);
        const int64_t first_column = first_offset(phase % 2);
        float* sums = pixel(target, image, 2 * row + phase / 2, phase % 2);
        for (int i = 0; i < 2; ++i) {
          routines.gemm(source.columns, pixel(source, image, first_row + i, first_column), in_,
                        matrices_[static_cast<size_t>(2 * phase + i)].panels(), sums, 2 * out_,
                        i > 0);
        }
      }
      for (int64_t r = 2 * row; r < 2 * row + 2; ++r) {
        routines.pixels.add_bias(pixel(target, image, r, 0), target.columns, out_, bias_.data());
      }
    }
  }
}

}  // namespace pancreas
