#ifndef PANCREAS_COMMON_RUN_GUARDED_H
#define PANCREAS_COMMON_RUN_GUARDED_H

#include <cstdint>
#include <exception>
#include <new>

#include "pancreas.h"

namespace pancreas {

// Runs a body; the status says which exception it threw, if any.
template <typename Body>
int32_t run_guarded(const Body& body) {
  try {
    body();
    return PNC_OK;
  } catch (const std::bad_alloc&) {
    return PNC_OUT_OF_MEMORY;
  } catch (const std::exception&) {
    return PNC_SYSTEM;
  }
}

}  // namespace pancreas

#endif
