#ifndef PANCREAS_KERNELS_ATTENTION_GATE_ATTENTION_GATE_REF_H
#define PANCREAS_KERNELS_ATTENTION_GATE_ATTENTION_GATE_REF_H

#include <vector>

#include "kernels/attention_gate/attention_gate.h"

namespace pancreas {

// The gate as its definition reads, in double. For tests.
std::vector<double> attention_gate_ref(const AttentionGate& gate);

}  // namespace pancreas

#endif
