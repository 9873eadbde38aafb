#include "net/workspace.h"

#include <algorithm>

namespace pancreas {
namespace {

// A level with as many tiles gives matrix products that are long enough for one slice alone.
constexpr int64_t kTilesOfSlicedLevel = 64;

constexpr int64_t kGroupOfSmallSlices = 8;
constexpr int64_t kGroupOfLargeSlices = 4;
constexpr int64_t kLargeSlice = 256 * 256;

int sliced_levels(const PackedNetwork& network, int64_t rows, int64_t columns) {
  int count = 1;
  while (count < network.levels() - 1 &&
         (rows >> count) * (columns >> count) >= kTilesOfSlicedLevel * kTileSize * kTileSize) {
    ++count;
  }
  return count;
}

Workspace::Parts lay_out(const PackedNetwork& network, int64_t rows, int64_t columns,
                         Arena& arena) {
  Workspace::Parts parts;
  const int64_t group = group_slices(rows, columns);
  parts.sliced_levels = sliced_levels(network, rows, columns);
  parts.input = arena.take_images(1, rows, columns, 1);
  const int last = network.levels() - 1;
  int64_t theta = 0;
  for (int level = 0; level <= last; ++level) {
    const int64_t height = rows >> level;
    const int64_t width = columns >> level;
    const int64_t channels = network.filters(level);
    const int64_t images = level < parts.sliced_levels ? 1 : group;
    LevelImages images_of_level;
    images_of_level.middle = arena.take_images(images, height, width, channels);
    images_of_level.skip = arena.take_images(group, height, width, channels);
    if (level < last) {
      images_of_level.pooled = arena.take_images(level + 1 < parts.sliced_levels ? 1 : group,
                                                 height / 2, width / 2, channels);
      images_of_level.up = arena.take_images(images, height, width, channels);
      images_of_level.logits = arena.take(images * height * width);
      if (network.decoder(level).gate) {
        images_of_level.scale = arena.take_images(images, height / 2, width / 2, 1);
        const int64_t gate_channels = network.decoder(level).gate->phi.panels().n;
        theta = std::max(theta, width / 2 * gate_channels);
      }
    }
    parts.levels.push_back(images_of_level);
  }
  const int64_t last_pixels = (rows >> last) * (columns >> last);
  parts.gating = arena.take(group * last_pixels * network.gating_width());
  int64_t gate_channels = 0;
  for (int level = 1; level < last; ++level) {
    gate_channels = std::max(gate_channels, network.decoder(level).gate->phi.panels().n);
  }
  parts.gate_phi = arena.take(last_pixels * gate_channels);
  parts.gate_theta = arena.take(theta);
  const ScratchSize scratch = network.scratch_size(columns);
  parts.scratch.inputs = arena.take(scratch.inputs);
  parts.scratch.products = arena.take(scratch.products);
  return parts;
}

int64_t floats(const PackedNetwork& network, int64_t rows, int64_t columns) {
  Arena counter(nullptr);
  lay_out(network, rows, columns, counter);
  return counter.used();
}

}  // namespace

int64_t group_slices(int64_t rows, int64_t columns) {
  return rows * columns > kLargeSlice ? kGroupOfLargeSlices : kGroupOfSmallSlices;
}

Workspace::Workspace(const PackedNetwork& network, int64_t rows, int64_t columns)
    : block_(floats(network, rows, columns)) {
  Arena arena(block_.data());
  parts_ = lay_out(network, rows, columns, arena);
}

int64_t Workspace::bytes(const PackedNetwork& network, int64_t rows, int64_t columns) {
  return floats(network, rows, columns) * static_cast<int64_t>(sizeof(float));
}

}  // namespace pancreas
