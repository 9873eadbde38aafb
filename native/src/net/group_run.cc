#include "net/group_run.h"

#include <algorithm>
#include <cmath>

#include "kernels/convolution/convolution.h"

namespace pancreas {
namespace {

// A level that is worked on slice by slice goes in bands of tile rows: a band's result is the next
// convolution's input while it is in the cache.
constexpr int64_t kTilesOfBand = 80;

int64_t band_rows(const Image& image) {
  return std::max<int64_t>(1, kTilesOfBand / tile_columns(image));
}

// How many tile rows a convolution can make of the first rows of its input: it needs one row more.
int64_t ready_tile_rows(int64_t rows, const Image& image) {
  return rows >= image.rows ? tile_rows(image) : (rows - 1) / kTileSize;
}

int64_t rows_of_tiles(int64_t count, const Image& image) {
  return std::min(count * kTileSize, image.rows);
}

}  // namespace

GroupRun::GroupRun(const PackedNetwork& network, const Routines& routines, Workspace& workspace,
                   SliceSize size, float background)
    : network_(network),
      routines_(routines),
      parts_(workspace.parts()),
      size_(size),
      background_(background) {}

GroupResult GroupRun::run(const float* input, int64_t slices, float* probability,
                          const std::function<bool()>& cancelled) {
  const int64_t slice_size = size_.rows * size_.columns;
  for (int64_t slice = 0; slice < slices; ++slice) {
    if (cancelled()) {
      return GroupResult::kCancelled;
    }
    if (!load_slice(input + slice * slice_size)) {
      return GroupResult::kInputNotFinite;
    }
    for (int level = 0; level < parts_.sliced_levels; ++level) {
      encode(level, slice, 1);
    }
  }
  for (int level = parts_.sliced_levels; level < network_.levels(); ++level) {
    if (cancelled()) {
      return GroupResult::kCancelled;
    }
    encode(level, 0, slices);
  }
  make_gating(slices);
  for (int level = network_.levels() - 2; level >= parts_.sliced_levels; --level) {
    if (cancelled()) {
      return GroupResult::kCancelled;
    }
    decode(level, 0, slices);
  }
  for (int64_t slice = 0; slice < slices; ++slice) {
    if (cancelled()) {
      return GroupResult::kCancelled;
    }
    for (int level = parts_.sliced_levels - 1; level >= 0; --level) {
      decode(level, slice, 1);
    }
    if (!store_slice(probability + slice * slice_size)) {
      return GroupResult::kResultNotFinite;
    }
  }
  return GroupResult::kDone;
}

// Whether all values are finite.
bool GroupRun::load_slice(const float* slice) {
  const Image& input = parts_.input;
  bool finite = true;
  for (int64_t row = 0; row < input.rows; ++row) {
    float* out = pixel(input, 0, row, 0);
    const int64_t columns = row < size_.rows ? size_.columns : 0;
    for (int64_t column = 0; column < columns; ++column) {
      out[column] = slice[row * size_.columns + column];
      finite = finite && std::isfinite(out[column]);
    }
    std::fill(out + columns, out + input.columns, background_);
  }
  return finite;
}

void GroupRun::encode(int level, int64_t slice, int64_t slices) {
  count(level, &LevelTimes::encoder);
  LevelImages& here = images(level);
  const EncoderLevel& layers = network_.encoder(level);
  const Image skip = images_from(here.skip, slice);
  const bool last = level == network_.levels() - 1;
  const Image pooled = last ? Image() : images_from(here.pooled, image_of(level + 1, slice));
  const int64_t all_rows = tile_rows(skip);
  const int64_t band = sliced(level) ? band_rows(skip) : all_rows;
  int64_t made = 0;  // tile rows of the second convolution
  for (int64_t row = 0; row < all_rows; row += band) {
    const int64_t end = std::min(row + band, all_rows);
    if (level == 0) {
      routines_.pixels.convolve_one_channel(parts_.input, network_.first().kernel.data(),
                                            network_.first().bias.data(), row * kTileSize,
                                            rows_of_tiles(end, skip), here.middle);
    } else {
      const Image above = images_from(images(level - 1).pooled, image_of(level, slice));
      layers.first->run(routines_, {above}, {slices, row, end}, here.middle, nullptr,
                        parts_.scratch);
    }
    const int64_t ready = ready_tile_rows(rows_of_tiles(end, skip), skip);
    layers.second.run(routines_, {here.middle}, {slices, made, ready}, skip,
                      last ? nullptr : &pooled, parts_.scratch);
    made = ready;
  }
}

void GroupRun::make_gating(int64_t slices) {
  const Image& deepest = images(network_.levels() - 1).skip;
  const int64_t width = network_.gating_width();
  float* out = parts_.gating;
  for (int64_t slice = 0; slice < slices; ++slice) {
    for (int64_t row = 0; row < deepest.rows; ++row) {
      routines_.gemm(deepest.columns, pixel(deepest, slice, row, 0), deepest.channels,
                     network_.gating().panels(), out, width, false);
      routines_.pixels.add_bias(out, deepest.columns, width, network_.gating_bias().data());
      out += deepest.columns * width;
    }
  }
}

void GroupRun::make_scale(int level, int64_t slice, int64_t slices) {
  const AttentionGate& gate = *network_.decoder(level).gate;
  const Image& skip = images(level).skip;
  const Image& scale = images(level).scale;
  const Image& deepest = images(network_.levels() - 1).skip;
  const int64_t gating_pixels = deepest.rows * deepest.columns;
  const int64_t width = gate.phi.panels().n;
  const int64_t repeat = scale.columns / deepest.columns;
  for (int64_t i = 0; i < slices; ++i) {
    const float* gating = parts_.gating + (slice + i) * gating_pixels * network_.gating_width();
    routines_.gemm(gating_pixels, gating, network_.gating_width(), gate.phi.panels(),
                   parts_.gate_phi, width, false);
    routines_.pixels.add_bias(parts_.gate_phi, gating_pixels, width, gate.phi_bias.data());
    for (int64_t row = 0; row < scale.rows; ++row) {
      for (int64_t k = 0; k < 2; ++k) {
        routines_.gemm(scale.columns, pixel(skip, slice + i, 2 * row + k, 0), 2 * skip.channels,
                       gate.theta[static_cast<size_t>(k)].panels(), parts_.gate_theta, width,
                       k > 0);
      }
      float* out = pixel(scale, i, row, 0);
      routines_.pixels.add_relu_dot(parts_.gate_theta,
                                    parts_.gate_phi + row / repeat * deepest.columns * width,
                                    repeat, gate.psi.data(), scale.columns, width, out);
      for (int64_t column = 0; column < scale.columns; ++column) {
        out[column] += gate.psi_bias;
      }
      routines_.head->sigmoid(out, scale.columns);
    }
  }
}

void GroupRun::decode(int level, int64_t slice, int64_t slices) {
  LevelImages& here = images(level);
  const DecoderLevel& layers = network_.decoder(level);
  const bool gated = layers.gate.has_value();
  if (gated) {
    make_scale(level, slice, slices);
  }
  const bool below_is_deepest = level == network_.levels() - 2;
  const Image below = below_is_deepest
                          ? images_from(images(level + 1).skip, slice)
                          : images_from(images(level + 1).up, image_of(level + 1, slice));
  const Image skip = images_from(here.skip, slice);
  const int64_t all_rows = tile_rows(below);
  const int64_t band = sliced(level) ? std::max<int64_t>(1, band_rows(skip) / 2) : all_rows;
  int64_t first_made = 0;
  int64_t second_made = 0;
  for (int64_t row = 0; row < all_rows; row += band) {
    const int64_t end = std::min(row + band, all_rows);
    count(level, &LevelTimes::up);
    layers.up.run(routines_, below, {slices, row, end}, here.up, parts_.scratch);
    count(level, &LevelTimes::decoder);
    const int64_t first_ready = ready_tile_rows(2 * rows_of_tiles(end, below), skip);
    layers.first.run(routines_, {here.up, &skip, gated ? &here.scale : nullptr},
                     {slices, first_made, first_ready}, here.middle, nullptr, parts_.scratch);
    first_made = first_ready;
    // The result overwrites rows of the up-sampled image that the first convolution has used.
    const int64_t second_ready = ready_tile_rows(rows_of_tiles(first_made, skip), skip);
    layers.second.run(routines_, {here.middle}, {slices, second_made, second_ready}, here.up,
                      nullptr, parts_.scratch);
    sum_logits(level, slice, slices, rows_of_tiles(second_made, skip),
               rows_of_tiles(second_ready, skip));
    second_made = second_ready;
  }
}

void GroupRun::sum_logits(int level, int64_t slice, int64_t slices, int64_t first_row,
                          int64_t last_row) {
  const LevelImages& here = images(level);
  const Image& result = here.up;
  const std::vector<float>& weights = network_.decoder(level).head;
  const bool deepest = level == network_.levels() - 2;
  for (int64_t i = 0; i < slices; ++i) {
    for (int64_t row = first_row; row < last_row; ++row) {
      float* logits = here.logits + (i * result.rows + row) * result.columns;
      routines_.head->dot_row(pixel(result, i, row, 0), result.columns, result.channels,
                              weights.data(), logits);
      const int64_t below_columns = result.columns / 2;
      const int64_t below_row = (image_of(level + 1, slice) + i) * (result.rows / 2) + row / 2;
      const float* below = deepest ? nullptr : images(level + 1).logits + below_row * below_columns;
      for (int64_t column = 0; column < result.columns; ++column) {
        logits[column] += deepest ? network_.head_bias() : below[column / 2];
      }
    }
  }
}

// Whether all values are finite.
bool GroupRun::store_slice(float* probability) const {
  const float* logits = parts_.levels[0].logits;
  bool finite = true;
  for (int64_t row = 0; row < size_.rows; ++row) {
    float* out = probability + row * size_.columns;
    for (int64_t column = 0; column < size_.columns; ++column) {
      out[column] = logits[row * parts_.input.columns + column];
      finite = finite && std::isfinite(out[column]);
    }
    routines_.head->sigmoid(out, size_.columns);
  }
  return finite;
}

void GroupRun::count(int level, StageTimes LevelTimes::*part) {
  if (times_ != nullptr) {
    parts_.scratch.times = &((*times_)[static_cast<size_t>(level)].*part);
  }
}

}  // namespace pancreas
