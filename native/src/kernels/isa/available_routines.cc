#include "kernels/isa/available_routines.h"

#include "common/cpu_features.h"

namespace pancreas {

extern const Routines kRoutinesPortable;
#if defined(PANCREAS_WITH_AVX2)
extern const Routines kRoutinesAvx2;
extern const Routines kRoutinesAvx512;
#endif
#if defined(PANCREAS_WITH_NEON)
extern const Routines kRoutinesNeon;
#endif

const std::vector<const Routines*>& available_routines() {
  static const std::vector<const Routines*> available = [] {
    std::vector<const Routines*> list;
#if defined(PANCREAS_WITH_AVX2)
    if (cpu_has_avx512f()) {
      list.push_back(&kRoutinesAvx512);
    }
    if (cpu_has_avx2_fma()) {
      list.push_back(&kRoutinesAvx2);
    }
#endif
#if defined(PANCREAS_WITH_NEON)
    if (cpu_has_neon()) {
      list.push_back(&kRoutinesNeon);
    }
#endif
    list.push_back(&kRoutinesPortable);
    return list;
  }();
  return available;
}

const Routines* find_routines(const std::string& name) {
  for (const Routines* routines : available_routines()) {
    if (name.empty() || name == routines->name) {
      return routines;
    }
  }
  return nullptr;
}

}  // namespace pancreas
