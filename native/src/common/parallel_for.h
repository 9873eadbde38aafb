#ifndef PANCREAS_COMMON_PARALLEL_FOR_H
#define PANCREAS_COMMON_PARALLEL_FOR_H

#include <cstdint>
#include <functional>

namespace pancreas {

// Calls body(worker, item) once for each item in [0, items), from at most `workers` threads at a
// time, the caller's among them; worker in [0, workers) names the thread. Which worker takes which
// item is left open. Where the system gives no more threads, fewer do the work. The body must not
// throw.
void parallel_for(int64_t items, int workers, const std::function<void(int, int64_t)>& body);

}  // namespace pancreas

#endif
