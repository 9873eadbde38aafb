#ifndef PANCREAS_COMMON_CANDIDATE_H
#define PANCREAS_COMMON_CANDIDATE_H

#include <cstddef>

namespace pancreas {

// One way to do an operation, and whether this CPU can.
template <typename Routines>
struct Candidate {
  const Routines* routines;
  bool (*runs_here)();
};

inline bool runs_everywhere() { return true; }

// The first of a list, fastest first, that this CPU runs; the last runs everywhere.
template <typename Routines, size_t N>
const Routines& first_that_runs(const Candidate<Routines> (&candidates)[N]) {
  size_t i = 0;
  while (i + 1 < N && !candidates[i].runs_here()) {
    ++i;
  }
  return *candidates[i].routines;
}

}  // namespace pancreas

#endif
