#include "kernels/transposed_convolution/transposed_convolution.h"

#include <algorithm>

#include "kernels/convolution/winograd_chunks.h"

namespace pancreas {
namespace {

constexpr int kSize = 4;

// The phases that have weights at a point, in order.
std::vector<int> phases_at(int point) {
  std::vector<int> phases;
  for (int phase = 0; phase < kPhases; ++phase) {
    if (phase_has_point(phase, point)) {
      phases.push_back(phase);
    }
  }
  return phases;
}

// The first source offset (of rows or columns) that a phase takes: of -1 and 0, or of 0 and 1.
int first_offset(int phase) { return phase == 0 ? -1 : 0; }

}  // namespace

TransposedConvolution::TransposedConvolution(int64_t in, int64_t out, const float* weights,
                                             const float* bias, Algorithm algorithm)
    : in_(in), out_(out), algorithm_(algorithm), bias_(bias, bias + out) {
  const auto weight = [&](int row, int column, int64_t i, int64_t o) {
    return row < 0 || column < 0
               ? 0.0
               : static_cast<double>(weights[((row * kSize + column) * out + o) * in + i]);
  };
  if (algorithm_ == Algorithm::kWinograd) {
    for (int point = 0; point < kWinogradPoints; ++point) {
      const std::vector<int> phases = phases_at(point);
      matrices_.emplace_back(
          in, static_cast<int64_t>(phases.size()) * out, [&](int64_t i, int64_t column) {
            const int phase = phases[static_cast<size_t>(column / out)];
            return kernel_at_point(point, [&](int r, int c) {
              return weight(kPhaseTaps[phase / 2][r], kPhaseTaps[phase % 2][c], i, column % out);
            });
          });
    }
    return;
  }
  for (int phase = 0; phase < kPhases; ++phase) {
    for (int row = 0; row < 2; ++row) {
      const int kernel_row = kPhaseTaps[phase / 2][first_offset(phase / 2) + 1 + row];
      matrices_.emplace_back(2 * in, out, [&](int64_t k, int64_t o) {
        const int column = kPhaseTaps[phase % 2][first_offset(phase % 2) + 1 + k / in];
        return weight(kernel_row, column, k % in, o);
      });
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
  for_tile_ranges(source, rows, [&](Tiles tiles) {
    chunks.run(routines, tiles, matrices_.data(), transform, finish, scratch);
  });
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
