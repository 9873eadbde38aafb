// Compiled without sanitizers. To the thread sanitizer, threads of a kernel know of each other what
// the functions at the end say, and nothing from here; the others need not know of the jumps.
#include "emulated_grid.h"

#include <ucontext.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <random>

#if defined(PANCREAS_WATCH_RACES)
#include <sanitizer/tsan_interface.h>
#endif

namespace pancreas_test {

dim3 grid_blocks;
uint3 block_index;
uint3 thread_index;

namespace {

constexpr unsigned kWarp = 32;
constexpr unsigned kMostThreads = 1024;
constexpr size_t kStackBytes = size_t{256} << 10;
constexpr size_t kMostSharedBytes = size_t{48} << 10;

enum class State { kReady, kWaitsForWarp, kWaitsForBlock, kDone };

// Where a thread or the scheduler goes on. Compilers know these jumps, between stacks too; those of
// the C library would ask the operating system each time. Functions that jump are closed to the
// optimizer, which would trust them to leave registers alone.
struct Place {
  void* words[5];
};

struct Thread {
  Place place;
  bool begun = false;
  std::unique_ptr<char[]> stack{new char[kStackBytes]};
  State state = State::kDone;
  std::vector<std::vector<AsyncCopy>> copies;
  int exchanges = 0;
  void* sanitizer = nullptr;
};

// What the threads of a warp show each other: one exchange is read while the next is filled.
struct Warp {
  uint32_t values[2][kWarp];
};

std::mutex one_grid_at_a_time;
std::vector<Thread> threads;
std::vector<Warp> warps;
// Of just the size that was asked for, so that what lies behind it is not taken for it.
std::unique_ptr<unsigned char, void (*)(void*)> dynamic_memory(nullptr, std::free);
size_t dynamic_bytes = 0;
const std::function<void()>* kernel = nullptr;
Thread* running = nullptr;
Place scheduler;
[[maybe_unused]] void* scheduler_sanitizer = nullptr;
[[maybe_unused]] char begin_and_end;
[[maybe_unused]] char barrier;

// What happened before one of these is known after the other.
void before([[maybe_unused]] char& event) {
#if defined(PANCREAS_WATCH_RACES)
  __tsan_release(&event);
#endif
}

void after([[maybe_unused]] char& event) {
#if defined(PANCREAS_WATCH_RACES)
  __tsan_acquire(&event);
#endif
}

void tell_sanitizer([[maybe_unused]] void* fiber) {
#if defined(PANCREAS_WATCH_RACES)
  __tsan_switch_to_fiber(fiber, __tsan_switch_to_fiber_no_sync);
#endif
}

[[noreturn, gnu::noipa]] void jump(Place& to) { __builtin_longjmp(to.words, 1); }

[[gnu::noipa]] void go(Place& from, Place& to) {
  if (__builtin_setjmp(from.words) == 0) {
    jump(to);
  }
}

// Lets others run until this thread may go on.
void wait(State state) {
  Thread* self = running;
  self->state = state;
  tell_sanitizer(scheduler_sanitizer);
  go(self->place, scheduler);
}

void run_kernel() {
  after(begin_and_end);
  (*kernel)();
  for (const std::vector<AsyncCopy>& group : running->copies) {
    if (!group.empty()) {
      not_allowed("copies to shared memory that nobody waits for");
    }
  }
  before(begin_and_end);
}

// A thread's stack serves one kernel's thread after the other.
void run_threads() {
  for (;;) {
    run_kernel();
    wait(State::kDone);
  }
}

[[gnu::noipa]] void begin(Thread& thread) {
  ucontext_t context;
  getcontext(&context);
  context.uc_stack.ss_sp = thread.stack.get();
  context.uc_stack.ss_size = kStackBytes;
  context.uc_link = nullptr;
  makecontext(&context, run_threads, 0);
  thread.begun = true;
  if (__builtin_setjmp(scheduler.words) == 0) {
    setcontext(&context);
  }
}

void prepare(Thread& thread) {
  thread.state = State::kReady;
  thread.copies.assign(1, {});
  thread.exchanges = 0;
#if defined(PANCREAS_WATCH_RACES)
  if (thread.sanitizer == nullptr) {
    thread.sanitizer = __tsan_create_fiber(0);
  }
#endif
}

void resume(unsigned number) {
  running = &threads[number];
  thread_index = {number, 0, 0};
  tell_sanitizer(running->sanitizer);
  if (running->begun) {
    go(scheduler, running->place);
  } else {
    begin(*running);
  }
}

unsigned count_of(State state, unsigned first, unsigned count) {
  const auto begin = threads.begin() + first;
  return static_cast<unsigned>(
      std::count_if(begin, begin + count, [=](const Thread& t) { return t.state == state; }));
}

// Runs a warp until all of it waits for the block, or is done.
void run_warp(unsigned warp, unsigned count) {
  const unsigned first = warp * kWarp;
  const unsigned lanes = std::min(kWarp, count - first);
  for (;;) {
    for (unsigned i = first; i < first + lanes; ++i) {
      if (threads[i].state == State::kReady) {
        resume(i);
      }
    }
    const unsigned waiting = count_of(State::kWaitsForWarp, first, lanes);
    if (waiting == 0) {
      return;
    }
    if (waiting < kWarp) {
      not_allowed("a warp's threads wait for some that do not come");
    }
    for (unsigned i = first; i < first + lanes; ++i) {
      threads[i].state = State::kReady;
    }
  }
}

void run_block(unsigned count, std::minstd_rand& random) {
  std::vector<unsigned> order;
  for (unsigned i = 0; i < count; ++i) {
    prepare(threads[i]);
    if (i % kWarp == 0) {
      order.push_back(i / kWarp);
    }
  }
  std::fill_n(dynamic_memory.get(), dynamic_bytes, static_cast<unsigned char>(0xff));
  before(begin_and_end);
  for (;;) {
    std::shuffle(order.begin(), order.end(), random);
    for (const unsigned warp : order) {
      run_warp(warp, count);
    }
    const unsigned waiting = count_of(State::kWaitsForBlock, 0, count);
    if (waiting == 0) {
      return;
    }
    if (waiting < count) {
      not_allowed("a block's threads wait for some that have ended");
    }
    for (unsigned i = 0; i < count; ++i) {
      threads[i].state = State::kReady;
    }
  }
}

}  // namespace

void run_grid(const dim3& blocks, unsigned count, size_t shared_bytes,
              const std::function<void()>& thread) {
  constexpr unsigned kMostAcross = 65535;
  if (blocks.x == 0 || blocks.x > 0x7fffffffu || blocks.y == 0 || blocks.y > kMostAcross ||
      blocks.z == 0 || blocks.z > kMostAcross || count == 0 || count > kMostThreads ||
      shared_bytes > kMostSharedBytes) {
    not_allowed("invalid configuration of a launch");
  }
  const std::lock_guard<std::mutex> lock(one_grid_at_a_time);
  if (threads.size() < count) {
    threads = std::vector<Thread>(count);
    warps.resize((count + kWarp - 1) / kWarp);
  }
#if defined(PANCREAS_WATCH_RACES)
  scheduler_sanitizer = __tsan_get_current_fiber();
#endif
  constexpr size_t kAlignment = 128;
  void* memory = nullptr;
  if (posix_memalign(&memory, kAlignment, shared_bytes) != 0) {
    not_allowed("more shared memory than there is");
  }
  dynamic_memory.reset(static_cast<unsigned char*>(memory));
  dynamic_bytes = shared_bytes;
  kernel = &thread;
  grid_blocks = blocks;
  std::minstd_rand random(blocks.x);
  for (unsigned z = 0; z < blocks.z; ++z) {
    for (unsigned y = 0; y < blocks.y; ++y) {
      for (unsigned x = 0; x < blocks.x; ++x) {
        block_index = {x, y, z};
        // Blocks follow each other: they share what is shared memory here.
        run_block(count, random);
        after(begin_and_end);
      }
    }
  }
}

unsigned char* block_memory() { return dynamic_memory.get(); }

void wait_for_block() {
  before(barrier);
  wait(State::kWaitsForBlock);
  after(barrier);
}

// Does not make known what else the threads of the warp have done: nor do shuffles.
const uint32_t* exchange_in_warp(uint32_t value) {
  uint32_t* values = warps[thread_index.x / kWarp].values[running->exchanges++ % 2];
  values[lane()] = value;
  wait(State::kWaitsForWarp);
  return values;
}

std::vector<std::vector<AsyncCopy>>& copies_of_thread() { return running->copies; }

void not_allowed(const char* what) {
  std::fprintf(stderr, "emulated GPU: %s\n", what);
  std::abort();
}

}  // namespace pancreas_test
