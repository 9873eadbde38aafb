#ifndef PANCREAS_KERNELS_MAX_POOLING_MAX_POOLING_ELEMENT_H
#define PANCREAS_KERNELS_MAX_POOLING_MAX_POOLING_ELEMENT_H

#include "common/host_device.h"

namespace pancreas {

// The larger one, the first where they are equal, NaN where one is.
PNC_HOST_DEVICE inline float larger_value(float first, float second) {
  return second > first || second != second ? second : first;
}

// The maximum of a window of 2 x 2 values, row after row.
PNC_HOST_DEVICE inline float pooled_value(float a, float b, float c, float d) {
  return larger_value(larger_value(larger_value(a, b), c), d);
}

}  // namespace pancreas

#endif
