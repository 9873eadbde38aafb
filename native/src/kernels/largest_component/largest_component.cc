#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>
#include <vector>

#include "common/arguments.h"
#include "common/parallel_for.h"
#include "common/run_guarded.h"
#include "pancreas.h"

namespace pancreas {
namespace {

// Voxels [begin, end) of a row.
struct Run {
  int32_t begin;
  int32_t end;
};

// The runs of one slice in storage order; those of row y are [row_start[y], row_start[y + 1]).
struct SliceRuns {
  std::vector<Run> runs;
  std::vector<int64_t> row_start;
};

// The first index from `begin` on whose voxel is not 0, or `end`; eight at a time.
int64_t next_set(const uint8_t* row, int64_t begin, int64_t end) {
  for (; begin + 8 <= end; begin += 8) {
    uint64_t eight;
    std::memcpy(&eight, row + begin, sizeof(eight));
    if (eight != 0) {
      break;
    }
  }
  while (begin < end && row[begin] == 0) {
    ++begin;
  }
  return begin;
}

SliceRuns find_runs(const uint8_t* slice, int64_t rows, int64_t columns) {
  SliceRuns found;
  found.row_start.reserve(static_cast<size_t>(rows) + 1);
  found.row_start.push_back(0);
  for (int64_t y = 0; y < rows; ++y) {
    const uint8_t* row = slice + y * columns;
    for (int64_t x = next_set(row, 0, columns); x < columns; x = next_set(row, x, columns)) {
      const int64_t begin = x;
      while (x < columns && row[x] != 0) {
        ++x;
      }
      found.runs.push_back({static_cast<int32_t>(begin), static_cast<int32_t>(x)});
    }
    found.row_start.push_back(static_cast<int64_t>(found.runs.size()));
  }
  return found;
}

// Union-find over runs, numbered through all slices in storage order. The root of a component is
// its first run.
class Components {
 public:
  explicit Components(const std::vector<SliceRuns>& slices) : slices_(slices) {
    for (const SliceRuns& slice : slices) {
      first_.push_back(static_cast<int64_t>(size_.size()));
      for (const Run& run : slice.runs) {
        parent_.push_back(static_cast<int64_t>(parent_.size()));
        size_.push_back(run.end - run.begin);
      }
    }
  }

  // Joins the touching runs of two rows.
  void join_rows(size_t slice, int64_t row, size_t other_slice, int64_t other_row) {
    const SliceRuns& a_runs = slices_[slice];
    const SliceRuns& b_runs = slices_[other_slice];
    int64_t a = a_runs.row_start[static_cast<size_t>(row)];
    int64_t b = b_runs.row_start[static_cast<size_t>(other_row)];
    const int64_t a_end = a_runs.row_start[static_cast<size_t>(row) + 1];
    const int64_t b_end = b_runs.row_start[static_cast<size_t>(other_row) + 1];
    while (a < a_end && b < b_end) {
      const Run& run = a_runs.runs[static_cast<size_t>(a)];
      const Run& other = b_runs.runs[static_cast<size_t>(b)];
      // Runs are half open: they touch, by a corner at least, where neither ends before the other.
      if (run.begin <= other.end && other.begin <= run.end) {
        join(first_[slice] + a, first_[other_slice] + b);
      }
      if (run.end < other.end) {
        ++a;
      } else {
        ++b;
      }
    }
  }

  // The root of the largest component, the first of several; -1 if there is none.
  int64_t largest() const {
    int64_t best = -1;
    for (size_t run = 0; run < parent_.size(); ++run) {
      if (parent_[run] == static_cast<int64_t>(run) &&
          (best < 0 || size_[run] > size_[static_cast<size_t>(best)])) {
        best = static_cast<int64_t>(run);
      }
    }
    return best;
  }

  int64_t root(size_t slice, int64_t run) const {
    int64_t root = first_[slice] + run;
    while (parent_[static_cast<size_t>(root)] != root) {
      root = parent_[static_cast<size_t>(root)];
    }
    return root;
  }

 private:
  int64_t find(int64_t run) {
    while (parent_[static_cast<size_t>(run)] != run) {
      int64_t& parent = parent_[static_cast<size_t>(run)];
      parent = parent_[static_cast<size_t>(parent)];
      run = parent;
    }
    return run;
  }

  void join(int64_t a, int64_t b) {
    const int64_t low = std::min(find(a), find(b));
    const int64_t high = std::max(find(a), find(b));
    if (low != high) {
      parent_[static_cast<size_t>(high)] = low;
      size_[static_cast<size_t>(low)] += size_[static_cast<size_t>(high)];
    }
  }

  const std::vector<SliceRuns>& slices_;
  std::vector<int64_t> first_;  // number of each slice's first run
  std::vector<int64_t> parent_;
  std::vector<int64_t> size_;  // voxels, of roots
};

std::vector<SliceRuns> find_all_runs(uint8_t* const* slices, const int64_t* size, int32_t threads) {
  std::vector<SliceRuns> all(static_cast<size_t>(size[0]));
  std::atomic<bool> out_of_memory{false};
  parallel_for(size[0], threads, [&](int, int64_t z) {
    try {
      all[static_cast<size_t>(z)] = find_runs(slices[z], size[1], size[2]);
    } catch (const std::exception&) {
      out_of_memory = true;
    }
  });
  if (out_of_memory) {
    throw std::bad_alloc();
  }
  return all;
}

void keep_largest(uint8_t* const* slices, const int64_t* size, int32_t threads) {
  const int64_t rows = size[1];
  const int64_t columns = size[2];
  const std::vector<SliceRuns> runs = find_all_runs(slices, size, threads);
  Components components(runs);
  for (size_t z = 0; z < runs.size(); ++z) {
    for (int64_t y = 0; y < rows; ++y) {
      if (y > 0) {
        components.join_rows(z, y, z, y - 1);
      }
      for (int64_t other = y - 1; z > 0 && other <= y + 1; ++other) {
        if (other >= 0 && other < rows) {
          components.join_rows(z, y, z - 1, other);
        }
      }
    }
  }
  const int64_t best = components.largest();
  parallel_for(size[0], threads, [&](int, int64_t z) {
    const SliceRuns& slice = runs[static_cast<size_t>(z)];
    for (int64_t y = 0; y < rows; ++y) {
      const int64_t end = slice.row_start[static_cast<size_t>(y) + 1];
      for (int64_t i = slice.row_start[static_cast<size_t>(y)]; i < end; ++i) {
        if (components.root(static_cast<size_t>(z), i) != best) {
          const Run& run = slice.runs[static_cast<size_t>(i)];
          std::memset(slices[z] + y * columns + run.begin, 0,
                      static_cast<size_t>(run.end - run.begin));
        }
      }
    }
  });
}

}  // namespace
}  // namespace pancreas

extern "C" int32_t pnc_largest_component(uint8_t* const* slices, const int64_t* size,
                                         int32_t threads) {
  if (slices == nullptr || size == nullptr || pancreas::count_elements(size, 3) == 0 ||
      threads < 1) {
    return PNC_INVALID_ARGUMENT;
  }
  for (int64_t z = 0; z < size[0]; ++z) {
    if (slices[z] == nullptr) {
      return PNC_INVALID_ARGUMENT;
    }
  }
  return pancreas::run_guarded([&] { pancreas::keep_largest(slices, size, threads); });
}
