#include "common/for_each_block.h"

#include <algorithm>

#include "common/parallel_for.h"
#include "common/run_guarded.h"

namespace pancreas {

int32_t for_each_block(int64_t count, int32_t threads,
                       const std::function<void(int64_t, int64_t)>& body) {
  constexpr int64_t kBlock = 1 << 16;
  return run_guarded([&] {
    parallel_for((count + kBlock - 1) / kBlock, threads, [&](int, int64_t block) {
      const int64_t first = block * kBlock;
      body(first, std::min(kBlock, count - first));
    });
  });
}

}  // namespace pancreas
