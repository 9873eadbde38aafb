#include <algorithm>
#include <memory>
#include <new>
#include <vector>

#include "kernels/isa/available_routines.h"
#include "net/network.h"
#include "net/network_layers.h"
#include "pancreas.h"

// The opaque type of the C ABI.
struct pnc_network {
  pancreas::Network network;
};

namespace {

constexpr int64_t kMaxSide = int64_t{1} << 14;
constexpr int64_t kMaxSlices = int64_t{1} << 24;
constexpr int32_t kMaxThreads = 1024;

bool valid_size(int64_t rows, int64_t columns, int32_t threads) {
  return rows >= 1 && rows <= kMaxSide && columns >= 1 && columns <= kMaxSide && threads >= 1 &&
         threads <= kMaxThreads;
}

template <class Call>
int32_t guarded(const Call& call) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return PNC_OUT_OF_MEMORY;
  } catch (...) {
    return PNC_SYSTEM;
  }
}

}  // namespace

extern "C" pnc_network* pnc_network_create(const int32_t* filters, int32_t levels,
                                           const float* weights, int64_t weight_count,
                                           int32_t algorithm, const char* instruction_set,
                                           int32_t* status) {
  using namespace pancreas;
  if (status == nullptr) {
    return nullptr;
  }
  *status = PNC_INVALID_ARGUMENT;
  if (filters == nullptr || weights == nullptr || instruction_set == nullptr ||
      !NetworkLayers::supports(filters, levels) ||
      (algorithm != PNC_CONVOLUTION_WINOGRAD && algorithm != PNC_CONVOLUTION_DIRECT)) {
    return nullptr;
  }
  pnc_network* network = nullptr;
  *status = guarded([&]() -> int32_t {
    const Routines* routines = find_routines(instruction_set);
    const std::vector<int64_t> counts(filters, filters + levels);
    if (routines == nullptr || weight_count != NetworkLayers::weight_count(counts)) {
      return PNC_INVALID_ARGUMENT;
    }
    const Algorithm chosen =
        algorithm == PNC_CONVOLUTION_WINOGRAD ? Algorithm::kWinograd : Algorithm::kDirect;
    network = new pnc_network{{PackedNetwork(counts, weights, chosen), *routines}};
    return PNC_OK;
  });
  return network;
}

extern "C" void pnc_network_destroy(pnc_network* network) { delete network; }

extern "C" int32_t pnc_network_run(pnc_network* network, const float* input, int64_t slices,
                                   int64_t rows, int64_t columns, float background,
                                   float* probability, int32_t threads, int32_t* progress,
                                   const int32_t* cancel) {
  if (network == nullptr || input == nullptr || probability == nullptr || slices < 1 ||
      slices > kMaxSlices || !valid_size(rows, columns, threads)) {
    return PNC_INVALID_ARGUMENT;
  }
  return guarded([&] {
    return network->network.run({input, slices, {rows, columns}, background, probability}, threads,
                                progress, cancel);
  });
}

extern "C" int64_t pnc_network_bytes(const pnc_network* network, int64_t rows, int64_t columns,
                                     int32_t threads) {
  if (network == nullptr || !valid_size(rows, columns, threads)) {
    return 0;
  }
  return network->network.bytes({rows, columns}, threads);
}

extern "C" const char* pnc_network_instruction_set(const pnc_network* network) {
  return network == nullptr ? "" : network->network.routines().name;
}
