#ifndef PANCREAS_COMMON_FOR_EACH_BLOCK_H
#define PANCREAS_COMMON_FOR_EACH_BLOCK_H

#include <cstdint>
#include <functional>

namespace pancreas {

// Calls body(first, length) for blocks that make up [0, count), from at most `threads` threads. For
// operations on single elements. Returns PNC_OK, or what kept it from starting. The body must not
// throw.
int32_t for_each_block(int64_t count, int32_t threads,
                       const std::function<void(int64_t, int64_t)>& body);

}  // namespace pancreas

#endif
