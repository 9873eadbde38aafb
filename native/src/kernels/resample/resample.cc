#include "kernels/resample/resample.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "common/arguments.h"
#include "common/candidate.h"
#include "common/cpu_features.h"
#include "common/parallel_for.h"
#include "common/run_guarded.h"
#include "pancreas.h"

namespace pancreas {
namespace {

// What one worker needs beside source and target.
struct Scratch {
  std::unique_ptr<float[]> plane;        // one slice after z: source y * source x
  std::unique_ptr<float[]> rows;         // a block of rows after y: kRowBlock * source x
  std::unique_ptr<float[]> columns;      // one slice after x: source y * target x
  std::unique_ptr<float[]> interleaved;  // for filter_rows: kRowBlock * source x
  std::vector<const float*> inputs;      // for weighted_sum
};

std::unique_ptr<float[]> allocate(int64_t count) {
  return std::unique_ptr<float[]>(new float[static_cast<size_t>(count)]);
}

// Target slices are independent of each other. Within one, z comes first; then y and x, the one
// that shrinks first (y where both or none do).
class Resampler {
 public:
  Resampler(const ResampleRoutines& routines, AxisWeights z, AxisWeights y, AxisWeights x)
      : routines_(routines), z_(std::move(z)), y_(std::move(y)), x_(std::move(x)) {}

  Scratch allocate_scratch() const {
    Scratch scratch;
    if (!z_.is_selection()) {
      scratch.plane = allocate(y_.source_size() * x_.source_size());
    }
    if (rows_first() && !y_.is_selection()) {
      scratch.rows = allocate(kRowBlock * x_.source_size());
    }
    if (!rows_first()) {
      scratch.columns = allocate(y_.source_size() * x_.target_size());
    }
    if (!x_.is_selection()) {
      scratch.interleaved = allocate(kRowBlock * x_.source_size());
    }
    scratch.inputs.resize(static_cast<size_t>(std::max(z_.largest_count(), y_.largest_count())));
    return scratch;
  }

  void slice(const float* source, float* target, int64_t index, Scratch& scratch) const {
    const int64_t plane_size = y_.source_size() * x_.source_size();
    const float* plane =
        filtered(z_, index, source, plane_size, plane_size, scratch.plane.get(), scratch);
    float* out = target + index * y_.target_size() * x_.target_size();
    if (rows_first()) {
      rows_then_columns(plane, out, scratch);
    } else {
      columns_then_rows(plane, out, scratch);
    }
  }

 private:
  bool rows_first() const { return y_.target_size() <= y_.source_size(); }

  // Value `index` of an axis whose values are arrays of `length` floats, `stride` apart: the array
  // itself where it is taken unchanged, else its weighted sum in `out`.
  const float* filtered(const AxisWeights& axis, int64_t index, const float* base, int64_t stride,
                        int64_t length, float* out, Scratch& scratch) const {
    const float* first = base + axis.first(index) * stride;
    if (axis.is_selection()) {
      return first;
    }
    const int64_t count = axis.count(index);
    for (int64_t k = 0; k < count; ++k) {
      scratch.inputs[static_cast<size_t>(k)] = first + k * stride;
    }
    routines_.weighted_sum(scratch.inputs.data(), axis.weights(index), count, length, out);
    return out;
  }

  // Up to kRowBlock rows along x.
  void filter_block(const float** rows, int row_count, float* out, Scratch& scratch) const {
    const int64_t length = x_.target_size();
    if (x_.is_selection()) {
      for (int r = 0; r < row_count; ++r) {
        float* row = out + r * length;
        if (x_.is_identity()) {
          std::memcpy(row, rows[r], static_cast<size_t>(length) * sizeof(float));
        } else {
          for (int64_t i = 0; i < length; ++i) {
            row[i] = rows[r][x_.first(i)];
          }
        }
      }
      return;
    }
    std::fill(rows + row_count, rows + kRowBlock, rows[0]);
    routines_.filter_rows(rows, row_count, x_.taps(), out, length, scratch.interleaved.get());
  }

  void rows_then_columns(const float* plane, float* out, Scratch& scratch) const {
    const int64_t length = x_.source_size();
    const float* rows[kRowBlock];
    for (int64_t y = 0; y < y_.target_size(); y += kRowBlock) {
      const int row_count = static_cast<int>(std::min<int64_t>(kRowBlock, y_.target_size() - y));
      for (int r = 0; r < row_count; ++r) {
        float* row = y_.is_selection() ? nullptr : scratch.rows.get() + r * length;
        rows[r] = filtered(y_, y + r, plane, length, length, row, scratch);
      }
      filter_block(rows, row_count, out + y * x_.target_size(), scratch);
    }
  }

  void columns_then_rows(const float* plane, float* out, Scratch& scratch) const {
    const int64_t length = x_.target_size();
    const float* rows[kRowBlock];
    for (int64_t y = 0; y < y_.source_size(); y += kRowBlock) {
      const int row_count = static_cast<int>(std::min<int64_t>(kRowBlock, y_.source_size() - y));
      for (int r = 0; r < row_count; ++r) {
        rows[r] = plane + (y + r) * x_.source_size();
      }
      filter_block(rows, row_count, scratch.columns.get() + y * length, scratch);
    }
    for (int64_t y = 0; y < y_.target_size(); ++y) {
      float* row = out + y * length;
      const float* result = filtered(y_, y, scratch.columns.get(), length, length, row, scratch);
      if (result != row) {
        std::memcpy(row, result, static_cast<size_t>(length) * sizeof(float));
      }
    }
  }

  const ResampleRoutines& routines_;
  const AxisWeights z_;
  const AxisWeights y_;
  const AxisWeights x_;
};

bool valid(const float* source, const int64_t* source_size, const float* target,
           const int64_t* target_size, const int32_t* filters, int32_t threads) {
  if (source == nullptr || source_size == nullptr || target == nullptr || target_size == nullptr ||
      filters == nullptr || threads < 1) {
    return false;
  }
  for (int axis = 0; axis < 3; ++axis) {
    if (filters[axis] < PNC_FILTER_NONE || filters[axis] > PNC_FILTER_LINEAR ||
        (filters[axis] == PNC_FILTER_NONE && source_size[axis] != target_size[axis])) {
      return false;
    }
  }
  const int64_t source_count = count_elements(source_size, 3);
  const int64_t target_count = count_elements(target_size, 3);
  return source_count > 0 && target_count > 0 &&
         !floats_overlap(source, source_count, target, target_count);
}

}  // namespace

const ResampleRoutines& resample_routines() {
  static constexpr Candidate<ResampleRoutines> kCandidates[] = {
#if defined(PANCREAS_WITH_AVX2)
    {&kResampleAvx2, cpu_has_avx2_fma},
#endif
    {&kResamplePortable, runs_everywhere},
  };
  return first_that_runs(kCandidates);
}

int32_t resample(const ResampleRoutines& routines, const float* source, const int64_t* source_size,
                 float* target, const int64_t* target_size, const int32_t* filters,
                 int32_t threads) {
  if (!valid(source, source_size, target, target_size, filters, threads)) {
    return PNC_INVALID_ARGUMENT;
  }
  return run_guarded([&] {
    const Resampler resampler(routines, AxisWeights(filters[0], source_size[0], target_size[0]),
                              AxisWeights(filters[1], source_size[1], target_size[1]),
                              AxisWeights(filters[2], source_size[2], target_size[2]));
    const int workers = static_cast<int>(std::min<int64_t>(threads, target_size[0]));
    std::vector<Scratch> scratch;
    for (int worker = 0; worker < workers; ++worker) {
      scratch.push_back(resampler.allocate_scratch());
    }
    parallel_for(target_size[0], workers, [&](int worker, int64_t index) {
      resampler.slice(source, target, index, scratch[static_cast<size_t>(worker)]);
    });
  });
}

}  // namespace pancreas

extern "C" const char* pnc_instruction_set(void) { return pancreas::resample_routines().name; }

extern "C" int32_t pnc_resample(const float* source, const int64_t* source_size, float* target,
                                const int64_t* target_size, const int32_t* filters,
                                int32_t threads) {
  return pancreas::resample(pancreas::resample_routines(), source, source_size, target, target_size,
                            filters, threads);
}
