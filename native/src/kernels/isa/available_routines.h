#ifndef PANCREAS_KERNELS_ISA_AVAILABLE_ROUTINES_H
#define PANCREAS_KERNELS_ISA_AVAILABLE_ROUTINES_H

#include <string>
#include <vector>

#include "kernels/isa/routines.h"

namespace pancreas {

// Those that this CPU runs, the fastest first; the last are the portable ones.
const std::vector<const Routines*>& available_routines();

// The routines of a name, or the fastest where the name is empty; null if this CPU has none such.
const Routines* find_routines(const std::string& name);

}  // namespace pancreas

#endif
