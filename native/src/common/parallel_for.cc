#include "common/parallel_for.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

namespace pancreas {

void parallel_for(int64_t items, int workers, const std::function<void(int, int64_t)>& body) {
  std::atomic<int64_t> next{0};
  const auto work = [&](int worker) {
    for (int64_t item = next.fetch_add(1); item < items; item = next.fetch_add(1)) {
      body(worker, item);
    }
  };
  const int helpers = static_cast<int>(std::min<int64_t>(workers, items)) - 1;
  std::vector<std::thread> threads;
  threads.reserve(static_cast<size_t>(std::max(helpers, 0)));
  try {
    for (int worker = 1; worker <= helpers; ++worker) {
      threads.emplace_back(work, worker);
    }
  } catch (const std::exception&) {
    // The threads that did start share the work with this one.
  }
  work(0);
  for (std::thread& thread : threads) {
    thread.join();
  }
}

}  // namespace pancreas
