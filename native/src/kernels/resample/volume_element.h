#ifndef PANCREAS_KERNELS_RESAMPLE_VOLUME_ELEMENT_H
#define PANCREAS_KERNELS_RESAMPLE_VOLUME_ELEMENT_H

#include <cstdint>
#include <cstring>

#include "common/host_device.h"
#include "kernels/resample/resample_element.h"
#include "kernels/windowing/windowing_element.h"

namespace pancreas {

// Sizes of a volume, in the order z, y, x.
struct Size3 {
  int32_t z;
  int32_t y;
  int32_t x;
};

// Where the voxels of a view lie in a volume that is stored in another order: at
// origin + z * step_z + y * step_y + x * step_x; steps may be negative.
struct View {
  int64_t origin;
  int64_t step_z;
  int64_t step_y;
  int64_t step_x;
};

// A CT as it is stored: int16, each slice with its own line to HU.
struct GpuCt {
  const int16_t* voxels;
  View view;
  const Rescale* rescales;  // [stored slice]
  View slices;              // which stored slice a voxel of the view belongs to
};

// What makes the network's input of a CT.
struct GpuInput {
  GpuCt ct;
  Size3 target;  // of the network's grid
  AxisTaps z;
  AxisTaps y;
  AxisTaps x;
  bool y_grows;
  bool window_first;  // whether the window comes before resampling
  IntensityWindow window;
};

// What makes a mask on the CT's own grid, in the order in which the CT is stored.
struct GpuMask {
  const float* probability;  // [z][y][x] of the network's grid
  Size3 source;
  AxisTaps z;  // of the view
  AxisTaps y;
  AxisTaps x;
  bool y_grows;
  double threshold;
  Size3 stored;  // of the CT as stored
  // Of a stored voxel (z, y, x), each index of the view is one of these, or its size less one less
  // it: axis[a] is the place in (z, y, x) of the view's z, y and x for a = 0, 1, 2.
  int32_t axis[3];
  bool flip[3];
};

PNC_HOST_DEVICE inline int64_t place_of(const View& view, int32_t z, int32_t y, int32_t x) {
  return view.origin + z * view.step_z + y * view.step_y + x * view.step_x;
}

// A voxel of the view, HU.
PNC_HOST_DEVICE inline float hu_at(const GpuCt& ct, int32_t z, int32_t y, int32_t x) {
  return rescaled_value(ct.voxels[place_of(ct.view, z, y, x)],
                        ct.rescales[place_of(ct.slices, z, y, x)]);
}

// A value of the network's grid, HU.
PNC_HOST_DEVICE inline float resampled_hu(const GpuInput& input, int32_t z, int32_t y, int32_t x) {
  return resampled_value(
      input.z, input.y, input.x, input.y_grows, z, y, x,
      [&](int32_t sz, int32_t sy, int32_t sx) { return hu_at(input.ct, sz, sy, sx); });
}

// A value of the network's input.
PNC_HOST_DEVICE inline float input_value(const GpuInput& input, int32_t z, int32_t y, int32_t x) {
  if (!input.window_first) {
    return window_value(resampled_hu(input, z, y, x), input.window);
  }
  return resampled_value(input.z, input.y, input.x, input.y_grows, z, y, x,
                         [&](int32_t sz, int32_t sy, int32_t sx) {
                           return window_value(hu_at(input.ct, sz, sy, sx), input.window);
                         });
}

// Whether a voxel of the CT as it is stored is inside the mask.
PNC_HOST_DEVICE inline bool is_inside(const GpuMask& mask, int32_t z, int32_t y, int32_t x) {
  const int32_t stored[3] = {z, y, x};
  const int32_t sizes[3] = {mask.stored.z, mask.stored.y, mask.stored.x};
  int32_t view[3];
  for (int a = 0; a < 3; ++a) {
    const int32_t index = stored[mask.axis[a]];
    view[a] = mask.flip[a] ? sizes[mask.axis[a]] - 1 - index : index;
  }
  const float probability = resampled_value(
      mask.z, mask.y, mask.x, mask.y_grows, view[0], view[1], view[2],
      [&](int32_t sz, int32_t sy, int32_t sx) {
        return mask
            .probability[(static_cast<int64_t>(sz) * mask.source.y + sy) * mask.source.x + sx];
      });
  return static_cast<double>(probability) > mask.threshold;
}

// Integers whose order is that of the floats, NaN apart, and back.
PNC_HOST_DEVICE inline uint32_t ordered_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return (bits & 0x80000000u) != 0 ? ~bits : bits | 0x80000000u;
}

PNC_HOST_DEVICE inline float from_ordered_bits(uint32_t ordered) {
  const uint32_t bits = (ordered & 0x80000000u) != 0 ? ordered & 0x7fffffffu : ~ordered;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace pancreas

#endif
