#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "common/parallel_for.h"
#include "cuda/arena_plan.h"
#include "cuda/gpu_run.h"
#include "cuda/host_block.h"
#include "kernels/resample/host_taps.h"
#include "kernels/resample/resample_gpu.h"

namespace pancreas {
namespace {

// Bytes of pinned memory that one copy goes through at most; there are two of them.
constexpr size_t kMostBlockBytes = size_t{8} << 20;

struct TapOffsets {
  size_t first;
  size_t offset;
  size_t weights;

  TapOffsets(HostBlock& tables, const HostTaps& taps)
      : first(tables.add(taps.first)),
        offset(tables.add(taps.offset)),
        weights(tables.add(taps.weights)) {}

  AxisTaps at(const char* base) const {
    return {reinterpret_cast<const int32_t*>(base + first),
            reinterpret_cast<const int32_t*>(base + offset),
            reinterpret_cast<const float*>(base + weights)};
  }
};

// The eight voxels of each byte of a mask's bits.
std::array<uint64_t, 256> bytes_of_bits() {
  std::array<uint64_t, 256> table = {};
  for (size_t bits = 0; bits < table.size(); ++bits) {
    unsigned char voxels[8];
    for (int i = 0; i < 8; ++i) {
      voxels[i] = static_cast<unsigned char>(bits >> i & 1);
    }
    std::memcpy(&table[bits], voxels, sizeof voxels);
  }
  return table;
}

// Words are little endian, as GPUs store them.
void unpack(const unsigned char* bits, int64_t count, uint8_t* mask) {
  static const std::array<uint64_t, 256> kTable = bytes_of_bits();
  int64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    std::memcpy(mask + i, &kTable[bits[i / 8]], 8);
  }
  for (; i < count; ++i) {
    mask[i] = static_cast<uint8_t>(bits[i / 8] >> (i % 8) & 1);
  }
}

// One CT on its way through the GPU.
class VolumeRun {
 public:
  VolumeRun(const pnc_cuda_volume& volume, int32_t threads, const RunWatch& watch)
      : volume_(volume),
        threads_(threads),
        watch_(watch),
        stored_{volume.stored_size[0], volume.stored_size[1], volume.stored_size[2]},
        network_{volume.network_size[0], volume.network_size[1], volume.network_size[2]} {
    for (int a = 0; a < 3; ++a) {
      view_size_[a] = volume.stored_size[volume.axes[a]];
      const HostTaps there(volume.filters[a], view_size_[a], volume.network_size[a]);
      const HostTaps back(volume.back_filters[a], volume.network_size[a], view_size_[a]);
      there_.emplace_back(tables_, there);
      back_.emplace_back(tables_, back);
      if (a == 0) {
        slice_taps_ = there;
      }
    }
    std::vector<Rescale> rescales;
    for (int32_t slice = 0; slice < stored_.z; ++slice) {
      rescales.push_back({volume.slopes[slice], volume.intercepts[slice]});
    }
    rescales_ = tables_.add(rescales);
    ArenaPlan arena;
    ct_ = arena.take(static_cast<size_t>(stored_.z) * slice_bytes());
    probability_ = arena.take(static_cast<size_t>(network_.z) * network_slice() * sizeof(float));
    bits_ = arena.take(static_cast<size_t>(stored_.z) * mask_bytes());
    range_ = arena.take(sizeof(GpuRange));
    tables_at_ = arena.take(tables_.bytes().size());
    bytes_ = arena.bytes();
  }

  // The GPU's memory that a run needs beside a workspace.
  size_t bytes() const { return bytes_; }

  int32_t run(GpuWorkspace& workspace) {
    memory_ = &workspace.volume_memory();
    memory_->reserve(bytes_, block_bytes());
    pinned_ = is_pinned();
    const int32_t status = run_steps(workspace);
    workspace.wait();
    // The probability's may be on its way; where the run ended early, those that read the CT.
    check(cudaStreamSynchronize(memory_->copies()), "copies");
    return status;
  }

 private:
  int32_t run_steps(const GpuWorkspace& workspace) {
    const cudaStream_t stream = workspace.stream();
    check(cudaMemcpyAsync(at<void>(tables_at_), tables_.bytes().data(), tables_.bytes().size(),
                          cudaMemcpyHostToDevice, memory_->copies()),
          "tables to the GPU");
    check(cudaMemsetAsync(workspace.not_finite(), 0, sizeof(int32_t), stream), "GPU memory");
    check(
        cudaMemsetAsync(workspace.input(), 0, workspace_values(workspace) * sizeof(float), stream),
        "GPU memory");
    input_ = make_input();
    if (volume_.low == volume_.high) {
      const int32_t status = find_range(stream);
      if (status != PNC_OK) {
        return status;
      }
    }
    const int32_t status = run_network(workspace);
    return status == PNC_OK ? make_mask(stream) : status;
  }

  template <typename T>
  T* at(size_t offset) const {
    return reinterpret_cast<T*>(memory_->on_gpu() + offset);
  }
  size_t slice_values() const {
    return static_cast<size_t>(stored_.y) * static_cast<size_t>(stored_.x);
  }
  size_t slice_bytes() const { return slice_values() * sizeof(int16_t); }
  // At least a slice; small CTs go in parts, too.
  size_t block_bytes() const {
    const size_t quarter = static_cast<size_t>(stored_.z) * slice_bytes() / 4;
    return std::max({slice_bytes(), mask_bytes(), std::min(kMostBlockBytes, quarter)});
  }
  size_t network_slice() const {
    return static_cast<size_t>(network_.y) * static_cast<size_t>(network_.x);
  }
  size_t mask_bytes() const {
    return static_cast<size_t>(words_of_slice(stored_)) * sizeof(uint32_t);
  }
  size_t workspace_values(const GpuWorkspace& workspace) const {
    return static_cast<size_t>(workspace.plan().slices) * network_slice();
  }

  // What a voxel (z, y, x) of the view has to do with stored axis `axis`, a step apart there.
  void add_axis(View& view, int32_t a, int32_t axis, int64_t step) const {
    if (volume_.axes[a] != axis) {
      return;
    }
    const bool flip = volume_.flips[a] != 0;
    int64_t* const steps[3] = {&view.step_z, &view.step_y, &view.step_x};
    *steps[a] = flip ? -step : step;
    view.origin += flip ? (view_size_[a] - 1) * step : 0;
  }

  GpuInput make_input() const {
    GpuInput input = {};
    input.ct.voxels = at<int16_t>(ct_);
    for (int32_t a = 0; a < 3; ++a) {
      add_axis(input.ct.view, a, 0, static_cast<int64_t>(slice_values()));
      add_axis(input.ct.view, a, 1, stored_.x);
      add_axis(input.ct.view, a, 2, 1);
      add_axis(input.ct.slices, a, 0, 1);
    }
    const char* tables = at<char>(tables_at_);
    input.ct.rescales = reinterpret_cast<const Rescale*>(tables + rescales_);
    input.target = network_;
    input.z = there_[0].at(tables);
    input.y = there_[1].at(tables);
    input.x = there_[2].at(tables);
    input.y_grows = network_.y > view_size_[1];
    input.window_first = volume_.window_first != 0;
    input.window = {volume_.clip_min, volume_.clip_max, volume_.low,
                    2 / (volume_.high - volume_.low)};
    return input;
  }

  // Copies stored slices to the GPU until `count` of them, in the order of the view, are on their
  // way; others wait for them through an event. Where slices of the view are no stored slices, all
  // are needed at once.
  void upload(int32_t count) {
    const bool aligned = volume_.axes[0] == 0;
    const int32_t wanted = aligned ? count : stored_.z;
    const auto at_once = static_cast<int32_t>(block_bytes() / slice_bytes());
    while (uploaded_ < wanted) {
      const int turn = turn_++ % 2;
      check(cudaEventSynchronize(memory_->free(turn)), "slices to the GPU");
      const int32_t part = std::min(at_once, stored_.z - uploaded_);
      const bool flip = aligned && volume_.flips[0] != 0;
      const int32_t first = flip ? stored_.z - uploaded_ - part : uploaded_;
      if (pinned_) {
        copy_slices(stored_slice(first), first, part);
      } else {
        char* staging = memory_->block(turn);
        parallel_for(part, threads_, [&](int, int64_t i) {
          std::memcpy(staging + static_cast<size_t>(i) * slice_bytes(),
                      stored_slice(first + static_cast<int32_t>(i)), slice_bytes());
        });
        copy_slices(staging, first, part);
      }
      check(cudaEventRecord(memory_->free(turn), memory_->copies()), "slices to the GPU");
      last_staged_ = turn;
      uploaded_ += part;
    }
  }

  void copy_slices(const void* from, int32_t first, int32_t count) const {
    check(cudaMemcpyAsync(at<char>(ct_) + static_cast<size_t>(first) * slice_bytes(), from,
                          static_cast<size_t>(count) * slice_bytes(), cudaMemcpyHostToDevice,
                          memory_->copies()),
          "slices to the GPU");
  }

  const int16_t* stored_slice(int32_t slice) const {
    return volume_.voxels + static_cast<size_t>(slice) * slice_values();
  }

  // Whether the GPU can read the slices where they are.
  bool is_pinned() const {
    cudaPointerAttributes attributes = {};
    if (cudaPointerGetAttributes(&attributes, volume_.voxels) != cudaSuccess) {
      cudaGetLastError();
      return false;
    }
    return attributes.type == cudaMemoryTypeHost;
  }

  void wait_for_upload(cudaStream_t stream) const {
    check(cudaStreamWaitEvent(stream, memory_->free(last_staged_), 0), "slices to the GPU");
  }

  int32_t find_range(cudaStream_t stream) {
    upload(view_size_[0]);
    wait_for_upload(stream);
    GpuRange range = {ordered_bits(std::numeric_limits<float>::infinity()),
                      ordered_bits(-std::numeric_limits<float>::infinity())};
    check(cudaMemcpyAsync(at<void>(range_), &range, sizeof range, cudaMemcpyHostToDevice, stream),
          "range of the CT");
    launch_range(input_, at<GpuRange>(range_), stream);
    check(cudaMemcpyAsync(&range, at<void>(range_), sizeof range, cudaMemcpyDeviceToHost, stream),
          "range of the CT");
    check(cudaStreamSynchronize(stream), "range of the CT");
    const auto clipped = [&](float value) {
      return std::min(std::max<double>(value, volume_.clip_min), volume_.clip_max);
    };
    const double low = clipped(from_ordered_bits(range.least));
    const double high = clipped(from_ordered_bits(range.most));
    if (!(low < high) || !std::isfinite(low) || !std::isfinite(high)) {
      return PNC_NO_RANGE;
    }
    input_.window.low = low;
    input_.window.factor = 2 / (high - low);
    return PNC_OK;
  }

  // One group is prepared while another is at work; so a cancelled run ends soon.
  int32_t run_network(const GpuWorkspace& workspace) {
    const cudaStream_t stream = workspace.stream();
    const int32_t group = workspace.plan().slices;
    const Event done[2] = {make_event(), make_event()};
    int64_t counts[2] = {0, 0};
    int turn = 0;
    for (int32_t first = 0; first < network_.z; first += group, turn ^= 1) {
      check(cudaEventSynchronize(done[turn].get()), "network");
      watch_.done(std::exchange(counts[turn], 0));
      if (watch_.cancelled()) {
        return PNC_CANCELLED;
      }
      const int32_t count = std::min(group, network_.z - first);
      const auto last = static_cast<size_t>(first + count - 1);
      upload(slice_taps_->first[last] + slice_taps_->offset[last + 1] - slice_taps_->offset[last]);
      wait_for_upload(stream);
      launch_input(input_, first, count, workspace.input(), stream);
      workspace.launch();
      const size_t values = static_cast<size_t>(count) * network_slice();
      check(cudaMemcpyAsync(at<float>(probability_) + static_cast<size_t>(first) * network_slice(),
                            workspace.probability(), values * sizeof(float),
                            cudaMemcpyDeviceToDevice, stream),
            "probability");
      check(cudaEventRecord(done[turn].get(), stream), "network");
      counts[turn] = count;
    }
    int32_t not_finite = 0;
    check(cudaMemcpyAsync(&not_finite, workspace.not_finite(), sizeof not_finite,
                          cudaMemcpyDeviceToHost, stream),
          "result from the GPU");
    check(cudaStreamSynchronize(stream), "network");
    watch_.done(counts[0] + counts[1]);
    return not_finite == 0 ? PNC_OK : PNC_RESULT_NOT_FINITE;
  }

  int32_t make_mask(cudaStream_t stream) {
    GpuMask mask = {};
    mask.probability = at<float>(probability_);
    mask.source = network_;
    const char* tables = at<char>(tables_at_);
    mask.z = back_[0].at(tables);
    mask.y = back_[1].at(tables);
    mask.x = back_[2].at(tables);
    mask.y_grows = view_size_[1] > network_.y;
    mask.threshold = volume_.threshold;
    mask.stored = stored_;
    for (int a = 0; a < 3; ++a) {
      mask.axis[a] = volume_.axes[a];
      mask.flip[a] = volume_.flips[a] != 0;
    }
    launch_mask(mask, 0, stored_.z, at<uint32_t>(bits_), stream);
    if (volume_.probability != nullptr) {
      check(cudaMemcpyAsync(volume_.probability, at<void>(probability_),
                            static_cast<size_t>(network_.z) * network_slice() * sizeof(float),
                            cudaMemcpyDeviceToHost, memory_->copies()),
            "probability from the GPU");
    }
    const auto at_once = static_cast<int32_t>(block_bytes() / mask_bytes());
    for (int32_t first = 0; first < stored_.z; first += at_once) {
      const int32_t count = std::min(at_once, stored_.z - first);
      check(cudaMemcpyAsync(
                memory_->block(0), at<char>(bits_) + static_cast<size_t>(first) * mask_bytes(),
                static_cast<size_t>(count) * mask_bytes(), cudaMemcpyDeviceToHost, stream),
            "mask from the GPU");
      check(cudaStreamSynchronize(stream), "mask from the GPU");
      parallel_for(count, threads_, [&](int, int64_t i) {
        unpack(reinterpret_cast<const unsigned char*>(memory_->block(0)) +
                   static_cast<size_t>(i) * mask_bytes(),
               static_cast<int64_t>(slice_values()),
               volume_.mask + static_cast<size_t>(first + i) * slice_values());
      });
    }
    return PNC_OK;
  }

  const pnc_cuda_volume& volume_;
  const int32_t threads_;
  const RunWatch& watch_;
  const Size3 stored_;
  const Size3 network_;
  int32_t view_size_[3] = {};
  HostBlock tables_;
  std::vector<TapOffsets> there_;  // of z, y, x
  std::vector<TapOffsets> back_;
  std::optional<HostTaps> slice_taps_;
  size_t rescales_ = 0;
  size_t ct_ = 0;
  size_t probability_ = 0;
  size_t bits_ = 0;
  size_t range_ = 0;
  size_t tables_at_ = 0;
  size_t bytes_ = 0;
  VolumeMemory* memory_ = nullptr;  // the workspace's
  bool pinned_ = false;
  int turn_ = 0;
  int last_staged_ = 0;
  int32_t uploaded_ = 0;
  GpuInput input_ = {};
};

}  // namespace

int32_t run_volume(GpuWorkspacePool& pool, const pnc_cuda_volume& volume, int32_t threads,
                   const RunWatch& watch) {
  VolumeRun run(volume, threads, watch);
  std::unique_ptr<GpuWorkspace> workspace = pool.take(
      volume.network_size[0], volume.network_size[1], volume.network_size[2], run.bytes());
  const int32_t status = run.run(*workspace);
  pool.give_back(std::move(workspace));
  return status;
}

}  // namespace pancreas
