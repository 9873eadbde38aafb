#ifndef PANCREAS_KERNELS_DEEP_SUPERVISION_HEAD_DEEP_SUPERVISION_HEAD_REF_H
#define PANCREAS_KERNELS_DEEP_SUPERVISION_HEAD_DEEP_SUPERVISION_HEAD_REF_H

#include <vector>

#include "kernels/deep_supervision_head/deep_supervision_head.h"

namespace pancreas {

// The head as its definition reads, layer by layer in double. For tests.
std::vector<double> deep_supervision_head_ref(const DeepSupervisionHead& head);

}  // namespace pancreas

#endif
